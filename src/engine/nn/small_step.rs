//! A small network for tests: dense layers, batch normalisation, Adam.

use super::{Adam, AdamPlan, Decay, Network, Output, Plan};
use crate::op::{Backend, Op, Program, Tensor};

/// A step of a network of those sizes that is trained on its own output, and its parameters.
/// It is fused where that is allowed.
pub(crate) fn small_step(
    backend: &mut dyn Backend,
    sizes: &[usize],
    rows: usize,
) -> (Program, Tensor) {
    let plan = Plan {
        sizes: sizes.to_vec(),
        batch_norm: true,
        slope: 0.1,
        epsilon: 1e-3,
        momentum: 0.9,
        output: Output::Linear,
        shortcut: false,
    };
    let network = Network::new(plan, 1, backend).expect("a network");
    let space = network.workspace(backend, [1, rows]).expect("a workspace");
    let adam = AdamPlan {
        learning_rate: 1e-3,
        decay: Decay::Constant,
        beta1: 0.9,
        beta2: 0.99,
        epsilon: 1e-7,
    };
    let adam = Adam::new(adam, &network, 4, backend).expect("an optimiser");
    let mut program = Program::new("step");
    let pass = network.forward(backend, &mut program, &space, None).expect("a pass");
    program.push(Op::Copy { x: pass.y, y: space.dy() });
    let into = Some(adam.gradients);
    network.backward(backend, &mut program, &pass, space.dy(), into, None).expect("gradients");
    adam.update(&mut program);
    program.discard(adam.gradients);
    space.discard(&mut program);
    (program, network.parameters)
}
