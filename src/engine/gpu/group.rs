//! Launches of one kernel that do not depend on each other, as one dispatch: their grids side by
//! side, their uniforms in one table.

use super::binding::bindings;
use super::launch::Launch;
use super::shader::MOST_WORKGROUPS;
use crate::op::{Access, Op};

/// What one dispatch does.
#[derive(Clone)]
pub struct Group {
    /// The kernels.
    pub ops: Vec<Op>,
    /// The dispatch.
    pub launch: Launch,
}

/// The dispatches of kernels with their launches, in order.
/// From the last kernel to the first, each joins the last dispatch that takes it, before all those
/// that share numbers with it.
pub fn grouped(ops: &[Op], launches: Vec<Launch>) -> Vec<Group> {
    // From the last dispatch to the first, with the places of its kernels.
    let mut groups: Vec<(Group, Vec<usize>)> = Vec::with_capacity(ops.len());
    for (place, (op, launch)) in ops.iter().zip(&launches).enumerate().rev() {
        let shares = |group: &Group| !group.ops.iter().all(|mine| independent(mine, op));
        let free = groups.iter().rposition(|(group, _)| shares(group)).map_or(0, |last| last + 1);
        match groups[free..].iter_mut().find(|(group, _)| group.takes(op, launch)) {
            Some((group, places)) => {
                group.push(op, launch);
                places.push(place);
            }
            None => groups.push((Group::of(op, launch), vec![place])),
        }
    }
    // Once more, so that the kernels of a dispatch stand in their order.
    let in_order = |places: Vec<usize>| {
        let mut places = places.into_iter().rev();
        let first = places.next().expect("a kernel");
        let mut group = Group::of(&ops[first], &launches[first]);
        places.for_each(|place| group.push(&ops[place], &launches[place]));
        group
    };
    groups.into_iter().rev().map(|(_, places)| in_order(places)).collect()
}

impl Group {
    fn of(op: &Op, launch: &Launch) -> Self {
        Self { ops: vec![*op], launch: launch.clone() }
    }

    /// Whether another kernel can be done in the same dispatch: the same shader on the same
    /// buffers, with room in its table and in a grid, and no range that one variable writes is
    /// bound to another one.
    /// Nothing that one of the kernels writes may be an operand of another.
    fn takes(&self, op: &Op, launch: &Launch) -> bool {
        let same = self.launch.entry == launch.entry
            && self.launch.variant == launch.variant
            && self.launch.grid[1..] == launch.grid[1..];
        let room = self.ops.len() < launch.shader.table
            && self.launch.grid[0] + launch.grid[0] <= MOST_WORKGROUPS;
        let binds = launch.bound.iter().all(|bound| {
            let mine = self.launch.bound.iter().find(|mine| mine.slot == bound.slot);
            mine.is_some_and(|mine| {
                mine.tensor.buffer == bound.tensor.buffer || mine.stand_in || bound.stand_in
            })
        });
        same && room && binds && self.is_apart_with(op, launch)
    }

    /// Whether the variables would still be bound to ranges apart with another kernel.
    fn is_apart_with(&self, op: &Op, launch: &Launch) -> bool {
        let mut both = self.clone();
        both.push(op, launch);
        let all = bindings(&both);
        (0..all.len()).all(|one| all[one + 1..].iter().all(|other| !all[one].collides(other)))
    }

    fn push(&mut self, op: &Op, launch: &Launch) {
        for bound in launch.bound.iter().filter(|bound| !bound.stand_in) {
            let mine = self.launch.bound.iter_mut().find(|mine| mine.slot == bound.slot);
            let mine = mine.expect("the same shader");
            if mine.stand_in {
                *mine = *bound;
            }
        }
        let (shader, block) = (launch.shader, launch.shader.words());
        let mine = &mut self.launch.words[self.ops.len() * block..][..block];
        mine.copy_from_slice(&launch.words[..block]);
        mine[shader.scalar("first")] = self.launch.grid[0] as u32;
        self.launch.grid[0] += launch.grid[0];
        self.ops.push(*op);
        self.launch.words[shader.scalar("layers")] = self.ops.len() as u32;
    }
}

fn independent(one: &Op, other: &Op) -> bool {
    let others = other.operands();
    one.operands().iter().all(|a| {
        let read = |access| access == Access::Read;
        others.iter().all(|b| read(a.access) && read(b.access) || !a.tensor.overlaps(&b.tensor))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpu::variant::reference;
    use crate::op::{BufferId, Tensor};

    fn tensor(buffer: u32, offset: usize, rows: usize, features: usize) -> Tensor {
        let whole = Tensor::whole(BufferId(buffer), [1, rows, features]);
        Tensor { offset, ..whole }
    }

    /// The update of a layer of five inputs and three outputs; w and m lie in one buffer.
    fn update([x, w, m]: [usize; 3]) -> Op {
        Op::DenseUpdate {
            x: tensor(0, x, 4, 5),
            dy: tensor(1, 0, 4, 3),
            dense: None,
            statistics: None,
            groups: 1,
            rows: 4,
            after: 0,
            w: tensor(2, w, 5, 3),
            m: tensor(2, m, 5, 3),
            v: tensor(3, w, 5, 3),
            lr: tensor(4, 0, 1, 1),
            tile: 32,
            beta1: 0.9,
            beta2: 0.99,
            epsilon: 1e-7,
        }
    }

    /// How many kernels each dispatch does.
    fn sizes(ops: &[Op]) -> Vec<usize> {
        let groups = grouped(ops, ops.iter().map(reference).collect());
        groups.iter().map(|group| group.ops.len()).collect()
    }

    #[test]
    fn kernels_join_over_others_that_share_nothing_with_them() {
        let [first, second] = [update([0, 0, 1024]), update([100, 128, 1152])];
        let other = Op::Copy { x: tensor(8, 0, 2, 3), y: tensor(9, 0, 2, 3) };
        assert_eq!(sizes(&[first, other, second]), [1, 2]);
        let groups = grouped(&[first, second], [first, second].iter().map(reference).collect());
        assert_eq!(groups[0].ops, [first, second], "in their order");
        let into_second = Op::Copy { x: tensor(8, 0, 4, 5), y: tensor(0, 100, 4, 5) };
        assert_eq!(sizes(&[first, into_second, second]), [1, 2], "the copy may come first");
        let into_both = Op::Copy { x: tensor(8, 0, 30, 5), y: tensor(0, 0, 30, 5) };
        assert_eq!(sizes(&[first, into_both, second]), [1; 3]);
    }

    #[test]
    fn kernels_whose_ranges_would_meet_stay_apart() {
        // Each by itself writes w and m apart; together w reaches from 0 over m of the first one.
        let [first, second] = [update([0, 0, 128]), update([100, 256, 384])];
        assert_eq!(sizes(&[first, second]), [1, 1]);
    }
}
