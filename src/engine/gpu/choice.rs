//! Which plan runs a Program on this device, and which launch each of its kernels: what the self-test
//! trusts, and of that the quickest.

use super::compile::{self, Dispatch};
use super::launch::Launch;
use super::tune::plans::{PLANS, Plan, Runner, race};
use super::variant::{self, Variant};
use super::{Gpu, Variants, group};
use crate::op::{Op, Program};
use ground::error::{Error, Result};
use std::time::Instant;

impl Gpu {
    /// The dispatches of a Program by the plan that is known or wins now.
    /// Errors when a kernel is wrong that nothing else computes.
    pub(super) fn chosen_plan(&mut self, program: &Program) -> Result<Vec<Dispatch>> {
        let Some(plan) = self.plan(program) else { return self.raced(program) };
        let kernels = plan.kernels(program);
        match self.wrong(&kernels)? {
            None => self.ready(&kernels),
            Some(fault) if plan.is_recorded() => Err(unusable(&fault)),
            Some(_) => {
                // What a wrong fused kernel was made of is right, or an error of its own.
                self.as_recorded = true;
                self.chosen_plan(program)
            }
        }
    }

    /// The plan of a Program; none where plans are to race for it.
    pub(super) fn plan(&self, program: &Program) -> Option<&'static Plan> {
        let [default, .., recorded] = &PLANS;
        if self.as_recorded {
            return Some(recorded);
        }
        if self.always_fused {
            return Some(default);
        }
        if let Some(plan) = self.tuner.plan(program) {
            return Some(plan);
        }
        let races = matches!(self.variants, Variants::Quickest(_))
            && self.tuner.remembers()
            && default.kernels(program).len() < program.ops().len();
        (!races).then_some(default)
    }

    /// What is wrong with the first kernel that no variant computes rightly, if any is.
    fn wrong(&mut self, kernels: &[Op]) -> Result<Option<String>> {
        let device = (&self.device, &mut self.pipelines, &mut self.replay);
        self.selftest.learn(device, kernels)?;
        let hopeless = |op| self.selftest.hopeless(op, self.device.abilities);
        Ok(kernels.iter().find_map(hopeless))
    }

    /// The dispatches of kernels, grouped, with their variants.
    pub(super) fn ready(&mut self, kernels: &[Op]) -> Result<Vec<Dispatch>> {
        let launches = self.chosen(kernels)?;
        let groups = group::grouped(kernels, launches);
        compile::compile(&self.device, &self.memory, &mut self.pipelines, groups)
    }

    /// The dispatches of the quickest plan, which is remembered.
    /// A plan that is wrong or cannot be compiled is refused, unless it is the recorded one.
    fn raced(&mut self, program: &Program) -> Result<Vec<Dispatch>> {
        let mut runners = Vec::new();
        let mut refused = Vec::new();
        for plan in &PLANS {
            let kernels = plan.kernels(program);
            let ready = match self.wrong(&kernels)? {
                None => self.ready(&kernels),
                Some(fault) => Err(unusable(&fault)),
            };
            match ready {
                Ok(dispatches) => runners.push(Runner { plan, dispatches }),
                Err(error) if plan.is_recorded() => return Err(error),
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
            Variants::Quickest(_) => self.quickest(ops),
        }
    }

    /// The quickest launch of each kernel; where a variant of it is wrong, the first right one.
    fn quickest(&mut self, ops: &[Op]) -> Result<Vec<Launch>> {
        let instead: Vec<_> =
            ops.iter().map(|op| self.selftest.instead(op, self.device.abilities)).collect();
        let free = ops.iter().zip(&instead).filter(|(_, instead)| instead.is_none());
        let free: Vec<Op> = free.map(|(op, _)| *op).collect();
        let mut launches =
            self.tuner.launches(&self.device, &mut self.pipelines, &free)?.into_iter();
        let launch = |(op, instead): (&Op, Option<&'static Variant>)| match instead {
            Some(variant) => variant.launch(op),
            None => launches.next().expect("a launch for each kernel"),
        };
        Ok(ops.iter().zip(instead).map(launch).collect())
    }
}

fn unusable(fault: &str) -> Error {
    Error::Device(format!(
        "this GPU or its driver computes wrongly ({fault}); use the CPU backend, or another driver"
    ))
}
