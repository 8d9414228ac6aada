//! Sums, copies and records.

macro_rules! rows {
    ([$next:ident $($others:ident)*] $taker:ident $($before:tt)*) => {
        $crate::op::kernels::$next! { [$($others)*] $taker $($before)*

/// `y = y + x`.
Add = "add" {
    operands { read x [M, R, F], update y [M, R, F] }
    scalars {}
    sizes { M = x.models, R = x.rows, F = x.features }
    must {}
    flops |written| { written }
    cpu |on, spare| { add::add(on.read(x), on.write(y)) }
    shader "add" {}
    uniform { size: R * F }
    grid { numbers(R * F) }
}

/// `y = x`.
Copy = "copy" {
    operands { read x [M, R, F], write y [M, R, F] }
    scalars {}
    sizes { M = x.models, R = x.rows, F = x.features }
    must {}
    flops |written| { 0 }
    cpu |on, spare| { copy::copy(on.read(x), on.write(y)) }
    shader "copy" {}
    uniform { size: R * F }
    grid { numbers(R * F) }
}

/// `y` is x after `times` rounds (a multiple of 4) of `v = a v + b`.
/// No network uses it: with |a| < 1 it stays finite for any number of rounds and does nothing
/// but multiply and add, so that its speed is the largest that a machine has (the roof of
/// `bench`).
MultiplyAdd = "multiply_add" {
    operands { read x [M, R, F], write y [M, R, F] }
    scalars { a: f64 = 0.75, b: f64 = 0.25, times: usize = 8 }
    sizes { M = x.models, R = x.rows, F = x.features }
    must { times.is_multiple_of(4), "{times} rounds, not a multiple of 4"; }
    flops |written| { 2 * times * written }
    cpu |on, spare| { multiply_add::multiply_add(on.read(x), on.write(y), [a, b], times) }
    shader "multiply_add" {}
    uniform { size: R * F, times: times, a: a, b: b }
    // A thread holds sixteen numbers.
    grid { numbers((R * F).div_ceil(16)) }
}

/// Keeps numbers of a step for later: row `floor(step / period) mod H` of history becomes x.
Record = "record" {
    operands { read x [M, 1, S], update history [M, H, S] }
    scalars { period: usize = 3 }
    sizes { M = history.models, H = history.rows, S = history.features }
    must { period > 0, "a period of 0 steps"; }
    flops |written| { 0 }
    untouched { 2 * M * H * S - M * S }
    cpu |on, spare| { record::record(on.read(x), on.write(history), period, on.step) }
    shader "record" {}
    uniform { size: S, rows: H, period: period }
    grid { numbers(S) } at step
}
        }
    };
}

pub(crate) use rows;
