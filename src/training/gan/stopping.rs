//! When a model's training ends, and which epoch it keeps.

use super::history::Epoch;
use super::recipe::Stopping;

/// Why the training of a model ended.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// All epochs were run.
    Finished,
    /// The marginal Fréchet distance fell below the threshold.
    Threshold(f64),
    /// The joint Fréchet distance had not fallen for this many epochs.
    Patience(usize),
    /// The joint Fréchet distance had settled after this many steps.
    Settled(usize),
    /// Something was not finite.
    Diverged {
        /// The first epoch (from 1) that was not finite.
        epoch: usize,
        /// What was not finite.
        fault: String,
    },
    /// The user asked for it.
    Interrupted,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reason::Finished => write!(f, "all epochs were run"),
            Reason::Threshold(threshold) => {
                write!(f, "the marginal Fréchet distance fell below {threshold}")
            }
            Reason::Patience(epochs) => {
                write!(f, "the joint Fréchet distance had not fallen for {epochs} epochs")
            }
            Reason::Settled(steps) => {
                write!(f, "the joint Fréchet distance had settled after {steps} steps")
            }
            Reason::Diverged { epoch, fault } => write!(f, "it diverged in epoch {epoch}: {fault}"),
            Reason::Interrupted => write!(f, "it was interrupted"),
        }
    }
}

/// No rule at all.
pub(super) const NEVER: Stopping = Stopping { marginal: 0.0, patience: 0, settled: 0 };

/// The mean joint Fréchet distance of a window of steps must be below this share of the one before.
const STILL_FALLING: f64 = 0.98;

/// Whether distances, one of each epoch, have settled: the last `window` of them are no lower in
/// the mean than those before.
/// Fewer than two windows have not.
pub(super) fn settled(distances: &[f64], window: usize) -> bool {
    let Some(start) = distances.len().checked_sub(2 * window) else { return false };
    let (before, last) = distances[start..].split_at(window);
    last.iter().sum::<f64>() > STILL_FALLING * before.iter().sum::<f64>()
}

/// One model's course so far.
#[derive(Clone, Debug)]
pub(super) struct Course {
    rule: Stopping,
    /// The epoch to keep (from 1; 0: the initial weights).
    pub(super) kept: usize,
    /// The joint Fréchet distance of the kept epoch.
    pub(super) joint: f64,
    /// Why training ended, once it has.
    pub(super) ended: Option<Reason>,
}

impl Course {
    /// A course that keeps its last epoch unless the rule says otherwise.
    /// `rule` is all zeros to run every epoch.
    pub(super) fn new(rule: Stopping) -> Self {
        Self { rule, kept: 0, joint: f64::INFINITY, ended: None }
    }

    /// Takes the next epoch. Epochs after the end change nothing.
    pub(super) fn take(&mut self, epoch: &Epoch) {
        if self.ended.is_some() {
            return;
        }
        if let Some(fault) = epoch.fault() {
            self.ended = Some(Reason::Diverged { epoch: epoch.epoch, fault });
            return;
        }
        if self.rule.patience == 0 || epoch.joint < self.joint {
            self.kept = epoch.epoch;
            self.joint = epoch.joint;
        }
        if epoch.marginal < self.rule.marginal {
            self.kept = epoch.epoch;
            self.joint = epoch.joint;
            self.ended = Some(Reason::Threshold(self.rule.marginal));
        } else if self.rule.patience > 0 && epoch.epoch - self.kept >= self.rule.patience {
            self.ended = Some(Reason::Patience(self.rule.patience));
        }
    }

    /// Whether it diverged.
    pub(super) fn diverged(&self) -> bool {
        matches!(self.ended, Some(Reason::Diverged { .. }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::DiscriminatorEpoch;
    use crate::gan::recipe::Term;

    fn epoch(epoch: usize, marginal: f64, joint: f64) -> Epoch {
        Epoch {
            epoch,
            model: 1,
            generator_loss: 0.1,
            terms: [0.0; Term::COUNT],
            discriminator: Some(DiscriminatorEpoch {
                loss: 1.0,
                real_probability: 0.5,
                fake_probability: 0.5,
            }),
            marginal,
            joint,
            broken: 0.0,
        }
    }

    fn run(rule: Stopping, epochs: &[(f64, f64)]) -> Course {
        let mut course = Course::new(rule);
        epochs
            .iter()
            .enumerate()
            .for_each(|(i, (marginal, joint))| course.take(&epoch(i + 1, *marginal, *joint)));
        course
    }

    #[test]
    fn the_threshold_keeps_the_first_epoch_below_it() {
        let rule = Stopping { marginal: 0.01, ..NEVER };
        let course = run(rule, &[(0.5, 3.0), (0.01, 2.0), (0.009, 2.5), (0.001, 1.0)]);
        assert_eq!((course.kept, course.ended), (3, Some(Reason::Threshold(0.01))));
    }

    #[test]
    fn distances_settle_when_a_window_is_no_lower_than_the_one_before() {
        assert!(!settled(&[5.0, 4.0, 3.0], 2), "two windows are not full");
        assert!(!settled(&[9.0, 4.0, 3.0, 3.0, 2.0], 2));
        assert!(settled(&[9.0, 4.0, 3.0, 3.0, 3.9], 2));
        assert!(!settled(&[f64::NAN; 4], 2));
    }

    #[test]
    fn patience_keeps_the_best_epoch() {
        let rule = Stopping { patience: 2, ..NEVER };
        let course =
            run(rule.clone(), &[(1.0, 3.0), (1.0, 2.0), (1.0, 2.5), (1.0, 2.1), (1.0, 0.1)]);
        assert_eq!((course.kept, course.joint, course.ended), (2, 2.0, Some(Reason::Patience(2))));
        let course = run(rule, &[(1.0, 3.0), (1.0, 2.0), (1.0, 2.5), (1.0, 1.9)]);
        assert_eq!((course.kept, course.ended), (4, None));
    }

    #[test]
    fn without_rules_the_last_epoch_is_kept() {
        let course = run(NEVER, &[(1.0, 1.0), (0.0, 0.5), (1.0, 2.0)]);
        assert_eq!((course.kept, course.joint, course.ended), (3, 2.0, None));
    }

    #[test]
    fn divergence_keeps_the_epoch_before() {
        let course = run(NEVER, &[(1.0, 1.0), (f64::NAN, 1.0), (1.0, 1.0)]);
        assert_eq!(course.kept, 1);
        assert!(course.diverged());
    }
}
