//! Which variant computes which product or sort on this adapter: measured once, remembered beside
//! the driver's compiled pipelines.
//!
//! `contest` lets variants compete on the live shape, after each has given the reference's bits
//! there: so a choice changes the time of a run and nothing else.
//! `store` keeps choices for the next process in the user's cache folder, under a `key` of adapter,
//! driver, version and shader texts; a broken file counts as none.
//! `scratch` is the memory of a contest.
//! `plans` races whole plans of a Program, which differ in their last bits.
//! When the time for measuring is over, kernels that were not reached use the reference and are
//! measured by a later process.

mod contest;
mod key;
pub(super) mod plans;
mod scratch;
mod store;
#[cfg(test)]
mod tests;

use super::device::Device;
use super::launch::Launch;
use super::pipeline::Pipelines;
use super::variant::{Abilities, Variant, in_fours, reference, variants};
use crate::op::{Op, Program};
use ground::error::Result;
pub(super) use key::Key;
use plans::Plan;
use scratch::Scratch;
use std::time::{Duration, Instant};
use store::Choices;
pub(super) use store::Store;

/// Chooses variants while Programs are compiled.
pub(super) struct Tuner {
    store: Option<Store>,
    choices: Choices,
    /// Time that is left for measuring.
    budget: Duration,
    /// Variants that gave wrong results or could not run, for people.
    pub refused: Vec<String>,
}

impl Tuner {
    /// Starts from what is remembered, and measures for about `budget` at most.
    pub fn new(store: Option<Store>, budget: Duration) -> Self {
        let choices = store.as_ref().map(Store::choices).unwrap_or_default();
        Self { store, choices, budget, refused: Vec::new() }
    }

    /// The plan that is remembered for a Program.
    pub fn plan(&self, program: &Program) -> Option<&'static Plan> {
        self.choices.get(&plan_of(program)).and_then(|name| Plan::named(name))
    }

    /// Whether a choice would be there for the next process.
    pub fn remembers(&self) -> bool {
        self.store.is_some() && !self.budget.is_zero()
    }

    /// Takes time off what is left for measuring.
    pub fn spend(&mut self, time: Duration) {
        self.budget = self.budget.saturating_sub(time);
    }

    /// Remembers the plan that has won, and what was refused.
    pub fn keep_plan(&mut self, program: &Program, winner: &Plan, refused: &[&str]) {
        let news = Choices::from([(plan_of(program), winner.name.to_owned())]);
        if let Some(store) = &self.store {
            store.keep_choices(&news);
        }
        self.choices.extend(news);
        for plan in refused {
            self.refused.push(format!(
                "plan \"{plan}\" for {}: its results differ from the recorded kernels'",
                program.name()
            ));
        }
    }

    /// The dispatches of kernels: those with variants by what is remembered or wins now.
    /// Errors when the device computes wrongly or fails.
    pub fn launches(
        &mut self,
        device: &Device,
        pipelines: &mut Pipelines,
        ops: &[Op],
    ) -> Result<Vec<Launch>> {
        let unknown = self.unknown(ops, device.abilities);
        let mut news = Choices::new();
        for op in unknown {
            if self.budget.is_zero() {
                break;
            }
            let start = Instant::now();
            if let Some(winner) = self.measure(device, pipelines, &op)? {
                news.insert(name(&op), winner.name.to_owned());
            }
            self.budget = self.budget.saturating_sub(start.elapsed());
        }
        if let Some(store) = self.store.as_ref().filter(|_| !news.is_empty()) {
            store.keep_choices(&news);
        }
        self.choices.extend(news);
        Ok(ops.iter().map(|op| self.launch(op, device.abilities)).collect())
    }

    /// One of every kind of kernel with variants that nothing is known about: sorts first, because
    /// a device that is slow at them is so by a factor of ten, then the product with the most work.
    fn unknown(&self, ops: &[Op], abilities: Abilities) -> Vec<Op> {
        let mut unknown: Vec<Op> = Vec::new();
        for op in ops.iter().filter(|op| variants(op, abilities).count() > 1) {
            if self.chosen(op, abilities).is_none()
                && unknown.iter().all(|other| name(other) != name(op))
            {
                unknown.push(*op);
            }
        }
        unknown.sort_by_key(|op| {
            (!matches!(op, Op::SortColumns { .. }), std::cmp::Reverse(op.cost().flops))
        });
        unknown
    }

    /// The variant that is remembered for a kernel, if it still exists and computes it.
    fn chosen(&self, op: &Op, abilities: Abilities) -> Option<&'static Variant> {
        let chosen = self.choices.get(&name(op))?;
        variants(op, abilities).find(|variant| variant.name == chosen)
    }

    fn launch(&self, op: &Op, abilities: Abilities) -> Launch {
        self.chosen(op, abilities).map_or_else(|| reference(op), |variant| variant.launch(op))
    }

    /// The winner; none if there is no memory for a contest.
    fn measure(
        &mut self,
        device: &Device,
        pipelines: &mut Pipelines,
        op: &Op,
    ) -> Result<Option<&'static Variant>> {
        let Ok(scratch) = Scratch::of(device, op) else { return device.check().map(|()| None) };
        let entrants: Vec<_> = variants(op, device.abilities).collect();
        let launches = entrants.iter().map(|variant| variant.launch(&scratch.op)).collect();
        let verdict = contest::contest(device, pipelines, &scratch, launches)?;
        for (index, why) in verdict.refused {
            self.refused.push(format!("{} for {}: {why}", entrants[index].name, name(op)));
        }
        Ok(Some(entrants[verdict.winner]))
    }
}

/// How the key of a plan begins.
const PLAN_OF: &str = "plan of ";

/// What makes one Program differ from another: its kernels with their shapes.
fn plan_of(program: &Program) -> String {
    let kernels = key::hash(program.to_string().as_bytes());
    format!("{PLAN_OF}{} {kernels:016x}", program.name())
}

/// Whether a choice is that of a plan and not of a kernel's variant.
pub(super) fn is_plan(key: &str) -> bool {
    key.starts_with(PLAN_OF)
}

/// What makes one product or sort differ from another to a device: kernel, shape, bias or groups,
/// and whether it can be read in fours.
fn name(op: &Op) -> String {
    let shapes: Vec<String> = op
        .operands()
        .iter()
        .map(|operand| operand.tensor.shape().map(|size| size.to_string()).join("x"))
        .collect();
    let rest = match op {
        Op::SortColumns { groups, .. } => format!(" in {groups} groups"),
        _ if in_fours(op) => " in fours".to_owned(),
        _ => String::new(),
    };
    format!("{} {}{rest}", op.name(), shapes.join(" "))
}
