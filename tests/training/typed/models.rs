//! A cohort for every model, shadow models, validation rows.

use super::*;

/// A model with a cohort of its own learns what it would learn beside models that have the same
/// cohort.
#[test]
fn every_model_learns_from_its_own_cohort() {
    let data = vec![numbers(7, 31), numbers(7, 57)];
    let mut cpu = Cpu::single();
    let mut each = |data: Cohorts, models| {
        train_each(&mut cpu, &small(), data, None, options(models), &mut |_| true).expect("a run")
    };
    let apart = each(Cohorts::from(&data), 2);
    assert_eq!(apart[0], each(Cohorts::from(&data[0]), 1)[0]);
    assert_eq!(apart[1], each(Cohorts::from(&data[1]), 2)[1]);
    assert_ne!(apart[1], each(Cohorts::from(&data[0]), 2)[1]);
    let run = trained(&small(), &data, None, 2);
    assert_eq!(run.generator, apart[run.model - 1]);
    let second = |run: &Trained| {
        run.history.iter().filter(|e| e.model == 2).map(|e| e.joint).collect::<Vec<_>>()
    };
    assert_eq!(
        second(&run),
        second(&trained(&small(), &data[1], None, 2)),
        "judged by its own cohort"
    );
}

/// Shadow models learn from their rows alone, for as long as they are let.
#[test]
fn shadow_models_learn_from_their_halves() {
    let (rows, mut recipe) = (numbers(7, 31), small());
    let members: Vec<Vec<bool>> =
        [0, 1].map(|model| (0..ROWS).map(|row| row % 2 == model).collect()).to_vec();
    let halves = [0, 1]
        .map(|model| rows.take(&(0..ROWS).filter(|row| row % 2 == model).collect::<Vec<_>>()))
        .to_vec();
    let mut cpu = Cpu::single();
    let shadows = Shadows {
        recipe: &recipe,
        rows: &rows,
        blocks: None,
        members: &members,
        seed: options(2).seed,
    };
    let whole = shadows.train(&mut cpu, &mut |_| true).expect("a run");
    let stopped =
        shadows.train(&mut cpu, &mut |progress| progress.newest[0].epoch < 2).expect("a run");
    let pace = shadows.pace(&mut cpu, Duration::ZERO).expect("a run");
    assert!(pace.epoch > Duration::ZERO);
    assert_eq!((whole.epochs, whole.diverged, stopped.diverged), (6, 0, 0));
    assert!(stopped.epochs < 6 || whole.generators == stopped.generators);
    let mut each = || {
        let plain = Options { early_stopping: false, ..options(2) };
        train_each(&mut cpu, &recipe, &halves, None, plain, &mut |_| true).expect("a run")
    };
    assert_eq!(whole.generators, each());
    recipe.training.epochs = 5;
    assert_ne!(
        whole.generators,
        train_each(&mut cpu, &recipe, &halves, None, options(2), &mut |_| true).expect("a run")
    );
}

#[test]
fn a_pace_says_how_many_epochs_there_is_time_for() {
    let pace = Pace { start: Duration::from_secs(2), epoch: Duration::from_millis(500) };
    assert_eq!(
        [1, 2, 4, 62].map(|seconds| pace.epochs_within(Duration::from_secs(seconds))),
        [0, 0, 4, 120]
    );
}

#[test]
fn validation_rows_judge_without_being_learned() {
    let (data, other) = (numbers(7, 31), numbers(7, 57));
    let run = |validation: Option<&Matrix>| {
        train(&mut Cpu::single(), &small(), &data, None, validation, options(1), &mut |_| true)
            .expect("a run")
    };
    let [alone, same, judged] = [run(None), run(Some(&data)), run(Some(&other))];
    assert_eq!(alone.history, same.history);
    assert_eq!(alone.generator, judged.generator);
    for (alone, judged) in alone.history.iter().zip(&judged.history) {
        assert_eq!(alone.generator_loss, judged.generator_loss);
        assert_ne!((alone.marginal, alone.joint), (judged.marginal, judged.joint));
    }
}
