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

/// Numbers of a step: those and one spare.
const STEP: usize = MEANS + 1;

/// Results of the running step or epoch, and rings of the last epochs.
#[derive(Clone, Debug)]
pub struct Scores {
    step: Tensor,
    moments: Tensor,
    covariance: Tensor,
    pub(super) checks: Tensor,
    steps: Tensor,
    epochs: [Tensor; 3],
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
            moments: backend.alloc([models, 1, 2 * features])?,
            covariance: backend.alloc([models, features, features])?,
            checks: backend.alloc([models, 1, CHECKED * CHECKS])?,
            steps: backend.alloc([models, ring * batches, STEP])?,
            epochs: [
                backend.alloc([models, ring, 2 * features])?,
                backend.alloc([models, ring, square])?,
                backend.alloc([models, ring, CHECKED * CHECKS])?,
            ],
            batches,
        })
    }

    pub(super) fn discriminator_loss(&self) -> Tensor {
        self.step.window(0, 1, 1)
    }

    pub(super) fn probabilities(&self) -> Tensor {
        self.step.window(1, 1, 2)
    }

    /// Where some terms, which are neighbours in [`Term::ALL`], write their losses.
    pub(super) fn terms(&self, first: Term, count: usize) -> Tensor {
        self.step.window(3 + first.index(), 1, count)
    }

    /// Where a term writes its loss.
    pub(super) fn term(&self, term: Term) -> Tensor {
        self.step.window(3 + term.index(), 1, 1)
    }

    pub(super) fn spare(&self) -> Tensor {
        self.step.window(MEANS, 1, 1)
    }

    pub(super) fn record_step(&self, program: &mut Program) {
        program.push(Op::Record { x: self.step, history: self.steps, period: 1 });
    }

    /// Moments and covariance of the generated rows `x`.
    pub(super) fn record_evaluation(&self, program: &mut Program, x: Tensor) {
        let features = x.features;
        let [mean, variance] = [0, features].map(|at| self.moments.window(at, 1, features));
        program.push(Op::Moments { x, mean, variance });
        program.push(Op::Covariance { x, mean, covariance: self.covariance });
        let period = self.batches;
        program.push(Op::Record { x: self.moments, history: self.epochs[0], period });
        program.push(Op::Record { x: self.covariance.flat(), history: self.epochs[1], period });
    }

    pub(super) fn record_checks(&self, program: &mut Program) {
        program.push(Op::Record { x: self.checks, history: self.epochs[2], period: self.batches });
    }

    /// The numbers of the newest step of the first model, in the order of
    /// [`EpochScores::step_means`].
    pub fn newest_step(&self, backend: &mut dyn Backend) -> Result<[f64; MEANS]> {
        let values = backend.read(self.step)?;
        Ok(std::array::from_fn(|i| values[i]))
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
        let [moments, covariance, checks] = self.epochs.map(|t| backend.read(t));
        let (moments, covariance, checks) = (moments?, covariance?, checks?);
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
                    .zip(step)
                    .for_each(|(mean, value)| *mean += value * share);
            }
            let mut moments = row(&moments, &self.epochs[0], model, slot);
            scores.variance = moments.split_off(moments.len() / 2);
            scores.mean = moments;
            scores.covariance = row(&covariance, &self.epochs[1], model, slot);
            scores.broken = row(&checks, &self.epochs[2], model, slot).iter().sum();
            scores
        };
        Ok((first..first + count).map(|e| (0..models).map(|m| epoch_of(e, m)).collect()).collect())
    }
}
