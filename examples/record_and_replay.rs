//! Records one training step of a small network, prints it, and replays it on two backends.
//!
//! ```sh
//! cargo run --release --example record_and_replay
//! ```
//!
//! A step is data: the same list of kernels runs in f64 on the CPU (the oracle of the tests) and in
//! f32 on the CPU or on a GPU, and every tensor can be compared.

use mellizo::cpu::Cpu;
use mellizo::error::Result;
use mellizo::nn::{Adam, AdamPlan, Decay, Network, Output, Plan};
use mellizo::op::{Backend, Op, Program, Random};
use mellizo::synthesis::{BackendChoice, Quiet};

/// A network of two layers that learns to put out zeros; its parameters after some steps.
fn train(backend: &mut dyn Backend, steps: u32, print: bool) -> Result<Vec<f64>> {
    let plan = Plan {
        sizes: vec![4, 8, 2],
        batch_norm: true,
        slope: 0.01,
        epsilon: 1e-3,
        momentum: 0.99,
        output: Output::Linear,
        shortcut: false,
    };
    let adam = AdamPlan {
        learning_rate: 1e-2,
        decay: Decay::Constant,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-7,
    };
    let network = Network::new(plan, 1, backend)?;
    backend.write(network.parameters, &network.initial_parameters(1, 1, 0))?;
    backend.write(network.statistics, &network.initial_statistics())?;
    let adam = Adam::new(adam, &network, steps as usize, backend)?;
    let space = network.workspace(backend, [1, 32])?;

    let mut program = Program::new("step");
    program.push(Op::Noise { out: space.x(), random: Random { seed: 1, stream: 2 } });
    let pass = network.forward(backend, &mut program, &space, None)?;
    // The gradient of the sum of y^2 / 2 is y.
    program.push(Op::Copy { x: pass.y, y: space.dy() });
    network.backward(backend, &mut program, &pass, space.dy(), Some(adam.gradients), None)?;
    adam.update(&mut program);
    if print {
        print!("{program}");
        println!("{} floating-point operations", program.flops());
    }
    let compiled = backend.compile(&program)?;
    let runs: Vec<_> = (0..steps).map(|step| (compiled, step)).collect();
    backend.replay(&runs)?;
    backend.read(network.parameters)
}

fn main() -> Result<()> {
    let mut second = BackendChoice::default().open(&mut Quiet)?;
    println!("the CPU in f64, and {}\n", second.describe());
    let exact = train(&mut Cpu::double(), 10, true)?;
    let single = train(second.as_mut(), 10, false)?;
    let apart = exact.iter().zip(&single).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    println!("after 10 steps the parameters are at most {apart:.1e} apart");
    Ok(())
}
