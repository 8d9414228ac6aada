//! A recorded sequence of kernels.

use super::{Op, Tensor};
use std::fmt;

/// A list of kernels that is recorded once and replayed thousands of times.
#[derive(Clone, Debug)]
pub struct Program {
    name: &'static str,
    ops: Vec<Op>,
    discarded: Vec<Tensor>,
    spare: Vec<[Tensor; 2]>,
}

impl Program {
    /// An empty Program; the name is for people.
    pub fn new(name: &'static str) -> Self {
        Self { name, ops: Vec::new(), discarded: Vec::new(), spare: Vec::new() }
    }

    /// What it does, for people.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its kernels in order.
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// Appends a kernel.
    /// Panics when its shapes do not fit, or when a tensor that it writes overlaps another of its
    /// operands.
    pub fn push(&mut self, op: Op) {
        op.check();
        if let Some([a, b]) = op.overlap() {
            panic!("{}: {a} and {b} overlap and one is written", op.name());
        }
        self.ops.push(op);
    }

    /// Appends all of another Program.
    pub fn append(&mut self, other: &Program) {
        self.ops.extend_from_slice(&other.ops);
        self.discarded.extend_from_slice(&other.discarded);
        self.spare.extend_from_slice(&other.spare);
    }

    /// Declares that nobody asks for these numbers after a replay: kernels pass them on to each
    /// other, and a backend that can do without them need not write them.
    pub fn discard(&mut self, tensor: Tensor) {
        self.discarded.push(tensor);
    }

    /// Whether every number of the tensor may be left unwritten.
    pub fn discards(&self, tensor: &Tensor) -> bool {
        self.discarded.iter().any(|discarded| discarded.contains(tensor))
    }

    /// Declares that the rows of `whole` behind those of `tensor`, with which it starts, belong to
    /// whoever writes the tensor: a fused kernel leaves there what others need to know of it.
    /// Panics when `whole` does not start with the tensor.
    pub fn spare(&mut self, tensor: Tensor, whole: Tensor) {
        assert!(
            whole.rows >= tensor.rows && whole.rows_from(0, tensor.rows) == tensor,
            "{:?} does not start with {:?}",
            whole.shape(),
            tensor.shape()
        );
        self.spare.push([tensor, whole]);
    }

    /// The tensor with its spare rows, if there are any.
    pub fn with_spare(&self, tensor: &Tensor) -> Option<Tensor> {
        self.spare.iter().find(|[of, _]| of == tensor).map(|[_, whole]| *whole)
    }

    /// The same declarations over other kernels.
    pub fn with_ops(&self, ops: Vec<Op>) -> Self {
        let mut program = Self { ops: Vec::with_capacity(ops.len()), ..self.clone() };
        ops.into_iter().for_each(|op| program.push(op));
        program
    }

    /// Floating-point operations of one replay.
    pub fn flops(&self) -> u64 {
        self.ops.iter().map(|op| op.cost().flops).sum()
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} kernels", self.name, self.ops.len())?;
        for op in &self.ops {
            write!(f, "  {:<24}", op.name())?;
            for operand in op.operands() {
                let t = operand.tensor;
                write!(f, " {}[{}, {}, {}]", operand.name, t.models, t.rows, t.features)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
