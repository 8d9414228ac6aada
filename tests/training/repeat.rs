//! Whether `bench --repeat` sees a single bit that is not repeated, and names where.

use engine::cpu::Cpu;
use engine::op::{Backend, Compiled, Op, Program, Tensor};
use ground::error::Result;
use std::time::Duration;
use training::bench::{Task, repeat};
use training::gan::Recipe;
use training::gan::recipe::Batch;

/// A backend that adds a little to one number of a buffer after its replay number `at`.
struct Unsteady {
    cpu: Cpu,
    at: usize,
    replays: usize,
    buffer: fn(&Program) -> Tensor,
    written: Option<Tensor>,
}

impl Backend for Unsteady {
    fn describe(&self) -> String {
        self.cpu.describe()
    }

    fn alloc(&mut self, shape: [usize; 3]) -> Result<Tensor> {
        self.cpu.alloc(shape)
    }

    fn write(&mut self, tensor: Tensor, values: &[f64]) -> Result<()> {
        self.cpu.write(tensor, values)
    }

    fn read(&mut self, tensor: Tensor) -> Result<Vec<f64>> {
        self.cpu.read(tensor)
    }

    fn compile(&mut self, program: &Program) -> Result<Compiled> {
        if program.name() == "step" {
            self.written = Some((self.buffer)(program));
        }
        self.cpu.compile(program)
    }

    fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<()> {
        self.cpu.replay(runs)?;
        self.replays += 1;
        if let Some(tensor) = self.written.filter(|_| self.replays == self.at) {
            let mut values = self.cpu.read(tensor)?;
            let last = values.len() - 1;
            values[last] = f64::from((values[last] as f32).next_up());
            self.cpu.write(tensor, &values)?;
        }
        Ok(())
    }

    fn launches(&self, program: Compiled) -> Vec<Vec<Op>> {
        self.cpu.launches(program)
    }
}

fn second_moments(program: &Program) -> Tensor {
    let adam = program.ops().iter().rev().find_map(|op| match op {
        Op::Adam { v, .. } => Some(*v),
        _ => None,
    });
    adam.expect("a step ends in Adam")
}

#[test]
fn one_bit_after_one_step_is_named() {
    let mut recipe = Recipe::paper();
    (recipe.generator.widths, recipe.discriminator.widths) = (vec![8], vec![8]);
    recipe.training.batch = Batch::Rows(10);
    let task = Task {
        recipe: &recipe,
        rows: 30,
        features: 4,
        models: 2,
        time: Duration::ZERO,
        stable: None,
    };
    let repeated = |at: usize| {
        let cpu = Cpu::single();
        let mut backend = Unsteady { cpu, at, replays: 0, buffer: second_moments, written: None };
        repeat(&mut backend, &task, 3).expect("three trainings")
    };
    let steady = repeated(usize::MAX);
    assert_eq!((steady.rounds, steady.different, steady.first), (3, 0, None));
    // The seventh step of the second training.
    let found = repeated(20 + 7);
    assert_eq!(found.different, 1);
    let first = found.first.expect("a difference");
    assert_eq!((first.round, first.step), (2, 7));
    assert_eq!(first.buffers, ["generator.v"]);
}
