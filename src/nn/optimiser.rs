//! Adam for a network: its arenas, its schedule of rates, its kernel.

use super::Network;
use crate::error::Result;
use crate::op::{Backend, Op, Program, Tensor};

/// The constants of Adam.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamPlan {
    /// Learning rate before the bias correction.
    pub learning_rate: f64,
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Added to the root of the second moment, outside the bias correction, as Keras does.
    pub epsilon: f64,
}

/// Gradients and moments of a network's parameters, all `[models, 1, P]`.
#[derive(Clone, Debug)]
pub struct Adam {
    plan: AdamPlan,
    parameters: Tensor,
    /// Where backward passes put their gradients.
    pub gradients: Tensor,
    /// First moments.
    pub m: Tensor,
    /// Second moments.
    pub v: Tensor,
    lr: Tensor,
}

impl AdamPlan {
    /// The bias-corrected rate of step `step` (from 0): `learning_rate sqrt(1 - beta2^t) / (1 - beta1^t)` with `t = step + 1`.
    pub fn rate(&self, step: usize) -> f64 {
        let t = (step + 1) as f64;
        self.learning_rate * (1.0 - self.beta2.powf(t)).sqrt() / (1.0 - self.beta1.powf(t))
    }

    /// The rate of a step, unless the bias corrections have become 1 by then.
    fn changing_rate(&self, step: usize) -> Option<f64> {
        let rate = self.rate(step);
        (rate != self.learning_rate || self.beta2.powf(step as f64) > f64::EPSILON).then_some(rate)
    }
}

impl Adam {
    /// Allocates the arenas and writes the rates of `steps` steps, or of fewer if the rate does not change any more after them.
    pub fn new(plan: AdamPlan, network: &Network, steps: usize, backend: &mut dyn Backend) -> Result<Self> {
        let shape = network.parameters.shape();
        let mut rates: Vec<f64> = (0..steps.max(1)).map_while(|step| plan.changing_rate(step)).collect();
        rates.push(plan.rate(rates.len()));
        let lr = backend.alloc([1, rates.len(), 1])?;
        backend.write(lr, &rates)?;
        Ok(Self {
            plan,
            parameters: network.parameters,
            gradients: backend.alloc(shape)?,
            m: backend.alloc(shape)?,
            v: backend.alloc(shape)?,
            lr: lr.broadcast(shape[0]),
        })
    }

    /// Records one update.
    pub fn update(&self, program: &mut Program) {
        let AdamPlan { beta1, beta2, epsilon, .. } = self.plan;
        program.push(Op::Adam {
            w: self.parameters,
            dw: self.gradients,
            m: self.m,
            v: self.v,
            lr: self.lr,
            beta1,
            beta2,
            epsilon,
        });
    }
}
