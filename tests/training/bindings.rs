//! What a browser asks of a dispatch: no number is bound twice where it may be written.

use engine::cpu::Cpu;
use engine::gpu::{Binding, bindings, dispatches};
use engine::op::Program;
use ground::blocks::{Block, BlockKind, Blocks};
use ground::matrix::Matrix;
use training::gan::{Gan, Layout, Recipe};

const ROWS: usize = 96;

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

/// A step of both recipes.
fn steps(models: usize) -> [Program; 2] {
    let layout = Layout { models, batch: 32, epochs: 4, ring: 1, seed: 1 };
    let step = |recipe: &Recipe, rows: &Matrix, blocks: Option<&Blocks>| {
        let gan = Gan::new(&mut Cpu::single(), recipe, rows, blocks, layout).expect("a GAN");
        gan.step_program
    };
    [step(&Recipe::paper(), &cohort(63), None), step(&Recipe::joint(), &cohort(6), Some(&blocks()))]
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

/// One is left: the adversarial loss and the probabilities behind it are neighbours in the row of
/// numbers that a step records.
const LEFT: &str = "logistic_loss: loss and probability";

#[test]
fn no_dispatch_of_a_step_binds_a_number_twice_where_it_may_be_written() {
    for models in [1, 3] {
        let [paper, joint] = steps(models).map(|step| collisions(&step, false));
        assert_eq!(paper, [LEFT], "{models} models");
        assert_eq!(joint, [""; 0], "{models} models");
    }
}

/// The question is one that can be answered with yes: kernels as they were recorded write two
/// vectors of one arena.
#[test]
fn recorded_kernels_bind_neighbours_twice() {
    let [paper, joint] = steps(3).map(|step| collisions(&step, true));
    for step in [paper, joint] {
        let found = step.iter().any(|pair| pair == "batch_norm_backward: dgamma and dbeta");
        assert!(found, "{step:?}");
    }
}
