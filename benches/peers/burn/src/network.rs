//! G and D in burn's own layers: dense, batch norm and leaky ReLU, and a dense layer at the end.

use burn::module::Module;
use burn::nn::{BatchNorm, BatchNormConfig, Initializer, Linear, LinearConfig};
use burn::tensor::activation::leaky_relu;
use burn::tensor::{Device, Tensor};

const SLOPE: f64 = 0.01;
const NORM_EPSILON: f64 = 1e-3;
/// burn's momentum is the share of the new batch.
const MOMENTUM: f64 = 0.01;

/// A dense layer without bias, and the batch norm behind it.
#[derive(Module, Debug)]
pub struct Hidden {
    pub dense: Linear,
    pub norm: BatchNorm,
}

/// One of the two networks.
#[derive(Module, Debug)]
pub struct Network {
    pub hidden: Vec<Hidden>,
    pub last: Linear,
}

impl Network {
    /// Glorot weights for these widths, from the input's to the output's.
    pub fn new(widths: &[usize], device: &Device) -> Self {
        let dense = |rows, columns, bias| {
            let glorot = Initializer::XavierUniform { gain: 1.0 };
            LinearConfig::new(rows, columns).with_bias(bias).with_initializer(glorot).init(device)
        };
        let layers = widths.len() - 1;
        let hidden = widths[..layers].windows(2).map(|pair| Hidden {
            dense: dense(pair[0], pair[1], false),
            norm: BatchNormConfig::new(pair[1]).with_epsilon(NORM_EPSILON).with_momentum(MOMENTUM).init(device),
        });
        let hidden = hidden.collect();
        let mut last = dense(widths[layers - 1], widths[layers], true);
        // The initializer draws the bias as well; the recipe starts it at 0.
        last.bias = last.bias.map(|bias| bias.map(|bias| bias.zeros_like().require_grad()));
        Self { hidden, last }
    }

    /// Rows through the network. On a device with autodiff, batch norm uses the batch and learns
    /// its statistics, else what it learned.
    pub fn forward(&self, mut x: Tensor<2>) -> Tensor<2> {
        for layer in &self.hidden {
            x = leaky_relu(layer.norm.forward(layer.dense.forward(x)), SLOPE);
        }
        self.last.forward(x)
    }
}
