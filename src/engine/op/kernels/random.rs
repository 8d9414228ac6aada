//! Random numbers and what is drawn with them.

macro_rules! random {
    ([$next:ident $($others:ident)*] $taker:ident $($before:tt)*) => {
        $crate::op::kernels::$next! { [$($others)*] $taker $($before)*

/// Uniform noise on [-1, 1): number `e` of model `m` is `(u >> 8) 2^-23 - 1`, with `u` word `e
/// mod 4` of Philox4x32-10 at the counter `(e / 4, step, stream, m)` under the key `seed`
/// (Salmon et al. 2011).
/// Exact in f32.
Noise = "noise" {
    operands { write out [M, R, F] }
    scalars { random: Random = RANDOM }
    sizes { M = out.models, R = out.rows, F = out.features }
    must {}
    flops |written| { 20 * written }
    cpu |on, spare| { noise::noise(on.write(out), random, on.step, on.model) }
    shader "noise" {}
    uniform { size: R * F, stream: random.stream, seed_low: low(random), seed_high: high(random) }
    grid { numbers((R * F).div_ceil(4)) } at step
}

/// Nearly normal noise of mean 0 and variance 1: number `e` is `sqrt(3) 2^-17` times the sum of
/// sixteen uniform 16-bit integers about their mean, from the Philox blocks of
/// [`Op::Directions`].
/// The sum is exact on every backend, the product is rounded once.
NormalNoise = "normal_noise" {
    operands { write out [M, R, F] }
    scalars { random: Random = RANDOM }
    sizes { M = out.models, R = out.rows, F = out.features }
    must {}
    flops |written| { 80 * written }
    cpu |on, spare| { normal_noise::normal_noise(on.write(out), random, on.step, on.model) }
    shader "normal_noise" {}
    uniform { size: R * F, stream: random.stream, seed_low: low(random), seed_high: high(random) }
    grid { numbers(R * F) } at step
}

/// A matrix of K random unit columns: entries are sums of sixteen uniform 16-bit integers about
/// their mean (nearly normal; exact on every backend), from the Philox blocks
/// `(2 e, step, stream, m)` and `(2 e + 1, ...)` of entry `e`.
/// Then each column is divided by its Euclidean length, if that is not 0.
Directions = "directions" {
    operands { write out [M, F, K] }
    scalars { random: Random = RANDOM }
    sizes { M = out.models, F = out.rows, K = out.features }
    must {}
    flops |written| { 80 * written }
    cpu |on, spare| { directions::directions(on.write(out), K, random, on.step, on.model) }
    shader "directions" {}
    uniform {
        rows: F, features: K, stream: random.stream, seed_low: low(random), seed_high: high(random)
    }
    grid { strips(K) } at step
}

/// K random directions, a unit row each, for what its [set](Sets) is after.
/// With `n(i)` a nearly normal integer, twice the sum of the sixteen bytes of the Philox block
/// `(k (W + 1) + i, step, stream, m)` less 4080, row k is, before it is divided by its Euclidean
/// length (if that is not 0):
/// - dense: `n(c)`;
/// - principal: `sum over i of n(i) factor[i, c]`;
/// - pairs: `n(c)` in the columns of two different blocks, of all pairs with equal chances by the
///   words of block `i = W`, else 0;
/// - masks: the first word of block `c`, shifted right by 8, plus 1, in the last column of every
///   block with missing cells, else 0.
///
/// factor has Q <= W rows; blocks holds kind, first column, columns, scale, missing (1 or 0) of
/// every block of columns.
TypedDirections = "typed_directions" {
    operands { read factor [M, Q, W], read blocks [M, B, 5], write out [M, K, W] }
    scalars {
        sets: Sets = Sets { dense: K - 5, principal: 2, pairs: 2, masks: 1 },
        random: Random = RANDOM
    }
    sizes {
        M = out.models, Q = factor.rows, W = out.features, B = blocks.rows, K = sets.total()
    }
    must {
        factor.rows <= out.features, "a factor {:?} of too high a rank", factor.shape();
        sets.pairs == 0 || blocks.rows > 1, "pairs of blocks {:?}", blocks.shape();
        u32::try_from(out.rows * (out.features + 1)).is_ok(),
            "{:?} is more than 2^32 random blocks", out.shape();
    }
    flops |written| { 100 * written + 2 * M * sets.principal * Q * W }
    cpu |on, spare| {
        typed_directions::typed_directions(
            on.read(factor), on.read(blocks), on.write(out), spare.numbers, sets,
            typed_directions::At { random, step: on.step, model: on.model, width: W },
        )
    }
    numbers { sets.principal * Q }
    shader "typed_directions" {}
    uniform {
        rank: Q, count: B, width: W,
        dense: sets.dense, principal: sets.principal, pairs: sets.pairs,
        stream: random.stream, seed_low: low(random), seed_high: high(random)
    }
    grid { [K, 1] } at step
}

/// A batch of a shuffled table: with N rows in `data` and R in `batch`, an epoch is `floor(N / R)`
/// steps, and row `r` of step `s` is row `pi(b R + r)` of `data`, with `b = s mod floor(N / R)` and
/// `pi` a permutation keyed by seed, stream, epoch and model.
Gather = "gather" {
    operands { read data [M, N, F], write batch [M, R, F] }
    scalars { random: Random = RANDOM }
    sizes { M = batch.models, N = data.rows, R = batch.rows, F = batch.features }
    must { batch.rows <= data.rows, "a batch {:?} of {:?}", batch.shape(), data.shape(); }
    flops |written| { 0 }
    untouched { M * (N - R) * F }
    cpu |on, spare| {
        gather::gather(on.read(data), on.write(batch), F, random, on.step, on.model)
    }
    shader "gather" {}
    uniform {
        patients: N, rows: R, features: F,
        stream: random.stream, seed_low: low(random), seed_high: high(random)
    }
    grid { strips(R) } at step
}
        }
    };
}

pub(crate) use random;
