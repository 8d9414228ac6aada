//! A loss of your own, from kernels that exist: a network learns to make rows with a given
//! covariance.
//!
//! ```sh
//! cargo run --release --example own_loss
//! ```
//!
//! The loss is the squared Frobenius distance between the covariance of the generated rows and the
//! wanted one.
//! Its gradient for the rows is a dense layer on them, whose weights and bias `CovarianceLoss`
//! makes: no kernel has to be written.

use mellizo::error::Result;
use mellizo::nn::{Adam, AdamPlan, Decay, Network, Output, Plan};
use mellizo::op::{Backend, Op, Program, Random, Tensor};
use mellizo::synthesis::{BackendChoice, Quiet};

const ROWS: usize = 256;
const FEATURES: usize = 3;
const STEPS: u32 = 2000;
const WANTED: [f64; 9] = [1.0, 0.8, 0.0, 0.8, 1.0, -0.3, 0.0, -0.3, 0.5];

/// Records the loss of `rows` and its gradient `dy`.
fn covariance_loss(
    backend: &mut dyn Backend,
    program: &mut Program,
    rows: Tensor,
    dy: Tensor,
) -> Result<Tensor> {
    let square = [1, FEATURES, FEATURES];
    let (real, covariance, w) =
        (backend.alloc(square)?, backend.alloc(square)?, backend.alloc(square)?);
    let vector = [1, 1, FEATURES];
    let (mean, variance, b) =
        (backend.alloc(vector)?, backend.alloc(vector)?, backend.alloc(vector)?);
    let loss = backend.alloc([1, 1, 1])?;
    backend.write(real, &WANTED)?;
    program.push(Op::Moments { x: rows, mean, variance });
    program.push(Op::Covariance { x: rows, mean, covariance });
    // The derivative of the sum of (covariance - real)^2 by a row x is
    // 4 / (rows - 1) (x - mean) (covariance - real).
    let factor = 4.0 / (ROWS - 1) as f64;
    program.push(Op::CovarianceLoss { covariance, real, mean, loss, w, b, scale: 1.0, factor });
    program.push(Op::DenseForward { x: rows, w, b: Some(b), y: dy });
    Ok(loss)
}

fn main() -> Result<()> {
    let mut backend = BackendChoice::default().open(&mut Quiet)?;
    let backend = backend.as_mut();
    let plan = Plan {
        sizes: vec![FEATURES, 16, FEATURES],
        batch_norm: false,
        slope: 0.01,
        epsilon: 1e-3,
        momentum: 0.99,
        output: Output::Linear,
        shortcut: false,
    };
    let adam = AdamPlan {
        learning_rate: 5e-3,
        decay: Decay::Cosine,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-7,
    };
    let network = Network::new(plan, 1, backend)?;
    backend.write(network.parameters, &network.initial_parameters(1, 1, 0))?;
    let adam = Adam::new(adam, &network, STEPS as usize, backend)?;
    let space = network.workspace(backend, [1, ROWS])?;

    let mut program = Program::new("step");
    program.push(Op::NormalNoise { out: space.x(), random: Random { seed: 1, stream: 2 } });
    let pass = network.forward(backend, &mut program, &space, None)?;
    let loss = covariance_loss(backend, &mut program, pass.y, space.dy())?;
    network.backward(backend, &mut program, &pass, space.dy(), Some(adam.gradients), None)?;
    adam.update(&mut program);
    let step = backend.compile(&program)?;
    for first in (0..STEPS).step_by(400) {
        let runs: Vec<_> = (first..first + 400).map(|number| (step, number)).collect();
        backend.replay(&runs)?;
        println!("step {:>5}: loss {:.5}", first + 400, backend.read(loss)?[0]);
    }
    Ok(())
}
