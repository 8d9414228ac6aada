//! Early stopping through the binary: the epoch that is kept, and that the weights are exactly that epoch's.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, Engine, cpu, gpu, small};
use crate::tensors::{document, tensors};
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
fn with_rule([threshold, patience]: [f64; 2]) -> String {
    let mut recipe = small();
    (recipe.stopping.marginal, recipe.stopping.patience) = (threshold, patience as usize);
    recipe.to_toml()
}

struct Case<'a> {
    engine: &'a Engine,
    epochs: usize,
    models: usize,
    seed: u64,
}

impl Case<'_> {
    fn train(&self, desk: &Desk, out: &str, epochs: usize, more: &str) -> Value {
        let Case { models, seed, .. } = self;
        let line =
            format!("train --recipe rule.toml --models {models} --seed {seed} --epochs {epochs} --out {out} --json");
        desk.mellizo_on(self.engine, &format!("{line} {more}")).good().json()
    }

    /// Trains with the rule and without, and checks one against the other. Whether a run of just the kept epochs keeps the same
    /// model, so that its weights could be compared.
    fn check(&self, rule: [f64; 2]) -> bool {
        let desk = Desk::new();
        desk.put("rule.toml", with_rule(rule));
        let whole = self.train(&desk, "whole", self.epochs, "--no-stop");
        assert_eq!((&whole["epochs"], &whole["epoch"]), (&self.epochs.into(), &self.epochs.into()));
        let history = desk.text("whole/share/history.csv");
        let courses = courses(&CsvFile::parse(history.as_bytes()), self.models);
        let ends: Vec<(usize, usize)> = courses.iter().map(|course| course.kept(rule)).collect();
        let joint = |m: &usize| courses[*m].joint[ends[*m].0 - 1];
        let best = (0..self.models).min_by(|a, b| joint(a).total_cmp(&joint(b))).unwrap();
        let (kept, last) = (ends[best].0, ends.iter().map(|end| end.1).max().unwrap());
        assert!(kept > 1 && last < self.epochs, "a rule that shows nothing: {ends:?}");

        let stopped = self.train(&desk, "stopped", self.epochs, "");
        assert_eq!((&stopped["epoch"], &stopped["model"]), (&kept.into(), &(best + 1).into()));
        assert_eq!(stopped["epochs"], last);
        let lines: Vec<&str> = history.lines().take(1 + last * self.models).collect();
        assert_eq!(desk.text("stopped/share/history.csv").lines().collect::<Vec<_>>(), lines);

        let short = self.train(&desk, "short", kept, "--no-stop");
        if short["model"] != stopped["model"] {
            return false;
        }
        let [stopped, short] = ["stopped", "short"].map(|out| desk.bytes(&format!("{out}/private/model.safetensors")));
        assert_eq!(document(&stopped)["epoch"], kept);
        assert!(tensors(&stopped) == tensors(&short), "the kept weights are not those of epoch {kept}");
        assert!(tensors(&stopped) != tensors(&desk.bytes("whole/private/model.safetensors")));
        true
    }
}

const THRESHOLD: [f64; 2] = [0.006, 0.0];
const PATIENCE: [f64; 2] = [0.0, 4.0];

#[test]
fn the_first_epoch_below_the_threshold_is_kept() {
    let engine = cpu();
    assert!(Case { engine: &engine, epochs: 50, models: 1, seed: 1 }.check(THRESHOLD));
    assert!(Case { engine: &engine, epochs: 50, models: 1, seed: 2 }.check(THRESHOLD));
}

#[test]
fn the_best_epoch_before_patience_ended_is_kept() {
    let engine = cpu();
    assert!(Case { engine: &engine, epochs: 50, models: 1, seed: 1 }.check(PATIENCE));
}

/// Of several models the one with the lowest joint distance at its own kept epoch.
#[test]
fn of_three_models_the_best_is_kept() {
    let engine = cpu();
    for rule in [THRESHOLD, PATIENCE] {
        let compared = (1..=8).any(|seed| Case { engine: &engine, epochs: 60, models: 3, seed }.check(rule));
        assert!(compared, "no seed of eight where the weights could be compared");
    }
}

#[test]
fn on_the_gpu() {
    let Some(engine) = gpu() else { return };
    assert!(Case { engine: &engine, epochs: 8, models: 1, seed: 1 }.check([0.11, 0.0]));
}

/// `run` stops by the same rule as `train`, and a rule that is never met runs all epochs.
#[test]
fn run_stops_as_well() {
    let desk = Desk::new();
    desk.put("loose.toml", with_rule([0.5, 0.0]));
    let line = "run --recipe loose.toml --epochs 5 --out results --json";
    let object = desk.mellizo_on(&cpu(), line).good().json();
    assert_eq!((&object["epochs"], &object["epoch"]), (&1.into(), &1.into()));
    assert!(object["reason"].as_str().unwrap().contains("fell below 0.5"), "{object}");
    assert!(desk.text("results/share/summary.md").contains("1 of at most 5"));
    desk.put("strict.toml", with_rule([1e-9, 0.0]));
    let object = desk.mellizo_on(&cpu(), "train --recipe strict.toml --epochs 5 --out strict --json").good().json();
    assert_eq!((&object["epochs"], &object["epoch"]), (&5.into(), &5.into()));
    assert_eq!(object["reason"], "all epochs were run");
}
