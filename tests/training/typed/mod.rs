//! Training beyond the paper: typed heads, no discriminator, averaged weights, a cohort for every
//! model, validation rows.

mod average;
mod heads;
mod joint;
mod models;
mod resumed;
mod settled;
mod shortcut;

use engine::cpu::Cpu;
use engine::op::{Backend, Op, fused};
use ground::blocks::{Block, BlockKind, Blocks};
use ground::matrix::Matrix;
use rayon::ThreadPoolBuilder;
use std::time::Duration;
use training::gan::recipe::{Batch, Heads, Levels, Noise, Term};
use training::gan::{
    Cohorts, Gan, Layout, Options, Pace, Recipe, Sampler, Shadows, Trained, Weights, train,
    train_each,
};

const ROWS: usize = 60;

/// A small generator alone, matched column by column and on projections.
fn small() -> Recipe {
    let mut recipe = Recipe::paper();
    recipe.generator.widths = vec![24, 16];
    recipe.generator.latent = 8;
    recipe.discriminator.enabled = false;
    recipe.optimiser.learning_rate = 2e-3;
    recipe.training.batch = Batch::Rows(20);
    recipe.training.epochs = 6;
    (recipe.loss.sliced, recipe.loss.directions) = (1.0, 5);
    recipe.stopping.marginal = 0.0;
    recipe
}

/// The same with typed heads.
fn typed() -> Recipe {
    let mut recipe = small();
    recipe.heads = Some(Heads { temperature: 1.0, noise: 0.3, shares: false });
    recipe.generator.noise = Noise::Normal;
    recipe.loss.levels = Levels::Word("all".into());
    recipe
}

fn numbers(features: usize, salt: usize) -> Matrix {
    Matrix::from_fn(ROWS, features, |row, column| {
        ((row * 7919 + column * 104_729 + row * row * salt) % 1009) as f64 / 504.5 - 1.0
    })
}

/// Three levels (60, 30 and 10 %), a number, and a number that is missing in a quarter of the rows.
fn blocks() -> Blocks {
    let block = |kind, first, len, scale| Block {
        kind,
        first,
        len,
        scale,
        missing: kind == BlockKind::MaskedNumber,
    };
    Blocks::from(vec![
        block(BlockKind::Levels, 0, 3, 1.5),
        block(BlockKind::Number, 3, 1, 1.0),
        block(BlockKind::MaskedNumber, 4, 2, 0.75),
    ])
}

fn typed_rows() -> Matrix {
    let given = numbers(2, 31);
    Matrix::from_fn(ROWS, 6, |row, column| {
        let level = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2][row % 10];
        let missing = row % 4 == 1;
        match column {
            0..3 => 1.5 * f64::from(u8::from(level == column)),
            3 => given[(row, 0)],
            4 => 0.75 * if missing { 0.0 } else { given[(row, 1)] },
            _ => 0.75 * f64::from(u8::from(missing)),
        }
    })
}

fn options(models: usize) -> Options {
    Options { seed: 5, models, early_stopping: true }
}

fn trained<'a>(
    recipe: &Recipe,
    data: impl Into<Cohorts<'a>>,
    blocks: Option<&Blocks>,
    models: usize,
) -> Trained {
    train(&mut Cpu::single(), recipe, data, blocks, None, options(models), &mut |_| true)
        .expect("a run")
}
