//! The terms of the joint recipe: sorted projections to random directions of four kinds, sorted
//! columns, and the covariance.
//!
//! All directions are rows of one matrix.
//! So one kernel draws them, one product projects to all of them, and one sort orders all
//! projections.
//! Each term is multiplied by d, the number of features: a feature has variance 1, however many
//! columns it has.

mod shared;
mod target;
mod terms;

use super::heads::block_table;
use super::recipe::{Loss, Term};
use super::{Cohorts, Recipe};
use engine::op::{Backend, Op, Program, Random, Sets, Tensor};
use ground::blocks::{self, Block, BlockKind, Blocks};
use ground::error::Result;
use ground::moments::covariance;
use ground::spectrum::{Spectrum, semidefinite_factor};
use nalgebra::DMatrix;
use shared::shared;
use target::Target;

/// What these terms need besides the rows of a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Joint {
    /// d, the number of features.
    features: f64,
    directions: Option<Directions>,
    covariance: Option<Target>,
}

/// Random directions of a step, and the tensors that they are drawn from.
#[derive(Clone, Copy, Debug)]
struct Directions {
    sets: Sets,
    factor: Tensor,
    blocks: Tensor,
    /// A unit row for each direction `[models, K, W]`.
    out: Tensor,
}

impl Joint {
    /// Allocates and writes what the terms of the recipe need, for models that learn from `data` (n
    /// x W).
    /// Without `blocks` every column is a feature.
    /// `spectra` are those of the models' covariances, where [`needs_spectra`] says so.
    /// A set of directions that cannot be drawn is left out, and its term is 0: pairs if there is
    /// one feature, masks if nothing is missing.
    pub(super) fn new(
        backend: &mut dyn Backend,
        recipe: &Recipe,
        data: Cohorts,
        spectra: &[Spectrum],
        blocks: Option<&Blocks>,
        models: usize,
    ) -> Result<Self> {
        let width = data.columns();
        let blocks = blocks.map_or_else(|| columns_as_blocks(width), |blocks| blocks.each.clone());
        assert_eq!(
            blocks::width(&blocks),
            width,
            "columns of the blocks (left) and of the matrix (right)"
        );
        let sets = sets(&recipe.loss, &blocks);
        let needed = sets.principal > 0 || recipe.loss.has(Term::Covariance);
        let covariances: Vec<DMatrix<f64>> = match needed {
            true => data
                .matrices()
                .iter()
                .map(|cohort| square(covariance(cohort).1.values(), width))
                .collect(),
            false => Vec::new(),
        };
        let covariance = match recipe.loss.has(Term::Covariance) {
            true => {
                Some(Target::new(backend, &covariances, spectra, recipe.loss.whitening, models)?)
            }
            false => None,
        };
        let directions = match sets.total() {
            0 => None,
            total => Some(Directions {
                sets,
                factor: factor(
                    backend,
                    if sets.principal > 0 { &covariances } else { &[] },
                    width,
                    models,
                )?,
                blocks: shared(backend, [1, blocks.len(), 5], &block_table(&blocks), models)?,
                out: backend.alloc([models, total, width])?,
            }),
        };
        Ok(Self { features: blocks.len() as f64, directions, covariance })
    }

    /// Records the drawing of a step's directions.
    pub(super) fn draw(&self, program: &mut Program, random: Random) {
        if let Some(Directions { sets, factor, blocks, out }) = self.directions {
            program.push(Op::TypedDirections { factor, blocks, out, sets, random });
        }
    }
}

/// Whether the terms of a recipe ask for the spectra of the cohorts.
pub(super) fn needs_spectra(loss: &Loss) -> bool {
    loss.has(Term::Covariance) && loss.whitening > 0.0
}

fn sets(loss: &Loss, blocks: &[Block]) -> Sets {
    let count = |term: Term, count: usize, drawable: bool| {
        if loss.has(term) && drawable { count } else { 0 }
    };
    Sets {
        dense: count(Term::Dense, loss.dense_directions, true),
        principal: count(Term::Principal, loss.principal_directions, true),
        pairs: count(Term::Pairs, loss.pair_directions, blocks.len() > 1),
        masks: count(Term::Masks, loss.mask_directions, blocks.iter().any(|block| block.missing)),
    }
}

fn columns_as_blocks(width: usize) -> Vec<Block> {
    let block =
        |first| Block { kind: BlockKind::Number, first, len: 1, scale: 1.0, missing: false };
    (0..width).map(block).collect()
}

/// A symmetric matrix reads the same by rows and by columns.
fn square(values: &[f64], width: usize) -> DMatrix<f64> {
    DMatrix::from_column_slice(width, width, values)
}

/// A factor of every covariance as rows `[models, r, W]`. Factors of a smaller rank end in zeros.
fn factor(
    backend: &mut dyn Backend,
    covariances: &[DMatrix<f64>],
    width: usize,
    models: usize,
) -> Result<Tensor> {
    let factors: Vec<DMatrix<f64>> = covariances.iter().map(semidefinite_factor).collect();
    let rank = factors.iter().map(DMatrix::ncols).max().unwrap_or(0).max(1);
    let padded = factors.iter().flat_map(|factor| {
        let zeros = (rank - factor.ncols()) * width;
        factor.iter().copied().chain(std::iter::repeat_n(0.0, zeros))
    });
    let mut values: Vec<f64> = padded.collect();
    if values.is_empty() {
        values = vec![0.0; width];
    }
    shared(backend, [factors.len().max(1), rank, width], &values, models)
}

#[cfg(test)]
mod tests;
