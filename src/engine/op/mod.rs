//! The waist of the house: every kernel is one variant of [`Op`], a training step is a [`Program`]
//! of them, and a [`Backend`] runs it.
//!
//! The formula of a kernel is the comment of its variant.
//! Its operands are [`Tensor`] handles: a window `[models, rows, features]` into an allocation,
//! with a stride between models (0: all models read the same numbers).
//! Models never mix: every kernel does the same for each model of its tensors.
//!
//! - A step is recorded once and replayed thousands of times.
//!   It is data, so it can be printed, counted ([`Op::cost`]), and replayed on two backends and
//!   compared buffer by buffer.
//! - A replay takes the number of the step; no kernel is spent on counting.
//!   Noise, shuffles, directions and the schedule of rates are functions of (seed, stream, step,
//!   model).
//!   No random generator has a state, nothing random is uploaded, and any stretch of training can
//!   be replayed bit for bit.
//! - [`Program::push`] panics when shapes do not fit, or when an operand that is written overlaps
//!   another one.
//!   This one check makes the slices of the CPU backend sound.
//! - Numbers go between host and backend as f64, which holds those of every backend exactly.
//!
//! Three choices that a reader may not expect:
//!
//! - Batch normalisation carries the slope of the leaky ReLU behind it (slope 1: none), which saves
//!   a pass over every activation on both backends.
//! - A bias is part of the dense kernel.
//! - Sorting is a kernel of its own that leaves ranks: the gradient of the percentile loss is then
//!   a gather, and the sliced term uses both.

mod backend;
mod check;
mod cost;
mod directions;
mod fuse;
mod name;
mod operands;
pub mod philox;
mod program;
mod tensor;

pub use backend::{Backend, Compiled};
pub use cost::Cost;
pub use directions::Sets;
pub use fuse::fused;
pub use operands::{Access, Operand};
pub use program::Program;
pub use tensor::{BufferId, Tensor};

/// Where the random numbers of a kernel come from: the same seed, stream, step and model give the
/// same bits on every backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Random {
    /// The run.
    pub seed: u64,
    /// The use within the run: two kernels with different streams are independent.
    pub stream: u32,
}

/// One kernel with its operands.
/// Shapes are `[models, rows, features]`; `M` models, `R` rows, `F` features, `G` groups.
///
/// A tensor of one row per model (`[M, 1, F]`) is a vector over features.
/// Read-only operands may be shared by all models (stride 0).
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)] // the formula of a variant names its fields
pub enum Op {
    /// Uniform noise on [-1, 1): number `e` of model `m` is `(u >> 8) 2^-23 - 1`, with `u` word `e
    /// mod 4` of Philox4x32-10 at the counter `(e / 4, step, stream, m)` under the key `seed`
    /// (Salmon et al. 2011).
    /// Exact in f32.
    Noise { out: Tensor, random: Random },

    /// Nearly normal noise of mean 0 and variance 1: number `e` is `sqrt(3) 2^-17` times the sum of
    /// sixteen uniform 16-bit integers about their mean, from the Philox blocks of
    /// [`Op::Directions`].
    /// The sum is exact on every backend, the product is rounded once.
    NormalNoise { out: Tensor, random: Random },

    /// A `[M, F, K]` matrix of K random unit columns: entries are sums of sixteen uniform 16-bit
    /// integers about their mean (nearly normal; exact on every backend), from the Philox blocks
    /// `(2 e, step, stream, m)` and `(2 e + 1, ...)` of entry `e`; then each column is divided by
    /// its Euclidean length, if that is not 0.
    Directions { out: Tensor, random: Random },

    /// K random directions, a unit row each, for what its [set](Sets) is after: out `[M, K, W]`.
    /// With `n(i)` a nearly normal integer, twice the sum of the sixteen bytes of the Philox block
    /// `(k (W + 1) + i, step, stream, m)` less 4080, row k is, before it is divided by its
    /// Euclidean length (if that is not 0): dense `n(c)`; principal
    /// `sum over i of n(i) factor[i, c]`; pairs `n(c)` in the columns of two different blocks, of
    /// all pairs with equal chances by the words of block `i = W`, else 0; masks the first word of
    /// block `c`, shifted right by 8, plus 1 in the last column of every block with missing cells,
    /// else 0. factor `[M, r, W]`, r <= W; blocks `[M, B, 5]` holds kind, first column, columns,
    /// scale, missing (1 or 0) of every block of columns.
    TypedDirections { factor: Tensor, blocks: Tensor, out: Tensor, sets: Sets, random: Random },

    /// A batch of a shuffled table: with `n` rows in `data` and `R` in `batch`, an epoch is
    /// `floor(n / R)` steps, and row `r` of step `s` is row `pi(b R + r)` of `data`, with
    /// `b = s mod floor(n / R)` and `pi` a permutation keyed by seed, stream, epoch and model.
    Gather { data: Tensor, batch: Tensor, random: Random },

    /// `y = x w + b`: x `[M, R, I]`, w `[M, I, O]`, b `[M, 1, O]` or none, y `[M, R, O]`.
    DenseForward { x: Tensor, w: Tensor, b: Option<Tensor>, y: Tensor },

    /// `dx = dy w^T`: dy `[M, R, O]`, w `[M, I, O]`, dx `[M, R, I]`.
    DenseBackwardInput { dy: Tensor, w: Tensor, dx: Tensor },

    /// `dw = x^T dy`, `db = sum of the rows of dy`: x `[M, R, I]`, dy `[M, R, O]`, dw `[M, I, O]`,
    /// db `[M, 1, O]` or none.
    DenseBackwardWeight { x: Tensor, dy: Tensor, dw: Tensor, db: Option<Tensor> },

    /// Batch normalisation in training (Ioffe and Szegedy 2015) and leaky ReLU, for each of
    /// `groups` equal runs of rows on its own: `mean` and biased `var` over the rows of the group,
    /// `rstd = 1 / sqrt(var + epsilon)`, `y = leaky(gamma (x - mean) rstd + beta)` with
    /// `leaky(a) = a if a > 0 else slope a` (`slope` 1: no activation).
    /// Then, group by group, `running = momentum running + (1 - momentum) batch` for mean and
    /// variance. x, y `[M, G R, F]`; gamma, beta, running_mean, running_var `[M, 1, F]`; statistics
    /// `[M, 2 G, F]` holds mean, rstd of each group.
    BatchNormForward {
        x: Tensor,
        gamma: Tensor,
        beta: Tensor,
        running_mean: Tensor,
        running_var: Tensor,
        statistics: Tensor,
        y: Tensor,
        groups: usize,
        momentum: f64,
        epsilon: f64,
        slope: f64,
    },

    /// Batch normalisation with running statistics and leaky ReLU: `y = leaky(gamma (x -
    /// running_mean) / sqrt(running_var + epsilon) + beta)`.
    /// Shapes as in [`Op::BatchNormForward`].
    BatchNormInference {
        x: Tensor,
        gamma: Tensor,
        beta: Tensor,
        running_mean: Tensor,
        running_var: Tensor,
        y: Tensor,
        epsilon: f64,
        slope: f64,
    },

    /// Gradient of [`Op::BatchNormForward`], with `h = (x - mean) rstd` and
    /// `da = dy (1 if gamma h + beta > 0 else slope)`: `dbeta = sum da`, `dgamma = sum da h` (over
    /// all rows of all groups), and within each group of R rows
    /// `dx = gamma rstd (da - mean(da) - h mean(da h))`.
    BatchNormBackward {
        x: Tensor,
        dy: Tensor,
        gamma: Tensor,
        beta: Tensor,
        statistics: Tensor,
        dx: Tensor,
        dgamma: Tensor,
        dbeta: Tensor,
        groups: usize,
        slope: f64,
    },

    /// [`Op::DenseForward`] without a bias and [`Op::BatchNormForward`] in one: `dense = x w`, then
    /// statistics, normalisation and leaky ReLU of `dense`. x `[M, G R, I]`, w `[M, I, F]`; scale
    /// `[M, 2, F]` is gamma, then beta; running `[M, 2, F]` mean, then variance; statistics
    /// `[M, 2 G, F]`; dense, y `[M, G R, F]`.
    DenseNormForward {
        x: Tensor,
        w: Tensor,
        scale: Tensor,
        running: Tensor,
        dense: Tensor,
        statistics: Tensor,
        y: Tensor,
        groups: usize,
        momentum: f64,
        epsilon: f64,
        slope: f64,
    },

    /// [`Op::DenseBackwardInput`] of the next layer and [`Op::BatchNormBackward`] of this one:
    /// `dy w^T` takes the place of the latter's dy, and `dense` that of its x. dy `[M, G R, O]` and
    /// w `[M, F, O]` are the next layer's; dense, dx `[M, G R, F]`; scale `[M, 2, F]` is gamma,
    /// then beta; dscale `[M, 2, F]` dgamma, then dbeta; statistics `[M, 2 G, F]`.
    DenseNormBackward {
        dy: Tensor,
        w: Tensor,
        dense: Tensor,
        scale: Tensor,
        statistics: Tensor,
        dx: Tensor,
        dscale: Tensor,
        groups: usize,
        slope: f64,
    },

    /// [`Op::DenseBackwardWeight`] and [`Op::Adam`] for all parameters of a layer, which lie one
    /// after another: w, m, v `[M, I + E, O]`.
    /// The first I rows are the weights, with the gradient `x^T dy`.
    /// E is 0; or 1, a bias, with the gradient `sum of the rows of dy`; or 2, gamma and beta, with
    /// the gradient `dscale` `[M, 2, O]`. x `[M, R, I]`, dy `[M, R, O]`; lr `[M, steps, 1]`.
    DenseUpdate {
        x: Tensor,
        dy: Tensor,
        dscale: Option<Tensor>,
        w: Tensor,
        m: Tensor,
        v: Tensor,
        lr: Tensor,
        beta1: f64,
        beta2: f64,
        epsilon: f64,
    },

    /// `y = x if x > 0 else slope x`; all `[M, R, F]`.
    LeakyReluForward { x: Tensor, y: Tensor, slope: f64 },

    /// `dx = dy (1 if x > 0 else slope)`; all `[M, R, F]`.
    LeakyReluBackward { x: Tensor, dy: Tensor, dx: Tensor, slope: f64 },

    /// `y = tanh(x)`; all `[M, R, F]`.
    TanhForward { x: Tensor, y: Tensor },

    /// `dx = dy (1 - y^2)` with y = tanh(x); all `[M, R, F]`.
    TanhBackward { y: Tensor, dy: Tensor, dx: Tensor },

    /// Typed heads: what a generator's raw numbers say, block by block of columns.
    /// Row b of `blocks` `[M, B, 5]` is kind, first column, columns, scale, whether it has missing
    /// cells (not needed here); blocks cover every column once.
    /// With `u = (noise + 1) / 2`, kept from 0 and 1 by 2^-25 and 2^-24 (the ends of
    /// [`Op::Noise`]):
    /// - Levels (kind 0): `a = (raw + spread gumbel) / temperature`, `gumbel = -log(-log(u))`;
    ///   `soft = softmax(a)` over the block's columns; `y = scale` at the first largest `a`, else 0
    ///   (Jang, Gu, Poole 2017, straight-through).
    /// - Number (kind 1): `soft = raw`, `y = scale raw`.
    /// - Number with a mask (kind 2, two columns):
    ///   `soft[mask] = sigmoid((raw[mask] + spread logistic) / temperature)` with
    ///   `logistic = log(u) - log(1 - u)`; `h = 1 if soft[mask] > 1/2 else 0`;
    ///   `soft[value] = raw[value]`; `y[mask] = scale h` and `y[value] = scale raw[value] (1 - h)`.
    ///
    /// A block with a NaN among its logits has NaN in its levels or its mask. raw, noise, soft, y
    /// `[M, R, F]`.
    HeadsForward {
        raw: Tensor,
        noise: Tensor,
        blocks: Tensor,
        soft: Tensor,
        y: Tensor,
        temperature: f64,
        spread: f64,
    },

    /// Choices of typed heads that follow from others, one gate after another, in every row.
    /// Row g of `gates` `[M, G, 7]` is the column asked and what is wanted of it (1: that it is
    /// above 0, 0: that it is not), then the other block's kind (0 levels, 2 number with a mask),
    /// first column, columns, choice and scale.
    /// Where the column is as wanted:
    /// - levels, a choice below the number of columns: `soft = 1` and `y = scale` at that place,
    ///   both 0 in the block's other columns;
    /// - levels, a choice k columns above it: if the level k is chosen, `soft[k] = 0`, the other
    ///   soft numbers are divided by their sum, and `y = scale` at the first largest of them, else
    ///   0: the softmax without that level (where the others have no probability, the first one's
    ///   is 1);
    /// - number with a mask, choice 1: `soft[mask] = 1`, `y[mask] = scale`, `y[value] = 0`; choice
    ///   0: `soft[mask] = 0`, `y[mask] = 0`, `y[value] = scale soft[value]`.
    ///
    /// A soft choice of 0 or 1 has slope 0 in [`Op::HeadsBackward`], so that what was forced learns
    /// nothing of it. soft, y `[M, R, F]`.
    HeadsGate { gates: Tensor, soft: Tensor, y: Tensor },

    /// Straight-through gradient of [`Op::HeadsForward`]: what was made hard has the value of the
    /// hard choice and the slope of the soft one, that is, `h` stands for
    /// `h + s - (s as a constant)`, with s the soft number in its place, and the product rule sees
    /// the hard value.
    /// - Levels: `draw = scale / temperature soft (dy - sum over the block of soft dy)`.
    /// - Number: `draw = scale dy`.
    /// - Number with a mask, `s = soft[mask]`: `draw[value] = scale (1 - h) dy[value]` and
    ///   `draw[mask] = scale / temperature s (1 - s) (dy[mask] - soft[value] dy[value])`.
    ///
    /// soft, dy, draw `[M, R, F]`; blocks `[M, B, 5]`.
    HeadsBackward { soft: Tensor, blocks: Tensor, dy: Tensor, draw: Tensor, temperature: f64 },

    /// Cross-entropy on logits: the first group of R rows should be judged real (target 1), the
    /// second, if there is one, fake (target 0).
    /// `loss = sum over groups of mean softplus(-logit)` (real) `or mean softplus(logit)` (fake),
    /// `probability[g] = mean sigmoid(logit)`, `dlogits = weight dloss / dlogit`. logits, dlogits
    /// `[M, G R, 1]`, loss `[M, 1, 1]`, probability `[M, 1, G]`.
    LogisticLoss {
        logits: Tensor,
        loss: Tensor,
        probability: Tensor,
        dlogits: Tensor,
        groups: usize,
        weight: f64,
    },

    /// Order statistics of every column within each of `groups` equal runs of rows: row `k` of
    /// `sorted` holds the k-th smallest value (from 0), `rank` the place of each value of x in that
    /// order; ties keep their row order.
    /// All `[M, G R, F]`.
    SortColumns { x: Tensor, sorted: Tensor, rank: Tensor, groups: usize },

    /// Mean squared error of percentiles.
    /// A level at position `k + t` (whole part `k`, fraction `t`; numpy's "linear") has the value
    /// `s[k] + t (s[k + 1] - s[k])` of the order statistics `s`; `loss = mean over levels and
    /// features of (value of fake - value of real)^2`, `dx = weight dloss / dfake`, brought from
    /// the order statistics to the rows by `rank`. real, fake (sorted), rank, dx `[M, R, F]`;
    /// levels `[M, L, 2]` holds k, t of ascending levels; loss `[M, 1, 1]`.
    PercentileLoss {
        real: Tensor,
        fake: Tensor,
        rank: Tensor,
        levels: Tensor,
        loss: Tensor,
        dx: Tensor,
        weight: f64,
    },

    /// Squared differences of order statistics, summed over sets of neighbouring columns: a set has
    /// `len` columns from `first` on and two factors,
    /// `loss[s] = scale sum over its columns and all rows of (fake - real)^2` and, in its columns,
    /// `dx = factor (fake - real)`, brought from the order statistics to the rows by `rank`.
    /// Columns of no set have dx 0; a set may be empty. real, fake (sorted), rank, dx `[M, R, F]`;
    /// sets `[M, S, 4]` holds first, len, scale, factor; loss `[M, 1, S]`.
    SortedLoss { real: Tensor, fake: Tensor, rank: Tensor, sets: Tensor, loss: Tensor, dx: Tensor },

    /// Squared Frobenius distance between the covariance of some rows and a real one:
    /// `loss = scale sum of (covariance - real)^2`, `w = factor (covariance - real)`,
    /// `b = -mean w`, so that `x w + b`, a dense layer on the rows x whose mean and covariance
    /// these are, is the gradient for them (covariances are symmetric, and so must `real` be).
    /// covariance, real, w `[M, F, F]`; mean, b `[M, 1, F]`; loss `[M, 1, 1]`.
    CovarianceLoss {
        covariance: Tensor,
        real: Tensor,
        mean: Tensor,
        loss: Tensor,
        w: Tensor,
        b: Tensor,
        scale: f64,
        factor: f64,
    },

    /// Adam (Kingma and Ba 2015) as Keras writes it: `m = beta1 m + (1 - beta1) dw`,
    /// `v = beta2 v + (1 - beta2) dw^2`, `w -= lr[step] m / (sqrt(v) + epsilon)`, where `lr` holds
    /// the bias-corrected rate of every step (the last one stays). w, dw, m, v `[M, 1, P]`; lr
    /// `[M, steps, 1]`.
    Adam {
        w: Tensor,
        dw: Tensor,
        m: Tensor,
        v: Tensor,
        lr: Tensor,
        beta1: f64,
        beta2: f64,
        epsilon: f64,
    },

    /// A step towards newer numbers: `y = r x + (1 - r) y` with `r = rate[step]` (the last one
    /// stays); a rate of 1 copies exactly.
    /// With rates 1, 1/2, 1/3, ... y is the mean of what x has been. x, y `[M, 1, P]`; rate
    /// `[M, steps, 1]`.
    Average { x: Tensor, y: Tensor, rate: Tensor },

    /// Mean and variance (divisor R - 1) of every column: x `[M, R, F]`; mean, variance
    /// `[M, 1, F]`.
    Moments { x: Tensor, mean: Tensor, variance: Tensor },

    /// `covariance = (x - mean)^T (x - mean) / (R - 1)`: x `[M, R, F]`, mean `[M, 1, F]`,
    /// covariance `[M, F, F]`.
    Covariance { x: Tensor, mean: Tensor, covariance: Tensor },

    /// Counts the numbers whose bits say NaN or infinity: x `[M, 1, P]`; part p of count
    /// `[M, 1, K]` covers `ceil(P / K)` numbers.
    FiniteCheck { x: Tensor, count: Tensor },

    /// `y = y + x`; both `[M, R, F]`.
    Add { x: Tensor, y: Tensor },

    /// `y = x`; both `[M, R, F]`.
    Copy { x: Tensor, y: Tensor },

    /// `y` is x after `times` rounds (a multiple of 4) of `v = a v + b`; x, y `[M, R, F]`.
    /// No network uses it: with |a| < 1 it stays finite for any number of rounds and does nothing
    /// but multiply and add, so that its speed is the largest that a machine has (the roof of
    /// `bench`).
    MultiplyAdd { x: Tensor, y: Tensor, a: f64, b: f64, times: usize },

    /// Keeps numbers of a step for later: row `floor(step / period) mod H` of history `[M, H, S]`
    /// becomes x `[M, 1, S]`.
    Record { x: Tensor, history: Tensor, period: usize },
}
