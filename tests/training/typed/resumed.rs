//! A training that was stopped and went on is, number by number, one that never was.

use super::*;
use engine::op::Backend;
use training::gan::recipe::Schedule;
use training::gan::{Checkpoints, Progress, Reason, Task, train_kept};

/// Trains in pieces: each ends at the first chunk that is at least `pace` epochs behind the start
/// of the piece, and the next one begins with a backend of its own.
fn in_pieces(task: &Task, pace: usize, open: fn() -> Cpu) -> (Trained, usize) {
    let room = tempfile::tempdir().expect("a folder");
    let folder = room.path().join("checkpoints");
    for pieces in 1.. {
        let mut checkpoints = Checkpoints::new(&folder, None, serde_json::Value::Null);
        let mut from = 0;
        if let Ok((newest, _)) = Checkpoints::newest(&folder) {
            from = newest.position()[0];
            checkpoints.go_on_from(newest);
        }
        let mut stopped = false;
        let mut watch = |progress: Progress| {
            stopped = progress.newest.iter().any(|epoch| epoch.epoch >= from + pace);
            !stopped
        };
        let mut backend: Box<dyn Backend> = Box::new(open());
        let trained =
            train_kept(backend.as_mut(), task, &mut checkpoints, &mut watch).expect("a run");
        let over = trained.reason != Reason::Interrupted;
        if over || !stopped {
            return (trained, pieces);
        }
    }
    unreachable!("pieces without end")
}

fn check(
    recipe: &Recipe,
    rows: &Matrix,
    blocks: Option<&Blocks>,
    models: usize,
    open: fn() -> Cpu,
) {
    let validation = numbers(rows.columns(), 17);
    let validation = (blocks.is_none() && models > 1).then_some(&validation);
    let options = options(models);
    let task = Task { recipe, data: rows.into(), blocks, validation, options };
    let whole = train_kept(&mut open(), &task, &mut Checkpoints::none(), &mut |_| true);
    let whole = whole.expect("a run");
    for pace in [1, 3] {
        let (resumed, pieces) = in_pieces(&task, pace, open);
        // Interrupted at its last epoch, a training does not know that it was the last one.
        let reasons = [&resumed.reason, &whole.reason];
        assert!(reasons[0] == reasons[1], "{reasons:?}");
        assert!(pieces > 1 || pace > 1, "never stopped");
        assert_eq!(resumed.history, whole.history, "{} pieces", pieces);
        assert_eq!((resumed.model, resumed.epoch), (whole.model, whole.epoch));
        assert_eq!((resumed.steps, &resumed.diverged), (whole.steps, &whole.diverged));
        assert!(resumed.generator == whole.generator, "another generator in {pieces} pieces");
        assert!(resumed.discriminator == whole.discriminator, "another discriminator");
    }
}

#[test]
fn whatever_the_recipe_keeps() {
    let plain = numbers(7, 31);
    let mut judged = small();
    judged.discriminator.enabled = true;
    check(&judged, &plain, None, 1, Cpu::single);
    check(&judged, &plain, None, 3, Cpu::single);
    let mut averaged = small();
    (averaged.training.epochs, averaged.training.average) = (12, 7);
    check(&averaged, &plain, None, 2, Cpu::double);
    let mut settled = small();
    settled.training.epochs = 40;
    settled.optimiser.schedule = Schedule::Cosine;
    (settled.optimiser.learning_rate, settled.stopping.settled) = (1e-9, 6);
    check(&settled, &plain, None, 1, Cpu::single);
    check(&typed(), &typed_rows(), Some(&blocks()), 2, Cpu::single);
}

/// The kept epoch lies before the checkpoint, and is replayed from a state that is in it.
#[test]
fn an_epoch_long_before_the_checkpoint_is_kept() {
    let (plain, mut patient) = (numbers(7, 31), small());
    (patient.training.epochs, patient.stopping.patience) = (60, 6);
    patient.optimiser.learning_rate = 0.05;
    let whole = trained(&patient, &plain, None, 1);
    let ran = whole.history.len();
    assert!(whole.epoch + 6 == ran, "epoch {} of {ran} is kept", whole.epoch);
    check(&patient, &plain, None, 1, Cpu::single);
    check(&patient, &plain, None, 3, Cpu::single);
    // With the mean of its weights.
    (patient.training.epochs, patient.training.average) = (40, 38);
    let whole = trained(&patient, &plain, None, 1);
    assert!(3 < whole.epoch && whole.epoch < whole.history.len(), "epoch {}", whole.epoch);
    check(&patient, &plain, None, 1, Cpu::double);
}

/// A training that is over is resumed without a step.
#[test]
fn a_training_that_is_over_stays_as_it_is() {
    let (rows, recipe) = (numbers(7, 31), small());
    let (data, options) = ((&rows).into(), options(1));
    let task = Task { recipe: &recipe, data, blocks: None, validation: None, options };
    let room = tempfile::tempdir().expect("a folder");
    let new = || Checkpoints::new(room.path(), None, serde_json::Value::Null);
    let whole = train_kept(&mut Cpu::single(), &task, &mut new(), &mut |_| true).expect("a run");
    let mut checkpoints = new();
    checkpoints.go_on_from(Checkpoints::newest(room.path()).expect("a checkpoint").0);
    let again = train_kept(&mut Cpu::single(), &task, &mut checkpoints, &mut |_| panic!("a step"))
        .expect("a run");
    assert!(again.generator == whole.generator && again.history == whole.history);
}
