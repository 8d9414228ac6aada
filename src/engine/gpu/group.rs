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
