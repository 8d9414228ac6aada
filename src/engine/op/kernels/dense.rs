//! Dense layers, forward and backward.

macro_rules! dense {
    ([$next:ident $($others:ident)*] $taker:ident $($before:tt)*) => {
        $crate::op::kernels::$next! { [$($others)*] $taker $($before)*

/// `y = x w + b`, without b where it is absent.
DenseForward = "dense_forward" {
    operands { read x [M, R, I], read w [M, I, O], may_read b [M, 1, O], write y [M, R, O] }
    scalars {}
    sizes { M = x.models, R = x.rows, I = x.features, O = w.features }
    must {}
    flops |written| { 2 * M * R * I * O }
    cpu |on, spare| {
        dense::forward(on.read(x), on.read(w), b.map(|b| on.read(b)), on.write(y), [I, O])
    }
    shader "dense" { product: TILED }
    uniform { rows: R, inputs: I, outputs: O, biased: b.is_some() }
    grid { tiles(R, O) }
}

/// `dx = dy w^T`.
DenseBackwardInput = "dense_backward_input" {
    operands { read dy [M, R, O], read w [M, I, O], write dx [M, R, I] }
    scalars {}
    sizes { M = dy.models, R = dy.rows, I = dx.features, O = dy.features }
    must {}
    flops |written| { 2 * M * R * O * I }
    cpu |on, spare| { dense::backward_input(on.read(dy), on.read(w), on.write(dx), [I, O]) }
    shader "dense" { product: TILED }
    uniform { rows: R, inputs: I, outputs: O, biased: false }
    grid { tiles(R, I) }
}

/// `dw = x^T dy` and, where db is there, `db = sum of the rows of dy`.
DenseBackwardWeight = "dense_backward_weight" {
    operands { read x [M, R, I], read dy [M, R, O], write dw [M, I, O], may_write db [M, 1, O] }
    scalars {}
    sizes { M = x.models, R = x.rows, I = x.features, O = dy.features }
    must {}
    flops |written| { 2 * M * R * I * O }
    cpu |on, spare| {
        dense::backward_weight(
            on.read(x), on.read(dy), on.write(dw), db.map(|db| on.write(db)), [I, O],
        )
    }
    shader "dense" { product: TILED }
    uniform { rows: R, inputs: I, outputs: O, biased: db.is_some() }
    grid { tiles(I, O) }
}
        }
    };
}

pub(crate) use dense;
