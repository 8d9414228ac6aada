//! Saves that fail, and files that were changed.

use super::*;
use crate::gan::recipe::Term;
use crate::gan::trainer::{Options, Task};
use crate::gan::{DiscriminatorEpoch, Recipe};
use ground::disk::{Fault as DiskFault, FaultyDisk};
use ground::matrix::Matrix;
use std::path::PathBuf;
use std::time::Instant;

fn epoch(epoch: usize) -> Epoch {
    let judged = DiscriminatorEpoch { loss: 1.5, real_probability: 0.1, fake_probability: 0.7 };
    Epoch {
        epoch,
        model: 1,
        generator_loss: 1.0 / epoch as f64,
        terms: std::array::from_fn(|term| term as f64 + 0.1),
        discriminator: epoch.is_multiple_of(2).then_some(judged),
        marginal: f64::INFINITY,
        joint: 1e-300,
        broken: 3.0,
    }
}

fn identity(seed: u64, models: usize, change: impl FnOnce(&mut Recipe, &mut Matrix)) -> Identity {
    let mut rows = Matrix::from_fn(4, 2, |row, column| (row * 2 + column) as f64);
    let mut recipe = Recipe::paper();
    change(&mut recipe, &mut rows);
    let options = Options { seed, models, early_stopping: true };
    let task =
        Task { recipe: &recipe, data: (&rows).into(), blocks: None, validation: None, options };
    Identity::of(&task)
}

/// A checkpoint with numbers of both precisions.
fn checkpoint(steps: usize) -> Checkpoint {
    let identity = identity(7, 1, |_, _| {});
    let note = serde_json::json!({ "options": [["seed", ["7"]]] });
    let mut place = Position::start(identity, "CPU".into(), note);
    (place.epochs, place.steps, place.kept_from) = (2, steps, vec![1]);
    let saved = |name: &str, values: &[f64]| Saved { name: name.into(), values: values.to_vec() };
    let tensors = vec![saved("best.a", &[0.1, 2.0]), saved("live.a", &[0.5, f64::INFINITY])];
    Checkpoint { place, history: vec![epoch(1), epoch(2)], tensors }
}

fn sorted(mut checkpoint: Checkpoint) -> Checkpoint {
    checkpoint.tensors.sort_by(|a, b| a.name.cmp(&b.name));
    checkpoint
}

#[test]
fn a_checkpoint_is_read_as_it_was_written() {
    assert_eq!(epoch(2).terms.len(), Term::COUNT);
    let bytes = checkpoint(14).to_bytes();
    assert_eq!(sorted(Checkpoint::from_bytes(&bytes).unwrap()), checkpoint(14));
    assert_eq!(bytes, checkpoint(14).to_bytes());
}

/// A training takes the folder of another one that had come further.
#[test]
fn the_first_checkpoint_stays_whatever_there_was_before() {
    let room = tempfile::tempdir().unwrap();
    let mut kept = Checkpoints::new(room.path(), None, serde_json::Value::Null);
    for steps in [100, 200, 300] {
        kept.save(&checkpoint(steps), Instant::now()).unwrap();
    }
    kept.begin(0, Some(&checkpoint(0))).unwrap();
    let (newest, skipped) = Checkpoints::newest(room.path()).unwrap();
    assert_eq!((newest.position()[1], skipped.len()), (0, 0));
    assert_eq!(std::fs::read_dir(room.path()).unwrap().count(), 1);
}

#[test]
fn every_changed_byte_and_every_truncation_is_noticed() {
    let bytes = checkpoint(14).to_bytes();
    for at in 0..bytes.len() {
        for change in [1, 0x80, 0xff] {
            let mut other = bytes.clone();
            other[at] ^= change;
            assert!(Checkpoint::from_bytes(&other).is_err(), "byte {at} of {}", bytes.len());
        }
        assert!(Checkpoint::from_bytes(&bytes[..at]).is_err(), "{at} bytes");
    }
    let more = [&bytes[..], b"\0"].concat();
    assert!(Checkpoint::from_bytes(&more).is_err());
    let length = bytes.len();
    println!("{} changed bytes and {length} truncations were noticed", 3 * length);
}

/// A folder in which three checkpoints were saved, and the same saved to with a fault.
fn saved_to(fault: DiskFault, at: usize) -> (Result<()>, PathBuf, tempfile::TempDir) {
    let room = tempfile::tempdir().unwrap();
    let folder = room.path().join("checkpoints");
    let note = serde_json::Value::Null;
    let mut sound = Checkpoints::new(&folder, None, note.clone());
    sound.begin(1, Some(&checkpoint(1))).unwrap();
    [2, 3].iter().for_each(|steps| sound.save(&checkpoint(*steps), Instant::now()).unwrap());
    let mut faulty = Checkpoints::new(&folder, None, note).on(FaultyDisk::new(fault, at));
    (faulty.save(&checkpoint(4), Instant::now()), folder, room)
}

#[test]
fn after_any_failure_the_old_or_the_new_checkpoint_is_there() {
    let mut injected = 0;
    for fault in DiskFault::ALL {
        for at in 0.. {
            let (saved, folder, _room) = saved_to(fault, at);
            let (newest, skipped) = Checkpoints::newest(&folder).expect("a checkpoint");
            let steps = newest.place.steps;
            assert!(steps == 3 || steps == 4, "{fault:?} at {at}: {steps}");
            assert_eq!(sorted(newest), checkpoint(steps));
            assert!(skipped.is_empty(), "{fault:?} at {at}: {skipped:?}");
            assert!(saved.is_err() || steps == 4, "{fault:?} at {at}: a save that was lost");
            // Create, write, sync, rename, sync of the folder, removal of the oldest.
            let sound = at >= 6;
            assert_eq!(saved.is_ok(), sound || fault == DiskFault::Short, "{fault:?} at {at}");
            if at > 8 {
                break;
            }
            injected += 1;
        }
    }
    assert_eq!(injected, 36);
    println!("{injected} faults were injected");
}

#[test]
fn the_last_three_are_kept_and_damaged_ones_are_left_out_with_a_word() {
    let (saved, folder, _room) = saved_to(DiskFault::Full, usize::MAX);
    saved.unwrap();
    let names: Vec<String> = (2..=4).map(|steps| format!("step-{steps:010}.safetensors")).collect();
    let there = |name: &String| folder.join(name).exists();
    assert!(names.iter().all(there) && std::fs::read_dir(&folder).unwrap().count() == 3);
    let newest = folder.join(&names[2]);
    std::fs::write(&newest, &checkpoint(4).to_bytes()[..200]).unwrap();
    let (found, skipped) = Checkpoints::newest(&folder).unwrap();
    assert_eq!((found.place.steps, skipped.len()), (3, 1));
    assert!(skipped[0].contains(&names[2]), "{skipped:?}");
    names.iter().for_each(|name| std::fs::write(folder.join(name), b"").unwrap());
    assert_eq!(Checkpoints::newest(&folder).unwrap_err().exit_code(), 7);
    Checkpoints::new(&folder, None, serde_json::Value::Null).remove().unwrap();
    assert!(!folder.exists());
    assert_eq!(Checkpoints::newest(&folder).unwrap_err().exit_code(), 3);
}

#[test]
fn another_training_is_refused_with_what_differs() {
    let here = identity(7, 1, |_, _| {});
    let differs = |other: Identity| other.differs(&here);
    assert!(differs(identity(7, 1, |_, _| {})).is_empty());
    assert_eq!(differs(identity(8, 1, |_, _| {})), ["another seed (8, here 7)"]);
    assert_eq!(differs(identity(7, 2, |_, _| {})), ["another number of models (2, here 1)"]);
    let cohort = identity(7, 1, |_, rows| rows[(3, 1)] += 1e-9);
    assert_eq!(differs(cohort), ["another cohort"]);
    let recipe = identity(7, 1, |recipe, _| recipe.training.epochs += 1);
    assert_eq!(differs(recipe), ["another recipe, steps or batch"]);
}

#[test]
fn other_validation_rows_are_another_cohort() {
    let (rows, recipe) = (Matrix::zeros(4, 2), Recipe::paper());
    let identity = |x: f64| {
        let validation = Matrix::from_fn(2, 2, |_, _| x);
        let options = Options { seed: 7, models: 2, early_stopping: true };
        let validation = Some(&validation);
        Identity::of(&Task {
            recipe: &recipe,
            data: (&rows).into(),
            blocks: None,
            validation,
            options,
        })
    };
    assert_eq!(identity(1.0).differs(&identity(1.0)), [""; 0]);
    assert_eq!(identity(1.0).differs(&identity(2.0)), ["another cohort"]);
}
