//! Which kernels a Program becomes on this device, and which launch each of them: what the self-test
//! trusts, and of that the quickest.

use super::compile;
use super::launch::Launch;
use super::variant::{self, Variant};
use super::{Gpu, Variants};
use crate::op::{Op, Program};
use ground::error::{Error, Result};

impl Gpu {
    /// The kernels of a Program, once each of them is known to be right: fused, or as they were
    /// recorded where they are to be or a fused one is wrong.
    /// Errors when a kernel is wrong that nothing else computes.
    pub(super) fn trusted(&mut self, program: &Program) -> Result<Vec<Op>> {
        loop {
            let ops = compile::kernels(program, self.as_recorded);
            let device = (&self.device, &mut self.pipelines, &mut self.replay);
            self.selftest.learn(device, &ops)?;
            let hopeless = |op| self.selftest.hopeless(op, self.device.abilities);
            match ops.iter().find_map(hopeless) {
                None => return Ok(ops),
                Some(_) if !self.as_recorded => self.as_recorded = true,
                Some(fault) => {
                    return Err(Error::Device(format!(
                        "this GPU or its driver computes wrongly ({fault}); use the CPU backend, \
                         or another driver"
                    )));
                }
            }
        }
    }

    /// The launch of each kernel, by the variant that the device uses where there are several.
    pub(super) fn chosen(&mut self, ops: &[Op]) -> Result<Vec<Launch>> {
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
