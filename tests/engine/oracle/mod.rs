//! Ring 1: the CPU backend in f64, the oracle of all other tests, against things that are not it:
//! plain loops over the formulas, central differences, answers by hand, published vectors, and
//! answers of another program (`tests/fixtures`).

mod adam;
mod fixture;
mod fusion;
mod gradients;
mod heads;
mod joint_gradients;
mod order;
mod plain;
mod plain_fused;
mod plain_joint;
mod plain_layers;
mod random;
mod small_answers;

use crate::cases::{self, Case, Outcome};
use engine::cpu::Cpu;
use engine::op::{Backend, Op, Program, Tensor};

/// Runs a case in f64.
fn oracle(case: &Case) -> Outcome {
    cases::run(case, &mut Cpu::double())
}

/// The numbers of one operand after a run.
fn after<'a>(case: &Case, outcome: &'a Outcome, name: &str) -> &'a [f64] {
    &outcome.after[case.slot(name)]
}

/// An f64 backend with tensors that are made and run one by one.
struct Desk(Cpu);

impl Desk {
    fn new() -> Self {
        Self(Cpu::double())
    }

    fn given(&mut self, shape: [usize; 3], values: &[f64]) -> Tensor {
        let tensor = self.blank(shape);
        self.write(tensor, values);
        tensor
    }

    fn blank(&mut self, shape: [usize; 3]) -> Tensor {
        let tensor = self.0.alloc(shape).expect("memory");
        self.write(tensor, &vec![f64::NAN; shape.iter().product()]);
        tensor
    }

    fn write(&mut self, tensor: Tensor, values: &[f64]) {
        self.0.write(tensor, values).expect("a tensor that can be written");
    }

    fn run(&mut self, op: Op, step: u32) {
        let mut program = Program::new("one kernel");
        program.push(op);
        let compiled = self.0.compile(&program).expect("a Program");
        self.0.replay(&[(compiled, step)]).expect("a run");
    }

    fn read(&mut self, tensor: Tensor) -> Vec<f64> {
        self.0.read(tensor).expect("numbers")
    }
}

/// Panics unless every number is within `tolerance` of the expected one, as a share of the largest
/// expected magnitude (at least 1e-300).
fn assert_close(what: &str, actual: &[f64], expected: &[f64], tolerance: f64) {
    let scale = expected.iter().fold(1e-300f64, |scale, e| scale.max(e.abs()));
    let allowed = cases::Allowed::Within(vec![tolerance * scale; expected.len()]);
    if let Err(why) = cases::compare(expected, actual, &allowed) {
        panic!("{what}: {why}");
    }
}
