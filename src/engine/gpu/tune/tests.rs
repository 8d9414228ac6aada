//! A contest must refuse what is wrong, and whatever happens to the files of a cache must cost time
//! and nothing else.

mod on_gpu;

use super::store::{Choices, Store};
use super::{Key, Tuner, name};
use crate::gpu::variant::Abilities;
use crate::op::{Op, Tensor};
use std::path::Path;
use std::time::Duration;

const PLENTY: Duration = Duration::from_secs(60);

fn key() -> Key {
    Key::of(&wgpu::AdapterInfo::new(wgpu::DeviceType::Other, wgpu::Backend::Noop))
}

fn product() -> Op {
    let tensor = |id, shape| Tensor::whole(crate::op::BufferId(id), shape);
    Op::DenseForward {
        x: tensor(0, [2, 70, 36]),
        w: tensor(1, [2, 36, 68]),
        b: None,
        y: tensor(2, [2, 70, 68]),
    }
}

#[test]
fn sorts_are_measured_before_products() {
    let tensor = |id| Tensor::whole(crate::op::BufferId(id), [1, 20, 9]);
    let sort = Op::SortColumns { x: tensor(0), sorted: tensor(1), rank: tensor(2), groups: 2 };
    assert!(sort.cost().flops < product().cost().flops);
    let unknown =
        Tuner::new(None, PLENTY).unknown(&[product(), sort, product()], Abilities { eights: true });
    assert_eq!(unknown, [sort, product()]);
}

#[test]
fn a_folder_that_cannot_be_written_or_made_is_no_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("a write");
    for place in [file.as_path(), &file.join("below"), Path::new("/proc/nowhere")] {
        let store = Store::new(place, key());
        store.keep_choices(&Choices::from([("a".into(), "b".into())]));
        store.keep_pipelines(b"data");
        assert!(store.choices().is_empty() && store.pipelines().is_none(), "{}", place.display());
    }
    // A folder in the place of a file.
    let store = Store::new(folder.path(), key());
    std::fs::create_dir(store.choices_file()).expect("a folder");
    store.keep_choices(&Choices::from([("a".into(), "b".into())]));
    assert!(store.choices().is_empty());
}

#[test]
fn pipelines_come_back_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::new(folder.path(), key());
    assert_eq!(store.pipelines(), None);
    store.keep_pipelines(b"what a driver compiled");
    assert_eq!(store.pipelines().as_deref(), Some(&b"what a driver compiled"[..]));
    let good = std::fs::read(store.pipelines_file()).expect("a file");
    for at in 0..good.len() {
        let mut flipped = good.clone();
        flipped[at] ^= 4;
        std::fs::write(store.pipelines_file(), flipped).expect("a write");
        assert_eq!(store.pipelines(), None, "bit of byte {at} flipped");
        std::fs::write(store.pipelines_file(), &good[..at]).expect("a write");
        assert_eq!(store.pipelines(), None, "cut to {at} bytes");
    }
}

#[test]
fn processes_at_once_lose_at_most_each_others_news() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |writer: usize| {
        let store = Store::new(folder.path(), key());
        for round in 0..20 {
            store
                .keep_choices(&Choices::from([(format!("{writer} {round}"), "tile32".to_owned())]));
            assert!(store.choices().values().all(|choice| choice == "tile32"));
        }
    };
    std::thread::scope(|scope| {
        for writer in 0..4 {
            scope.spawn(move || write(writer));
        }
    });
    let left = Store::new(folder.path(), key()).choices();
    assert!((0..4).any(|writer| left.contains_key(&format!("{writer} 19"))), "{left:?}");
}
