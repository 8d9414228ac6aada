//! What a step asks of a GPU that is not there: no dispatch leaves a large one idle.

use engine::gpu::predict::{DEVICES, Planned, seconds};
use std::time::Duration;
use training::bench::{Task, plan};
use training::gan::Recipe;

fn steps(recipe: &Recipe, [rows, features, models]: [usize; 3]) -> [Vec<Planned>; 2] {
    let task = Task { recipe, rows, features, models, time: Duration::ZERO };
    [false, true].map(|as_recorded| plan(&task, as_recorded).expect("a plan").step)
}

const PAPER: [usize; 3] = [804, 63, 1];

/// Milliseconds on the device of that name.
fn expected(plan: &[Planned], models: usize, name: &str) -> f64 {
    let device = DEVICES.iter().find(|device| device.name == name).expect("a device");
    1e3 * seconds(plan, models, device)
}

#[test]
fn every_large_dispatch_has_workgroups_for_a_large_gpu() {
    let [fused, _] = steps(&Recipe::paper(), PAPER);
    assert!(fused.len() <= 30, "{} dispatches", fused.len());
    let levels = fused.iter().map(|planned| planned.level).max().expect("a level");
    assert!(levels <= 20, "{levels} levels");
    for planned in &fused {
        let least = match planned.flop {
            60_000_001.. => 64,
            5_000_001.. => 32,
            500_001.. => 2,
            _ => 1,
        };
        assert!(planned.workgroups >= least, "{planned:?}");
    }
}

/// The bounds are those of the plan before rows were cut among workgroups, kernel by kernel and
/// with a strip of features for each workgroup, by the same model.
#[test]
fn the_fused_step_is_expected_to_be_quicker_on_every_device() {
    let [fused, recorded] = steps(&Recipe::paper(), PAPER);
    for (name, most) in [
        ("H200", 0.40),
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
