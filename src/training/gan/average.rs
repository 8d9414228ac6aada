//! The mean of the generator's weights over the last epochs (Polyak and Juditsky 1992).
//! It has less noise than the weights of the last step.

use super::Recipe;
use engine::nn::Network;
use engine::op::{Backend, Op, Program, Tensor};
use ground::error::Result;

/// A second generator whose parameters and running statistics follow those of the first one.
#[derive(Clone, Debug)]
pub(super) struct Average {
    /// The mean: what is judged, kept and sampled from.
    pub(super) network: Network,
    rate: Tensor,
}

impl Average {
    /// Allocates the mean over the last epochs of a run of `epochs` epochs of `batches` steps.
    /// None if the recipe does not ask for it.
    pub(super) fn new(
        backend: &mut dyn Backend,
        recipe: &Recipe,
        generator: &Network,
        [epochs, batches]: [usize; 2],
    ) -> Result<Option<Self>> {
        let averaged = recipe.training.average.min(epochs);
        if averaged == 0 {
            return Ok(None);
        }
        let network = generator.like(backend)?;
        // The weights to return to if training ends before its first epoch does.
        for (from, to) in
            [(generator.parameters, network.parameters), (generator.statistics, network.statistics)]
        {
            let values = backend.read(from)?;
            backend.write(to, &values)?;
        }
        let rates = rates((epochs - averaged) * batches, averaged * batches);
        let rate = backend.alloc([1, rates.len(), 1])?;
        backend.write(rate, &rates)?;
        Ok(Some(Self { network, rate: rate.broadcast(generator.parameters.models) }))
    }

    /// Records a step of the mean, after the weights have been updated.
    pub(super) fn update(&self, program: &mut Program, generator: &Network) {
        let rate = self.rate;
        program.push(Op::Average { x: generator.parameters, y: self.network.parameters, rate });
        program.push(Op::Average { x: generator.statistics, y: self.network.statistics, rate });
    }
}

/// The share of the newest weights, step by step.
/// It is 1 in the first `before` steps, then that of a running mean of `averaged` steps.
fn rates(before: usize, averaged: usize) -> Vec<f64> {
    (0..before).map(|_| 1.0).chain((1..=averaged).map(|step| 1.0 / step as f64)).collect()
}

#[cfg(test)]
mod tests {
    use super::rates;

    #[test]
    fn the_rates_make_a_running_mean_of_the_last_steps() {
        let weights = [5.0, 7.0, 1.0, 2.0, 6.0];
        let mean = rates(2, 3)
            .iter()
            .zip(weights)
            .fold(100.0, |mean, (rate, w)| rate * w + (1.0 - rate) * mean);
        assert!((mean - 3.0).abs() < 1e-15, "{mean}");
    }
}
