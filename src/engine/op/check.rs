//! Shapes that fit: a mistake here is the programmer's, so it panics with both shapes.

use super::{Op, Tensor};

/// Panics unless the tensor has this shape.
fn shape(op: &Op, name: &str, tensor: &Tensor, expected: [usize; 3]) {
    assert_eq!(
        tensor.shape(),
        expected,
        "{}: shape of {name} (left) does not fit (right)",
        op.name()
    );
}

/// Panics unless every tensor has this shape.
fn same(op: &Op, expected: &Tensor, tensors: &[(&str, &Tensor)]) {
    for (name, tensor) in tensors {
        shape(op, name, tensor, expected.shape());
    }
}

/// Panics unless `rows` can be cut into `groups` equal runs of at least one row.
fn groups(op: &Op, tensor: &Tensor, groups: usize) {
    assert!(
        groups > 0 && tensor.rows.is_multiple_of(groups) && tensor.rows >= groups,
        "{}: {:?} in {groups} groups",
        op.name(),
        tensor.shape()
    );
}

impl Op {
    /// Panics with both shapes when operands do not fit.
    pub(super) fn check(&self) {
        for operand in self.operands() {
            let t = operand.tensor;
            assert!(!t.is_empty(), "{}: {} is empty: {:?}", self.name(), operand.name, t.shape());
            let shared = t.models > 1 && t.stride < t.len();
            assert!(
                !shared || operand.access == super::Access::Read,
                "{}: the models of {} share numbers and it is written",
                self.name(),
                operand.name
            );
        }
        match self {
            Op::Noise { .. } | Op::NormalNoise { .. } | Op::Directions { .. } => {}
            Op::TypedDirections { .. } => self.check_directions(),
            Op::Gather { .. }
            | Op::SortColumns { .. }
            | Op::Record { .. }
            | Op::FiniteCheck { .. } => self.check_rows(),
            Op::DenseForward { .. }
            | Op::DenseBackwardInput { .. }
            | Op::DenseBackwardWeight { .. } => self.check_dense(),
            Op::BatchNormForward { .. }
            | Op::BatchNormInference { .. }
            | Op::BatchNormBackward { .. } => {
                self.check_batch_norm();
            }
            Op::DenseNormForward { .. } | Op::DenseNormBackward { .. } | Op::DenseUpdate { .. } => {
                self.check_fused()
            }
            Op::LogisticLoss { .. } | Op::PercentileLoss { .. } => self.check_loss(),
            Op::SortedLoss { .. } | Op::CovarianceLoss { .. } => self.check_distance(),
            Op::LeakyReluForward { x, y, .. }
            | Op::TanhForward { x, y }
            | Op::Add { x, y }
            | Op::Copy { x, y } => {
                same(self, x, &[("y", y)]);
            }
            Op::MultiplyAdd { x, y, times, .. } => {
                assert!(
                    times.is_multiple_of(4),
                    "multiply_add: {times} rounds, not a multiple of 4"
                );
                same(self, x, &[("y", y)]);
            }
            Op::LeakyReluBackward { x, dy, dx, .. } => same(self, x, &[("dy", dy), ("dx", dx)]),
            Op::TanhBackward { y, dy, dx } => same(self, y, &[("dy", dy), ("dx", dx)]),
            Op::Adam { w, dw, m, v, lr, .. } => {
                same(self, &w.flat(), &[("w", w), ("dw", dw), ("m", m), ("v", v)]);
                shape(self, "lr", lr, [w.models, lr.rows, 1]);
            }
            Op::HeadsForward { raw, noise, blocks, soft, y, .. } => {
                same(self, raw, &[("noise", noise), ("soft", soft), ("y", y)]);
                shape(self, "blocks", blocks, [raw.models, blocks.rows, 5]);
            }
            Op::HeadsGate { gates, soft, y } => {
                same(self, soft, &[("y", y)]);
                shape(self, "gates", gates, [soft.models, gates.rows, 7]);
            }
            Op::HeadsBackward { soft, blocks, dy, draw, .. } => {
                same(self, soft, &[("dy", dy), ("draw", draw)]);
                shape(self, "blocks", blocks, [soft.models, blocks.rows, 5]);
            }
            Op::Average { x, y, rate } => {
                same(self, &x.flat(), &[("x", x), ("y", y)]);
                shape(self, "rate", rate, [x.models, rate.rows, 1]);
            }
            Op::Moments { x, mean, variance } => {
                assert!(x.rows > 1, "moments: {:?} has no variance", x.shape());
                shape(self, "mean", mean, [x.models, 1, x.features]);
                same(self, mean, &[("variance", variance)]);
            }
            Op::Covariance { x, mean, covariance } => {
                assert!(x.rows > 1, "covariance: {:?} has no variance", x.shape());
                shape(self, "mean", mean, [x.models, 1, x.features]);
                shape(self, "covariance", covariance, [x.models, x.features, x.features]);
            }
        }
    }

    fn check_directions(&self) {
        let Op::TypedDirections { factor, blocks, out, sets, .. } = self else { unreachable!() };
        shape(self, "out", out, [out.models, sets.total(), out.features]);
        shape(self, "factor", factor, [out.models, factor.rows, out.features]);
        shape(self, "blocks", blocks, [out.models, blocks.rows, 5]);
        assert!(
            factor.rows <= out.features,
            "typed_directions: a factor {:?} of too high a rank",
            factor.shape()
        );
        assert!(
            sets.pairs == 0 || blocks.rows > 1,
            "typed_directions: pairs of blocks {:?}",
            blocks.shape()
        );
        let words = out.rows * (out.features + 1);
        assert!(
            u32::try_from(words).is_ok(),
            "typed_directions: {:?} is more than 2^32 random blocks",
            out.shape()
        );
    }

    fn check_distance(&self) {
        match self {
            Op::SortedLoss { real, fake, rank, sets, loss, dx } => {
                same(self, fake, &[("real", real), ("rank", rank), ("dx", dx)]);
                shape(self, "sets", sets, [fake.models, sets.rows, 4]);
                assert!(sets.rows <= 64, "sorted_loss: {} sets", sets.rows);
                shape(self, "loss", loss, [fake.models, 1, sets.rows]);
            }
            Op::CovarianceLoss { covariance, real, mean, loss, w, b, .. } => {
                shape(self, "covariance", covariance, [mean.models, mean.features, mean.features]);
                same(self, covariance, &[("real", real), ("w", w)]);
                shape(self, "mean", mean, [mean.models, 1, mean.features]);
                same(self, mean, &[("b", b)]);
                shape(self, "loss", loss, [mean.models, 1, 1]);
            }
            _ => unreachable!(),
        }
    }

    fn check_rows(&self) {
        match self {
            Op::Gather { data, batch, .. } => {
                shape(self, "data", data, [batch.models, data.rows, batch.features]);
                assert!(
                    batch.rows <= data.rows,
                    "gather: a batch {:?} of {:?}",
                    batch.shape(),
                    data.shape()
                );
            }
            Op::SortColumns { x, sorted, rank, groups: g } => {
                groups(self, x, *g);
                same(self, x, &[("sorted", sorted), ("rank", rank)]);
            }
            Op::Record { x, history, period } => {
                assert!(*period > 0, "record: a period of 0 steps");
                shape(self, "x", x, [history.models, 1, history.features]);
            }
            Op::FiniteCheck { x, count } => {
                shape(self, "x", x, [count.models, 1, x.features]);
                shape(self, "count", count, [count.models, 1, count.features]);
            }
            _ => unreachable!(),
        }
    }

    fn check_dense(&self) {
        match self {
            Op::DenseForward { x, w, b, y } => {
                shape(self, "w", w, [x.models, x.features, y.features]);
                shape(self, "y", y, [x.models, x.rows, w.features]);
                if let Some(b) = b {
                    shape(self, "b", b, [x.models, 1, w.features]);
                }
            }
            Op::DenseBackwardInput { dy, w, dx } => {
                shape(self, "w", w, [dy.models, dx.features, dy.features]);
                shape(self, "dx", dx, [dy.models, dy.rows, w.rows]);
            }
            Op::DenseBackwardWeight { x, dy, dw, db } => {
                shape(self, "dy", dy, [x.models, x.rows, dy.features]);
                shape(self, "dw", dw, [x.models, x.features, dy.features]);
                if let Some(db) = db {
                    shape(self, "db", db, [x.models, 1, dy.features]);
                }
            }
            _ => unreachable!(),
        }
    }

    fn check_batch_norm(&self) {
        match self {
            Op::BatchNormForward {
                x,
                gamma,
                beta,
                running_mean,
                running_var,
                statistics,
                y,
                groups: g,
                ..
            } => {
                groups(self, x, *g);
                shape(self, "gamma", gamma, [x.models, 1, x.features]);
                same(
                    self,
                    gamma,
                    &[("beta", beta), ("running_mean", running_mean), ("running_var", running_var)],
                );
                shape(self, "statistics", statistics, [x.models, 2 * g, x.features]);
                same(self, x, &[("y", y)]);
            }
            Op::BatchNormInference { x, gamma, beta, running_mean, running_var, y, .. } => {
                shape(self, "gamma", gamma, [x.models, 1, x.features]);
                same(
                    self,
                    gamma,
                    &[("beta", beta), ("running_mean", running_mean), ("running_var", running_var)],
                );
                same(self, x, &[("y", y)]);
            }
            Op::BatchNormBackward {
                x,
                dy,
                gamma,
                beta,
                statistics,
                dx,
                dgamma,
                dbeta,
                groups: g,
                ..
            } => {
                groups(self, x, *g);
                shape(self, "gamma", gamma, [x.models, 1, x.features]);
                same(self, gamma, &[("beta", beta), ("dgamma", dgamma), ("dbeta", dbeta)]);
                shape(self, "statistics", statistics, [x.models, 2 * g, x.features]);
                same(self, x, &[("dy", dy), ("dx", dx)]);
            }
            _ => unreachable!(),
        }
    }

    fn check_fused(&self) {
        match self {
            Op::DenseNormForward {
                x, w, scale, running, dense, statistics, y, groups: g, ..
            } => {
                groups(self, dense, *g);
                shape(self, "w", w, [x.models, x.features, dense.features]);
                shape(self, "dense", dense, [x.models, x.rows, w.features]);
                shape(self, "scale", scale, [x.models, 2, w.features]);
                same(self, scale, &[("running", running)]);
                shape(self, "statistics", statistics, [x.models, 2 * g, w.features]);
                same(self, dense, &[("y", y)]);
            }
            Op::DenseNormBackward {
                dy,
                w,
                dense,
                scale,
                statistics,
                dx,
                dscale,
                groups: g,
                ..
            } => {
                groups(self, dense, *g);
                shape(self, "w", w, [dy.models, dense.features, dy.features]);
                shape(self, "dense", dense, [dy.models, dy.rows, w.rows]);
                shape(self, "scale", scale, [dy.models, 2, w.rows]);
                same(self, scale, &[("dscale", dscale)]);
                shape(self, "statistics", statistics, [dy.models, 2 * g, w.rows]);
                same(self, dense, &[("dx", dx)]);
            }
            Op::DenseUpdate { x, dy, dscale, w, m, v, lr, .. } => {
                shape(self, "dy", dy, [x.models, x.rows, w.features]);
                let extra =
                    if dscale.is_some() { 2 } else { w.rows.saturating_sub(x.features).min(1) };
                shape(self, "w", w, [x.models, x.features + extra, dy.features]);
                same(self, w, &[("m", m), ("v", v)]);
                if let Some(dscale) = dscale {
                    shape(self, "dscale", dscale, [x.models, 2, dy.features]);
                }
                shape(self, "lr", lr, [w.models, lr.rows, 1]);
            }
            _ => unreachable!(),
        }
    }

    fn check_loss(&self) {
        match self {
            Op::LogisticLoss { logits, loss, probability, dlogits, groups: g, .. } => {
                groups(self, logits, *g);
                assert!(*g <= 2, "logistic_loss: {g} groups, but there are only real and fake");
                shape(self, "logits", logits, [logits.models, logits.rows, 1]);
                same(self, logits, &[("dlogits", dlogits)]);
                shape(self, "loss", loss, [logits.models, 1, 1]);
                shape(self, "probability", probability, [logits.models, 1, *g]);
            }
            Op::PercentileLoss { real, fake, rank, levels, loss, dx, .. } => {
                same(self, fake, &[("real", real), ("rank", rank), ("dx", dx)]);
                shape(self, "levels", levels, [fake.models, levels.rows, 2]);
                shape(self, "loss", loss, [fake.models, 1, 1]);
            }
            _ => unreachable!(),
        }
    }
}
