//! Fused kernels: the cases.
//! `fused_bounds` derives their tolerances, `oracle/plain_fused` has their formulas as plain loops.

use super::case::{Case, Slot};
use super::fused_numbers::{joined, moments, scale, statistics, tiles, unfinished};
use super::numbers::{Numbers, exact};
use super::{adam, dense};
use engine::op::Op;

/// `[models, rows of all groups, inputs, outputs]` of the dense layer, and the runs of rows with
/// statistics of their own.
pub type Shape = ([usize; 4], usize);

/// What lies before or behind a product.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Rows of the tiles whose sums lie behind what is read; 0: there are none.
    pub from: usize,
    /// Rows of the tiles of the result.
    pub tile: usize,
    /// Forward: whether there is a bias, and whether the result is to be normalised.
    pub ends: [bool; 2],
}

const EPSILON: f64 = 1e-3;

fn label(([models, rows, inputs, outputs], groups): Shape, form: Form, slope: f64) -> String {
    let Form { from, tile, ends } = form;
    format!(
        "{models} x {rows}: {inputs} -> {outputs}, groups {groups}, slope {slope}, tiles {from} to \
         {tile}, {ends:?}"
    )
}

/// The normalisation of what comes in, a dense layer, and the moments of its result.
pub fn forward(shape: Shape, form: Form, momentum: f64, slope: f64) -> Case {
    let ([models, rows, inputs, outputs], groups) = shape;
    let Form { from: before, tile, ends: [biased, ends] } = form;
    let label = format!("{}, momentum {momentum}", label(shape, form, slope));
    let mut numbers = Numbers::of(&label);
    let n = models * rows * inputs;
    let mut x = numbers.normal(n);
    x.iter_mut().enumerate().for_each(|(i, x)| *x = exact(*x + (i % inputs % 3) as f64 - 1.0));
    let w = dense::weights(&mut numbers, shape.0);
    let b = numbers.normal(models * outputs);
    let scales = if before > 0 { scale(&mut numbers, models, inputs) } else { Vec::new() };
    let parameters = joined(models, &[&scales.concat(), &w]);
    let parts = if before > 0 { moments(&x, models, inputs, groups, before) } else { Vec::new() };
    let x = joined(models, &[&x, &parts]);
    let rows_of = |values: &[f64], features: usize| values.len() / models / features;
    let behind = if ends { 2 * tiles(rows, groups, tile).count() } else { 0 };
    let mut slots = vec![
        Slot::given("x", [models, rows_of(&x, inputs), inputs], x),
        Slot::given("parameters", [models, 1, rows_of(&parameters, 1)], parameters),
        Slot::blank("dense", [models, rows + behind, outputs]),
    ];
    if before > 0 {
        let running = (0..models)
            .flat_map(|_| [numbers.normal(inputs), numbers.uniform(inputs, 0.0, 2.0)].concat());
        let running = running.collect();
        slots.extend([
            Slot::given("running", [models, 2, inputs], running),
            Slot::blank("statistics", [models, 2 * groups, inputs]),
            Slot::blank("y", [models, rows, inputs]),
        ]);
    }
    if biased {
        slots.push(Slot::given("b", [models, 1, outputs], b));
    }
    Case::new(label, models, slots, move |t| Op::NormDenseForward {
        x: t[0],
        parameters: t[1],
        dense: t[2],
        running: (before > 0).then(|| t[3]),
        statistics: (before > 0).then(|| t[4]),
        y: (before > 0).then(|| t[5]),
        b: biased.then(|| t[t.len() - 1]),
        groups,
        rows: rows / groups,
        before,
        tile,
        moments: ends,
        momentum,
        epsilon: EPSILON,
        slope,
    })
}

/// The gradient through the next layer, of `outputs` outputs, to this layer's `inputs` features.
pub fn backward(shape: Shape, form: Form, slope: f64) -> Case {
    let ([models, rows, inputs, outputs], groups) = shape;
    let Form { from: after, tile, .. } = form;
    let label = label(shape, form, slope);
    let mut numbers = Numbers::of(&label);
    let dy = unfinished(&mut numbers, [models, rows, outputs], groups, after);
    let scales = scale(&mut numbers, models, inputs).concat();
    let w = dense::weights(&mut numbers, shape.0);
    let parameters = joined(models, &[&scales, &w]);
    let behind = 2 * tiles(rows, groups, tile).count() + groups;
    let mut slots = vec![
        dy,
        Slot::given("parameters", [models, 1, parameters.len() / models], parameters),
        Slot::given("dense", [models, rows, inputs], numbers.normal(models * rows * inputs)),
        Slot::given(
            "statistics",
            [models, 2 * groups, inputs],
            statistics(&mut numbers, models, groups, inputs),
        ),
        Slot::blank("dx", [models, rows + behind, inputs]),
    ];
    if after > 0 {
        let n = models * rows * outputs;
        slots.extend([
            Slot::given("above", [models, rows, outputs], numbers.normal(n)),
            Slot::given(
                "above_statistics",
                [models, 2 * groups, outputs],
                statistics(&mut numbers, models, groups, outputs),
            ),
        ]);
    }
    Case::new(label, models, slots, move |t| Op::NormDenseBackward {
        dy: t[0],
        parameters: t[1],
        dense: t[2],
        statistics: t[3],
        dx: t[4],
        above: t.get(5).copied(),
        above_statistics: t.get(6).copied(),
        groups,
        rows: rows / groups,
        after,
        tile,
        slope,
    })
}

/// All parameters of a layer: the weights, and behind them nothing, a bias, or gamma and beta where
/// its gradient is still to be finished from tiles.
pub fn update(shape: Shape, biased: bool, [after, tile]: [usize; 2], steps: usize) -> Case {
    let ([models, rows, inputs, outputs], groups) = shape;
    let extra = if after > 0 { 2 } else { usize::from(biased) };
    let label = format!(
        "{models} x {rows}: {inputs} + {extra} -> {outputs}, groups {groups}, tiles {after} \
         to {tile}, {steps} rates"
    );
    let mut numbers = Numbers::of(&label);
    let whole = [models, inputs + extra, outputs];
    let n = whole.iter().product();
    let given = adam::adam(models, (inputs + extra) * outputs, steps);
    let of_adam = |name: &str| given.slots[given.slot(name)].values.clone();
    // No zeros: where a second moment is nothing but the error of a small gradient, its root is not
    // known (`adam` has such cases on given gradients).
    let v = of_adam("v").into_iter().map(|v| exact(0.05 + v * 1e4)).collect();
    let mut slots = vec![
        Slot::given("x", [models, rows, inputs], numbers.activations(models * rows * inputs)),
        unfinished(&mut numbers, [models, rows, outputs], groups, after),
        Slot::given("w", whole, numbers.uniform(n, -0.3, 0.3)),
        Slot::given("m", whole, of_adam("m")),
        Slot::given("v", whole, v),
        Slot::given("lr", [models, steps, 1], of_adam("lr")),
    ];
    if after > 0 {
        let dense = numbers.normal(models * rows * outputs);
        let kept = statistics(&mut numbers, models, groups, outputs);
        slots.extend([
            Slot::given("dense", [models, rows, outputs], dense),
            Slot::given("statistics", [models, 2 * groups, outputs], kept),
        ]);
    }
    Case::new(label, models, slots, move |t| Op::DenseUpdate {
        x: t[0],
        dy: t[1],
        w: t[2],
        m: t[3],
        v: t[4],
        lr: t[5],
        dense: t.get(6).copied(),
        statistics: t.get(7).copied(),
        groups,
        rows: rows / groups,
        after,
        tile,
        beta1: adam::BETA1,
        beta2: adam::BETA2,
        epsilon: adam::EPSILON,
    })
}

/// Every case of a fused kernel: rows and features within a tile, exactly one, and several; inner
/// dimensions within a stretch and a block of coefficients, exactly one, and several.
pub fn all() -> Vec<Case> {
    let shapes: [Shape; 16] = [
        ([1, 1, 1, 1], 1),
        ([1, 2, 3, 1], 2),
        ([3, 4, 5, 7], 2),
        ([1, 16, 8, 33], 1),
        ([3, 17, 31, 15], 1),
        ([1, 64, 32, 32], 2),
        ([1, 65, 33, 65], 1),
        ([1, 134, 64, 16], 2),
        ([1, 268, 32, 65], 1),
        ([1, 70, 255, 17], 2),
        ([1, 33, 256, 33], 1),
        ([1, 31, 257, 1], 1),
        ([2, 34, 300, 20], 2),
        ([1, 34, 63, 130], 2),
        ([1, 129, 65, 66], 1),
        ([1, 140, 20, 66], 2),
    ];
    let tile_of = |i: usize| [32, 16, 64][i % 3];
    let mut cases = Vec::new();
    for (i, shape) in shapes.into_iter().enumerate() {
        let momentum = [0.99, 0.5][i % 2];
        let ([models, rows, inputs, outputs], groups) = shape;
        let turned = ([models, rows, outputs, inputs], groups);
        let form = |from, which: usize, ends| Form { from, tile: tile_of(i + which), ends };
        cases.extend([
            forward(shape, form(tile_of(i), 0, [false, true]), momentum, 0.01),
            forward(shape, form(tile_of(i), 1, [true, false]), momentum, 1.0).in_arenas(),
            forward(shape, form(0, 1, [false, true]), momentum, 0.01).in_arenas(),
        ]);
        cases.extend([
            backward(turned, form(tile_of(i), 1, [false; 2]), 0.01).in_arenas(),
            backward(turned, form(0, 0, [false; 2]), 1.0),
        ]);
        cases.extend([
            update(shape, i % 2 == 0, [0, tile_of(i)], 5).at(2),
            update(shape, false, [tile_of(i + 1), tile_of(i + 2)], 3).in_arenas().at(7),
        ]);
    }
    cases.extend(in_other_places());
    let narrow = ([1, 70, 1024, 17], 1);
    cases.push(forward(narrow, Form { from: 32, tile: 16, ends: [false, true] }, 0.9, 0.01));
    cases.push(update(([1, 536, 64, 1], 1), true, [0, 32], 9).at(1));
    cases
}

/// Operands that lie in two arenas, or that all models share.
fn in_other_places() -> Vec<Case> {
    let odd = ([3, 66, 17, 9], 2);
    let form = Form { from: 16, tile: 32, ends: [true, true] };
    vec![
        forward(odd, form, 0.9, 0.2).in_two_arenas(),
        forward(odd, form, 0.9, 0.2).sharing("x").sharing("parameters"),
        backward(odd, form, 0.2).in_two_arenas(),
        backward(odd, form, 0.2).sharing("parameters").sharing("dy").sharing("above"),
        update(odd, false, [16, 32], 4).in_two_arenas(),
        update(odd, false, [32, 64], 4).sharing("lr").sharing("statistics").at(1),
    ]
}
