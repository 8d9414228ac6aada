//! Which bytes of which buffer each variable of a dispatch is bound to.
//!
//! Many tensors share a buffer, and a browser refuses a dispatch that binds one number twice where
//! it may be written.
//! So a variable is bound to its tensor's range and not to the buffer: from the last place before
//! the tensor at which every device can bind, to the tensor's end.
//! The places in the uniform count from there.
//! A variable that nothing is written through, because its operand is absent, is bound to numbers
//! that belong to nobody.

use super::group::Group;
use super::launch::{Bound, Launch};
use super::plan::size;
use crate::op::{BufferId, Tensor};
use std::ops::Range;

/// Every device can bind a buffer from multiples of so many bytes on.
const ALIGNMENT: u64 = 256;

/// What a variable of a dispatch is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Place in [`Shader::operands`](super::shader::Shader::operands); the binding is the next
    /// number.
    pub slot: usize,
    /// The buffer; none for numbers that belong to nobody.
    pub buffer: Option<BufferId>,
    /// The bytes of it.
    pub bytes: Range<u64>,
    /// Whether the variable is declared `read` rather than `read_write`.
    pub read_only: bool,
}

impl Binding {
    /// Whether both are bound to some byte, and one of them may be written.
    pub fn collides(&self, other: &Self) -> bool {
        let written = !(self.read_only && other.read_only);
        let both = self.bytes.start.max(other.bytes.start)..self.bytes.end.min(other.bytes.end);
        written && self.buffer == other.buffer && !both.is_empty()
    }
}

/// What each variable of a dispatch is bound to, in the order of its launch: a range that holds the
/// tensors of all its kernels.
pub fn bindings(group: &Group) -> Vec<Binding> {
    let mut nobodys = 0..0;
    let all = group.launch.bound.iter().map(|bound| {
        if bound.stand_in && !bound.read_only {
            nobodys = nobodys.end..nobodys.end + ALIGNMENT;
            let (slot, bytes) = (bound.slot, nobodys.clone());
            return Binding { slot, buffer: None, bytes, read_only: false };
        }
        Binding {
            slot: bound.slot,
            buffer: Some(bound.tensor.buffer),
            bytes: tensors(group, bound)
                .map(|tensor| range(&tensor))
                .fold(range(&bound.tensor), |all, one| {
                    all.start.min(one.start)..all.end.max(one.end)
                }),
            read_only: bound.read_only,
        }
    });
    all.collect()
}

/// The uniform `at` of a dispatch, with places that count from where its variables are bound.
pub(super) fn words(group: &Group, bindings: &[Binding]) -> Vec<u32> {
    let mut words = group.launch.words.clone();
    let block = group.launch.shader.words();
    for (kernel, op) in group.ops.iter().enumerate() {
        let launch = Launch::of(op);
        for bound in &launch.bound {
            let binding = bindings.iter().find(|binding| binding.slot == bound.slot);
            let first = binding.expect("every variable is bound").bytes.start / 4;
            let place = &mut words[kernel * block + 2 * bound.slot..][..2];
            // Nobody looks at the place of what is absent, and there is none in this range.
            let offset = if bound.stand_in { 0 } else { bound.tensor.offset - first as usize };
            place[0] = size(offset);
        }
    }
    words
}

/// The tensors that a variable stands for, kernel by kernel, without stand-ins.
fn tensors<'a>(group: &'a Group, bound: &'a Bound) -> impl Iterator<Item = Tensor> + 'a {
    let name = group.launch.shader.operands[bound.slot];
    let operands = group.ops.iter().flat_map(|op| op.operands());
    operands.filter(move |operand| operand.name == name).map(|operand| operand.tensor)
}

fn range(tensor: &Tensor) -> Range<u64> {
    let end = tensor.start(tensor.models - 1) + tensor.len();
    let start = 4 * tensor.offset as u64;
    start / ALIGNMENT * ALIGNMENT..4 * end as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::group::grouped;
    use crate::gpu::variant::reference;
    use crate::op::Op;

    fn group(ops: &[Op]) -> Group {
        let launches = ops.iter().map(reference).collect();
        let mut groups = grouped(ops, launches);
        assert_eq!(groups.len(), 1);
        groups.remove(0)
    }

    fn tensor(buffer: u32, offset: usize, rows: usize, features: usize) -> Tensor {
        let whole = Tensor::whole(BufferId(buffer), [1, rows, features]);
        Tensor { offset, ..whole }
    }

    /// The update of a layer of five inputs whose numbers lie behind `at` others.
    fn update(at: usize) -> Op {
        Op::DenseUpdate {
            x: tensor(0, at, 4, 5),
            dy: tensor(1, at, 4, 3),
            dense: None,
            statistics: None,
            groups: 1,
            rows: 4,
            after: 0,
            w: tensor(2, at, 5, 3),
            m: tensor(3, at, 5, 3),
            v: tensor(4, at, 5, 3),
            lr: tensor(5, 0, 1, 1),
            tile: 32,
            beta1: 0.9,
            beta2: 0.99,
            epsilon: 1e-7,
        }
    }

    #[test]
    fn a_range_starts_where_a_device_can_bind_and_the_place_counts_from_there() {
        let group = group(&[Op::Copy { x: tensor(0, 130, 2, 3), y: tensor(1, 63, 2, 3) }]);
        let all = bindings(&group);
        assert_eq!(all.iter().map(|b| b.bytes.clone()).collect::<Vec<_>>(), [512..544, 0..276]);
        let words = words(&group, &all);
        assert_eq!([words[0], words[2]], [2, 63]);
    }

    #[test]
    fn a_dispatch_of_several_kernels_is_bound_to_the_tensors_of_all() {
        let group = group(&[update(1000), update(100)]);
        let all = bindings(&group);
        let x = all.iter().find(|binding| binding.slot == 0).expect("x");
        assert_eq!(x.bytes, 256..4 * 1020);
        let (words, block) = (words(&group, &all), group.launch.shader.words());
        assert_eq!([words[0], words[block]], [1000 - 64, 100 - 64]);
    }

    #[test]
    fn what_is_absent_is_bound_to_what_nobody_has() {
        let x = tensor(0, 0, 4, 5);
        let op =
            Op::DenseBackwardWeight { x, dy: tensor(1, 0, 4, 3), dw: tensor(2, 0, 5, 3), db: None };
        let all = bindings(&group(&[op]));
        let absent = all.iter().find(|binding| binding.buffer.is_none()).expect("db");
        assert!(!absent.read_only);
        for (i, one) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|other| !one.collides(other)), "{all:?}");
        }
        let twice = Binding { read_only: true, ..absent.clone() };
        assert!(twice.collides(absent), "one of the two is written");
    }
}
