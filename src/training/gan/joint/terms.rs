//! The Programs of the terms.

use super::shared::shared;
use super::target::Target;
use super::{Directions, Joint};
use crate::gan::loss::Terms;
use crate::gan::recipe::Term;
use crate::gan::scores::Scores;
use engine::op::{Backend, Op, Program, Tensor};
use ground::error::Result;

impl Terms<'_> {
    /// The terms of the joint recipe on `rows` (real, then fake), with their values in `scores`.
    pub(in crate::gan) fn joint(
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
            // The sets of directions are in the order of these terms.
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

    /// The same for projections to the directions of every set.
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
        // Directions are rows: the backward product of a dense layer projects to them, and its
        // forward product is the gradient.
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
    /// C is the covariance of R fake rows X about their mean.
    /// Then `d|C - S|^2 / dX = 4 (X - mean) (C - S) / (R - 1)`; the shift of a column changes
    /// nothing, because centred columns sum to 0.
    /// With the whitening A the formula holds for X A, and its gradient is multiplied by A again.
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

/// Sorts `x` (real, then fake), and records the loss of sets of its columns and the gradient for
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
