//! Where a training pass keeps what its backward pass and its update read, in few allocations.
//!
//! A GPU can do the updates of all layers in one dispatch only if it can bind their inputs as one
//! buffer and their gradients as another one.

use super::Network;
use super::network::Output;
use crate::op::{Backend, Tensor};
use ground::error::Result;

/// Every window starts at a multiple of so many numbers: a line of any cache.
const ALIGNMENT: usize = 64;

/// The inputs of every layer of a network, and the gradients at the outputs of every dense product,
/// for one number of rows.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub(super) xs: Vec<Tensor>,
    pub(super) dys: Vec<Tensor>,
    dy: Tensor,
}

impl Network {
    /// Allocates the workspace of a training pass over `rows` rows of every model.
    pub fn workspace(&self, backend: &mut dyn Backend, rows: usize) -> Result<Workspace> {
        let models = self.parameters.models;
        let inputs: Vec<usize> = self.layers().iter().map(|layer| layer.inputs()).collect();
        let outputs: Vec<usize> = self.layers().iter().map(|layer| layer.outputs()).collect();
        let dys = side_by_side(backend, models, rows, &outputs)?;
        let dy = match self.plan().output {
            Output::Linear => dys[dys.len() - 1],
            Output::Tanh => backend.alloc([models, rows, self.outputs()])?,
        };
        Ok(Workspace { xs: side_by_side(backend, models, rows, &inputs)?, dys, dy })
    }
}

impl Workspace {
    /// Where the network's input belongs `[models, rows, inputs]`.
    pub fn x(&self) -> Tensor {
        self.xs[0]
    }

    /// Where the gradient of the network's output belongs `[models, rows, outputs]`.
    pub fn dy(&self) -> Tensor {
        self.dy
    }
}

/// Tensors `[models, rows, features]` in one allocation; in one each where the device gives no
/// piece so large.
fn side_by_side(
    backend: &mut dyn Backend,
    models: usize,
    rows: usize,
    features: &[usize],
) -> Result<Vec<Tensor>> {
    let lengths = features.iter().map(|features| (rows * features).next_multiple_of(ALIGNMENT));
    let starts: Vec<usize> = lengths
        .scan(0, |end, length| {
            *end += length;
            Some(*end - length)
        })
        .collect();
    let whole = starts
        .iter()
        .zip(features)
        .map(|(start, features)| start + rows * features)
        .max()
        .unwrap_or(0);
    match backend.alloc([models, 1, whole]) {
        Ok(arena) => Ok(starts
            .iter()
            .zip(features)
            .map(|(start, f)| arena.window(*start, rows, *f))
            .collect()),
        Err(_) => {
            features.iter().map(|features| backend.alloc([models, rows, *features])).collect()
        }
    }
}
