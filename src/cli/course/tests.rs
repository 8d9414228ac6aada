//! Files that cannot be written any more, and epochs that come twice.

use super::events::Events;
use super::growing::Growing;
use super::lines::Lines;
use super::*;
use std::time::Duration;

fn epochs(from: usize, to: usize) -> Vec<Epoch> {
    let one = |epoch| Epoch {
        model: 1,
        epoch,
        generator_loss: 0.5,
        terms: Default::default(),
        discriminator: None,
        marginal: 0.25,
        joint: 0.125,
        broken: 0.0,
    };
    (from..=to).map(one).collect()
}

fn told(course: &mut Course, epochs: &[Epoch]) -> Option<String> {
    let last = epochs.last().expect("there is one").epoch;
    let (newest, elapsed) = (&epochs[epochs.len() - 1..], Duration::from_secs(1));
    course.take(&Progress { newest, since: epochs, epochs: 9, steps: 4 * last, elapsed })
}

/// A full disk ends no training, whichever file is on it, and it is said once.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_warning_for_both_files() {
    let full = || {
        let path = Path::new("/dev/full");
        Growing::new(path, std::fs::OpenOptions::new().write(true).open(path).unwrap(), 0)
    };
    let mut course =
        Course { lines: Some(Lines::from(full())), events: Some(Events::from(full())), told: 0 };
    let first = told(&mut course, &epochs(1, 2)).expect("it is said");
    assert_eq!(first.matches("full is given up, training goes on: ").count(), 2, "{first}");
    assert_eq!(told(&mut course, &epochs(3, 3)), None);
    // Nothing is written before there is something to tell.
    let folder = tempfile::tempdir().unwrap();
    let events = Events::create(folder.path(), None).unwrap();
    let sizes = std::fs::read_dir(folder.path()).unwrap().map(|of| of.unwrap().metadata());
    assert_eq!(sizes.map(|of| of.unwrap().len()).collect::<Vec<_>>(), [0]);
    drop(events);
}

/// Of what cannot be written whole nothing is left.
#[test]
fn a_piece_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    std::fs::write(&path, "one\ntw").unwrap();
    // A file that is open for reading alone stands for a full one.
    let mut growing = Growing::new(&path, std::fs::File::open(&path).unwrap(), 4);
    assert_eq!(growing.push(b"three\n").unwrap_err().0, "log.jsonl");
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    Growing::new(&path, file, 4).cut_back();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\n");
}

/// A training that goes on from a checkpoint within the process tells epochs again.
#[test]
fn no_epoch_is_told_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let mut course = Course { lines: Some(Lines::create(&path).unwrap()), ..Course::default() };
    for since in [epochs(1, 3), epochs(2, 3), epochs(2, 5)] {
        assert_eq!(told(&mut course, &since), None);
    }
    let text = std::fs::read_to_string(&path).unwrap();
    let line = |line| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let steps: Vec<u64> = text.lines().map(|text| line(text)["step"].as_u64().unwrap()).collect();
    assert_eq!(steps, [4, 8, 12, 16, 20]);
}
