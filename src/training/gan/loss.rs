//! The terms of the generator's loss.
//! Each records its kernels and adds its gradient to that of the fake rows.

use super::Recipe;
use super::recipe::Loss;
use engine::nn::{Network, Pass};
use engine::op::{Backend, Op, Program, Tensor};
use ground::error::Result;

/// The terms recorded so far, as the gradient of their weighted sum.
pub(super) struct Terms<'a> {
    loss: &'a Loss,
    fake: Tensor,
    gradient: Tensor,
    terms: usize,
}

impl<'a> Terms<'a> {
    /// No term yet. Their gradient will be in `gradient`, which has the shape of the fake rows.
    pub(super) fn new(recipe: &'a Recipe, fake: Tensor, gradient: Tensor) -> Self {
        Self { loss: &recipe.loss, fake, gradient, terms: 0 }
    }

    /// The gradient of the weighted sum with respect to the fake rows.
    /// Panics when there is no term.
    pub(super) fn gradient(&self) -> Tensor {
        assert!(self.terms > 0, "a recipe has at least one term");
        self.gradient
    }

    /// Weights of the terms.
    pub(super) fn loss(&self) -> &'a Loss {
        self.loss
    }

    /// The fake rows.
    pub(super) fn fake(&self) -> Tensor {
        self.fake
    }

    /// Where the next term writes its gradient: the first one writes it where the sum belongs.
    pub(super) fn place(&self, backend: &mut dyn Backend) -> Result<Tensor> {
        if self.terms == 0 { Ok(self.gradient) } else { backend.alloc(self.fake.shape()) }
    }

    /// Adds a term's gradient, which is at its [place](Self::place), to the others.
    pub(super) fn add(&mut self, program: &mut Program, dx: Tensor) {
        if self.terms > 0 {
            program.push(Op::Add { x: dx, y: self.gradient });
        }
        self.terms += 1;
    }

    /// The paper's term on `rows` (real, then fake).
    pub(super) fn percentile(
        &mut self,
        backend: &mut dyn Backend,
        program: &mut Program,
        rows: Tensor,
        loss: Tensor,
    ) -> Result<()> {
        let dx = self.place(backend)?;
        self.match_percentiles(backend, program, rows, loss, dx, self.loss.percentile)?;
        self.add(program, dx);
        Ok(())
    }

    /// The same term on projections of `rows` to the directions `w` `[models, d, k]`.
    pub(super) fn sliced(
        &mut self,
        backend: &mut dyn Backend,
        program: &mut Program,
        rows: Tensor,
        loss: Tensor,
        w: Tensor,
    ) -> Result<()> {
        let [models, both, _] = rows.shape();
        let projected = backend.alloc([models, both, w.features])?;
        let dprojected = backend.alloc([models, both / 2, w.features])?;
        program.push(Op::DenseForward { x: rows, w, b: None, y: projected });
        self.match_percentiles(backend, program, projected, loss, dprojected, self.loss.sliced)?;
        let dx = self.place(backend)?;
        program.push(Op::DenseBackwardInput { dy: dprojected, w, dx });
        self.add(program, dx);
        Ok(())
    }

    /// Cross-entropy through the discriminator, whose pass over the fake rows is `judged`.
    /// The loss and the mean probability are written to `scores`.
    pub(super) fn adversarial(
        &mut self,
        backend: &mut dyn Backend,
        program: &mut Program,
        discriminator: &Network,
        judged: &Pass,
        scores: Tensor,
    ) -> Result<()> {
        let logits = judged.y;
        let dlogits = backend.alloc(logits.shape())?;
        let weight = self.loss.adversarial;
        program.push(Op::LogisticLoss { logits, scores, dlogits, groups: 1, weight });
        let dx = self.place(backend)?;
        discriminator.backward(backend, program, judged, dlogits, None, Some(dx))?;
        self.add(program, dx);
        Ok(())
    }

    fn match_percentiles(
        &self,
        backend: &mut dyn Backend,
        program: &mut Program,
        x: Tensor,
        loss: Tensor,
        dx: Tensor,
        weight: f64,
    ) -> Result<()> {
        let batch = x.rows / 2;
        let positions = self.loss.positions(batch);
        let levels = backend.alloc([1, positions.len() / 2, 2])?;
        backend.write(levels, &positions)?;
        let (sorted, rank) = (backend.alloc(x.shape())?, backend.alloc(x.shape())?);
        program.push(Op::SortColumns { x, sorted, rank, groups: 2 });
        program.push(Op::PercentileLoss {
            real: sorted.rows_from(0, batch),
            fake: sorted.rows_from(batch, batch),
            rank: rank.rows_from(batch, batch),
            levels: levels.broadcast(x.models),
            loss,
            dx,
            weight,
        });
        Ok(())
    }
}
