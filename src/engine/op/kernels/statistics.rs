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

/// Statistics of groups of rows from those of their tiles (Chan, Golub and LeVeque 1983), for
/// kernels that cut the rows of a batch normalisation among workgroups.
/// Each of G = `groups` runs of R = `rows` rows is cut into tiles of `tile` rows, the last one into
/// what is left: B = ceil(R / tile) tiles.
/// parts holds the mean of each tile and M2, the sum of the squared deviations from that mean.
/// Tiles are merged in their order, the first one with the second, and so on: with n rows so far
/// and k rows in the next tile, `d = mean[tile] - mean`, `mean += d k / (n + k)` and
/// `M2 += M2[tile] + d^2 n k / (n + k)`.
/// Then `rstd = 1 / sqrt(M2 / R + epsilon)`; statistics holds mean, rstd of each group, as in
/// [`Op::BatchNormForward`].
MergeMoments = "merge_moments" {
    operands { read parts [M, 2 * G * B, F], write statistics [M, 2 * G, F] }
    scalars { groups: usize = G, rows: usize = R, tile: usize = R.div_ceil(B), epsilon: f64 = 1e-3 }
    sizes {
        M = parts.models, G = groups, R = rows, B = rows.div_ceil(tile), F = parts.features
    }
    must {
        groups > 0 && rows > 0 && tile > 0, "{groups} groups of {rows} rows in tiles of {tile}";
    }
    flops |written| { 8 * M * G * B * F }
    cpu |on, spare| {
        merge_moments::merge_moments(on.read(parts), on.write(statistics), [rows, tile], F, epsilon)
    }
    shader "merge_moments" {}
    uniform { rows: R, features: F, groups: G, tile: tile, tiles: B, epsilon: epsilon }
    grid { numbers(G * F) }
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
