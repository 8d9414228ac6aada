//! Every kernel of a Program once on numbers whose answer is known, before it is trusted.
//!
//! Drivers compile wrongly: barriers are lost, sums are cut short.
//! So a kernel, and each variant of it, runs once on a small example beside an oracle in f64, when
//! a device first compiles a Program with it.
//! What was right is remembered beside the choices of `tune`, under adapter, driver, version and
//! the shader's text; so the next process does not ask again.
//! A wrong variant is left out where there is another one; a wrong fused kernel is replaced by the
//! kernels that it was made of; a kernel that nothing else computes ends the run.

mod example;
#[cfg(test)]
mod tests;
mod verdict;

use super::Gpu;
use super::compile::{self, Dispatch};
use super::device::Device;
use super::group::Group;
use super::launch::Launch;
use super::memory::Memory;
use super::pipeline::Pipelines;
use super::replay::Replay;
use super::tune::Store;
use super::variant::{Abilities, Variant, variants};
use crate::op::{Backend, Op};
use example::{STEP, answer, every_example, place, written};
use ground::error::Result;
use std::collections::BTreeMap;
pub(super) use verdict::is_verdict;
use verdict::{RIGHT, first_wrong, key};

/// Makes a backend that computes in f64, for what must be right.
pub type Oracle = fn() -> Box<dyn Backend>;

/// What is known of the kernels of a device.
pub(super) struct SelfTest {
    oracle: Option<Oracle>,
    store: Option<Store>,
    /// `RIGHT`, or what is wrong, by the launch's key.
    verdicts: BTreeMap<String, String>,
}

/// A launch on memory of its own.
struct Trial {
    launch: Launch,
    op: Op,
    memory: Memory,
}

impl SelfTest {
    /// Knows what earlier processes found. Without an oracle everything is trusted.
    pub fn new(oracle: Option<Oracle>, store: Option<Store>) -> Self {
        let all = store.as_ref().map(Store::choices).unwrap_or_default();
        let verdicts = all.into_iter().filter(|(key, _)| is_verdict(key)).collect();
        Self { oracle, store, verdicts }
    }

    /// Tests what of these kernels is not known yet.
    /// Errors when the device fails; a wrong kernel is no error here.
    pub fn learn(
        &mut self,
        (device, pipelines, replay): (&Device, &mut Pipelines, &mut Replay),
        ops: &[Op],
    ) -> Result<()> {
        let Some(oracle) = self.oracle else { return Ok(()) };
        let mut unknown: Vec<Launch> = Vec::new();
        for launch in ops.iter().flat_map(|op| launches(op, device.abilities)) {
            let new = !self.verdicts.contains_key(&key(&launch));
            if new && unknown.iter().all(|other| key(other) != key(&launch)) {
                unknown.push(launch);
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        let examples = examples_of(&unknown, device.abilities);
        let news = judge((device, pipelines, replay), oracle, examples)?;
        // What was wrong is looked at again by the next process: a driver may have been in trouble.
        let right = news.iter().filter(|(_, verdict)| *verdict == RIGHT);
        let right = right.map(|(key, verdict)| (key.clone(), verdict.clone())).collect();
        if let Some(store) = &self.store {
            store.keep_choices(&right);
        }
        self.verdicts.extend(news);
        Ok(())
    }

    /// What is wrong with a launch, if anything is known to be.
    pub fn fault(&self, launch: &Launch) -> Option<&str> {
        self.verdicts.get(&key(launch)).map(String::as_str).filter(|verdict| *verdict != RIGHT)
    }

    /// Whether no way to compute a kernel is known to be right.
    pub fn hopeless(&self, op: &Op, abilities: Abilities) -> Option<String> {
        let all: Vec<_> = launches(op, abilities).collect();
        let faults: Vec<_> = all.iter().filter_map(|launch| self.fault(launch)).collect();
        (faults.len() == all.len()).then(|| faults[0].to_owned())
    }

    /// The first right variant of a kernel, where one of its variants is wrong; none where all are
    /// right.
    pub fn instead(&self, op: &Op, abilities: Abilities) -> Option<&'static Variant> {
        let all: Vec<_> = variants(op, abilities).collect();
        let right = |variant: &&&'static Variant| self.fault(&variant.launch(op)).is_none();
        if all.iter().all(|variant| right(&variant)) {
            return None;
        }
        all.iter().find(right).copied()
    }

    /// What was found to be wrong, kernel by kernel, in words.
    pub fn faults(&self) -> Vec<String> {
        self.verdicts.values().filter(|verdict| *verdict != RIGHT).cloned().collect()
    }
}

/// What a self-test of everything found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// Kernels and variants of them that were tried.
    pub ways: usize,
    /// What was wrong, in words; empty where all is right.
    pub faults: Vec<String>,
}

impl Gpu {
    /// Tries every kernel and every variant that this device can run, whatever earlier processes
    /// found. Errors when the device fails; a wrong kernel is no error.
    pub fn self_test(&mut self, oracle: Oracle) -> Result<Tested> {
        let mut all = SelfTest::new(Some(oracle), None);
        let parts = (&self.device, &mut self.pipelines, &mut self.replay);
        all.learn(parts, &every_example())?;
        Ok(Tested { ways: all.verdicts.len(), faults: all.faults() })
    }
}

/// The verdicts on launches, each with the examples that it is tested on.
fn judge(
    (device, pipelines, replay): (&Device, &mut Pipelines, &mut Replay),
    oracle: Oracle,
    examples: Vec<(Op, Vec<Launch>)>,
) -> Result<BTreeMap<String, String>> {
    let mut news = BTreeMap::new();
    // All pipelines at once; one that cannot be made is found below.
    let all = examples.iter().flat_map(|(_, launches)| launches);
    let _ = pipelines.prepare(device, all);
    for (op, launches) in examples {
        let expected = answer(&op, oracle().as_mut())?;
        for launch in launches {
            let key = key(&launch);
            let mut trial = Trial::new(device, op, launch)?;
            let found = trial.run(device, pipelines, replay);
            device.check()?;
            let fault = match found {
                Err(error) => Some(error.to_string()),
                Ok(results) => first_wrong(&op, &expected, &results),
            };
            let verdict = fault.unwrap_or_else(|| RIGHT.to_owned());
            let known = news.entry(key).or_insert_with(|| RIGHT.to_owned());
            if *known == RIGHT {
                *known = verdict;
            }
        }
    }
    Ok(news)
}

/// Every way to compute a kernel on a device.
fn launches(op: &Op, abilities: Abilities) -> impl Iterator<Item = Launch> {
    let all: Vec<_> = variants(op, abilities).map(|variant| variant.launch(op)).collect();
    let only = all.is_empty().then(|| Launch::of(op));
    all.into_iter().chain(only)
}

/// Examples that launches are tested on, and which of the launches each one is for.
fn examples_of(unknown: &[Launch], abilities: Abilities) -> Vec<(Op, Vec<Launch>)> {
    let wanted = |launch: &Launch| unknown.iter().any(|other| key(other) == key(launch));
    let of = |op: Op| (op, launches(&op, abilities).filter(wanted).collect::<Vec<_>>());
    every_example().into_iter().map(of).filter(|(_, launches)| !launches.is_empty()).collect()
}

impl Trial {
    fn new(device: &Device, op: Op, launch: Launch) -> Result<Self> {
        let mut memory = Memory::default();
        let mut given = Vec::new();
        place(
            &op,
            |shape| memory.alloc(device, shape),
            |tensor, values| {
                given.push((tensor, values.to_vec()));
                Ok(())
            },
        )?;
        for (tensor, values) in given {
            memory.write(device, &tensor, &values)?;
        }
        Ok(Self { launch, op, memory })
    }

    /// What the device writes.
    fn run(
        &mut self,
        device: &Device,
        pipelines: &mut Pipelines,
        replay: &mut Replay,
    ) -> Result<Vec<Vec<f64>>> {
        let group = Group { ops: vec![self.op], launch: self.launch.clone() };
        let dispatches: Vec<Dispatch> =
            compile::compile(device, &self.memory, pipelines, vec![group])?;
        replay.run(device, &[(dispatches.as_slice(), STEP)])?;
        let tensors = written(&self.op).into_iter();
        tensors.map(|operand| self.memory.read(device, &operand.tensor)).collect()
    }
}
