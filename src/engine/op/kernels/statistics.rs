//! Statistics of columns, and the search for numbers that are not finite.

macro_rules! statistics {
    ([$next:ident $($others:ident)*] $taker:ident $($before:tt)*) => {
        $crate::op::kernels::$next! { [$($others)*] $taker $($before)*

/// Mean and variance (divisor R - 1) of every column.
Moments = "moments" {
    operands { read x [M, R, F], write mean [M, 1, F], write variance [M, 1, F] }
    scalars {}
    sizes { M = x.models, R = x.rows, F = x.features }
    must { x.rows > 1, "{:?} has no variance", x.shape(); }
    flops |written| { 4 * M * R * F }
    cpu |on, spare| { moments::moments(on.read(x), on.write(mean), on.write(variance)) }
    shader "moments" {}
    uniform { rows: R, features: F }
    grid { strips(F) }
}

/// `covariance = (x - mean)^T (x - mean) / (R - 1)`.
Covariance = "covariance" {
    operands { read x [M, R, F], read mean [M, 1, F], write covariance [M, F, F] }
    scalars {}
    sizes { M = x.models, R = x.rows, F = x.features }
    must { x.rows > 1, "{:?} has no variance", x.shape(); }
    flops |written| { 2 * M * R * F * F }
    cpu |on, spare| {
        covariance::covariance(on.read(x), on.read(mean), on.write(covariance), spare.numbers)
    }
    numbers { R * F }
    shader "covariance" { product: TILED }
    // In the shader the kernel's name belongs to the operand.
    entry { "covariance_of" }
    uniform { rows: R, features: F }
    grid { tiles(F, F) }
}

/// Counts the numbers whose bits say NaN or infinity: part p of K covers `ceil(P / K)` numbers.
FiniteCheck = "finite_check" {
    operands { read x [M, 1, P], write count [M, 1, K] }
    scalars {}
    sizes { M = count.models, P = x.features, K = count.features }
    must {}
    flops |written| { M * P }
    cpu |on, spare| { finite_check::finite_check(on.read(x), on.write(count)) }
    shader "finite_check" {}
    uniform { size: P, parts: K }
    grid { [K.min(MOST_WORKGROUPS), 1] }
}
        }
    };
}

pub(crate) use statistics;
