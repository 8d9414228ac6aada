//! A recorded sequence of kernels.

use super::{Access, Op};
use std::fmt;

/// A list of kernels that is recorded once and replayed thousands of times.
#[derive(Clone, Debug)]
pub struct Program {
    name: &'static str,
    ops: Vec<Op>,
}

impl Program {
    /// An empty Program; the name is for people.
    pub fn new(name: &'static str) -> Self {
        Self { name, ops: Vec::new() }
    }

    /// What it does, for people.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its kernels in order.
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// Appends a kernel. Panics when its shapes do not fit, or when a tensor that it writes overlaps another of its operands.
    pub fn push(&mut self, op: Op) {
        op.check();
        let operands = op.operands();
        for (i, a) in operands.iter().enumerate() {
            for b in &operands[i + 1..] {
                let written = a.access != Access::Read || b.access != Access::Read;
                assert!(
                    !written || !a.tensor.overlaps(&b.tensor),
                    "{}: {} and {} overlap and one is written",
                    op.name(),
                    a.name,
                    b.name
                );
            }
        }
        self.ops.push(op);
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
