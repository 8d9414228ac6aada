//! What a device keeps of every step and epoch until the host fetches it.

use super::recipe::Term;
use engine::op::{Backend, Op, Program, Tensor};
use ground::error::Result;

/// Parts of the finite check of one tensor.
pub(super) const CHECKS: usize = 64;

/// Tensors that are checked at most: parameters and statistics of three networks, two moments of
/// two optimisers.
const CHECKED: usize = 10;

/// Numbers of a step whose means an epoch keeps: discriminator loss, two probabilities, and every
/// term of the generator's loss.
const MEANS: usize = 3 + Term::COUNT;

/// Where the probability behind the adversarial loss lies, which no epoch keeps.
const SPARE: usize = 3 + Term::Adversarial as usize + 1;

/// Numbers of a step: those and the spare one.
const STEP: usize = MEANS + 1;

/// Results of the running step or epoch, and rings of the last epochs.
#[derive(Clone, Debug)]
pub struct Scores {
    step: Tensor,
    mean: Tensor,
    variance: Tensor,
    covariance: Tensor,
    pub(super) checks: Tensor,
    steps: Tensor,
    /// Of means, variances, covariances and checks.
    epochs: [Tensor; 4],
    batches: usize,
}

/// The results of one epoch of one model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EpochScores {
    /// Means over the steps of the epoch: discriminator loss, D(real), D(fake), then every term in
    /// the order of [`Term::ALL`].
    /// What is not part of the run stays 0.
    pub step_means: [f64; MEANS],
    /// Column means of the generated rows.
    pub mean: Vec<f64>,
    /// Column variances of the generated rows.
    pub variance: Vec<f64>,
    /// Covariance of the generated rows, row by row.
    pub covariance: Vec<f64>,
    /// Numbers of the state (weights, moments, running statistics) that are NaN or infinite.
    pub broken: f64,
}

impl Scores {
    pub(super) fn new(
        backend: &mut dyn Backend,
        [models, features]: [usize; 2],
        ring: usize,
        batches: usize,
    ) -> Result<Self> {
        let square = features * features;
        Ok(Self {
            step: backend.alloc([models, 1, STEP])?,
            // Apart, because one kernel writes both, and a browser refuses two neighbours there.
            mean: backend.alloc([models, 1, features])?,
            variance: backend.alloc([models, 1, features])?,
            covariance: backend.alloc([models, features, features])?,
            checks: backend.alloc([models, 1, CHECKED * CHECKS])?,
            steps: backend.alloc([models, ring * batches, STEP])?,
            epochs: [
                backend.alloc([models, ring, features])?,
                backend.alloc([models, ring, features])?,
                backend.alloc([models, ring, square])?,
                backend.alloc([models, ring, CHECKED * CHECKS])?,
            ],
            batches,
        })
    }

    /// Where the discriminator's loss and both probabilities are written.
    pub(super) fn discriminator(&self) -> Tensor {
        self.step.window(0, 1, 3)
    }

    /// Where the adversarial loss and the probability behind it are written.
    pub(super) fn adversarial(&self) -> Tensor {
        self.step.window(place(Term::Adversarial), 1, 2)
    }

    /// Where some terms, which are neighbours in [`Term::ALL`], write their losses.
    pub(super) fn terms(&self, first: Term, count: usize) -> Tensor {
        self.step.window(place(first), 1, count)
    }

    /// Where a term writes its loss.
    pub(super) fn term(&self, term: Term) -> Tensor {
        self.terms(term, 1)
    }

    pub(super) fn record_step(&self, program: &mut Program) {
        program.push(Op::Record { x: self.step, history: self.steps, period: 1 });
    }

    /// Moments and covariance of the generated rows `x`.
    pub(super) fn record_evaluation(&self, program: &mut Program, x: Tensor) {
        let Self { mean, variance, covariance, .. } = *self;
        program.push(Op::Moments { x, mean, variance });
        program.push(Op::Covariance { x, mean, covariance });
        let period = self.batches;
        for (x, history) in [mean, variance, covariance.flat()].into_iter().zip(self.epochs) {
            program.push(Op::Record { x, history, period });
        }
    }

    pub(super) fn record_checks(&self, program: &mut Program) {
        program.push(Op::Record { x: self.checks, history: self.epochs[3], period: self.batches });
    }

    /// The numbers of the newest step of the first model, in the order of
    /// [`EpochScores::step_means`].
    pub fn newest_step(&self, backend: &mut dyn Backend) -> Result<[f64; MEANS]> {
        let values = backend.read(self.step)?;
        Ok(told(&values))
    }

    /// Fetches `count` epochs from `first` on: for every epoch, every model.
    /// The ring must hold so many.
    pub fn fetch(
        &self,
        backend: &mut dyn Backend,
        first: usize,
        count: usize,
    ) -> Result<Vec<Vec<EpochScores>>> {
        let ring = self.epochs[0].rows;
        assert!(count <= ring, "{count} epochs of a ring of {ring}");
        let steps = backend.read(self.steps)?;
        let [mean, variance, covariance, checks] = self.epochs.map(|t| backend.read(t));
        let (mean, variance, covariance, checks) = (mean?, variance?, covariance?, checks?);
        let models = self.step.models;
        let row = |values: &[f64], t: &Tensor, model: usize, row: usize| {
            values[(model * t.rows + row) * t.features..][..t.features].to_vec()
        };
        let epoch_of = |epoch: usize, model: usize| {
            let slot = epoch % ring;
            let of_steps =
                (0..self.batches).map(|b| row(&steps, &self.steps, model, slot * self.batches + b));
            let mut scores = EpochScores::default();
            for step in of_steps {
                let share = 1.0 / self.batches as f64;
                scores
                    .step_means
                    .iter_mut()
                    .zip(told(&step))
                    .for_each(|(mean, value)| *mean += value * share);
            }
            scores.mean = row(&mean, &self.epochs[0], model, slot);
            scores.variance = row(&variance, &self.epochs[1], model, slot);
            scores.covariance = row(&covariance, &self.epochs[2], model, slot);
            scores.broken = row(&checks, &self.epochs[3], model, slot).iter().sum();
            scores
        };
        Ok((first..first + count).map(|e| (0..models).map(|m| epoch_of(e, m)).collect()).collect())
    }
}

/// Where a term's loss lies among the numbers of a step.
fn place(term: Term) -> usize {
    let place = 3 + term.index();
    place + usize::from(place >= SPARE)
}

/// The numbers of a step without the spare one.
fn told(step: &[f64]) -> [f64; MEANS] {
    std::array::from_fn(|i| step[i + usize::from(i >= SPARE)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spare_number_is_nobody_elses() {
        let step: Vec<f64> = (0..STEP).map(|place| place as f64).collect();
        let told = told(&step);
        assert!(!told.contains(&(SPARE as f64)) && told[..3] == [0.0, 1.0, 2.0]);
        for term in Term::ALL {
            assert_eq!(told[3 + term.index()], place(term) as f64, "{term:?}");
        }
    }
}
