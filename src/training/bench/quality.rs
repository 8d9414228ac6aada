//! How long a training takes to become about as good as it gets.

use super::session::Session;
use super::task::Task;
use crate::gan::Layout;
use engine::op::Backend;
use ground::error::Result;
use serde::Serialize;
use std::time::Duration;

/// How much worse than the best a joint Fréchet distance may be, as a share of the best.
const NEAR: f64 = 0.1;

/// A training of so many epochs on the made-up cohort, by the first model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quality {
    /// Epochs that were trained.
    pub epochs: usize,
    /// Seconds that they took, evaluations included.
    pub seconds: f64,
    /// The least joint Fréchet distance of an epoch; none where none was finite.
    pub best_joint: Option<f64>,
    /// The epoch with it, from 1.
    pub best_epoch: Option<usize>,
    /// The first epoch within a tenth of it.
    pub near_epoch: Option<usize>,
    /// Seconds from the start to the end of that epoch.
    pub seconds_to_near: Option<f64>,
}

/// Trains a fresh backend for so many epochs; none: for as many as the recipe says.
/// Errors as [`measure`](super::measure).
pub fn quality(backend: &mut dyn Backend, task: &Task, epochs: Option<usize>) -> Result<Quality> {
    let (mut session, _) = Session::start(backend, Duration::ZERO, task)?;
    let epochs = epochs.unwrap_or(session.gan.layout().epochs);
    let mut course = Vec::with_capacity(epochs);
    let mut seconds = 0.0;
    while course.len() < epochs {
        let Layout { ring, .. } = session.gan.layout();
        let piece = ring.min(epochs - course.len());
        let (took, joint) = session.judged(piece)?;
        // An epoch is as long as the others that the device does at once.
        let each = took.as_secs_f64() / piece as f64;
        course.extend((1..).zip(joint).map(|(i, joint)| (seconds + f64::from(i) * each, joint)));
        seconds += took.as_secs_f64();
    }
    Ok(found(&course, seconds))
}

/// What a course of seconds and distances says.
fn found(course: &[(f64, f64)], seconds: f64) -> Quality {
    let finite = course.iter().enumerate().filter(|(_, (_, joint))| joint.is_finite());
    let best = finite.min_by(|(_, (_, a)), (_, (_, b))| a.total_cmp(b));
    let near = best.and_then(|(_, (_, best))| {
        course.iter().position(|(_, joint)| *joint <= best * (1.0 + NEAR))
    });
    Quality {
        epochs: course.len(),
        seconds,
        best_joint: best.map(|(_, (_, joint))| *joint),
        best_epoch: best.map(|(epoch, _)| epoch + 1),
        near_epoch: near.map(|epoch| epoch + 1),
        seconds_to_near: near.map(|epoch| course[epoch].0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::Recipe;
    use engine::cpu::Cpu;

    #[test]
    fn the_first_epoch_within_a_tenth_of_the_best_counts() {
        let course = [(1.0, 9.0), (2.0, 2.2), (3.0, f64::NAN), (4.0, 2.0), (5.0, 2.1)];
        let quality = found(&course, 6.0);
        assert_eq!((quality.best_joint, quality.best_epoch), (Some(2.0), Some(4)));
        assert_eq!((quality.near_epoch, quality.seconds_to_near), (Some(2), Some(2.0)));
        assert_eq!((quality.epochs, quality.seconds), (5, 6.0));
        let nothing = found(&[(1.0, f64::NAN)], 1.0);
        assert_eq!((nothing.best_epoch, nothing.seconds_to_near), (None, None));
    }

    #[test]
    fn a_training_gets_better_and_is_timed() {
        let mut recipe = Recipe::paper();
        (recipe.generator.widths, recipe.discriminator.widths) = (vec![16, 16], vec![8]);
        recipe.training.batch = crate::gan::recipe::Batch::Rows(32);
        let task = Task {
            recipe: &recipe,
            rows: 64,
            features: 4,
            models: 1,
            time: Duration::ZERO,
            stable: None,
        };
        let few = quality(&mut Cpu::single(), &task, Some(2)).expect("a training");
        let many = quality(&mut Cpu::single(), &task, Some(150)).expect("a training");
        assert_eq!((few.epochs, many.epochs), (2, 150));
        assert!(many.best_joint < few.best_joint, "{many:?} {few:?}");
        let near = many.seconds_to_near.expect("finite distances");
        assert!(0.0 < near && near <= many.seconds && many.near_epoch <= many.best_epoch);
    }
}
