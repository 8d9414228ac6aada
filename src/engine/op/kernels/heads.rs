//! Typed heads: what a generator's raw numbers say, block by block of columns.

macro_rules! heads {
    ([$next:ident $($others:ident)*] $taker:ident $($before:tt)*) => {
        $crate::op::kernels::$next! { [$($others)*] $taker $($before)*

/// Typed heads: what a generator's raw numbers say, block by block of columns.
/// Row b of `blocks` is kind, first column, columns, scale, whether it has missing cells (not
/// needed here); blocks cover every column once.
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
/// A block with a NaN among its logits has NaN in its levels or its mask.
HeadsForward = "heads_forward" {
    operands {
        read raw [M, R, F], read noise [M, R, F], read blocks [M, B, 5],
        write soft [M, R, F], write y [M, R, F]
    }
    scalars { temperature: f64 = 0.5, spread: f64 = 0.3 }
    sizes { M = raw.models, R = raw.rows, F = raw.features, B = blocks.rows }
    must {}
    flops |written| { 12 * written }
    cpu |on, spare| {
        heads::Heads { blocks: on.read(blocks), features: F, temperature }
            .forward([on.read(raw), on.read(noise)], on.write(soft), on.write(y), spread)
    }
    shader "heads" {}
    uniform { rows: R, features: F, count: B, temperature: temperature, spread: spread }
    grid { numbers(R * B) }
}

/// Choices of typed heads that follow from others, one gate after another, in every row.
/// Row n of `gates` is the column asked and what is wanted of it (1: that it is above 0, 0: that
/// it is not), then the other block's kind (0 levels, 2 number with a mask), first column,
/// columns, choice and scale.
/// Where the column is as wanted:
/// - levels, a choice below the number of columns: `soft = 1` and `y = scale` at that place,
///   both 0 in the block's other columns;
/// - levels, a choice k columns above it: `soft[k] = 0`, and the other soft numbers are divided by
///   their sum: the softmax without that level (where the others have no probability, the first
///   one's is 1); if the level k is chosen, `y = scale` at the first largest of them, else 0.
///   So levels that several gates forbid are all out of the question;
/// - number with a mask, choice 1: `soft[mask] = 1`, `y[mask] = scale`, `y[value] = 0`; choice
///   0: `soft[mask] = 0`, `y[mask] = 0`, `y[value] = scale soft[value]`.
///
/// A soft choice of 0 or 1 has slope 0 in [`Op::HeadsBackward`], so that what was forced learns
/// nothing of it.
HeadsGate = "heads_gate" {
    operands { read gates [M, N, 7], update soft [M, R, F], update y [M, R, F] }
    scalars {}
    sizes { M = soft.models, N = gates.rows, R = soft.rows, F = soft.features }
    must {}
    flops |written| { M * N * R }
    cpu |on, spare| {
        heads_gate::heads_gate(on.read(gates), on.write(soft), on.write(y), F)
    }
    shader "heads_gate" {}
    uniform { rows: R, features: F, count: N }
    grid { numbers(R) }
}

/// Straight-through gradient of [`Op::HeadsForward`]: what was made hard has the value of the
/// hard choice and the slope of the soft one, that is, `h` stands for
/// `h + s - (s as a constant)`, with s the soft number in its place, and the product rule sees
/// the hard value.
/// - Levels: `draw = scale / temperature soft (dy - sum over the block of soft dy)`.
/// - Number: `draw = scale dy`.
/// - Number with a mask, `s = soft[mask]`: `draw[value] = scale (1 - h) dy[value]` and
///   `draw[mask] = scale / temperature s (1 - s) (dy[mask] - soft[value] dy[value])`.
HeadsBackward = "heads_backward" {
    operands {
        read soft [M, R, F], read blocks [M, B, 5], read dy [M, R, F], write draw [M, R, F]
    }
    scalars { temperature: f64 = 0.5 }
    sizes { M = soft.models, R = soft.rows, F = soft.features, B = blocks.rows }
    must {}
    flops |written| { 5 * written }
    cpu |on, spare| {
        heads::Heads { blocks: on.read(blocks), features: F, temperature }
            .backward(on.read(soft), on.read(dy), on.write(draw))
    }
    shader "heads" {}
    uniform { rows: R, features: F, count: B, temperature: temperature }
    grid { numbers(R * B) }
}
        }
    };
}

pub(crate) use heads;
