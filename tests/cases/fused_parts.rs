//! What a fused kernel stands for: the sequence of unfused cases, on its numbers.

use super::case::{Case, Slot};
use super::stage::Outcome;
use engine::op::Op;

/// The second kernel of a sequence, from what the first one gave.
type Second<'a> = Box<dyn Fn(&Outcome) -> Case + 'a>;

/// The two unfused cases, on the numbers of a fused one; the second takes from the first's outcome
/// what the first left.
pub fn parts(case: &Case, run: impl Fn(&Case) -> Outcome) -> [(Case, Outcome); 2] {
    let (first, second): (Case, Second) = match case.op() {
        Op::DenseNormForward { .. } => {
            (first_forward(case), Box::new(|first| second_forward(case, first)))
        }
        Op::DenseNormBackward { .. } => {
            (first_backward(case), Box::new(|first| second_backward(case, first)))
        }
        Op::DenseUpdate { .. } => {
            (first_update(case), Box::new(|first| second_update(case, first)))
        }
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
    let values = slot
        .values
        .chunks_exact(2 * features)
        .flat_map(|both| both[row * features..][..features].to_vec());
    Slot { values: values.collect(), shape: [models, 1, features], ..slot }
}

fn part(
    case: &Case,
    slots: Vec<Slot>,
    build: impl Fn(&[engine::op::Tensor]) -> Op + Send + Sync + 'static,
) -> Case {
    let mut part = Case::new(case.label.clone(), case.models, slots, build);
    part.step = case.step;
    part
}

fn first_forward(case: &Case) -> Case {
    let slots = vec![taken(case, "x", "x"), taken(case, "w", "w"), taken(case, "dense", "y")];
    part(case, slots, |t| Op::DenseForward { x: t[0], w: t[1], b: None, y: t[2] })
}

fn second_forward(case: &Case, first: &Outcome) -> Case {
    let Op::DenseNormForward { groups, momentum, epsilon, slope, .. } = case.op() else {
        unreachable!()
    };
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
    part(case, slots, |t| Op::DenseBackwardWeight {
        x: t[0],
        dy: t[1],
        dw: t[2],
        db: t.get(3).copied(),
    })
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
    let slots =
        vec![Slot::given("dw", w.shape, dw), w, flat("m"), flat("v"), taken(case, "lr", "lr")];
    part(case, slots, move |t| Op::Adam {
        w: t[1],
        dw: t[0],
        m: t[2],
        v: t[3],
        lr: t[4],
        beta1,
        beta2,
        epsilon,
    })
}

/// The numbers of two tensors, one behind the other in every model.
fn joined(a: &[f64], b: &[f64], models: usize) -> Vec<f64> {
    let (a, b) = (a.chunks(a.len() / models), b.chunks((b.len() / models).max(1)));
    let b = b.map(<[f64]>::to_vec).chain(std::iter::repeat(Vec::new()));
    a.zip(b).flat_map(|(a, b)| [a.to_vec(), b].concat()).collect()
}

/// Numbers that belong to what the two parts write, as numbers that belong to what the fused kernel
/// writes.
pub fn gathered(
    case: &Case,
    of_parts: &[Vec<(&'static str, Vec<f64>)>; 2],
) -> Vec<(&'static str, Vec<f64>)> {
    let of = |part: usize, name: &str| {
        of_parts[part]
            .iter()
            .find(|(n, _)| *n == name)
            .unwrap_or_else(|| panic!("no {name}"))
            .1
            .clone()
    };
    let both = |a: &str, b: &str| joined(&of(1, a), &of(1, b), case.models);
    match case.op() {
        Op::DenseNormForward { .. } => vec![
            ("running", both("running_mean", "running_var")),
            ("dense", of(0, "y")),
            ("statistics", of(1, "statistics")),
            ("y", of(1, "y")),
        ],
        Op::DenseNormBackward { .. } => {
            vec![("dx", of(1, "dx")), ("dscale", both("dgamma", "dbeta"))]
        }
        Op::DenseUpdate { .. } => ["w", "m", "v"].map(|name| (name, of(1, name))).into(),
        other => unreachable!("{} is not fused", other.name()),
    }
}
