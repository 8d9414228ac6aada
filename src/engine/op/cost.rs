//! How much arithmetic and memory traffic a kernel needs at least: the yardstick of every speed
//! figure.

use super::{Access, Op};

/// Work of one kernel, all models together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Additions, multiplications, comparisons and special functions, each counted as one; a fused
    /// multiply-add is two.
    pub flops: u64,
    /// f32 bytes that must move if every operand is read once and written once.
    pub bytes: u64,
}

/// Numbers that a kernel moves, all models together.
pub(super) struct Moved {
    /// All of them, if every operand is read once and written once.
    pub numbers: usize,
    /// Those of the largest written operand.
    pub written: usize,
}

impl Op {
    pub(super) fn moved(&self) -> Moved {
        let mut moved = Moved { numbers: 0, written: 0 };
        for operand in self.operands() {
            let numbers = operand.tensor.models * operand.tensor.len();
            moved.numbers += numbers * if operand.access == Access::Update { 2 } else { 1 };
            if operand.access != Access::Read {
                moved.written = moved.written.max(numbers);
            }
        }
        moved
    }
}
