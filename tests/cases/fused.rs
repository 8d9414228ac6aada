//! Fused kernels: the cases, and the sequence of unfused cases that each of them stands for. Their tolerances are derived in `fused_bounds`.

use super::case::{Case, Slot};
use super::numbers::Numbers;
use super::stage::Outcome;
use super::{adam, batch_norm, dense};
use mellizo::op::Op;

/// `[models, rows of all groups, inputs, outputs]` of the dense layer, and the runs of rows with statistics of their own.
pub type Shape = ([usize; 4], usize);

const EPSILON: f64 = 1e-3;

fn label(([models, rows, inputs, outputs], groups): Shape, slope: f64) -> String {
    format!("{models} x {rows}: {inputs} -> {outputs}, groups {groups}, slope {slope}")
}

/// gamma, then beta.
fn scale(numbers: &mut Numbers, models: usize, features: usize) -> Slot {
    let mut values = Vec::new();
    for _ in 0..models {
        let mut gamma = numbers.uniform(features, 0.5, 1.5);
        gamma.iter_mut().step_by(5).skip(1).for_each(|g| *g = -*g);
        values.extend(gamma);
        values.extend(numbers.uniform(features, -0.5, 0.5));
    }
    Slot::given("scale", [models, 2, features], values)
}

/// A dense layer and its normalisation.
pub fn forward(shape: Shape, momentum: f64, slope: f64) -> Case {
    let ([models, rows, inputs, outputs], groups) = shape;
    let label = format!("{}, momentum {momentum}", label(shape, slope));
    let mut numbers = Numbers::of(&label);
    let x = numbers.activations(models * rows * inputs);
    let w = dense::weights(&mut numbers, shape.0);
    let scale = scale(&mut numbers, models, outputs);
    let running = (0..models).flat_map(|_| [numbers.normal(outputs), numbers.uniform(outputs, 0.0, 2.0)].concat());
    let running = running.collect();
    let slots = vec![
        Slot::given("x", [models, rows, inputs], x),
        Slot::given("w", [models, inputs, outputs], w),
        scale,
        Slot::given("running", [models, 2, outputs], running),
        Slot::blank("dense", [models, rows, outputs]),
        Slot::blank("statistics", [models, 2 * groups, outputs]),
        Slot::blank("y", [models, rows, outputs]),
    ];
    Case::new(label, models, slots, move |t| Op::DenseNormForward {
        x: t[0],
        w: t[1],
        scale: t[2],
        running: t[3],
        dense: t[4],
        statistics: t[5],
        y: t[6],
        groups,
        momentum,
        epsilon: EPSILON,
        slope,
    })
}

/// The gradient through the next layer, of `outputs` outputs, and this layer's normalisation of `inputs` features.
pub fn backward(shape: Shape, slope: f64) -> Case {
    let ([models, rows, inputs, outputs], groups) = shape;
    let label = label(shape, slope);
    let mut numbers = Numbers::of(&label);
    let norm = batch_norm::backward(batch_norm::Shape { models, rows, features: inputs, groups, slope });
    let of_norm = |name: &str| norm.slots[norm.slot(name)].values.clone();
    let matrix = [models, rows, inputs];
    let slots = vec![
        Slot::given("dy", [models, rows, outputs], numbers.activations(models * rows * outputs)),
        Slot::given("w", [models, inputs, outputs], dense::weights(&mut numbers, shape.0)),
        Slot::given("dense", matrix, of_norm("x")),
        scale(&mut numbers, models, inputs),
        Slot::given("statistics", [models, 2 * groups, inputs], of_norm("statistics")),
        Slot::blank("dx", matrix),
        Slot::blank("dscale", [models, 2, inputs]),
    ];
    Case::new(label, models, slots, move |t| Op::DenseNormBackward {
        dy: t[0],
        w: t[1],
        dense: t[2],
        scale: t[3],
        statistics: t[4],
        dx: t[5],
        dscale: t[6],
        groups,
        slope,
    })
}

/// All parameters of a layer: the weights, and behind them nothing, a bias, or gamma and beta.
pub fn update([models, rows, inputs, outputs]: [usize; 4], extra: usize, steps: usize) -> Case {
    let label = format!("{models} x {rows}: {inputs} + {extra} -> {outputs}, {steps} rates");
    let mut numbers = Numbers::of(&label);
    let shape = [models, inputs + extra, outputs];
    let n = shape.iter().product();
    let given = adam::adam(models, (inputs + extra) * outputs, steps);
    let of_adam = |name: &str| given.slots[given.slot(name)].values.clone();
    // No zeros: where a second moment is nothing but the error of a small gradient, its root is not known (`adam` has such cases on given gradients).
    let v = of_adam("v").into_iter().map(|v| super::exact(0.05 + v * 1e4)).collect();
    let mut slots = vec![
        Slot::given("x", [models, rows, inputs], numbers.activations(models * rows * inputs)),
        Slot::given("dy", [models, rows, outputs], numbers.activations(models * rows * outputs)),
        Slot::given("w", shape, numbers.uniform(n, -0.3, 0.3)),
        Slot::given("m", shape, of_adam("m")),
        Slot::given("v", shape, v),
        Slot::given("lr", [models, steps, 1], of_adam("lr")),
    ];
    if extra == 2 {
        slots.push(Slot::given("dscale", [models, 2, outputs], numbers.normal(models * 2 * outputs)));
    }
    Case::new(label, models, slots, |t| Op::DenseUpdate {
        x: t[0],
        dy: t[1],
        w: t[2],
        m: t[3],
        v: t[4],
        lr: t[5],
        dscale: t.get(6).copied(),
        beta1: adam::BETA1,
        beta2: adam::BETA2,
        epsilon: adam::EPSILON,
    })
}

/// The two unfused cases, on the numbers of a fused one; the second takes from the first's outcome what the first left.
pub fn parts(case: &Case, run: impl Fn(&Case) -> Outcome) -> [(Case, Outcome); 2] {
    let (first, second): (Case, Box<dyn Fn(&Outcome) -> Case>) = match case.op() {
        Op::DenseNormForward { .. } => (first_forward(case), Box::new(|first| second_forward(case, first))),
        Op::DenseNormBackward { .. } => (first_backward(case), Box::new(|first| second_backward(case, first))),
        Op::DenseUpdate { .. } => (first_update(case), Box::new(|first| second_update(case, first))),
        other => unreachable!("{} is not fused", other.name()),
    };
    let outcome = run(&first);
    let second = second(&outcome);
    let after = run(&second);
    [(first, outcome), (second, after)]
}

fn taken(case: &Case, name: &str, as_name: &'static str) -> Slot {
    Slot { name: as_name, ..case.slots[case.slot(name)].clone() }
}

/// One of two rows of an operand.
fn half(case: &Case, name: &str, row: usize, as_name: &'static str) -> Slot {
    let slot = taken(case, name, as_name);
    let [models, _, features] = slot.shape;
    let values = slot.values.chunks_exact(2 * features).flat_map(|both| both[row * features..][..features].to_vec());
    Slot { values: values.collect(), shape: [models, 1, features], ..slot }
}

fn part(case: &Case, slots: Vec<Slot>, build: impl Fn(&[mellizo::op::Tensor]) -> Op + Send + Sync + 'static) -> Case {
    let mut part = Case::new(case.label.clone(), case.models, slots, build);
    part.step = case.step;
    part
}

fn first_forward(case: &Case) -> Case {
    let slots = vec![taken(case, "x", "x"), taken(case, "w", "w"), taken(case, "dense", "y")];
    part(case, slots, |t| Op::DenseForward { x: t[0], w: t[1], b: None, y: t[2] })
}

fn second_forward(case: &Case, first: &Outcome) -> Case {
    let Op::DenseNormForward { groups, momentum, epsilon, slope, .. } = case.op() else { unreachable!() };
    let slots = vec![
        Slot { values: first.after[2].clone(), ..taken(case, "dense", "x") },
        half(case, "scale", 0, "gamma"),
        half(case, "scale", 1, "beta"),
        half(case, "running", 0, "running_mean"),
        half(case, "running", 1, "running_var"),
        taken(case, "statistics", "statistics"),
        taken(case, "y", "y"),
    ];
    part(case, slots, move |t| Op::BatchNormForward {
        x: t[0],
        gamma: t[1],
        beta: t[2],
        running_mean: t[3],
        running_var: t[4],
        statistics: t[5],
        y: t[6],
        groups,
        momentum,
        epsilon,
        slope,
    })
}

fn first_backward(case: &Case) -> Case {
    let slots = vec![taken(case, "dy", "dy"), taken(case, "w", "w"), taken(case, "dx", "dx")];
    part(case, slots, |t| Op::DenseBackwardInput { dy: t[0], w: t[1], dx: t[2] })
}

fn second_backward(case: &Case, first: &Outcome) -> Case {
    let Op::DenseNormBackward { groups, slope, .. } = case.op() else { unreachable!() };
    let slots = vec![
        taken(case, "dense", "x"),
        Slot { values: first.after[2].clone(), ..taken(case, "dx", "dy") },
        half(case, "scale", 0, "gamma"),
        half(case, "scale", 1, "beta"),
        taken(case, "statistics", "statistics"),
        taken(case, "dx", "dx"),
        half(case, "dscale", 0, "dgamma"),
        half(case, "dscale", 1, "dbeta"),
    ];
    part(case, slots, move |t| Op::BatchNormBackward {
        x: t[0],
        dy: t[1],
        gamma: t[2],
        beta: t[3],
        statistics: t[4],
        dx: t[5],
        dgamma: t[6],
        dbeta: t[7],
        groups,
        slope,
    })
}

fn first_update(case: &Case) -> Case {
    let [x, dy] = ["x", "dy"].map(|name| taken(case, name, name));
    let (w, inputs) = (&case.slots[case.slot("w")], x.shape[2]);
    let outputs = w.shape[2];
    let biased = w.shape[1] == inputs + 1;
    let mut slots = vec![x, dy, Slot::blank("dw", [case.models, inputs, outputs])];
    if biased {
        slots.push(Slot::blank("db", [case.models, 1, outputs]));
    }
    part(case, slots, |t| Op::DenseBackwardWeight { x: t[0], dy: t[1], dw: t[2], db: t.get(3).copied() })
}

fn second_update(case: &Case, first: &Outcome) -> Case {
    let Op::DenseUpdate { beta1, beta2, epsilon, .. } = case.op() else { unreachable!() };
    let flat = |name: &'static str| {
        let slot = taken(case, name, name);
        Slot { shape: [case.models, 1, slot.len()], ..slot }
    };
    let behind = match case.slots.iter().find(|slot| slot.name == "dscale") {
        Some(dscale) if dscale.shared => dscale.values.repeat(case.models),
        Some(dscale) => dscale.values.clone(),
        None => first.after.get(3).cloned().unwrap_or_default(),
    };
    let dw = joined(&first.after[2], &behind, case.models);
    let w = flat("w");
    let slots = vec![Slot::given("dw", w.shape, dw), w, flat("m"), flat("v"), taken(case, "lr", "lr")];
    part(case, slots, move |t| Op::Adam { w: t[1], dw: t[0], m: t[2], v: t[3], lr: t[4], beta1, beta2, epsilon })
}

/// The numbers of two tensors, one behind the other in every model.
pub fn joined(a: &[f64], b: &[f64], models: usize) -> Vec<f64> {
    let (a, b) = (a.chunks(a.len() / models), b.chunks((b.len() / models).max(1)));
    let b = b.map(<[f64]>::to_vec).chain(std::iter::repeat(Vec::new()));
    a.zip(b).flat_map(|(a, b)| [a.to_vec(), b].concat()).collect()
}

/// Numbers that belong to what the two parts write, as numbers that belong to what the fused kernel writes.
pub fn gathered(case: &Case, of_parts: &[Vec<(&'static str, Vec<f64>)>; 2]) -> Vec<(&'static str, Vec<f64>)> {
    let of = |part: usize, name: &str| {
        of_parts[part].iter().find(|(n, _)| *n == name).unwrap_or_else(|| panic!("no {name}")).1.clone()
    };
    let both = |a: &str, b: &str| joined(&of(1, a), &of(1, b), case.models);
    match case.op() {
        Op::DenseNormForward { .. } => vec![
            ("running", both("running_mean", "running_var")),
            ("dense", of(0, "y")),
            ("statistics", of(1, "statistics")),
            ("y", of(1, "y")),
        ],
        Op::DenseNormBackward { .. } => vec![("dx", of(1, "dx")), ("dscale", both("dgamma", "dbeta"))],
        Op::DenseUpdate { .. } => ["w", "m", "v"].map(|name| (name, of(1, name))).into(),
        other => unreachable!("{} is not fused", other.name()),
    }
}

/// Every case of a fused kernel: rows within a block of a GPU's workgroup, exactly one, and several; features within a strip and beyond.
pub fn all() -> Vec<Case> {
    let shapes: [Shape; 12] = [
        ([1, 1, 1, 1], 1),
        ([1, 2, 3, 1], 2),
        ([3, 4, 5, 7], 2),
        ([1, 63, 8, 33], 1),
        ([3, 65, 9, 31], 1),
        ([1, 268, 32, 65], 1),
        ([1, 288, 64, 32], 1),
        ([1, 289, 7, 36], 1),
        ([1, 536, 63, 64], 2),
        ([1, 1200, 5, 3], 2),
        ([3, 130, 33, 64], 2),
        ([1, 268, 257, 128], 1),
    ];
    let mut cases = Vec::new();
    for (i, shape) in shapes.into_iter().enumerate() {
        let momentum = [0.99, 0.5][i % 2];
        cases.extend([forward(shape, momentum, 0.01), forward(shape, momentum, 1.0).in_arenas()]);
        cases.extend([backward(shape, 0.01).in_arenas(), backward(shape, 1.0)]);
        cases.extend([update(shape.0, i % 3, 5).at(2), update(shape.0, (i + 1) % 3, 3).in_arenas().at(7)]);
    }
    let odd = ([3, 66, 17, 9], 2);
    cases.extend([forward(odd, 0.9, 0.2).in_two_arenas(), forward(odd, 0.9, 0.2).sharing("x").sharing("scale")]);
    cases.extend([backward(odd, 0.2).in_two_arenas(), backward(odd, 0.2).sharing("w").sharing("dy")]);
    cases.extend([update(odd.0, 2, 4).in_two_arenas(), update(odd.0, 2, 4).sharing("lr").sharing("dscale").at(1)]);
    cases.extend([update([1, 268, 256, 128], 2, 9).at(3), update([1, 536, 64, 1], 1, 9).at(1)]);
    cases
}
