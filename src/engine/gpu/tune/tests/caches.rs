//! Whatever happens to the files of a cache costs time and nothing else.

use super::*;
use crate::gpu::tune::store::{Choices, Store};
use crate::gpu::tune::{Tuner, name};

#[test]
fn a_choice_is_measured_once_and_remembered() {
    let Some(mut gpu) = gpu(Variants::Reference) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let store = || Some(Store::new(folder.path(), key()));
    let chosen = Tuner::new(store(), PLENTY)
        .launches(&gpu.device, &mut gpu.pipelines, &[product()])
        .expect("launches");
    let [(kept, variant)] =
        &store().expect("a store").choices().into_iter().collect::<Vec<_>>()[..]
    else {
        panic!("one choice")
    };
    assert_eq!(
        (kept.as_str(), Some(variant.as_str())),
        (name(&product()).as_str(), chosen[0].variant)
    );
    // Whatever the clock says: a variant that is remembered is used without measuring.
    for variant in variants(&product(), gpu.device.abilities) {
        store()
            .expect("a store")
            .keep_choices(&Choices::from([(name(&product()), variant.name.to_owned())]));
        let mut second = Tuner::new(store(), Duration::ZERO);
        let launches =
            second.launches(&gpu.device, &mut gpu.pipelines, &[product()]).expect("launches");
        assert_eq!(launches[0].variant, Some(variant.name));
    }
}

#[test]
fn without_time_the_reference_is_used_and_nothing_is_remembered() {
    let Some(mut gpu) = gpu(Variants::Reference) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::new(folder.path(), key());
    let mut tuner = Tuner::new(Some(store.clone()), Duration::ZERO);
    let launches = tuner.launches(&gpu.device, &mut gpu.pipelines, &[product()]).expect("launches");
    assert_eq!(launches, [reference(&product())]);
    assert!(store.choices().is_empty());
}

/// Every way in which a file of choices can be broken: it counts as absent, and the next
/// measurement repairs it.
#[test]
fn a_broken_file_of_choices_is_measured_anew() {
    let Some(mut gpu) = gpu(Variants::Reference) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::new(folder.path(), key());
    let good = Choices::from([(name(&product()), "tile32".to_owned())]);
    store.keep_choices(&good);
    let text = std::fs::read_to_string(store.choices_file()).expect("a file");
    let unknown = text.replace("tile32", "no such variant");
    let version = text.replace(env!("CARGO_PKG_VERSION"), "0.0.0");
    let number = text.replace("\"tile32\"", "32");
    let broken = [
        "",
        "{",
        &text[..text.len() / 2],
        "\u{0}\u{1}garbage",
        "[]",
        "null",
        &unknown,
        &version,
        &number,
    ];
    for text in broken {
        std::fs::write(store.choices_file(), text).expect("a write");
        let mut tuner = Tuner::new(Some(store.clone()), Duration::ZERO);
        let launches =
            tuner.launches(&gpu.device, &mut gpu.pipelines, &[product()]).expect("launches");
        assert_eq!(launches, [reference(&product())], "after {text:?}");
        let mut tuner = Tuner::new(Some(store.clone()), PLENTY);
        tuner.launches(&gpu.device, &mut gpu.pipelines, &[product()]).expect("launches");
        let repaired = store.choices();
        let known = |choice: &String| {
            variants(&product(), gpu.device.abilities).any(|variant| variant.name == choice)
        };
        assert!(repaired.get(&name(&product())).is_some_and(known), "after {text:?}: {repaired:?}");
    }
}

/// A variant that exists but cannot compute this product.
#[test]
fn a_choice_that_does_not_cover_the_product_is_ignored() {
    let Some(mut gpu) = gpu(Variants::Reference) else { return };
    let tensor = |id, shape| Tensor::whole(crate::op::BufferId(id), shape);
    let odd = Op::DenseForward {
        x: tensor(0, [1, 5, 3]),
        w: tensor(1, [1, 3, 7]),
        b: None,
        y: tensor(2, [1, 5, 7]),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::new(folder.path(), key());
    store.keep_choices(&Choices::from([(name(&odd), "vectors".to_owned())]));
    let mut tuner = Tuner::new(Some(store), Duration::ZERO);
    let launches = tuner.launches(&gpu.device, &mut gpu.pipelines, &[odd]).expect("launches");
    assert_eq!(launches, [reference(&odd)]);
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

/// A checksum that fits garbage: wgpu itself must refuse it, and everything works.
#[test]
fn garbage_with_a_right_checksum_opens_as_an_empty_cache() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(first) = gpu(Variants::Quickest(Some(folder.path().to_owned()))) else { return };
    let store = first.store.clone().expect("a store");
    for garbage in [&b""[..], b"short", &[0xff; 4096]] {
        store.keep_pipelines(garbage);
        let mut gpu =
            gpu(Variants::Quickest(Some(folder.path().to_owned()))).expect("the same adapter");
        gpu.pipelines.prepare(&gpu.device, &[reference(&product())]).expect("it compiles");
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
