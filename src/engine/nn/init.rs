//! Initial parameters, the same bits on every backend.

use super::{Layer, Network};
use crate::op::philox::Stream;
use rand_distr::{Distribution, Uniform};

impl Network {
    /// Initial parameters of one model, as long as the arena: Glorot uniform weights (Glorot and
    /// Bengio 2010: within `sqrt(6 / (inputs + outputs))` of 0), gamma 1, beta and bias 0.
    /// Rounded to f32, so that every precision starts alike.
    pub fn initial_parameters(&self, seed: u64, stream: u32, model: u32) -> Vec<f64> {
        let mut random = Stream::new(seed, stream, model);
        let mut values = vec![0.0; self.parameters_len()];
        for layer in self.layers() {
            let limit = glorot_limit(layer);
            let uniform = Uniform::new_inclusive(-limit, limit).expect("a finite range");
            for value in &mut values[layer.w.at..layer.w.at + layer.w.len()] {
                *value = f64::from(uniform.sample(&mut random));
            }
            if let Some([gamma, _]) = layer.scale {
                values[gamma.at..gamma.at + gamma.len()].fill(1.0);
            }
        }
        values
    }

    /// Initial running statistics of one model: mean 0, variance 1.
    pub fn initial_statistics(&self) -> Vec<f64> {
        let mut values = vec![0.0; self.statistics_len()];
        for [_, var] in self.layers().iter().filter_map(|layer| layer.running) {
            values[var.at..var.at + var.len()].fill(1.0);
        }
        values
    }
}

fn glorot_limit(layer: &Layer) -> f32 {
    (6.0 / (layer.inputs() + layer.outputs()) as f64).sqrt() as f32
}
