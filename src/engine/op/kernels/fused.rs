//! Kernels that do what several others do one after another.
//!
//! The rows of a batch normalisation are cut into tiles among workgroups.
//! A kernel leaves raw results and, behind their rows, what each tile adds to the statistics; the
//! kernel that reads them puts the tiles together and normalises while it loads.

/// Rows and columns that a tile can have.
pub(crate) const TILES: [usize; 3] = [16, 32, 64];

/// The tile of an example with tiles of `beside` rows beside it: every size has its example.
pub(crate) fn an_edge(beside: usize) -> usize {
    match beside {
        0 => TILES[0],
        64.. => TILES[2],
        _ => TILES[1],
    }
}

/// Rows behind the results of a forward product: mean and M2 of each tile of each group.
pub(crate) fn moment_rows(groups: usize, rows: usize, tile: usize) -> usize {
    if tile == 0 { 0 } else { 2 * groups * rows.div_ceil(tile) }
}

/// Rows behind the gradients of a backward product: the sums of da and of da h of each tile of each
/// group, and then gamma rstd of each group.
pub(crate) fn sum_rows(groups: usize, rows: usize, tile: usize) -> usize {
    if tile == 0 { 0 } else { 2 * groups * rows.div_ceil(tile) + groups }
}

macro_rules! fused {
    ([$next:ident $($others:ident)*] $taker:ident $($before:tt)*) => {
        $crate::op::kernels::$next! { [$($others)*] $taker $($before)*

/// What is left of the [`Op::BatchNormForward`] of the layer before, then [`Op::DenseForward`], then
/// what the next normalisation needs of its result.
/// Rows come in G = `groups` runs of R = `rows`; each run is cut into tiles, the last one into what
/// is left.
///
/// With `before` = 0, `y = x`.
/// Otherwise x holds the dense results of the layer before and, behind their rows, mean and M2 of
/// each tile of `before` rows.
/// Tiles are merged in their order (Chan, Golub and LeVeque 1983): with n rows so far and k rows in
/// the next tile, `d = mean[tile] - mean`, `mean += d k / (n + k)` and
/// `M2 += M2[tile] + d^2 n k / (n + k)`.
/// statistics, running and y become what that layer's [`Op::BatchNormForward`] makes of them
/// (running is mean, then variance).
/// Then `dense = y w + b`; with `moments`, mean and M2 of each of its tiles of `tile` rows are
/// written behind its rows.
/// parameters holds gamma and beta where x is normalised, then w.
NormDenseForward = "norm_dense_forward" {
    operands {
        read x [M, G * R + moment_rows(G, R, before), I],
        read parameters [M, 1, if before > 0 { 2 * I } else { 0 } + I * O], may_read b [M, 1, O],
        may_update running [M, 2, I], may_write statistics [M, 2 * G, I], may_write y [M, G * R, I],
        write dense [M, G * R + moment_rows(G, R, if moments { tile } else { 0 }), O]
    }
    scalars {
        groups: usize = G, rows: usize = R, before: usize = A, tile: usize = an_edge(A),
        moments: bool = true, momentum: f64 = 0.99, epsilon: f64 = 1e-3, slope: f64 = 0.01
    }
    sizes { M = x.models, G = groups, R = rows, I = x.features, O = dense.features, A = before }
    must {
        groups > 0 && rows > 0 && TILES.contains(&tile),
        "{groups} groups of {rows} rows in tiles of {tile}";
        [running, statistics, y].iter().all(|t| t.is_some() == (before > 0)),
        "tiles of {before} rows without what is kept of them";
    }
    flops |written| { M * G * R * (2 * I * O + if before > 0 { 5 * I } else { 0 } + 4 * O) }
    cpu |on, spare| {
        norm_dense_forward::norm_dense_forward(
            on.read(x), on.read(parameters), b.map(|b| on.read(b)),
            norm_dense_forward::Before {
                running: running.map(|running| on.write(running)),
                statistics: statistics.map(|statistics| on.write(statistics)),
                y: y.map(|y| on.write(y)),
            },
            on.write(dense),
            norm_dense_forward::Sizes { groups, rows, inputs: I, outputs: O, before, tile, moments },
            norm_dense_forward::Constants { momentum, epsilon, slope },
        )
    }
    shader "norm_dense_forward" { product: SLICED, shared: &["x"] }
    uniform {
        rows: R, inputs: I, outputs: O, groups: G, before: before,
        parts: moment_rows(1, R, before) / 2, tiles: R.div_ceil(tile), biased: b.is_some(),
        moments: moments, momentum: momentum, rest: 1.0 - momentum, epsilon: epsilon, slope: slope
    }
    grid { row_tiles(G, R, O, tile) }
}

/// What is left of the [`Op::BatchNormBackward`] of the layer behind, then
/// [`Op::DenseBackwardInput`] of that layer, then the first part of this layer's
/// [`Op::BatchNormBackward`].
/// Groups, rows and tiles are those of [`Op::NormDenseForward`].
///
/// With `after` = 0, `g = dy`.
/// Otherwise dy holds da of the layer behind and, behind its rows, the sums of da and of da h of
/// each tile of `after` rows, whose totals in a group are S and T, and then c = gamma rstd of each
/// group: `g = c (dy - S / R - h T / R)`, where above and above_statistics give h of that layer.
/// Then `da = (g w^T) (1 if a > 0 else slope)` with `a = gamma h + beta` of this layer.
/// dx holds da, the sums of its tiles of `tile` rows, and gamma rstd, in the same way.
/// parameters holds this layer's gamma and beta, then w of the layer behind.
NormDenseBackward = "norm_dense_backward" {
    operands {
        read dy [M, G * R + sum_rows(G, R, after), O], may_read above [M, G * R, O],
        may_read above_statistics [M, 2 * G, O], read parameters [M, 1, 2 * F + F * O],
        read dense [M, G * R, F], read statistics [M, 2 * G, F],
        write dx [M, G * R + sum_rows(G, R, tile), F]
    }
    scalars {
        groups: usize = G, rows: usize = R, after: usize = A, tile: usize = an_edge(A),
        slope: f64 = 0.01
    }
    sizes { M = dy.models, G = groups, R = rows, F = dx.features, O = dy.features, A = after }
    must {
        groups > 0 && rows > 0 && TILES.contains(&tile),
        "{groups} groups of {rows} rows in tiles of {tile}";
        [above, above_statistics].iter().all(|t| t.is_some() == (after > 0)),
        "tiles of {after} rows without what was kept of them";
    }
    flops |written| { M * G * R * (2 * F * O + if after > 0 { 5 * O } else { 0 } + 9 * F) }
    cpu |on, spare| {
        norm_dense_backward::norm_dense_backward(
            on.read(dy),
            above.zip(above_statistics).map(|(above, kept)| [on.read(above), on.read(kept)]),
            on.read(parameters), [on.read(dense), on.read(statistics)], on.write(dx),
            spare.numbers,
            norm_dense_backward::Sizes { groups, rows, features: F, outputs: O, after, tile, slope },
        )
    }
    numbers { G * R * O + 2 * O }
    shader "norm_dense_backward" { product: SLICED, shared: &["dy"], table: 2 }
    uniform {
        first: 0_usize, across: row_tiles(G, R, F, tile)[0], layers: 1_usize,
        rows: R, features: F, outputs: O, groups: G, after: after,
        parts: moment_rows(1, R, after) / 2, tiles: R.div_ceil(tile), slope: slope
    }
    grid { [row_tiles(G, R, F, tile).iter().product(), 1] }
}

/// [`Op::Covariance`] of so few columns that large tiles would leave a GPU few workgroups: a
/// workgroup owns `tile` rows and columns of the result, and its threads share the rows of x.
SlicedCovariance = "sliced_covariance" {
    operands { read x [M, R, F], read mean [M, 1, F], write covariance [M, F, F] }
    scalars { tile: usize = if F % 4 == 0 { 32 } else { 16 } }
    sizes { M = x.models, R = x.rows, F = x.features }
    must {
        x.rows > 1, "{:?} has no variance", x.shape();
        [TILES[0], TILES[1]].contains(&tile), "tiles of {tile}";
    }
    flops |written| { 2 * M * R * F * F }
    cpu |on, spare| {
        covariance::covariance(on.read(x), on.read(mean), on.write(covariance), spare.numbers)
    }
    numbers { R * F }
    shader "sliced_covariance" { product: SLICED, mirror: "covariance" }
    uniform { rows: R, features: F }
    grid { row_tiles(1, F, F, tile) }
}

/// [`Op::DenseBackwardWeight`] and [`Op::Adam`] for all parameters of a layer, which lie one
/// after another: the first I rows of w, m and v are the weights, with the gradient `x^T g`.
/// With `after` = 0, `g = dy`; otherwise g is what [`Op::NormDenseBackward`] makes of dy, from dense
/// and statistics of the same layer.
/// A workgroup owns `tile` rows and columns of the weights.
/// E is 0; or 1, a bias, with the gradient `sum of the rows of dy`; or, where g is computed, 2,
/// gamma and beta, with the gradients T and S of all groups.
/// lr holds the rate of each of T steps.
DenseUpdate = "dense_update" {
    operands {
        read x [M, G * R, I], read dy [M, G * R + sum_rows(G, R, after), O],
        may_read dense [M, G * R, O], may_read statistics [M, 2 * G, O],
        update w [M, I + E, O], update m [M, I + E, O], update v [M, I + E, O], read lr [M, T, 1]
    }
    scalars {
        groups: usize = G, rows: usize = R, after: usize = A, tile: usize = an_edge(A),
        beta1: f64 = 0.9, beta2: f64 = 0.999, epsilon: f64 = 1e-7
    }
    sizes {
        M = x.models, G = groups, R = rows, I = x.features, O = w.features, T = lr.rows, A = after,
        E = if after > 0 { 2 } else { w.rows.saturating_sub(x.features).min(1) }
    }
    must {
        groups > 0 && rows > 0 && TILES.contains(&tile),
        "{groups} groups of {rows} rows in tiles of {tile}";
        [dense, statistics].iter().all(|t| t.is_some() == (after > 0)),
        "tiles of {after} rows without what was kept of them";
    }
    flops |written| { M * G * R * (2 * I * O + if after > 0 { 5 * O } else { 0 }) + 12 * written }
    untouched { M * (T - 1) }
    cpu |on, spare| {
        dense_update::dense_update(
            [on.read(x), on.read(dy)],
            dense.zip(statistics).map(|(dense, kept)| [on.read(dense), on.read(kept)]),
            dense_update::Parameters { w: on.write(w), m: on.write(m), v: on.write(v) },
            adam::rate(on.read(lr), on.step), spare.numbers,
            dense_update::Sizes { groups, rows, inputs: I, outputs: O, after },
            adam::Constants { beta1, beta2, epsilon },
        )
    }
    numbers { G * R * O + 4 * O }
    shader "dense_update" { product: SLICED, table: 16 }
    uniform {
        first: 0_usize, across: row_tiles(1, I, O, tile)[0], layers: 1_usize,
        rows: R, groups: G, inputs: I, outputs: O, extra: E, after: after,
        parts: moment_rows(1, R, after) / 2, steps: T,
        beta1: beta1, rest1: 1.0 - beta1, beta2: beta2, rest2: 1.0 - beta2, epsilon: epsilon
    }
    grid { [row_tiles(1, I, O, tile).iter().product(), 1] } at step
}
        }
    };
}

pub(crate) use fused;
