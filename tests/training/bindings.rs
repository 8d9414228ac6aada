//! What a browser asks of a dispatch: no number is bound twice where it may be written.

use engine::cpu::Cpu;
use engine::gpu::{Binding, bindings, dispatches};
use engine::op::{Backend, Compiled, Op, Program, Tensor};
use ground::blocks::{Block, BlockKind, Blocks};
use ground::error::Result;
use ground::matrix::Matrix;
use training::gan::{Gan, Layout, Recipe, Sampler, Weights};

const ROWS: usize = 96;

/// A backend that keeps every Program that it is asked to compile.
struct Keeper(Cpu, Vec<Program>);

impl Backend for Keeper {
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
        self.0.read(tensor)
    }

    fn compile(&mut self, program: &Program) -> Result<Compiled> {
        self.1.push(program.clone());
        self.0.compile(program)
    }

    fn launches(&self, program: Compiled) -> Vec<Vec<Op>> {
        self.0.launches(program)
    }

    fn replay(&mut self, runs: &[(Compiled, u32)]) -> Result<()> {
        self.0.replay(runs)
    }
}

fn cohort(features: usize) -> Matrix {
    Matrix::from_fn(ROWS, features, |row, column| {
        ((row * 7919 + column * 104_729) % 10_007) as f64 / 5003.5 - 1.0
    })
}

/// Levels, a number, and a number that is missing in some rows.
fn blocks() -> Blocks {
    let block = |kind, first, len| {
        let missing = kind == BlockKind::MaskedNumber;
        Block { kind, first, len, scale: 1.0, missing }
    };
    Blocks::from(vec![
        block(BlockKind::Levels, 0, 3),
        block(BlockKind::Number, 3, 1),
        block(BlockKind::MaskedNumber, 4, 2),
    ])
}

/// Every Program of training and sampling by a recipe.
fn programs(recipe: &Recipe, models: usize) -> Vec<Program> {
    let typed = blocks();
    let (rows, blocks) = match recipe.heads {
        Some(_) => (cohort(6), Some(&typed)),
        None => (cohort(63), None),
    };
    let layout = Layout { models, batch: 32, epochs: 4, ring: 1, seed: 1 };
    let mut keeper = Keeper(Cpu::single(), Vec::new());
    let gan = Gan::new(&mut keeper, recipe, &rows, blocks, layout).expect("a GAN");
    let weights = Weights::read(&mut keeper, &gan.generator, 0).expect("weights");
    Sampler::new(&mut keeper, recipe, &weights, rows.columns(), blocks, 1).expect("a sampler");
    keeper.1
}

/// Both recipes, and the paper's with every term.
fn recipes() -> [Recipe; 3] {
    let mut all = Recipe::paper();
    (all.loss.sliced, all.loss.adversarial, all.loss.directions) = (0.5, 0.1, 7);
    [Recipe::paper(), Recipe::joint(), all]
}

/// The variables that collide, dispatch by dispatch.
fn collisions(program: &Program, as_recorded: bool) -> Vec<String> {
    let mut found = Vec::new();
    for group in dispatches(program, as_recorded) {
        let all = bindings(&group);
        let name = |binding: &Binding| group.launch.shader.operands[binding.slot];
        for (i, one) in all.iter().enumerate() {
            let others = all[i + 1..].iter().filter(|other| one.collides(other));
            found.extend(
                others.map(|other| {
                    format!("{}: {} and {}", group.launch.entry, name(one), name(other))
                }),
            );
        }
    }
    found
}

#[test]
fn no_dispatch_binds_a_number_twice_where_it_may_be_written() {
    for (recipe, models) in recipes().iter().flat_map(|recipe| [(recipe, 1), (recipe, 3)]) {
        let programs = programs(recipe, models);
        let names: Vec<_> = programs.iter().map(Program::name).collect();
        assert!(
            ["step", "evaluate", "sample"].iter().all(|name| names.contains(name)),
            "{names:?}"
        );
        // The update alone is for tests that read gradients, which a step does not leave behind.
        for program in programs.iter().filter(|program| program.name() != "update") {
            let found = collisions(program, false);
            assert_eq!(found, [""; 0], "{}, {models} models, {}", recipe.name, program.name());
        }
    }
}

/// The question is one that can be answered with yes: kernels as they were recorded write two
/// vectors of one arena.
#[test]
fn recorded_kernels_bind_neighbours_twice() {
    for recipe in recipes() {
        let programs = programs(&recipe, 3);
        let step = programs.iter().find(|program| program.name() == "step").expect("a step");
        let found = collisions(step, true);
        assert!(
            found.iter().any(|pair| pair == "batch_norm_backward: dgamma and dbeta"),
            "{found:?}"
        );
    }
}
