//! What is measured of a machine only where it is asked for: a curve over models, and a training.

use super::machines::Machine;
use crate::cli::args::BenchOptions;
use ground::error::{Error, Result};
use report::scaling::Panel;
use serde_json::{Value, json};
use std::fmt::Write;
use training::bench::{Footprint, Quality, Size, Task, footprint, quality};

/// Share of the time of a backend that each point of a curve gets.
const SHARE: u32 = 20;

/// Both, as far as they were asked for.
pub(super) struct Further {
    curve: Option<Vec<(usize, Footprint)>>,
    quality: Option<Quality>,
}

impl Further {
    /// Measures a machine. A curve ends where the device has no room for more models.
    pub(super) fn of(machine: &Machine, task: &Task, options: &BenchOptions) -> Result<Self> {
        let curve = options.curve.map(|most| curve(machine, task, options.fused, most.into()));
        let trained = options.quality.map(|epochs| {
            say!("training on {}", machine.adapter);
            let (mut backend, _) = machine.open(options.fused)?;
            quality(backend.as_mut(), task, epochs.map(|epochs| epochs.get() as usize))
        });
        Ok(Self { curve: curve.transpose()?, quality: trained.transpose()? })
    }

    /// Puts it beside the figures of a run.
    pub(super) fn add_to(&self, run: &mut Value) {
        let point = |(models, footprint): &(usize, Footprint)| {
            json!({
                "models": models,
                "step_ms": footprint.step_ms,
                "step_ms_per_model": footprint.step_ms / *models as f64,
                "evaluation_ms": footprint.evaluation_ms,
                "backend_bytes": footprint.backend_bytes,
            })
        };
        if let Some(curve) = &self.curve {
            run["curve"] = curve.iter().map(point).collect();
        }
        if let Some(quality) = &self.quality {
            run["quality"] = json!(quality);
        }
    }

    /// The same for people.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if let Some(curve) = &self.curve {
            text += "\n  models side by side, a step without evaluation\n";
            let _ = writeln!(text, "  {:>8} {:>12} {:>14}", "models", "ms", "ms a model");
            for (models, footprint) in curve {
                let ms = footprint.step_ms;
                let _ = writeln!(text, "  {models:>8} {ms:>12.3} {:>14.4}", ms / *models as f64);
            }
        }
        if let Some(quality) = &self.quality {
            let _ = writeln!(text, "\n  {}", sentence(quality));
        }
        text
    }

    /// A panel of the picture; none without a curve.
    pub(super) fn panel(&self, title: String) -> Option<Panel> {
        let points = self.curve.as_ref()?.iter().map(|(models, footprint)| {
            let models = *models as f64;
            (models, [footprint.step_ms, footprint.step_ms / models])
        });
        let line = |place: usize| points.clone().map(|(x, y)| (x, y[place])).collect();
        let lines = vec![("a step, ms".to_owned(), line(0)), ("ms a model".to_owned(), line(1))];
        Some(Panel { title, axis: "models side by side".into(), lines })
    }
}

/// Steps of 1, 2, 4, ... models.
fn curve(
    machine: &Machine,
    task: &Task,
    fused: bool,
    most: usize,
) -> Result<Vec<(usize, Footprint)>> {
    let batch = task.recipe.batch_rows(task.rows).map_err(Error::Usage)?;
    let mut points = Vec::new();
    for models in std::iter::successors(Some(1), |n| Some(2 * n)).take_while(|n| *n <= most) {
        let size = Size { rows: task.rows, features: task.features, batch, models };
        let measured = machine.open(fused).and_then(|(mut backend, _)| {
            footprint(backend.as_mut(), task.recipe, size, task.time / SHARE)
        });
        match measured {
            Ok(footprint) => points.push((models, footprint)),
            Err(error @ Error::Device(_)) if !points.is_empty() => {
                say!("the curve ends before {models} models: {error}");
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(points)
}

fn sentence(quality: &Quality) -> String {
    let Quality { epochs, seconds, best_joint, best_epoch, near_epoch, seconds_to_near } = *quality;
    let trained = format!("{epochs} epochs of training in {seconds:.2} s");
    let (Some(best), Some(best_epoch)) = (best_joint, best_epoch) else {
        return format!("{trained}: no joint Fréchet distance was finite");
    };
    let (near, after) = (near_epoch.unwrap_or(best_epoch), seconds_to_near.unwrap_or(seconds));
    let falling = if best_epoch == epochs { "; it was still falling" } else { "" };
    format!(
        "{trained}: the joint Fréchet distance is within 10 % of its best ({best:.4} in epoch \
         {best_epoch}) after {after:.2} s (epoch {near}){falling}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_that_still_falls_is_called_so() {
        let quality = Quality {
            epochs: 9,
            seconds: 3.0,
            best_joint: Some(0.5),
            best_epoch: Some(9),
            near_epoch: Some(8),
            seconds_to_near: Some(2.5),
        };
        assert!(sentence(&quality).ends_with("after 2.50 s (epoch 8); it was still falling"));
        let settled = Quality { best_epoch: Some(8), ..quality };
        assert!(sentence(&settled).ends_with("after 2.50 s (epoch 8)"));
        let broken = Quality { best_joint: None, best_epoch: None, ..quality };
        assert!(sentence(&broken).ends_with("no joint Fréchet distance was finite"));
    }
}
