//! Levels: what must wait for what.

use super::planned;
use crate::gpu::group::grouped;
use crate::gpu::variant::reference;
use crate::op::{BufferId, Op, Tensor};

/// Levels of kernels that each copy one buffer to another one.
fn levels(copies: &[[u32; 2]]) -> Vec<usize> {
    let tensor = |id| Tensor::whole(BufferId(id), [1, 3, 4]);
    let ops: Vec<Op> =
        copies.iter().map(|[from, to]| Op::Copy { x: tensor(*from), y: tensor(*to) }).collect();
    let launches = ops.iter().map(reference).collect();
    let plan = planned(&grouped(&ops, launches));
    assert_eq!(plan.iter().map(|dispatch| dispatch.kernels).sum::<usize>(), copies.len());
    plan.iter().map(|dispatch| dispatch.level).collect()
}

#[test]
fn what_needs_a_result_or_overwrites_it_is_one_level_later() {
    assert_eq!(levels(&[]), [0; 0]);
    assert_eq!(levels(&[[0, 1], [2, 3], [4, 5]]), [1, 1, 1], "strangers");
    assert_eq!(levels(&[[0, 1], [0, 2], [0, 3]]), [1, 1, 1], "readers of the same numbers");
    assert_eq!(levels(&[[0, 1], [1, 2], [2, 3]]), [1, 2, 3], "a chain");
    assert_eq!(levels(&[[0, 1], [2, 0]]), [1, 2], "overwrites what was read");
    assert_eq!(levels(&[[0, 1], [2, 1]]), [1, 2], "overwrites what was written");
    // The last one waits for the longer of two ways.
    assert_eq!(levels(&[[0, 1], [2, 3], [1, 4], [4, 5], [3, 5]]), [1, 1, 2, 3, 4]);
}
