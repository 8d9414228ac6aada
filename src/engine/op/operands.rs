//! The tensors of a kernel by name, in the order in which a shader binds them.

use super::{Op, Tensor};

/// What a kernel does with an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only read.
    Read,
    /// Every number is written, none is read.
    Write,
    /// Read and written.
    Update,
}

/// One tensor of a kernel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Operand {
    /// The field of [`Op`], the variable of the shader and the argument of the CPU function.
    pub name: &'static str,
    /// The handle.
    pub tensor: Tensor,
    /// What is done with it.
    pub access: Access,
}

/// The place of an operand, which may be absent.
pub(crate) struct Place {
    pub name: &'static str,
    pub tensor: Option<Tensor>,
    pub access: Access,
}

/// The field of an operand, with or without `Option`.
pub(super) trait Present: Copy {
    /// The tensor, if it is there.
    fn present(self) -> Option<Tensor>;

    /// The tensor; or none, where that is possible and not the `whole` kernel is wanted.
    fn example(whole: bool, tensor: Tensor) -> Self;
}

impl Present for Tensor {
    fn present(self) -> Option<Tensor> {
        Some(self)
    }

    fn example(_whole: bool, tensor: Tensor) -> Self {
        tensor
    }
}

impl Present for Option<Tensor> {
    fn present(self) -> Option<Tensor> {
        self
    }

    fn example(whole: bool, tensor: Tensor) -> Self {
        whole.then_some(tensor)
    }
}

impl Op {
    /// The names of two operands that share numbers although one of them is written.
    pub(super) fn overlap(&self) -> Option<[&'static str; 2]> {
        let operands = self.operands();
        let pairs = operands
            .iter()
            .enumerate()
            .flat_map(|(i, a)| operands[i + 1..].iter().map(move |b| (a, b)));
        let written =
            |a: &Operand, b: &Operand| a.access != Access::Read || b.access != Access::Read;
        pairs
            .into_iter()
            .find(|(a, b)| written(a, b) && a.tensor.overlaps(&b.tensor))
            .map(|(a, b)| [a.name, b.name])
    }

    /// The tensors in binding order; what is absent is left out.
    pub fn operands(&self) -> Vec<Operand> {
        let present =
            |Place { name, tensor, access }| tensor.map(|tensor| Operand { name, tensor, access });
        self.places().into_iter().filter_map(present).collect()
    }
}
