//! Activations without parameters.

macro_rules! activation {
    ([$next:ident $($others:ident)*] $taker:ident $($before:tt)*) => {
        $crate::op::kernels::$next! { [$($others)*] $taker $($before)*

/// `y = x if x > 0 else slope x`.
LeakyReluForward = "leaky_relu_forward" {
    operands { read x [M, R, F], write y [M, R, F] }
    scalars { slope: f64 = 0.01 }
    sizes { M = x.models, R = x.rows, F = x.features }
    must {}
    flops |written| { 2 * written }
    cpu |on, spare| { leaky_relu::forward(on.read(x), on.write(y), slope) }
    shader "leaky_relu" {}
    uniform { size: R * F, slope: slope }
    grid { numbers(R * F) }
}

/// `dx = dy (1 if x > 0 else slope)`.
LeakyReluBackward = "leaky_relu_backward" {
    operands { read x [M, R, F], read dy [M, R, F], write dx [M, R, F] }
    scalars { slope: f64 = 0.01 }
    sizes { M = x.models, R = x.rows, F = x.features }
    must {}
    flops |written| { 2 * written }
    cpu |on, spare| { leaky_relu::backward(on.read(x), on.read(dy), on.write(dx), slope) }
    shader "leaky_relu" {}
    uniform { size: R * F, slope: slope }
    grid { numbers(R * F) }
}

/// `y = tanh(x)`.
TanhForward = "tanh_forward" {
    operands { read x [M, R, F], write y [M, R, F] }
    scalars {}
    sizes { M = x.models, R = x.rows, F = x.features }
    must {}
    flops |written| { 10 * written }
    cpu |on, spare| { tanh::forward(on.read(x), on.write(y)) }
    shader "tanh" {}
    uniform { size: R * F }
    grid { numbers(R * F) }
}

/// `dx = dy (1 - y^2)` with y = tanh(x).
TanhBackward = "tanh_backward" {
    operands { read y [M, R, F], read dy [M, R, F], write dx [M, R, F] }
    scalars {}
    sizes { M = y.models, R = y.rows, F = y.features }
    must {}
    flops |written| { 3 * written }
    cpu |on, spare| { tanh::backward(on.read(y), on.read(dy), on.write(dx)) }
    shader "tanh" {}
    uniform { size: R * F }
    grid { numbers(R * F) }
}
        }
    };
}

pub(crate) use activation;
