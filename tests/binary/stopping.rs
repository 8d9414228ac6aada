//! Early stopping through the binary: the epoch that is kept, and that the weights are exactly that
//! epoch's.

use crate::adapter::name_or_skip;
use crate::csv_file::CsvFile;
use crate::desk::{Desk, Engine, cpu, gpu, small};
use crate::plain_replay::{self, Start};
use crate::tensors::{document, tensors};
use mellizo::cpu::Cpu;
use mellizo::gan::Recipe;
use mellizo::gpu::{Gpu, GpuOptions, Variants};
use mellizo::op::Backend;
use serde_json::Value;

/// One model's Fréchet distances, epoch by epoch.
struct Course {
    marginal: Vec<f64>,
    joint: Vec<f64>,
}

impl Course {
    /// The epoch (from 1) that a rule keeps, and the one it stops at.
    fn kept(&self, [threshold, patience]: [f64; 2]) -> (usize, usize) {
        let epochs = self.joint.len();
        if threshold > 0.0 {
            let first = self.marginal.iter().position(|marginal| *marginal < threshold);
            return first.map_or((epochs, epochs), |at| (at + 1, at + 1));
        }
        let mut best = 0;
        for at in 0..epochs {
            if self.joint[at] < self.joint[best] {
                best = at;
            } else if at - best == patience as usize {
                return (best + 1, at + 1);
            }
        }
        (best + 1, epochs)
    }
}

/// The courses of the models in a history.
fn courses(history: &CsvFile, models: usize) -> Vec<Course> {
    let (marginal, joint) = (history.numbers("marginal_frechet"), history.numbers("joint_frechet"));
    let model = |m: usize| Course {
        marginal: marginal.iter().copied().skip(m).step_by(models).collect(),
        joint: joint.iter().copied().skip(m).step_by(models).collect(),
    };
    (0..models).map(model).collect()
}

/// A recipe with a rule: threshold of the marginal distance, epochs of patience.
fn with_rule([threshold, patience]: [f64; 2]) -> Recipe {
    let mut recipe = small();
    (recipe.stopping.marginal, recipe.stopping.patience) = (threshold, patience as usize);
    recipe
}

struct Case<'a> {
    engine: &'a Engine,
    epochs: usize,
    start: Start,
}

impl Case<'_> {
    fn train(&self, desk: &Desk, out: &str, epochs: usize, more: &str) -> Value {
        let Start { models, seed } = self.start;
        let line = format!(
            "train --recipe rule.toml --models {models} --seed {seed} --epochs {epochs} --out {out} --json"
        );
        desk.mellizo_on(self.engine, &format!("{line} {more}")).good().json()
    }

    /// Trains with the rule and without, and checks one against the other: the kept epoch, the kept
    /// model and the history.
    /// The kept weights are those of a plain replay on `backend` and, of one model, those of a run
    /// of so many epochs.
    fn check(&self, rule: [f64; 2], backend: &mut dyn Backend) {
        let (desk, models) = (Desk::new(), self.start.models);
        desk.put("rule.toml", with_rule(rule).to_toml());
        let whole = self.train(&desk, "whole", self.epochs, "--no-stop");
        assert_eq!((&whole["epochs"], &whole["epoch"]), (&self.epochs.into(), &self.epochs.into()));
        let history = desk.text("whole/share/history.csv");
        let courses = courses(&CsvFile::parse(history.as_bytes()), models);
        let ends: Vec<(usize, usize)> = courses.iter().map(|course| course.kept(rule)).collect();
        let joint = |m: &usize| courses[*m].joint[ends[*m].0 - 1];
        let best = (0..models).min_by(|a, b| joint(a).total_cmp(&joint(b))).unwrap();
        let (kept, last) = (ends[best].0, ends.iter().map(|end| end.1).max().unwrap());
        assert!(kept > 1 && last < self.epochs, "a rule that shows nothing: {ends:?}");

        let stopped = self.train(&desk, "stopped", self.epochs, "");
        assert_eq!((&stopped["epoch"], &stopped["model"]), (&kept.into(), &(best + 1).into()));
        assert_eq!(stopped["epochs"], last);
        // A model's history ends with its training; the others go on.
        let counts =
            |(i, _): &(usize, &str)| *i == 0 || (i - 1) / models < ends[(i - 1) % models].1;
        let lines: Vec<&str> =
            history.lines().enumerate().filter(counts).map(|(_, line)| line).collect();
        assert!(desk.text("stopped/share/history.csv").lines().eq(lines), "another history");
        let model = desk.bytes("stopped/private/model.safetensors");
        assert_eq!(document(&model)["epoch"], kept);
        let plain = plain_replay::weights(backend, &with_rule(rule), self.start, [best, kept]);
        assert!(tensors(&model) == plain, "the kept weights are not those of epoch {kept}");
        if models == 1 {
            self.train(&desk, "short", kept, "--no-stop");
            assert!(tensors(&model) == tensors(&desk.bytes("short/private/model.safetensors")));
        }
    }
}

const THRESHOLD: [f64; 2] = [0.006, 0.0];
const PATIENCE: [f64; 2] = [0.0, 4.0];

fn on_the_cpu(epochs: usize, start: Start, rule: [f64; 2]) {
    Case { engine: &cpu(), epochs, start }.check(rule, &mut Cpu::single());
}

#[test]
fn the_first_epoch_below_the_threshold_is_kept() {
    on_the_cpu(50, Start { models: 1, seed: 1 }, THRESHOLD);
    on_the_cpu(50, Start { models: 1, seed: 2 }, THRESHOLD);
}

#[test]
fn the_best_epoch_before_patience_ended_is_kept() {
    on_the_cpu(50, Start { models: 1, seed: 1 }, PATIENCE);
}

/// Of several models the one with the lowest joint distance at its own kept epoch.
#[test]
fn of_three_models_the_best_is_kept() {
    for seed in [1, 2] {
        on_the_cpu(60, Start { models: 3, seed }, THRESHOLD);
        on_the_cpu(60, Start { models: 3, seed }, PATIENCE);
    }
}

/// `run` stops by the same rule as `train`, and a rule that is never met runs all epochs.
#[test]
fn run_stops_as_well() {
    let desk = Desk::new();
    desk.put("loose.toml", with_rule([0.5, 0.0]).to_toml());
    let line = "run --recipe loose.toml --epochs 5 --out results --json";
    let object = desk.mellizo_on(&cpu(), line).good().json();
    assert_eq!((&object["epochs"], &object["epoch"]), (&1.into(), &1.into()));
    assert!(object["reason"].as_str().unwrap().contains("fell below 0.5"), "{object}");
    assert!(desk.text("results/share/summary.md").contains("1 of at most 5"));
    desk.put("strict.toml", with_rule([1e-9, 0.0]).to_toml());
    let object = desk
        .mellizo_on(&cpu(), "train --recipe strict.toml --epochs 5 --out strict --json")
        .good()
        .json();
    assert_eq!((&object["epochs"], &object["epoch"]), (&5.into(), &5.into()));
    assert_eq!(object["reason"], "all epochs were run");
}

mod on_gpu {
    use super::*;

    #[test]
    fn the_first_epoch_below_the_threshold_is_kept() {
        let (Some(engine), Some(adapter)) = (gpu(), name_or_skip()) else { return };
        // As the command opens it: a software GPU does not fuse, and fused kernels round otherwise.
        let options = GpuOptions { adapter: Some(adapter), ..GpuOptions::default() };
        let mut backend =
            Gpu::with_variants(&options, Variants::Quickest(None)).expect("the adapter opens");
        Case { engine: &engine, epochs: 8, start: Start { models: 2, seed: 1 } }
            .check([0.12, 0.0], &mut backend);
    }
}
