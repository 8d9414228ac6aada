//! Launches of one kernel that do not depend on each other, as one dispatch: their grids side by
//! side, their uniforms in one table.

use super::launch::Launch;
use super::shader::MOST_WORKGROUPS;
use crate::op::{Access, Op};

/// What one dispatch does.
pub struct Group {
    /// The kernels.
    pub ops: Vec<Op>,
    /// The dispatch.
    pub launch: Launch,
}

/// The dispatches of kernels with their launches, in order: neighbours that fit are put together.
pub fn grouped(ops: &[Op], launches: Vec<Launch>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::with_capacity(ops.len());
    for (op, launch) in ops.iter().zip(launches) {
        match groups.last_mut() {
            Some(group) if group.takes(op, &launch) => group.push(op, &launch),
            _ => groups.push(Group { ops: vec![*op], launch }),
        }
    }
    groups
}

impl Group {
    /// Whether another kernel can be done in the same dispatch: the same shader on the same
    /// buffers, with room in its table and in a grid, and nothing that one of them writes is an
    /// operand of the other.
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
        same && room && binds && self.ops.iter().all(|mine| independent(mine, op))
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
