//! Contests on a device: what is refused, what is measured, what is remembered.

use super::super::contest::contest;
use super::super::scratch::Scratch;
use super::*;
use crate::gpu::launch::Launch;
use crate::gpu::on_gpu::adapter_or_skip;
use crate::gpu::shader::Shader;
use crate::gpu::tune::plans::{PLANS, Runner, race};
use crate::gpu::variant::{reference, variants};
use crate::gpu::{Gpu, GpuOptions, Variants};
use crate::nn::small_step::small_step;
use crate::op::{Backend, Program};
use ground::error::Error;

fn gpu(variants: Variants) -> Option<Gpu> {
    let options = GpuOptions { adapter: Some(adapter_or_skip()?), ..GpuOptions::default() };
    Some(Gpu::with_variants(&options, variants).expect("the adapter opens"))
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

fn step(gpu: &mut Gpu) -> (Program, Tensor) {
    small_step(gpu, &[5, 40, 9, 3], 40)
}

/// Plans race on a Program's own memory: afterwards it holds what it held before, and a plan that
/// leaves a layer out was refused.
#[test]
fn plans_race_and_leave_the_memory_as_it_was() {
    let Some(mut gpu) = gpu(Variants::Reference) else { return };
    let (program, parameters) = step(&mut gpu);
    let before: Vec<f64> = (0..parameters.len()).map(|i| f64::from(i as u16) / 64.0).collect();
    gpu.write(parameters, &before).expect("a write");
    let mut runners = Vec::new();
    for plan in &PLANS {
        let mut kernels = plan.kernels(&program);
        if plan.name == PLANS[1].name {
            kernels.pop().expect("an update of a layer");
        }
        runners.push(Runner { plan, dispatches: gpu.ready(&kernels).expect("dispatches") });
    }
    assert!(runners[0].dispatches.len() < runners[2].dispatches.len());
    let finish = race(&gpu.device, &gpu.memory, &mut gpu.replay, &program, &runners);
    let finish = finish.expect("a working device").expect("memory for a race");
    assert_eq!(finish.refused, [PLANS[1].name]);
    assert_ne!(finish.winner, 1);
    assert_eq!(gpu.read(parameters).expect("a read"), before);
}

/// What has won once is taken by the next process without a race.
#[test]
fn a_plan_is_remembered() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = || {
        let mut gpu = gpu(Variants::Quickest(Some(folder.path().to_owned())))?;
        // Plans race on real hardware; here a software GPU plays it.
        gpu.as_recorded = false;
        Some(gpu)
    };
    let Some(mut first) = open() else { return };
    let (program, _) = step(&mut first);
    assert!(first.plan(&program).is_none(), "nothing is known yet");
    first.compile(&program).expect("it compiles");
    let chosen = first.plan(&program).expect("a choice");
    let mut next = open().expect("the same adapter");
    let (program, _) = step(&mut next);
    assert_eq!(next.plan(&program), Some(chosen));
    let other = Program::new("other");
    assert_eq!(next.plan(&other), Some(&PLANS[0]), "nothing to fuse, nothing to race for");
}
