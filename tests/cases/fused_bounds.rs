//! How far a fused kernel in f32 may lie from the oracle: the error of each of its parts on exact
//! inputs, and what the error of the parts before moves it by.
//! The latter is carried through to first order; 1 % more covers the rest.

use super::batch_norm_bounds::{Element, sum_errors};
use super::case::{Case, Slot};
use super::compare::{Allowed, EPS, Run};
use super::fused_forward_bounds;
use super::fused_gradient::{finished, gradients, totals};
use super::fused_numbers::tiles;
use super::stage::run as run_case;
use engine::cpu::Cpu;
use engine::op::Op;

pub(super) type Named = Vec<(&'static str, Vec<f64>)>;

/// Tolerances of what a fused kernel writes.
pub fn allowed(run: &Run) -> Vec<(&'static str, Allowed)> {
    let named = match run.op() {
        Op::NormDenseForward { .. } => fused_forward_bounds::errors(run),
        Op::NormDenseBackward { .. } => backward(run),
        _ => update(run),
    };
    named
        .into_iter()
        .map(|(name, tolerances)| {
            (name, Allowed::Within(tolerances.iter().map(|t| t * 1.01).collect()))
        })
        .collect()
}

/// Error of a sum of products in any order: one rounding for each term, and two more; and what the
/// errors of the left factors add.
pub(super) fn product_error(terms: impl Iterator<Item = (f64, f64, f64)>) -> f64 {
    let (mut count, mut magnitude, mut moved) = (2.0, 0.0, 0.0);
    for (left, error, right) in terms {
        count += 1.0;
        magnitude += (left * right).abs();
        moved += error * right.abs();
    }
    count * EPS * (magnitude + moved) + moved
}

/// Error of a gradient that is finished while it is read, `c da - c S / R - c rstd T / R (x - mean)`:
/// S and T are sums of all tiles, each with one rounding for each of them; eight roundings for each
/// of the three terms.
fn finish_error(run: &Run, sizes: [usize; 3], [m, r, o]: [usize; 3]) -> f64 {
    let [groups, rows, tile] = sizes;
    if tile == 0 {
        return 0.0;
    }
    let names = match run.has("above") {
        true => ["above", "above_statistics"],
        false => ["dense", "statistics"],
    };
    let each = rows.div_ceil(tile);
    let (g, n) = (r / rows, rows as f64);
    let dy = run.before("dy");
    let magnitude = |which: usize| -> f64 {
        (0..each).map(|t| dy.at(m, groups * rows + 2 * (g * each + t) + which, o).abs()).sum()
    };
    let [sum, along] = totals(run, sizes, [m, g, o]);
    let factor = dy.at(m, groups * rows + 2 * groups * each + g, o).abs();
    let kept = |row: usize| run.before(names[1]).at(m, 2 * g + row, o);
    let h = ((run.before(names[0]).at(m, r, o) - kept(0)) * kept(1)).abs();
    let terms = dy.at(m, r, o).abs() + sum.abs() / n + h * along.abs() / n;
    let of_sums = (each as f64) * EPS * (magnitude(0) + h * magnitude(1)) / n;
    factor * (8.0 * EPS * terms + of_sums)
}

fn backward(run: &Run) -> Named {
    let Op::NormDenseBackward { groups, rows, after, tile, slope, dy, dx, .. } = run.op() else {
        unreachable!()
    };
    let (features, outputs, sizes) = (dx.features, dy.features, [groups, rows, after]);
    let mut all = Vec::new();
    for m in 0..run.models() {
        let parameter = |i: usize| run.before("parameters").at(m, 0, i);
        let given: Vec<(f64, f64)> = (0..groups * rows * outputs)
            .map(|e| [m, e / outputs, e % outputs])
            .map(|at| (finished(run, sizes, at), finish_error(run, sizes, at)))
            .collect();
        let element = |e: usize| {
            let (r, f) = (e / features, e % features);
            let weight = |o: usize| parameter(2 * features + f * outputs + o);
            let terms = || (0..outputs).map(|o| (given[r * outputs + o], weight(o)));
            let product = terms().map(|((g, _), w)| g * w).sum::<f64>();
            let error = product_error(terms().map(|((g, error), w)| (g, error, w)));
            let kept = [0, 1].map(|row| run.before("statistics").at(m, 2 * (r / rows) + row, f));
            let x = run.before("dense").at(m, r, f);
            let scale = [parameter(f), parameter(features + f)];
            let mut element = Element::of(x, product, scale[0], scale[1], kept, slope);
            let (scaled, beta) = (scale[0] * element.h, scale[1]);
            let negative = scaled + beta < -1e-5 * (scaled.abs() + beta.abs());
            element.da_error += error * if negative { slope } else { slope.max(1.0) };
            element
        };
        let elements: Vec<Element> = (0..groups * rows * features).map(element).collect();
        all.extend(elements.iter().map(|element| element.da_error));
        for rows in tiles(groups * rows, groups, tile) {
            let parts = (0..features).map(|f| {
                let column = rows.clone().map(|r| &elements[r * features + f]);
                sum_errors(column)
            });
            let parts: Vec<[f64; 2]> = parts.collect();
            all.extend(parts.iter().map(|part| part[0]));
            all.extend(parts.iter().map(|part| part[1]));
        }
        for g in 0..groups {
            let rstd = |f: usize| run.before("statistics").at(m, 2 * g + 1, f);
            all.extend((0..features).map(|f| EPS * (parameter(f) * rstd(f)).abs()));
        }
    }
    vec![("dx", all)]
}

/// Errors of the gradients of all parameters of a layer.
fn gradient_errors(run: &Run) -> Vec<f64> {
    let Op::DenseUpdate { groups, rows, after, x, w, .. } = run.op() else { unreachable!() };
    let (inputs, outputs, extra) = (x.features, w.features, w.rows - x.features);
    let sizes = [groups, rows, after];
    let all = groups * rows;
    let mut errors = Vec::new();
    for m in 0..run.models() {
        let given: Vec<(f64, f64)> = (0..all * outputs)
            .map(|e| [m, e / outputs, e % outputs])
            .map(|at| (finished(run, sizes, at), finish_error(run, sizes, at)))
            .collect();
        for (i, o) in (0..inputs).flat_map(|i| (0..outputs).map(move |o| (i, o))) {
            let term = |r: usize| {
                let (g, error) = given[r * outputs + o];
                (g, error, run.before("x").at(m, r, i))
            };
            errors.push(product_error((0..all).map(term)));
        }
        for (row, o) in (0..extra).flat_map(|row| (0..outputs).map(move |o| (row, o))) {
            let parts = if after > 0 { groups * rows.div_ceil(after) } else { 0 };
            let number = |r: usize| match after {
                0 => run.before("dy").at(m, r, o),
                _ => run.before("dy").at(m, all + 2 * r + 1 - row, o),
            };
            let count = if after > 0 { parts } else { all };
            errors.push(product_error((0..count).map(|r| (number(r), 0.0, 1.0))));
        }
    }
    errors
}

fn update(run: &Run) -> Named {
    let case = adam_case(run);
    let outcome = run_case(&case, &mut Cpu::double());
    let seen = Run { case: &case, oracle: &outcome };
    let carried = through_adam(&seen, &gradient_errors(run));
    let own = super::adam::allowed(&seen).into_iter();
    own.map(|(name, allowed)| {
        let Allowed::Within(mut tolerances) = allowed else {
            unreachable!("a step of Adam in f32 is not exact")
        };
        let (_, more) = carried.iter().find(|(n, _)| *n == name).expect("a carried error");
        tolerances.iter_mut().zip(more).for_each(|(tolerance, more)| *tolerance += more);
        (name, tolerances)
    })
    .collect()
}

/// The step of Adam alone, on the gradients.
fn adam_case(run: &Run) -> Case {
    let Op::DenseUpdate { beta1, beta2, epsilon, .. } = run.op() else { unreachable!() };
    let case = run.case;
    let flat = |name: &'static str| {
        let slot = case.slots[case.slot(name)].clone();
        Slot { shape: [case.models, 1, slot.len()], ..slot }
    };
    let w = flat("w");
    let lr = case.slots[case.slot("lr")].clone();
    let slots = vec![Slot::given("dw", w.shape, gradients(run)), w, flat("m"), flat("v"), lr];
    let mut adam = Case::new(case.label.clone(), case.models, slots, move |t| Op::Adam {
        w: t[1],
        dw: t[0],
        m: t[2],
        v: t[3],
        lr: t[4],
        beta1,
        beta2,
        epsilon,
    });
    adam.step = case.step;
    adam
}

/// An error d of the gradient moves m by `(1 - beta1) d`, v by `(1 - beta2) (2 |dw| d + d^2)`, and
/// the update by the quotient's share of both.
fn through_adam(run: &Run, errors: &[f64]) -> Named {
    let Op::Adam { lr, beta1, beta2, epsilon, .. } = run.op() else { unreachable!() };
    let parameters = run.before("w").shape()[2];
    let [mut w, mut m, mut v] = [(); 3].map(|()| Vec::with_capacity(errors.len()));
    for (e, delta) in errors.iter().enumerate() {
        let (model, i) = (e / parameters, e % parameters);
        let rate = run.before("lr").model(model)[(run.case.step as usize).min(lr.rows - 1)];
        let gradient = run.before("dw").model(model)[i].abs();
        let (m_now, v_now) = (run.after("m").model(model)[i].abs(), run.after("v").model(model)[i]);
        let (m_moves, v_moves) =
            ((1.0 - beta1) * delta, (1.0 - beta2) * (2.0 * gradient + delta) * delta);
        let least = (v_now - v_moves).max(0.0).sqrt() + epsilon;
        w.push(rate * (m_moves / least + m_now * (1.0 / least - 1.0 / (v_now.sqrt() + epsilon))));
        m.push(m_moves);
        v.push(v_moves);
    }
    vec![("w", w), ("m", m), ("v", v)]
}
