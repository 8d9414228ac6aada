//! A contest must refuse what is wrong, and whatever happens to the files of a cache must cost time
//! and nothing else.

use super::contest::contest;
use super::scratch::Scratch;
use super::store::{Choices, Store};
use super::{Key, Tuner, name};
use crate::gpu::launch::Launch;
use crate::gpu::shader::Shader;
use crate::gpu::variant::{Abilities, reference, variants};
use crate::gpu::{Gpu, GpuOptions, Variants, adapters};
use crate::op::{Op, Tensor};
use ground::error::Error;
use std::path::Path;
use std::time::Duration;

const PLENTY: Duration = Duration::from_secs(60);

fn gpu(variants: Variants) -> Option<Gpu> {
    let all = adapters();
    let found = all.iter().find(|adapter| !adapter.software).or(all.first())?;
    let options = GpuOptions { adapter: Some(found.name.clone()), ..GpuOptions::default() };
    Some(Gpu::with_variants(&options, variants).expect("the adapter opens"))
}

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

/// The reference with another text.
fn planted(op: &Op, from: &str, to: &str) -> Launch {
    let launch = reference(op);
    let text = launch.shader.text;
    assert!(text.contains(from), "the shader has no {from:?}");
    let text = Box::leak(text.replace(from, to).into_boxed_str());
    // Pipelines are known by the name of their file.
    let name = Box::leak(format!("planted {to}").into_boxed_str());
    Launch { shader: Box::leak(Box::new(Shader { name, text, ..launch.shader.clone() })), ..launch }
}

/// A kernel that leaves out nearly all of the sum is the quickest of all, and must not win.
#[test]
fn a_wrong_variant_is_refused_however_quick_it_is() {
    let Some(mut gpu) = gpu(Variants::Reference) else { return };
    let scratch = Scratch::of(&gpu.device, &product()).expect("memory");
    let op = &scratch.op;
    let wrong = [
        planted(op, "k < at.inputs + SIDE", "k < SIDE"),
        planted(op, "k < at.inputs + SIDE", "k + 1u < at.inputs"),
        planted(op, "results[3] + bias", "results[3] + bias + 1e-7"),
        planted(op, "store_y(y_base, r + 3u", "store_y(y_base + 1u, r + 3u"),
        planted(op, "fn dense_forward", "fn dense_forward_gone"),
        planted(op, "var results = mat4x4<f32>();", "this is no WGSL"),
    ];
    let count = wrong.len();
    let launches = [reference(op)].into_iter().chain(wrong).collect();
    let verdict = contest(&gpu.device, &mut gpu.pipelines, &scratch, launches).expect("a verdict");
    assert_eq!(verdict.winner, 0);
    let refused: Vec<usize> = verdict.refused.iter().map(|(index, _)| *index).collect();
    assert_eq!(refused, (1..=count).collect::<Vec<_>>(), "{:?}", verdict.refused);
    gpu.device.check().expect("the device is as good as before");
}

/// Of a sort, too: one that turns the order of equal numbers around, one whose ranks are the rows
/// themselves, and one that ends a merge early.
#[test]
fn a_wrong_sort_is_refused() {
    let Some(mut gpu) = gpu(Variants::Reference) else { return };
    let tensor = |id| Tensor::whole(crate::op::BufferId(id), [2, 2 * 130, 9]);
    let sort = Op::SortColumns { x: tensor(0), sorted: tensor(1), rank: tensor(2), groups: 2 };
    let scratch = Scratch::of(&gpu.device, &sort).expect("memory");
    let wrong = || {
        [
            planted(
                &scratch.op,
                "high == low && high_row < low_row",
                "high == low && high_row > low_row",
            ),
            planted(
                &scratch.op,
                "rank[rank_base + row_of[k] * at.features] = f32(k)",
                "rank[rank_base + k * at.features] = f32(k)",
            ),
            planted(&scratch.op, "span < 2u * at.rows", "span < at.rows"),
        ]
    };
    let refused = |launches: Vec<Launch>, gpu: &mut Gpu| {
        let verdict =
            contest(&gpu.device, &mut gpu.pipelines, &scratch, launches).expect("a verdict");
        verdict.refused.into_iter().map(|(index, _)| index).collect::<Vec<_>>()
    };
    let reference = || reference(&scratch.op);
    assert_eq!(refused([reference()].into_iter().chain(wrong()).collect(), &mut gpu), [1, 2, 3]);
    let right = variants(&scratch.op, gpu.device.abilities)
        .map(|variant| variant.launch(&scratch.op))
        .collect();
    assert_eq!(refused(right, &mut gpu), [0; 0]);
    for alone in wrong() {
        let error = contest(&gpu.device, &mut gpu.pipelines, &scratch, vec![alone])
            .err()
            .expect("an error");
        assert!(
            matches!(&error, Error::Device(why) if why.contains("sort_columns gives")),
            "{error}"
        );
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
fn a_wrong_reference_is_an_error_in_words() {
    let Some(mut gpu) = gpu(Variants::Reference) else { return };
    let scratch = Scratch::of(&gpu.device, &product()).expect("memory");
    for wrong in [
        planted(&scratch.op, "k < at.inputs + SIDE", "k < at.inputs"),
        planted(&scratch.op, "results[3] + bias", "results[3] + 1.0"),
    ] {
        let error = contest(&gpu.device, &mut gpu.pipelines, &scratch, vec![wrong])
            .err()
            .expect("an error");
        assert!(
            matches!(&error, Error::Device(why) if why.contains("computes wrongly")),
            "{error}"
        );
    }
}

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
