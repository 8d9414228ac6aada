//! Steps of parameters.

macro_rules! update {
    ([$next:ident $($others:ident)*] $taker:ident $($before:tt)*) => {
        $crate::op::kernels::$next! { [$($others)*] $taker $($before)*

/// Adam (Kingma and Ba 2015) as Keras writes it: `m = beta1 m + (1 - beta1) dw`,
/// `v = beta2 v + (1 - beta2) dw^2`, `w -= lr[step] m / (sqrt(v) + epsilon)`, where `lr` holds
/// the bias-corrected rate of each of T steps (the last one stays).
Adam = "adam" {
    operands {
        update w [M, 1, P], read dw [M, 1, P], update m [M, 1, P], update v [M, 1, P],
        read lr [M, T, 1]
    }
    scalars { beta1: f64 = 0.9, beta2: f64 = 0.999, epsilon: f64 = 1e-7 }
    sizes { M = w.models, P = w.len(), T = lr.rows }
    must {}
    flops |written| { 12 * written }
    untouched { M * (T - 1) }
    cpu |on, spare| {
        adam::adam(
            on.write(w), on.read(dw), on.write(m), on.write(v),
            adam::rate(on.read(lr), on.step),
            adam::Constants { beta1, beta2, epsilon },
        )
    }
    shader "adam" {}
    uniform {
        size: P, steps: T,
        beta1: beta1, rest1: 1.0 - beta1, beta2: beta2, rest2: 1.0 - beta2, epsilon: epsilon
    }
    grid { numbers(P) } at step
}

/// A step towards newer numbers: `y = r x + (1 - r) y` with `r = rate[step]` of T steps (the last
/// one stays); a rate of 1 copies exactly.
/// With rates 1, 1/2, 1/3, ... y is the mean of what x has been.
Average = "average" {
    operands { read x [M, 1, P], update y [M, 1, P], read rate [M, T, 1] }
    scalars {}
    sizes { M = x.models, P = x.len(), T = rate.rows }
    must {}
    flops |written| { 3 * written }
    untouched { M * (T - 1) }
    cpu |on, spare| {
        average::average(on.read(x), on.write(y), adam::rate(on.read(rate), on.step))
    }
    shader "average" {}
    uniform { size: P, steps: T }
    grid { numbers(P) } at step
}
        }
    };
}

pub(crate) use update;
