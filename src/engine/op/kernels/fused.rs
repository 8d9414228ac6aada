//! Kernels that do what several others do one after another.

macro_rules! fused {
    ([$next:ident $($others:ident)*] $taker:ident $($before:tt)*) => {
        $crate::op::kernels::$next! { [$($others)*] $taker $($before)*

/// [`Op::DenseForward`] without a bias and [`Op::BatchNormForward`] in one: `dense = x w`, then
/// statistics, normalisation and leaky ReLU of `dense`.
/// scale is gamma, then beta; running is mean, then variance.
DenseNormForward = "dense_norm_forward" {
    operands {
        read x [M, G * R, I], read w [M, I, F], read scale [M, 2, F], update running [M, 2, F],
        write dense [M, G * R, F], write statistics [M, 2 * G, F], write y [M, G * R, F]
    }
    scalars { groups: usize = G, momentum: f64 = 0.99, epsilon: f64 = 1e-3, slope: f64 = 0.01 }
    sizes { M = x.models, G = groups, R = dense.rows / groups, I = x.features, F = w.features }
    must { fits(dense, groups), "{:?} in {groups} groups", dense.shape(); }
    flops |written| { 2 * M * G * R * I * F + 9 * written }
    cpu |on, spare| {
        dense_norm_forward::dense_norm_forward(
            on.read(x), on.read(w), on.read(scale),
            dense_norm_forward::Layer {
                running: on.write(running),
                dense: on.write(dense),
                statistics: on.write(statistics),
                y: on.write(y),
            },
            batch_norm_blocks::Constants { groups, momentum, epsilon, slope },
        )
    }
    shader "dense_norm_forward" { product: STRIPPED, shared: &["x"] }
    uniform {
        rows: R, inputs: I, features: F, groups: G,
        momentum: momentum, rest: 1.0 - momentum, epsilon: epsilon, slope: slope
    }
    grid { wide_strips(F) }
}

/// [`Op::DenseBackwardInput`] of the next layer and [`Op::BatchNormBackward`] of this one:
/// `dy w^T` takes the place of the latter's dy, and `dense` that of its x.
/// dy and w are the next layer's.
/// scale is gamma, then beta; dscale is dgamma, then dbeta.
DenseNormBackward = "dense_norm_backward" {
    operands {
        read dy [M, G * R, O], read w [M, F, O], read dense [M, G * R, F], read scale [M, 2, F],
        read statistics [M, 2 * G, F], write dx [M, G * R, F], write dscale [M, 2, F]
    }
    scalars { groups: usize = G, slope: f64 = 0.01 }
    sizes {
        M = dy.models, G = groups, R = dense.rows / groups, F = dense.features, O = dy.features
    }
    must { fits(dense, groups), "{:?} in {groups} groups", dense.shape(); }
    flops |written| { 2 * M * G * R * O * F + 14 * written }
    cpu |on, spare| {
        dense_norm_backward::dense_norm_backward(
            [on.read(dy), on.read(w)],
            dense_norm_backward::Kept {
                dense: on.read(dense),
                scale: on.read(scale),
                statistics: on.read(statistics),
            },
            on.write(dx), on.write(dscale), groups, slope,
        )
    }
    shader "dense_norm_backward" { product: STRIPPED, shared: &["dy"] }
    uniform { rows: R, features: F, outputs: O, groups: G, slope: slope }
    grid { wide_strips(F) }
}

/// [`Op::DenseBackwardWeight`] and [`Op::Adam`] for all parameters of a layer, which lie one
/// after another: the first I rows of w, m and v are the weights, with the gradient `x^T dy`.
/// E is 0; or 1, a bias, with the gradient `sum of the rows of dy`; or 2, gamma and beta, with
/// the gradient `dscale`.
/// lr holds the rate of each of T steps.
DenseUpdate = "dense_update" {
    operands {
        read x [M, R, I], read dy [M, R, O], may_read dscale [M, 2, O],
        update w [M, I + E, O], update m [M, I + E, O], update v [M, I + E, O], read lr [M, T, 1]
    }
    scalars { beta1: f64 = 0.9, beta2: f64 = 0.999, epsilon: f64 = 1e-7 }
    sizes {
        M = x.models, R = x.rows, I = x.features, O = w.features, T = lr.rows,
        E = if dscale.is_some() { 2 } else { w.rows.saturating_sub(x.features).min(1) }
    }
    must {}
    flops |written| { 2 * M * R * I * O + 12 * written }
    untouched { M * (T - 1) }
    cpu |on, spare| {
        dense_update::dense_update(
            [on.read(x), on.read(dy)],
            dscale.map(|dscale| on.read(dscale)),
            dense_update::Parameters { w: on.write(w), m: on.write(m), v: on.write(v) },
            adam::rate(on.read(lr), on.step), spare.numbers, [I, O],
            adam::Constants { beta1, beta2, epsilon },
        )
    }
    numbers { O }
    shader "dense_update" { product: TILED, table: 16 }
    uniform {
        first: 0_usize, across: tiles(I, O)[0], layers: 1_usize,
        rows: R, inputs: I, outputs: O, extra: E, steps: T,
        beta1: beta1, rest1: 1.0 - beta1, beta2: beta2, rest2: 1.0 - beta2, epsilon: epsilon
    }
    grid { [tiles(I, O).iter().product(), 1] } at step
}
        }
    };
}

pub(crate) use fused;
