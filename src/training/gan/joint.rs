//! The terms of the joint recipe: sorted projections to random directions of four kinds, sorted
//! columns, the covariance.
//!
//! All directions lie in one matrix, so that one kernel draws them, one product projects to all of
//! them and one sort orders all projections.
//! Each term counts by d, the number of features: a feature has variance 1 however many columns it
//! takes.

use super::heads::block_table;
use super::loss::Terms;
use super::recipe::{Loss, Term};
use super::scores::Scores;
use super::{Cohorts, Recipe};
use engine::op::{Backend, Op, Program, Random, Sets, Tensor};
use ground::blocks::{self, Block, BlockKind, Blocks};
use ground::error::Result;
use ground::moments::covariance;
use ground::spectrum::{semidefinite_factor, symmetric_eigen};
use nalgebra::DMatrix;

/// What these terms need beside the rows of a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Joint {
    /// d, the number of features.
    features: f64,
    directions: Option<Directions>,
    covariance: Option<Target>,
}

/// The covariance that fake rows are to have.
#[derive(Clone, Copy, Debug)]
struct Target {
    /// That of every model's cohort, whitened as the rows are `[models, W, W]`.
    real: Tensor,
    /// The symmetric factor that rows are whitened by, if they are `[models, W, W]`.
    whitening: Option<Tensor>,
}

/// Random directions of a step, and what they are drawn from.
#[derive(Clone, Copy, Debug)]
struct Directions {
    sets: Sets,
    factor: Tensor,
    blocks: Tensor,
    /// A unit row each `[models, K, W]`.
    out: Tensor,
}

impl Joint {
    /// Allocates and writes what the terms of the recipe need for models that learn from `data` (n
    /// x W).
    /// Without `blocks` every column is a feature.
    /// A set of directions that cannot be drawn is left out, and its term is 0: pairs of one
    /// feature, masks where nothing is missing.
    pub(super) fn new(
        backend: &mut dyn Backend,
        recipe: &Recipe,
        data: Cohorts,
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
            true => Some(Target::new(backend, &covariances, recipe.loss.whitening, models)?),
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

impl Terms<'_> {
    /// The terms of the joint recipe on `rows` (real, then fake), with their values in `scores`.
    pub(super) fn joint(
        &mut self,
        backend: &mut dyn Backend,
        program: &mut Program,
        rows: Tensor,
        joint: &Joint,
        scores: &Scores,
    ) -> Result<()> {
        if self.loss().has(Term::Columns) {
            self.columns(backend, program, rows, joint.features, scores.terms(Term::Columns, 1))?;
        }
        if let Some(directions) = joint.directions {
            // The order of the sets of directions is that of these terms.
            let losses = scores.terms(Term::Dense, 4);
            self.projections(backend, program, rows, (directions, joint.features), losses)?;
        }
        if let Some(target) = joint.covariance {
            self.covariance(
                backend,
                program,
                target,
                joint.features,
                scores.terms(Term::Covariance, 1),
            )?;
        }
        Ok(())
    }

    /// `d` times the mean squared difference of order statistics of every column.
    fn columns(
        &mut self,
        backend: &mut dyn Backend,
        program: &mut Program,
        rows: Tensor,
        features: f64,
        loss: Tensor,
    ) -> Result<()> {
        let set = set_row(0..rows.features, features / (rows.rows / 2) as f64, self.loss().columns);
        let dx = self.place(backend)?;
        match_order(backend, program, rows, &set, [loss, dx])?;
        self.add(program, dx);
        Ok(())
    }

    /// The same of projections to the directions of every set.
    fn projections(
        &mut self,
        backend: &mut dyn Backend,
        program: &mut Program,
        rows: Tensor,
        (directions, features): (Directions, f64),
        losses: Tensor,
    ) -> Result<()> {
        let [models, both, _] = rows.shape();
        let Directions { out: w, sets, .. } = directions;
        let [projected, dprojected] =
            [both, both / 2].map(|rows| backend.alloc([models, rows, w.rows]));
        let (projected, dprojected) = (projected?, dprojected?);
        // Directions are rows: what a dense layer does on its way back projects to them, and what
        // it does on its way forward is the gradient.
        program.push(Op::DenseBackwardInput { dy: rows, w, dx: projected });
        let weights = [Term::Dense, Term::Principal, Term::Pairs, Term::Masks]
            .map(|term| self.loss().weight(term));
        let share = features / (both / 2) as f64;
        let of_sets = sets
            .ranges()
            .into_iter()
            .zip(weights)
            .flat_map(|(columns, weight)| set_row(columns, share, weight));
        match_order(
            backend,
            program,
            projected,
            &of_sets.collect::<Vec<_>>(),
            [losses, dprojected],
        )?;
        let dx = self.place(backend)?;
        program.push(Op::DenseForward { x: dprojected, w, b: None, y: dx });
        self.add(program, dx);
        Ok(())
    }

    /// Squared Frobenius distance between the covariance of the fake rows and `real`, divided by d.
    ///
    /// With C the covariance about the mean of R fake rows X,
    /// `d|C - S|^2 / dX = 4 (X - mean) (C - S) / (R - 1)`: a shift of a column moves nothing,
    /// because centred columns sum to 0.
    /// With the whitening A all of it is said of X A, and what comes out is brought back by A.
    fn covariance(
        &mut self,
        backend: &mut dyn Backend,
        program: &mut Program,
        target: Target,
        features: f64,
        loss: Tensor,
    ) -> Result<()> {
        let Target { real, whitening } = target;
        let mut x = self.fake();
        let [models, rows, width] = x.shape();
        if let Some(w) = whitening {
            let white = backend.alloc(x.shape())?;
            program.push(Op::DenseForward { x, w, b: None, y: white });
            x = white;
        }
        let mut vector = || backend.alloc([models, 1, width]);
        let (mean, variance, b) = (vector()?, vector()?, vector()?);
        let mut matrix = || backend.alloc([models, width, width]);
        let (covariance, w) = (matrix()?, matrix()?);
        let factor = 4.0 * self.loss().covariance / (features * (rows as f64 - 1.0));
        program.push(Op::Moments { x, mean, variance });
        program.push(Op::Covariance { x, mean, covariance });
        program.push(Op::CovarianceLoss {
            covariance,
            real,
            mean,
            loss,
            w,
            b,
            scale: features.recip(),
            factor,
        });
        let dx = self.place(backend)?;
        match whitening {
            None => program.push(Op::DenseForward { x, w, b: Some(b), y: dx }),
            Some(a) => {
                let dwhite = backend.alloc(x.shape())?;
                program.push(Op::DenseForward { x, w, b: Some(b), y: dwhite });
                program.push(Op::DenseForward { x: dwhite, w: a, b: None, y: dx });
            }
        }
        self.add(program, dx);
        Ok(())
    }
}

/// The part of the mean variance that every principal component gets before whitening, so that
/// those without any variance are not blown up.
const RIDGE: f64 = 0.05;

impl Target {
    fn new(
        backend: &mut dyn Backend,
        covariances: &[DMatrix<f64>],
        strength: f64,
        models: usize,
    ) -> Result<Self> {
        let width = covariances[0].nrows();
        let mut write = |matrices: &[DMatrix<f64>]| {
            let values: Vec<f64> =
                matrices.iter().flat_map(|matrix| matrix.iter().copied()).collect();
            shared(backend, [matrices.len(), width, width], &values, models)
        };
        if strength == 0.0 {
            return Ok(Self { real: write(covariances)?, whitening: None });
        }
        let factors: Vec<DMatrix<f64>> =
            covariances.iter().map(|covariance| whitening(covariance, strength)).collect();
        let real = |(a, covariance): (&DMatrix<f64>, &DMatrix<f64>)| a * covariance * a;
        let real: Vec<DMatrix<f64>> = factors.iter().zip(covariances).map(real).collect();
        Ok(Self { real: write(&real)?, whitening: Some(write(&factors)?) })
    }
}

/// `(S / mean + ridge)^(-strength / 2)` of a covariance S with this mean eigenvalue, scaled so that
/// the total variance stays.
fn whitening(covariance: &DMatrix<f64>, strength: f64) -> DMatrix<f64> {
    let total = covariance.trace();
    if total <= 0.0 {
        return DMatrix::identity(covariance.nrows(), covariance.nrows());
    }
    let mean = total / covariance.nrows() as f64;
    let (eigenvalues, eigenvectors) = symmetric_eigen(covariance.clone());
    let weight = |value: f64| (value.max(0.0) / mean + RIDGE).powf(-strength / 2.0);
    let left = eigenvalues.iter().map(|&value| value.max(0.0) * weight(value).powi(2)).sum::<f64>();
    let weights = eigenvalues.map(weight) * (total / left).sqrt();
    &eigenvectors * DMatrix::from_diagonal(&weights) * eigenvectors.transpose()
}

/// Sorts `x` (real, then fake) and records the loss of sets of its columns, and the gradient for
/// the fake rows.
fn match_order(
    backend: &mut dyn Backend,
    program: &mut Program,
    x: Tensor,
    sets: &[f64],
    [loss, dx]: [Tensor; 2],
) -> Result<()> {
    let batch = x.rows / 2;
    let (sorted, rank) = (backend.alloc(x.shape())?, backend.alloc(x.shape())?);
    let sets = shared(backend, [1, sets.len() / 4, 4], sets, x.models)?;
    program.push(Op::SortColumns { x, sorted, rank, groups: 2 });
    let [real, fake] = [0, batch].map(|first| sorted.rows_from(first, batch));
    program.push(Op::SortedLoss { real, fake, rank: rank.rows_from(batch, batch), sets, loss, dx });
    Ok(())
}

/// A row of [`Op::SortedLoss`]'s table: `share` is d over the rows of a batch.
fn set_row(columns: std::ops::Range<usize>, share: f64, weight: f64) -> [f64; 4] {
    let scale = if columns.is_empty() { 0.0 } else { share / columns.len() as f64 };
    [columns.start as f64, columns.len() as f64, scale, 2.0 * weight * scale]
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

/// A factor of every covariance as rows `[models, r, W]`; those of a smaller rank end in zeros.
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

/// A tensor with these numbers that every model reads, its own part of it or all the same.
fn shared(
    backend: &mut dyn Backend,
    shape: [usize; 3],
    values: &[f64],
    models: usize,
) -> Result<Tensor> {
    let tensor = backend.alloc(shape)?;
    backend.write(tensor, values)?;
    Ok(if tensor.models == models { tensor } else { tensor.broadcast(models) })
}

#[cfg(test)]
mod tests;
