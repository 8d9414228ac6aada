//! Which plan runs a Program, and which variant each of its kernels.

use super::compile::{self, Dispatch};
use super::launch::Launch;
use super::tune::plans::{PLANS, Plan, Runner, race};
use super::variant::{self, Variant};
use super::{Gpu, Variants, group};
use crate::op::{Op, Program};
use ground::error::Result;
use std::time::Instant;

impl Gpu {
    /// The launch of each kernel, by the variant that the device uses where there are several.
    fn chosen(&mut self, ops: &[Op]) -> Result<Vec<Launch>> {
        let only = |name: &str, op: &Op| {
            variant::variants(op, self.device.abilities).find(|variant| variant.name == name)
        };
        let launch = |op: &Op, variant: Option<&'static Variant>| {
            variant.map_or_else(|| variant::reference(op), |v| v.launch(op))
        };
        match self.variants {
            Variants::Reference => Ok(ops.iter().map(variant::reference).collect()),
            Variants::Only(name) => Ok(ops.iter().map(|op| launch(op, only(name, op))).collect()),
            Variants::Quickest(_) => self.tuner.launches(&self.device, &mut self.pipelines, ops),
        }
    }

    /// The plan of a Program; none where plans are to race for it.
    pub(super) fn plan(&self, program: &Program) -> Option<&'static Plan> {
        let [default, .., recorded] = &PLANS;
        if self.as_recorded {
            return Some(recorded);
        }
        if let Some(plan) = self.tuner.plan(program) {
            return Some(plan);
        }
        let races = matches!(self.variants, Variants::Quickest(_))
            && self.tuner.remembers()
            && default.kernels(program).len() < program.ops().len();
        (!races).then_some(default)
    }

    /// The dispatches of kernels, grouped, with their variants.
    pub(super) fn ready(&mut self, ops: &[Op]) -> Result<Vec<Dispatch>> {
        let launches = self.chosen(ops)?;
        let groups = group::grouped(ops, launches);
        compile::compile(&self.device, &self.memory, &mut self.pipelines, groups)
    }

    /// The dispatches of the quickest plan, which is remembered.
    /// A plan that cannot be compiled is refused, unless it is the recorded one.
    pub(super) fn raced(&mut self, program: &Program) -> Result<Vec<Dispatch>> {
        let mut runners = Vec::new();
        let mut refused = Vec::new();
        for plan in &PLANS {
            match self.ready(&plan.kernels(program)) {
                Ok(dispatches) => runners.push(Runner { plan, dispatches }),
                Err(error) if plan.name == PLANS[2].name => return Err(error),
                Err(_) => refused.push(plan.name),
            }
            self.device.check()?;
        }
        let start = Instant::now();
        let race = race(&self.device, &self.memory, &mut self.replay, program, &runners)?;
        self.tuner.spend(start.elapsed());
        let winner = race.map_or(0, |finish| {
            refused.extend(finish.refused);
            finish.winner
        });
        let Runner { plan, dispatches } = runners.swap_remove(winner);
        self.tuner.keep_plan(program, plan, &refused);
        Ok(dispatches)
    }
}
