//! Tensors that models share.

use engine::op::{Backend, Tensor};
use ground::error::Result;

/// A tensor with these numbers: each model reads its own part, or all read the same.
pub(super) fn shared(
    backend: &mut dyn Backend,
    shape: [usize; 3],
    values: &[f64],
    models: usize,
) -> Result<Tensor> {
    let tensor = backend.alloc(shape)?;
    backend.write(tensor, values)?;
    Ok(if tensor.models == models { tensor } else { tensor.broadcast(models) })
}
