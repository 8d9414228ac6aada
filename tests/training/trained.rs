//! A small network with the Program of its training step, for tests of what becomes of the Program.

use engine::cpu::Cpu;
use engine::nn::{Adam, AdamPlan, Decay, Network, Output, Plan, Workspace};
use engine::op::{Op, Program, Tensor};

/// A network of two hidden layers that is trained on its own output, and the Program of a step.
pub struct Trained {
    pub backend: Cpu,
    pub program: Program,
    pub space: Workspace,
    pub gradients: Tensor,
}

impl Trained {
    pub fn new(groups: usize) -> Self {
        let mut backend = Cpu::double();
        let plan = Plan {
            sizes: vec![5, 40, 9, 3],
            batch_norm: true,
            slope: 0.1,
            epsilon: 1e-3,
            momentum: 0.9,
            output: Output::Linear,
            shortcut: false,
        };
        let network = Network::new(plan, 2, &mut backend).expect("a network");
        let space = network.workspace(&mut backend, [groups, 18]).expect("a workspace");
        let adam = AdamPlan {
            learning_rate: 1e-3,
            decay: Decay::Constant,
            beta1: 0.9,
            beta2: 0.99,
            epsilon: 1e-7,
        };
        let adam = Adam::new(adam, &network, 4, &mut backend).expect("an optimiser");
        let mut program = Program::new("step");
        let pass = network.forward(&mut backend, &mut program, &space, None).expect("a pass");
        program.push(Op::Copy { x: pass.y, y: space.dy() });
        let dy = space.dy();
        let into = Some(adam.gradients);
        network.backward(&mut backend, &mut program, &pass, dy, into, None).expect("gradients");
        adam.update(&mut program);
        Self { backend, program, space, gradients: adam.gradients }
    }

    /// Nobody asks for gradients.
    pub fn discarding(groups: usize) -> Self {
        let mut trained = Self::new(groups);
        trained.program.discard(trained.gradients);
        trained.space.discard(&mut trained.program);
        trained
    }

    /// The same kernels with another one at a place.
    pub fn with(&self, at: usize, op: Op) -> Program {
        let mut program = Program::new("step");
        program.append(&self.program);
        let mut ops = self.program.ops().to_vec();
        ops.insert(at, op);
        program.with_ops(ops)
    }

    /// The gradient at the result of the first hidden layer.
    pub fn gradient(&self) -> Tensor {
        let found = self.program.ops().iter().rev().find_map(|op| match op {
            Op::BatchNormBackward { dx, .. } => Some(*dx),
            _ => None,
        });
        found.expect("a normalisation")
    }
}
