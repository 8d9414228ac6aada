//! The numbers of a trained network, by name.

use engine::nn::{Network, Parameter};
use engine::op::{Backend, Tensor};
use ground::error::Result;

/// One named tensor of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedTensor {
    /// `LAYER.PARAMETER`, layers from 0.
    pub name: String,
    /// Rows and numbers per row.
    pub shape: [usize; 2],
    /// Row by row.
    pub values: Vec<f32>,
}

/// All parameters and running statistics of one model of a network, layer by layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights(pub Vec<NamedTensor>);

fn slots(network: &Network) -> impl Iterator<Item = (String, Parameter, Tensor)> {
    network.layers().iter().enumerate().flat_map(move |(i, layer)| {
        let trained = layer.parameters().map(|p| (p, network.parameters));
        let kept = layer.statistics().map(|p| (p, network.statistics));
        trained
            .chain(kept)
            .map(move |(p, arena)| (format!("{i}.{}", p.name), p, arena))
            .collect::<Vec<_>>()
    })
}

impl Weights {
    /// Reads one model of a network.
    pub fn read(backend: &mut dyn Backend, network: &Network, model: usize) -> Result<Self> {
        let mut tensors = Vec::new();
        for (name, parameter, arena) in slots(network) {
            let window = arena.window(parameter.at, parameter.rows, parameter.features);
            let values = backend.read(super::snapshot::one_model(&window, model))?;
            let values = values.into_iter().map(|value| value as f32).collect();
            tensors.push(NamedTensor { name, shape: [parameter.rows, parameter.features], values });
        }
        Ok(Self(tensors))
    }

    /// Writes them into every model of a network. Errors: which tensor is missing or has another
    /// shape.
    pub fn write(
        &self,
        backend: &mut dyn Backend,
        network: &Network,
    ) -> Result<std::result::Result<(), String>> {
        for (name, parameter, arena) in slots(network) {
            let Some(tensor) = self.0.iter().find(|tensor| tensor.name == name) else {
                return Ok(Err(format!("there is no tensor {name}")));
            };
            let expected = [parameter.rows, parameter.features];
            if tensor.shape != expected {
                return Ok(Err(format!(
                    "tensor {name} is {:?}, but the recipe makes it {expected:?}",
                    tensor.shape
                )));
            }
            let window = arena.window(parameter.at, parameter.rows, parameter.features);
            let values: Vec<f64> = tensor.values.iter().map(|value| f64::from(*value)).collect();
            backend.write(window, &values.repeat(window.models))?;
        }
        Ok(Ok(()))
    }
}
