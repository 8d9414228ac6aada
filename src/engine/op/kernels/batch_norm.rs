//! Batch normalisation with leaky ReLU.

macro_rules! batch_norm {
    ([$next:ident $($others:ident)*] $taker:ident $($before:tt)*) => {
        $crate::op::kernels::$next! { [$($others)*] $taker $($before)*

/// Batch normalisation in training (Ioffe and Szegedy 2015) and leaky ReLU, for each of G =
/// `groups` equal runs of R rows on its own: `mean` and biased `var` over the rows of the group,
/// `rstd = 1 / sqrt(var + epsilon)`, `y = leaky(gamma (x - mean) rstd + beta)` with
/// `leaky(a) = a if a > 0 else slope a` (`slope` 1: no activation).
/// Then, group by group, `running = momentum running + (1 - momentum) batch` for mean and
/// variance. statistics holds mean, rstd of each group.
BatchNormForward = "batch_norm_forward" {
    operands {
        read x [M, G * R, F], read gamma [M, 1, F], read beta [M, 1, F],
        update running_mean [M, 1, F], update running_var [M, 1, F],
        write statistics [M, 2 * G, F], write y [M, G * R, F]
    }
    scalars { groups: usize = G, momentum: f64 = 0.99, epsilon: f64 = 1e-3, slope: f64 = 0.01 }
    sizes { M = x.models, G = groups, R = x.rows / groups, F = x.features }
    must { fits(x, groups), "{:?} in {groups} groups", x.shape(); }
    flops |written| { 9 * written }
    cpu |on, spare| {
        batch_norm::forward(
            on.read(x),
            [on.read(gamma), on.read(beta)],
            batch_norm::Running { mean: on.write(running_mean), var: on.write(running_var) },
            on.write(statistics), on.write(y), spare.numbers,
            batch_norm_blocks::Constants { groups, momentum, epsilon, slope },
        )
    }
    numbers { batch_norm_blocks::scratch_len(G * R, F, G) }
    shader "batch_norm" {}
    uniform {
        rows: R, features: F, groups: G,
        momentum: momentum, rest: 1.0 - momentum, epsilon: epsilon, slope: slope
    }
    grid { strips(F) }
}

/// Batch normalisation with running statistics and leaky ReLU: `y = leaky(gamma (x -
/// running_mean) / sqrt(running_var + epsilon) + beta)`.
BatchNormInference = "batch_norm_inference" {
    operands {
        read x [M, R, F], read gamma [M, 1, F], read beta [M, 1, F],
        read running_mean [M, 1, F], read running_var [M, 1, F], write y [M, R, F]
    }
    scalars { epsilon: f64 = 1e-3, slope: f64 = 0.01 }
    sizes { M = x.models, R = x.rows, F = x.features }
    must {}
    flops |written| { 5 * written }
    cpu |on, spare| {
        batch_norm::inference(
            on.read(x),
            [on.read(gamma), on.read(beta)],
            [on.read(running_mean), on.read(running_var)],
            on.write(y), spare.numbers, [epsilon, slope],
        )
    }
    numbers { F }
    shader "batch_norm" {}
    uniform { rows: R, features: F, epsilon: epsilon, slope: slope }
    grid { [strips(F)[0], R.div_ceil(INFERRED).min(MOST_WORKGROUPS)] }
}

/// Gradient of [`Op::BatchNormForward`], with `h = (x - mean) rstd` and
/// `da = dy (1 if gamma h + beta > 0 else slope)`: `dbeta = sum da`, `dgamma = sum da h` (over
/// all rows of all groups), and within each group of R rows
/// `dx = gamma rstd (da - mean(da) - h mean(da h))`.
BatchNormBackward = "batch_norm_backward" {
    operands {
        read x [M, G * R, F], read dy [M, G * R, F], read gamma [M, 1, F], read beta [M, 1, F],
        read statistics [M, 2 * G, F],
        write dx [M, G * R, F], write dgamma [M, 1, F], write dbeta [M, 1, F]
    }
    scalars { groups: usize = G, slope: f64 = 0.01 }
    sizes { M = x.models, G = groups, R = x.rows / groups, F = x.features }
    must { fits(x, groups), "{:?} in {groups} groups", x.shape(); }
    flops |written| { 14 * written }
    cpu |on, spare| {
        batch_norm::backward(
            batch_norm::Saved {
                x: on.read(x),
                gamma: on.read(gamma),
                beta: on.read(beta),
                statistics: on.read(statistics),
            },
            on.read(dy), on.write(dx), [on.write(dgamma), on.write(dbeta)],
            spare.numbers, groups, slope,
        )
    }
    numbers { batch_norm_blocks::scratch_len(G * R, F, G) }
    shader "batch_norm" {}
    uniform { rows: R, features: F, groups: G, slope: slope }
    grid { strips(F) }
}
        }
    };
}

pub(crate) use batch_norm;
