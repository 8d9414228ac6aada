//! What a step asks of a GPU that is not there: no dispatch leaves a large one idle.

use engine::cpu::Cpu;
use engine::gpu::dispatches;
use engine::gpu::predict::{Bound, DEVICES, Planned, planned, seconds};
use std::time::Duration;
use training::bench::{Task, programs};
use training::gan::Recipe;

/// The dispatches of a step and of an evaluation.
fn plans(
    recipe: &Recipe,
    [rows, features, models]: [usize; 3],
    recorded: bool,
) -> [Vec<Planned>; 2] {
    let task = Task { recipe, rows, features, models, time: Duration::ZERO, stable: None };
    let programs = programs(&mut Cpu::single(), &task).expect("Programs");
    [programs.step, programs.evaluation].map(|program| planned(&dispatches(&program, recorded)))
}

fn steps(recipe: &Recipe, sizes: [usize; 3]) -> [Vec<Planned>; 2] {
    [false, true].map(|recorded| {
        let [step, _] = plans(recipe, sizes, recorded);
        step
    })
}

const PAPER: [usize; 3] = [804, 63, 1];

/// Milliseconds on the device of that name.
fn expected(plan: &[Planned], models: usize, name: &str) -> f64 {
    let device = DEVICES.iter().find(|device| device.name == name).expect("a device");
    1e3 * seconds(plan, models, device)
}

#[test]
fn a_step_of_the_paper_is_twenty_six_dispatches_in_twenty_levels() {
    let [fused, _] = steps(&Recipe::paper(), PAPER);
    assert!(fused.len() <= 26, "{} dispatches", fused.len());
    let levels = fused.iter().map(|planned| planned.level).max().expect("a level");
    assert!(levels <= 20, "{levels} levels");
}

/// Workgroups that a large GPU should be given for so much arithmetic.
fn least(flop: u64) -> usize {
    match flop {
        60_000_001.. => 64,
        5_000_001.. => 32,
        500_001.. => 2,
        _ => 1,
    }
}

#[test]
fn every_large_dispatch_has_workgroups_for_a_large_gpu() {
    let [paper, joint] = [(Recipe::paper(), PAPER), (Recipe::joint(), [726, 44, 1])]
        .map(|(recipe, sizes)| plans(&recipe, sizes, false));
    for planned in paper[0].iter().chain(&joint[0]) {
        assert!(planned.workgroups >= least(planned.flop), "{planned:?}");
    }
    // The covariance of 63 columns has 16 workgroups, and is done within a launch.
    for planned in paper[1].iter().chain(&joint[1]) {
        let quick = DEVICES[0].seconds(planned, 1).1 == Bound::Launch;
        assert!(planned.workgroups >= least(planned.flop) || quick, "{planned:?}");
    }
}

/// The bounds are those of the plan before rows were cut among workgroups, kernel by kernel and
/// with a strip of features for each workgroup, by the same model.
#[test]
fn the_fused_step_is_expected_to_be_quicker_on_every_device() {
    let [fused, recorded] = steps(&Recipe::paper(), PAPER);
    for (name, most) in [
        ("H200", 0.27),
        ("RTX 4090", 0.33),
        ("RX 7900 XTX", 0.93),
        ("M2 10-core", 2.18),
        ("Intel Xe-LP 96EU", 3.50),
    ] {
        let took = expected(&fused, 1, name);
        assert!(took <= most && took < expected(&recorded, 1, name), "{name}: {took} ms");
    }
    let [many, _] = steps(&Recipe::paper(), [804, 63, 32]);
    let each = expected(&many, 32, "H200") / 32.0;
    assert!(each <= 0.08, "{each} ms a model");
}

#[test]
fn a_joint_step_is_expected_to_be_quicker_fused_on_large_gpus() {
    let [fused, recorded] = steps(&Recipe::joint(), [726, 44, 1]);
    assert!(fused.len() < recorded.len());
    for name in ["H200", "RTX 4090", "RX 7900 XTX", "M2 10-core"] {
        let [took, before] = [&fused, &recorded].map(|plan| expected(plan, 1, name));
        assert!(took < before, "{name}: {took} and {before} ms");
    }
}
