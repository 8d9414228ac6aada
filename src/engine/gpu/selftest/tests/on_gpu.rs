//! What a device's own kernels make of the self-test.

use super::super::example::every_example;
use super::super::verdict::{RIGHT, key};
use super::super::{Oracle, SelfTest};
use super::dense;
use crate::cpu::Cpu;
use crate::gpu::on_gpu::adapter_or_skip;
use crate::gpu::variant::variants;
use crate::gpu::{Gpu, GpuOptions, Variants};
use crate::nn::small_step::small_step;
use crate::op::{Backend, Compiled, Op, Program, Tensor};
use ground::error::{Error, Result};
use std::path::PathBuf;
use std::time::Instant;

fn truthful() -> Box<dyn Backend> {
    Box::new(Cpu::double())
}

/// An oracle that is wrong about everything.
struct Liar(Cpu);

impl Backend for Liar {
    fn describe(&self) -> String {
        self.0.describe()
    }

    fn alloc(&mut self, shape: [usize; 3]) -> Result<Tensor> {
        self.0.alloc(shape)
    }

    fn write(&mut self, tensor: Tensor, values: &[f64]) -> Result<()> {
        self.0.write(tensor, values)
    }

    fn read(&mut self, tensor: Tensor) -> Result<Vec<f64>> {
        Ok(self.0.read(tensor)?.into_iter().map(|value| value + 0.5).collect())
    }

    fn compile(&mut self, program: &Program) -> Result<Compiled> {
        self.0.compile(program)
    }

    fn launches(&self, program: Compiled) -> Vec<Vec<Op>> {
        self.0.launches(program)
    }

    fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<()> {
        self.0.replay(runs)
    }
}

fn lying() -> Box<dyn Backend> {
    Box::new(Liar(Cpu::double()))
}

fn absent() -> Box<dyn Backend> {
    panic!("nothing is left to ask")
}

fn open(oracle: Oracle, folder: Option<PathBuf>) -> Option<Gpu> {
    let options = GpuOptions {
        adapter: Some(adapter_or_skip()?),
        oracle: Some(oracle),
        always_fused: true,
        ..GpuOptions::default()
    };
    Some(Gpu::with_variants(&options, Variants::Quickest(folder)).expect("the adapter opens"))
}

/// A product, as it is recorded.
fn compiled(gpu: &mut Gpu) -> (Op, Result<Compiled>) {
    gpu.as_recorded = true;
    let op = dense(gpu);
    let mut program = Program::new("product");
    program.push(op);
    (op, gpu.compile(&program))
}

#[test]
fn every_kernel_and_every_variant_of_this_device_is_right() {
    let Some(mut gpu) = open(truthful, None) else { return };
    let ops = every_example();
    let device = (&gpu.device, &mut gpu.pipelines, &mut gpu.replay);
    gpu.selftest.learn(device, &ops).expect("a device that works");
    assert_eq!(gpu.selftest.faults(), [""; 0]);
    // Once more, with all pipelines made: how long that takes is printed.
    let mut again = SelfTest::new(Some(truthful), None);
    let start = Instant::now();
    let device = (&gpu.device, &mut gpu.pipelines, &mut gpu.replay);
    again.learn(device, &ops).expect("a device that works");
    println!("{} verdicts in {:?}", again.verdicts.len(), start.elapsed());
}

#[test]
fn a_kernel_that_nothing_computes_rightly_is_named() {
    let Some(mut gpu) = open(lying, None) else { return };
    let error = compiled(&mut gpu).1.expect_err("every variant is wrong");
    assert!(matches!(error, Error::Device(_)), "{error:?}");
    assert!(error.to_string().contains("dense_forward: y is "), "{error}");
    let tested = gpu.self_test(lying).expect("a device that works");
    let named = |fault: &String| fault.contains("dense_forward: y is ");
    assert!(tested.faults.iter().any(named), "{tested:?}");
    let right = gpu.self_test(truthful).expect("a device that works");
    assert!(right.faults.is_empty() && right.ways == tested.ways, "{right:?}");
}

#[test]
fn what_is_right_is_asked_once_for_each_device() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = |oracle| open(oracle, Some(folder.path().to_owned()));
    let Some(mut gpu) = open(truthful) else { return };
    compiled(&mut gpu).1.expect("right");
    let mut next = open(absent).expect("the same device");
    compiled(&mut next).1.expect("known to be right");
    // A verdict is no choice of a variant.
    let seen = crate::gpu::remembered(Some(folder.path()));
    assert!(seen.iter().all(|(_, counts)| !counts.contains_key(RIGHT)), "{seen:?}");
}

#[test]
fn a_wrong_variant_is_left_out() {
    let Some(mut gpu) = open(absent, None) else { return };
    let op = dense(&mut gpu);
    let all: Vec<_> = variants(&op, gpu.device.abilities).collect();
    for variant in &all {
        gpu.selftest.verdicts.insert(key(&variant.launch(&op)), RIGHT.to_owned());
    }
    gpu.selftest.verdicts.insert(key(&all[0].launch(&op)), "planted".to_owned());
    let compiled = compiled(&mut gpu).1.expect("another variant");
    assert_eq!(gpu.variants(compiled), [Some(all[1].name)]);
    assert_eq!(gpu.refused(), ["planted"]);
}

#[test]
fn a_wrong_fused_kernel_is_replaced_by_what_it_was_made_of() {
    let Some(mut gpu) = open(truthful, None) else { return };
    let program = small_step(&mut gpu, &[5, 7, 3], 9).0;
    let fused = crate::op::fused(&program);
    let update = fused.ops().iter().find(|op| op.name() == "dense_update").expect("it is fused");
    let launch = crate::gpu::variant::reference(update);
    gpu.selftest.verdicts.insert(key(&launch), "planted".to_owned());
    let compiled = gpu.compile(&program).expect("the recorded kernels");
    let names: Vec<_> = gpu.launches(compiled).concat().iter().map(Op::name).collect();
    assert_eq!(names, program.ops().iter().map(Op::name).collect::<Vec<_>>());
}
