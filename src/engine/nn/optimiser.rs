//! Adam for a network: its arenas, its schedule of rates, its kernel.

use super::Network;
use super::arena::{Order, together};
use crate::op::{Backend, Op, Program, Tensor};
use ground::error::Result;

/// How the learning rate changes over the steps of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decay {
    /// Not at all.
    Constant,
    /// By half a cosine (Loshchilov and Hutter 2017, without restarts): at step `s` of `S` the rate
    /// is `(1 + cos(pi s / S)) / 2` of the first one, 0 behind the last step.
    Cosine,
}

/// The constants of Adam.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamPlan {
    /// Learning rate before the bias correction, of the first step if it changes.
    pub learning_rate: f64,
    /// How it changes.
    pub decay: Decay,
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
    /// The rate of every step `[1, steps, 1]`, and the same for all models.
    rates: Tensor,
    lr: Tensor,
}

/// `(1 + cos(pi s / S)) / 2`: 1 at step 0 of S steps, 0 behind the last one.
fn half_cosine(step: usize, steps: usize) -> f64 {
    let share = step.min(steps) as f64 / steps as f64;
    0.5 * (1.0 + (std::f64::consts::PI * share).cos())
}

impl AdamPlan {
    /// The bias-corrected rate of step `step` (from 0) of `steps`:
    /// `rate sqrt(1 - beta2^t) / (1 - beta1^t)` with `t = step + 1`.
    pub fn rate(&self, step: usize, steps: usize) -> f64 {
        self.corrected(self.scheduled(step, steps), step)
    }

    /// The rate of a step before the bias correction.
    fn scheduled(&self, step: usize, steps: usize) -> f64 {
        match self.decay {
            Decay::Constant => self.learning_rate,
            Decay::Cosine => self.learning_rate * half_cosine(step, steps),
        }
    }

    fn corrected(&self, rate: f64, step: usize) -> f64 {
        let t = (step + 1) as f64;
        rate * (1.0 - self.beta2.powf(t)).sqrt() / (1.0 - self.beta1.powf(t))
    }

    /// The rates of `steps` steps; of fewer, if the rate does not change any more after them.
    fn rates(&self, steps: usize) -> Vec<f64> {
        if self.decay == Decay::Cosine {
            return (0..steps.max(1)).map(|step| self.rate(step, steps.max(1))).collect();
        }
        // Until the bias corrections have become 1.
        let changing = |step: &usize| {
            self.rate(*step, steps) != self.learning_rate
                || self.beta2.powf(*step as f64) > f64::EPSILON
        };
        let mut rates: Vec<f64> =
            (0..steps.max(1)).take_while(changing).map(|step| self.rate(step, steps)).collect();
        rates.push(self.rate(rates.len(), steps));
        rates
    }
}

impl Adam {
    /// Allocates the arenas and writes the rates of `steps` steps, or of fewer if the rate does not
    /// change any more after them.
    pub fn new(
        plan: AdamPlan,
        network: &Network,
        steps: usize,
        backend: &mut dyn Backend,
    ) -> Result<Self> {
        Ok(Self::beside(plan, &[network], steps, backend)?.remove(0))
    }

    /// The same of several networks, in common allocations: where the networks lie side by side,
    /// too ([`Network::beside`]), one dispatch can update all of them.
    pub fn beside(
        plan: AdamPlan,
        networks: &[&Network],
        steps: usize,
        backend: &mut dyn Backend,
    ) -> Result<Vec<Self>> {
        let rates = plan.rates(steps);
        let each = networks.iter().map(|network| network.parameters);
        let shapes: Vec<_> = each.clone().map(|all| vec![[1, all.features]]).collect();
        let arena = |backend: &mut dyn Backend| -> Result<Vec<Tensor>> {
            Ok(together(backend, each.clone().map(|all| all.models), &shapes, Order::Lists)?
                .concat())
        };
        let moments = [arena(backend)?, arena(backend)?, arena(backend)?];
        let one_each = vec![vec![[rates.len(), 1]]; networks.len()];
        let lrs = together(backend, vec![1; networks.len()], &one_each, Order::Lists)?.concat();
        let adam = |(at, parameters): (usize, Tensor)| {
            backend.write(lrs[at], &rates)?;
            let [gradients, m, v] = [0, 1, 2].map(|moment: usize| moments[moment][at]);
            let lr = lrs[at].broadcast(parameters.models);
            Ok(Self { plan, parameters, gradients, m, v, rates: lrs[at], lr })
        };
        each.enumerate().map(adam).collect()
    }

    /// Lets the rate fall to 0 from step `from` on, by half a cosine over `steps` steps.
    /// Steps before it keep their rates, so that they can be replayed.
    /// Panics for a plan whose rate is constant.
    pub fn cool(&self, backend: &mut dyn Backend, from: usize, steps: usize) -> Result<()> {
        assert_eq!(self.plan.decay, Decay::Cosine, "the decay of a rate that is to fall");
        let all = self.rates.rows;
        let highest = self.plan.scheduled(from, all);
        let rate = |step: usize| match step.checked_sub(from) {
            None => self.plan.rate(step, all),
            Some(after) => self.plan.corrected(highest * half_cosine(after, steps), step),
        };
        backend.write(self.rates, &(0..all).map(rate).collect::<Vec<_>>())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::Cpu;
    use crate::nn::{Output, Plan};

    fn plan(decay: Decay) -> AdamPlan {
        AdamPlan { learning_rate: 0.5, decay, beta1: 0.0, beta2: 0.0, epsilon: 1e-7 }
    }

    #[test]
    fn a_cosine_falls_from_the_full_rate_to_nothing() {
        let rates = plan(Decay::Cosine).rates(4);
        let expected = [0.5, 0.5 * (0.5 + 0.125f64.sqrt()), 0.25, 0.5 * (0.5 - 0.125f64.sqrt())];
        assert!(
            rates.iter().zip(expected).all(|(rate, expected)| (rate - expected).abs() < 1e-15),
            "{rates:?}"
        );
        assert_eq!(rates.len(), 4);
        assert!(plan(Decay::Cosine).rate(4, 4).abs() < 1e-16);
    }

    #[test]
    fn a_cooled_rate_falls_from_where_it_was() {
        let plan = Plan {
            sizes: vec![1, 1],
            batch_norm: false,
            slope: 0.0,
            epsilon: 1e-3,
            momentum: 0.9,
            output: Output::Linear,
            shortcut: false,
        };
        let mut cpu = Cpu::double();
        let network = Network::new(plan, 2, &mut cpu).unwrap();
        let adam = Adam::new(super::tests::plan(Decay::Cosine), &network, 8, &mut cpu).unwrap();
        let before = cpu.read(adam.rates).unwrap();
        adam.cool(&mut cpu, 2, 2).unwrap();
        let after = cpu.read(adam.rates).unwrap();
        assert_eq!((&after[..3], after[4..].iter().sum::<f64>()), (&before[..3], 0.0));
        assert!((after[3] - before[2] / 2.0).abs() < 1e-15, "{after:?}");
    }

    #[test]
    fn a_constant_rate_is_kept_once() {
        assert_eq!(plan(Decay::Constant).rates(1000), [0.5, 0.5]);
    }
}
