//! Every kernel of the table again, by plain loops over its formula, one number at a time.

use super::cases::{self, Allowed, Case, EPS, Run};
use super::{heads, oracle, plain_fused, plain_joint, plain_layers};
use engine::op::philox::{key, philox};
use engine::op::{Op, Random};

/// Named numbers that a kernel must have written.
pub type Answers = Vec<(&'static str, Vec<f64>)>;

/// Both sides round in f64, so the f32 tolerance shrinks by the ratio of the two precisions, and
/// doubles.
const SHRINK: f64 = 2.0 * f64::EPSILON / EPS;

#[test]
fn every_kernel_agrees_with_plain_loops() {
    let mut seen = Vec::new();
    for case in cases::all() {
        let outcome = oracle(&case);
        assert_eq!(outcome.stray, None, "{} [{}]", case.kernel(), case.label);
        let run = Run { case: &case, oracle: &outcome };
        let Some(answers) = answers(&run) else { continue };
        let allowed = cases::allowed(&run);
        assert_eq!(
            answers.len(),
            allowed.len(),
            "{}: one answer for each written operand",
            case.kernel()
        );
        for (name, expected) in answers {
            let (_, allowed) = allowed.iter().find(|(n, _)| *n == name).expect("a tolerance");
            let allowed = match allowed {
                Allowed::Bits => Allowed::Bits,
                Allowed::Within(tolerances) => {
                    Allowed::Within(tolerances.iter().map(|t| t * SHRINK).collect())
                }
            };
            if let Err(why) = cases::compare(&expected, &outcome.after[case.slot(name)], &allowed) {
                panic!("{} [{}] {name}: {why}", case.kernel(), case.label);
            }
        }
        seen.push(case.kernel());
    }
    let missing: Vec<_> =
        Op::NAMES.iter().copied().filter(|kernel| !seen.contains(kernel)).collect();
    assert_eq!(
        missing,
        ["gather"],
        "only the shuffle is checked by its properties instead (random.rs)"
    );
}

fn answers(run: &Run) -> Option<Answers> {
    Some(match run.op() {
        Op::Gather { .. } => return None,
        Op::Noise { random, .. } => {
            vec![("out", each_number(run, "out", |m, e| noise(random, run.case, m, e)))]
        }
        Op::NormalNoise { random, .. } => vec![("out", normal_noise(run, random))],
        Op::HeadsForward { temperature, spread, .. } => heads::forward(run, temperature, spread),
        Op::HeadsGate { .. } => heads::gate(run),
        Op::HeadsBackward { temperature, .. } => heads::backward(run, temperature),
        Op::Average { .. } => vec![("y", average(run))],
        Op::Directions { random, .. } => vec![("out", directions(run, random))],
        Op::LeakyReluForward { slope, .. } => {
            vec![("y", each_number(run, "y", |m, e| leaky(before(run, "x", m, e), slope)))]
        }
        Op::LeakyReluBackward { slope, .. } => {
            let branch = |x: f64| if x > 0.0 { 1.0 } else { slope };
            vec![(
                "dx",
                each_number(run, "dx", |m, e| {
                    before(run, "dy", m, e) * branch(before(run, "x", m, e))
                }),
            )]
        }
        Op::TanhForward { .. } => {
            vec![("y", each_number(run, "y", |m, e| tanh(before(run, "x", m, e))))]
        }
        Op::TanhBackward { .. } => {
            let gradient = |y: f64, dy: f64| dy * (1.0 - y) * (1.0 + y);
            vec![(
                "dx",
                each_number(run, "dx", |m, e| {
                    gradient(before(run, "y", m, e), before(run, "dy", m, e))
                }),
            )]
        }
        Op::Add { .. } => {
            vec![(
                "y",
                each_number(run, "y", |m, e| before(run, "y", m, e) + before(run, "x", m, e)),
            )]
        }
        Op::Copy { .. } => vec![("y", each_number(run, "y", |m, e| before(run, "x", m, e)))],
        Op::MultiplyAdd { a, b, times, .. } => {
            let after = |x: f64| {
                a.powi(times as i32) * x + b * (0..times).map(|k| a.powi(k as i32)).sum::<f64>()
            };
            vec![("y", each_number(run, "y", |m, e| after(before(run, "x", m, e))))]
        }
        Op::Record { history, period, .. } => vec![("history", record(run, history.rows, period))],
        Op::FiniteCheck { .. } => vec![("count", finite_check(run))],
        Op::SortColumns { groups, .. } => plain_layers::sort(run, groups),
        Op::PercentileLoss { weight, .. } => plain_layers::percentile_loss(run, weight),
        Op::LogisticLoss { groups, weight, .. } => plain_layers::logistic_loss(run, groups, weight),
        Op::TypedDirections { .. } | Op::SortedLoss { .. } | Op::CovarianceLoss { .. } => {
            plain_joint::answers(run)
        }
        Op::Adam { beta1, beta2, epsilon, .. } => adam(run, beta1, beta2, epsilon),
        Op::NormDenseForward { .. } | Op::NormDenseBackward { .. } | Op::DenseUpdate { .. } => {
            plain_fused::answers(run)
        }
        _ => plain_layers::answers(run),
    })
}

/// Number `e` of a model of an operand before the run.
pub fn before(run: &Run, name: &str, model: usize, e: usize) -> f64 {
    run.before(name).model(model)[e]
}

/// An operand from a function of model and number.
pub fn each_number(run: &Run, name: &str, f: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let [_, rows, features] = run.after(name).shape();
    (0..run.models())
        .flat_map(|m| (0..rows * features).map(move |e| (m, e)))
        .map(|(m, e)| f(m, e))
        .collect()
}

fn leaky(a: f64, slope: f64) -> f64 {
    if a > 0.0 { a } else { slope * a }
}

/// From the exponential, without its overflow and without cancellation near 0.
fn tanh(x: f64) -> f64 {
    let decay = (-2.0 * x.abs()).exp_m1();
    (-decay / (decay + 2.0)).copysign(x)
}

fn noise(random: Random, case: &Case, model: usize, e: usize) -> f64 {
    let block = philox([(e / 4) as u32, case.step, random.stream, model as u32], key(random.seed));
    f64::from(block[e % 4] >> 8) / 8_388_608.0 - 1.0
}

/// The integer of an entry of directions and of normal noise.
fn entry(run: &Run, random: Random, m: usize, e: usize) -> f64 {
    let words = [0, 1].map(|half| {
        philox([(2 * e + half) as u32, run.case.step, random.stream, m as u32], key(random.seed))
    });
    words
        .iter()
        .flatten()
        .map(|w| f64::from(w & 0xFFFF) + f64::from(w >> 16) - 65535.0)
        .sum::<f64>()
}

/// The integer divided by its deviation: sixteen independent ones of variance `(2^32 - 1) / 12`,
/// but for one part in 2^33.
fn normal_noise(run: &Run, random: Random) -> Vec<f64> {
    let deviation = (16.0 / 12.0f64).sqrt() * 65536.0;
    each_number(run, "out", |m, e| entry(run, random, m, e) / deviation)
}

fn average(run: &Run) -> Vec<f64> {
    each_number(run, "y", |m, e| {
        let rates = run.before("rate").model(m);
        let rate = rates[(run.case.step as usize).min(rates.len() - 1)];
        before(run, "y", m, e) + rate * (before(run, "x", m, e) - before(run, "y", m, e))
    })
}

fn directions(run: &Run, random: Random) -> Vec<f64> {
    let [_, rows, columns] = run.after("out").shape();
    each_number(run, "out", |m, e| {
        let length = (0..rows)
            .map(|r| entry(run, random, m, r * columns + e % columns).powi(2))
            .sum::<f64>()
            .sqrt();
        entry(run, random, m, e) / length
    })
}

fn record(run: &Run, kept: usize, period: usize) -> Vec<f64> {
    let now = run.case.step as usize / period % kept;
    let numbers = run.before("x").shape()[2];
    each_number(run, "history", |m, e| {
        if e / numbers == now {
            before(run, "x", m, e % numbers)
        } else {
            before(run, "history", m, e)
        }
    })
}

fn finite_check(run: &Run) -> Vec<f64> {
    let parts = run.after("count").shape()[2];
    let numbers = run.before("x").shape()[2];
    let part = numbers.div_ceil(parts);
    each_number(run, "count", |m, p| {
        (p * part..((p + 1) * part).min(numbers))
            .filter(|&e| !before(run, "x", m, e).is_finite())
            .count() as f64
    })
}

fn adam(run: &Run, beta1: f64, beta2: f64, epsilon: f64) -> Answers {
    let new_m = |m, e| beta1 * before(run, "m", m, e) + (1.0 - beta1) * before(run, "dw", m, e);
    let new_v =
        |m, e| beta2 * before(run, "v", m, e) + (1.0 - beta2) * before(run, "dw", m, e).powi(2);
    let rate = |m| {
        let schedule = run.before("lr").model(m);
        schedule.get(run.case.step as usize).or(schedule.last()).expect("a rate")
    };
    let new_w =
        |m, e| before(run, "w", m, e) - rate(m) * new_m(m, e) / (f64::sqrt(new_v(m, e)) + epsilon);
    vec![
        ("w", each_number(run, "w", new_w)),
        ("m", each_number(run, "m", new_m)),
        ("v", each_number(run, "v", new_v)),
    ]
}
