//! The comparison itself: it must reject planted faults, or everything else here proves nothing.

use super::TABLE;
use super::cases::batch_norm::{self, Shape};
use super::cases::{self, Allowed, Case, Numbers, Outcome, Run};
use super::cases::{
    activation, adam, dense, fused, heads, joint, loss, percentile, random, rows, statistics,
};
use engine::cpu::Cpu;
use engine::op::{Access, Random, Sets};

fn in_f32(case: &Case) -> Outcome {
    cases::run(case, &mut Cpu::single())
}

/// The oracle's outcome with one operand changed.
fn changed(oracle: &Outcome, slot: usize, change: impl FnOnce(&mut [f64])) -> Outcome {
    let mut outcome = oracle.clone();
    change(&mut outcome.after[slot]);
    outcome
}

fn rejected(case: &Case, oracle: &Outcome, planted: &Outcome, fault: &str) {
    let verdict = cases::judge(case, oracle, planted);
    assert!(verdict.is_err(), "{} [{}]: {fault} was not noticed", case.kernel(), case.label);
}

#[test]
fn the_oracle_itself_is_accepted() {
    for (case, oracle) in TABLE.iter() {
        let shares = cases::judge(case, oracle, oracle).expect("no error");
        assert!(shares.iter().all(|(_, share)| *share == 0.0));
    }
}

/// Every written operand of every case: one number NaN, one number too far off, and, as a check of
/// the check, one that is not.
#[test]
fn one_wrong_number_is_rejected() {
    for (case, oracle) in TABLE.iter() {
        for (name, allowed) in cases::allowed(&Run { case, oracle }) {
            let slot = case.slot(name);
            let at = Numbers::of(&case.label).below(oracle.after[slot].len());
            for i in [0, at, oracle.after[slot].len() - 1] {
                rejected(case, oracle, &changed(oracle, slot, |y| y[i] = f64::NAN), "a NaN");
                let (over, under): (f64, f64) = match &allowed {
                    Allowed::Bits => {
                        (f64::from_bits(oracle.after[slot][i].to_bits() ^ 1), oracle.after[slot][i])
                    }
                    Allowed::Within(t) if t[i] == 0.0 => {
                        (oracle.after[slot][i].next_up(), oracle.after[slot][i])
                    }
                    Allowed::Within(t) => {
                        (oracle.after[slot][i] - 2.0 * t[i], oracle.after[slot][i] + 0.9 * t[i])
                    }
                };
                rejected(
                    case,
                    oracle,
                    &changed(oracle, slot, |y| y[i] = over),
                    "a number off by twice its tolerance",
                );
                let fine = changed(oracle, slot, |y| y[i] = under);
                assert!(
                    cases::judge(case, oracle, &fine).is_ok(),
                    "{} [{}] {name}",
                    case.kernel(),
                    case.label
                );
            }
        }
    }
}

/// The last row of a result that was never written: NaN from before the run; or zeros, in every
/// case where the row is not zero.
#[test]
fn a_dropped_row_is_rejected() {
    let mut zeros = 0;
    for (case, oracle) in TABLE.iter() {
        for (slot, access) in
            case.access().into_iter().enumerate().filter(|(_, access)| *access == Access::Write)
        {
            let features = case.slots[slot].shape[2];
            let last = oracle.after[slot].len() - features;
            rejected(
                case,
                oracle,
                &changed(oracle, slot, |y| y[last..].fill(f64::NAN)),
                "a missing row",
            );
            if oracle.after[slot][last..].iter().any(|y| y.abs() > 0.1) {
                rejected(
                    case,
                    oracle,
                    &changed(oracle, slot, |y| y[last..].fill(0.0)),
                    &format!("{access:?}: a row of zeros"),
                );
                zeros += 1;
            }
        }
    }
    assert!(zeros > TABLE.len() / 2, "only {zeros} rows were far enough from zero");
}

/// What an update started from must not pass for what it should have become.
#[test]
fn a_forgotten_update_is_rejected() {
    let mut seen = Vec::new();
    for (case, oracle) in TABLE.iter() {
        for (slot, _) in
            case.access().into_iter().enumerate().filter(|(_, access)| *access == Access::Update)
        {
            let untouched = changed(oracle, slot, |y| y.copy_from_slice(&case.slots[slot].values));
            // A single parameter may stand still: a gradient and a moment of zero.
            if case.slots[slot].len() > 8 {
                rejected(case, oracle, &untouched, &format!("{} as it was", case.slots[slot].name));
                seen.push((case.kernel(), case.slots[slot].name));
            }
        }
    }
    seen.sort_unstable();
    seen.dedup();
    let updated = [
        ("adam", "m"),
        ("adam", "v"),
        ("adam", "w"),
        ("add", "y"),
        ("average", "y"),
        ("batch_norm_forward", "running_mean"),
        ("batch_norm_forward", "running_var"),
        ("dense_update", "m"),
        ("dense_update", "v"),
        ("dense_update", "w"),
        ("heads_gate", "soft"),
        ("heads_gate", "y"),
        ("norm_dense_forward", "running"),
        ("record", "history"),
    ];
    assert_eq!(seen, updated);
}

#[test]
fn a_write_beside_the_window_is_rejected() {
    let (case, oracle) =
        TABLE.iter().find(|(case, _)| case.label.ends_with("in arenas")).expect("a case in arenas");
    let mut planted = oracle.clone();
    planted.stray = Some("number 3 went from 1 to 2".into());
    rejected(case, oracle, &planted, "a stray write");
}

#[test]
fn a_transposed_result_is_rejected() {
    for case in
        [dense::forward([1, 64, 64, 64], true), dense::backward_weight([1, 64, 64, 64], false)]
    {
        let oracle = cases::run(&case, &mut Cpu::double());
        let slot = case.slot(if case.kernel() == "dense_forward" { "y" } else { "dw" });
        let transposed = |y: &mut [f64]| {
            let plain = y.to_vec();
            y.iter_mut().enumerate().for_each(|(i, y)| *y = plain[i % 64 * 64 + i / 64]);
        };
        rejected(&case, &oracle, &changed(&oracle, slot, transposed), "a transposed result");
    }
}

#[test]
fn a_model_in_the_place_of_another_is_rejected() {
    for (case, oracle) in TABLE
        .iter()
        .filter(|(case, _)| case.models > 1 && case.slots.iter().all(|slot| !slot.shared))
    {
        for (slot, _) in
            case.access().into_iter().enumerate().filter(|(_, access)| *access == Access::Write)
        {
            let len = case.slots[slot].len();
            if oracle.after[slot][..len] != oracle.after[slot][len..2 * len] {
                let planted = changed(oracle, slot, |y| y.copy_within(..len, len));
                rejected(case, oracle, &planted, "the first model's result in the second");
            }
        }
    }
}

/// A right case and a kernel that gets something wrong, on the same numbers.
fn mistakes() -> Vec<(&'static str, Case, Case)> {
    let norm = Shape { models: 1, rows: 257, features: 33, groups: 1, slope: 0.01 };
    let two = Shape { rows: 514, groups: 2, ..norm };
    let (seed, stream) = (random::SEED, 7);
    let random = Random { seed, stream };
    let mut list = vec![
        (
            "the bias forgotten",
            dense::forward([1, 65, 33, 31], true),
            dense::forward([1, 65, 33, 31], false),
        ),
        ("another momentum", batch_norm::forward(norm, 0.99), batch_norm::forward(norm, 0.9)),
        (
            "another slope",
            batch_norm::forward(norm, 0.99),
            batch_norm::forward(Shape { slope: 0.02, ..norm }, 0.99),
        ),
        (
            "no slope",
            batch_norm::inference(norm),
            batch_norm::inference(Shape { slope: 1.0, ..norm }),
        ),
        ("no slope", batch_norm::backward(two), batch_norm::backward(Shape { slope: 1.0, ..two })),
        (
            "another slope",
            activation::leaky_relu_forward([1, 9, 9], 0.01),
            activation::leaky_relu_forward([1, 9, 9], 0.011),
        ),
        (
            "another slope",
            activation::leaky_relu_backward([1, 9, 9], 0.01),
            activation::leaky_relu_backward([1, 9, 9], 0.011),
        ),
        (
            "another weight",
            loss::logistic_loss(1, 268, 1, 1.0),
            loss::logistic_loss(1, 268, 1, 1.0001),
        ),
        ("another step", random::noise([1, 5, 5], random), random::noise([1, 5, 5], random).at(1)),
        (
            "another stream",
            random::directions([1, 5, 5], random),
            random::directions([1, 5, 5], Random { seed, stream: 8 }),
        ),
        (
            "another seed",
            random::gather(1, 64, 9, 3, random),
            random::gather(1, 64, 9, 3, Random { seed: seed + (1 << 32), stream }),
        ),
        (
            "another step",
            random::normal_noise([1, 5, 5], random),
            random::normal_noise([1, 5, 5], random).at(1),
        ),
        ("the next rate", adam::adam(1, 65, 5), adam::adam(1, 65, 5).at(1)),
        ("the next rate", adam::average(1, 65, 5), adam::average(1, 65, 5).at(1)),
        (
            "another temperature",
            heads::forward(1, 9, heads::MIXED, [1.0, 0.3]),
            heads::forward(1, 9, heads::MIXED, [1.001, 0.3]),
        ),
        (
            "another spread",
            heads::forward(1, 9, heads::MIXED, [1.0, 0.3]),
            heads::forward(1, 9, heads::MIXED, [1.0, 0.3005]),
        ),
        (
            "another temperature",
            heads::backward(1, 9, heads::MIXED, 1.0),
            heads::backward(1, 9, heads::MIXED, 1.0001),
        ),
        (
            "four rounds too few",
            rows::multiply_add([1, 9, 9], [0.75, 0.25], 8),
            rows::multiply_add([1, 9, 9], [0.75, 0.25], 4),
        ),
        ("another period", rows::record(1, 5, 4, 2).at(2), rows::record(1, 5, 4, 1).at(2)),
    ];
    let layer = ([1, 514, 9, 33], 2);
    list.extend([
        (
            "another slope",
            fused::forward(layer, TILED, 0.9, 0.01),
            fused::forward(layer, TILED, 0.9, 0.02),
        ),
        (
            "another momentum",
            fused::forward(layer, TILED, 0.99, 0.01),
            fused::forward(layer, TILED, 0.9, 0.01),
        ),
        ("no slope", fused::backward(layer, TILED, 0.01), fused::backward(layer, TILED, 1.0)),
        (
            "the next rate",
            fused::update(layer, false, [32, 32], 5),
            fused::update(layer, false, [32, 32], 5).at(1),
        ),
    ]);
    let percentile = |weight: f64| {
        percentile::percentile_loss([1, 65, 5], false, percentile::Column::Ties, weight)
    };
    list.push(("another weight", percentile(1.0), percentile(1.0001)));
    let directions = |random, sets| joint::typed_directions(1, 12, 4, sets, random);
    let (sets, swapped) =
        (Sets { pairs: 5, ..Sets::default() }, Sets { masks: 5, ..Sets::default() });
    list.extend([
        ("another stream", directions(random, sets), directions(Random { seed, stream: 8 }, sets)),
        ("another kind", directions(random, sets), directions(random, swapped)),
        (
            "another factor",
            joint::covariance_loss(1, 9, [0.5, 1.0]),
            joint::covariance_loss(1, 9, [0.5, 1.0001]),
        ),
    ]);
    list
}

/// A product that reads tiles and leaves tiles, and one between plain ends.
const TILED: fused::Form = fused::Form { from: 32, tile: 32, ends: [true, true] };
const PLAIN: fused::Form = fused::Form { from: 0, tile: 16, ends: [false, true] };

#[test]
fn kernels_with_a_mistake_are_rejected() {
    for (mistake, right, mut wrong) in mistakes() {
        let mut known = right.slots.clone();
        known.truncate(wrong.slots.len());
        wrong.slots = known;
        let oracle = cases::run(&right, &mut Cpu::double());
        cases::judge(&right, &oracle, &in_f32(&right)).expect("the right kernel in f32");
        let mut planted = in_f32(&wrong);
        // An operand that the wrong kernel does not have is only read.
        planted.after.resize(right.slots.len(), Vec::new());
        rejected(&right, &oracle, &planted, mistake);
    }
}

/// Sums that leave out one term: the last number of an operand counts as zero.
#[test]
fn a_forgotten_term_is_rejected() {
    let norm = Shape { models: 1, rows: 257, features: 1, groups: 1, slope: 1.0 };
    let forgetful = [
        (dense::forward([1, 5, 257, 3], true), "x"),
        (dense::backward_input([1, 5, 3, 257]), "dy"),
        (dense::backward_weight([1, 257, 3, 5], true), "dy"),
        (batch_norm::forward(norm, 0.99), "x"),
        (batch_norm::backward(norm), "dy"),
        (fused::forward(([1, 5, 257, 3], 1), PLAIN, 0.9, 1.0), "x"),
        (fused::forward(([1, 40, 9, 3], 1), TILED, 0.9, 1.0), "x"),
        (fused::backward(([1, 257, 3, 1], 1), PLAIN, 1.0), "dy"),
        (fused::backward(([1, 40, 3, 9], 1), TILED, 1.0), "dy"),
        (fused::update(([1, 257, 3, 5], 1), true, [0, 32], 2), "dy"),
        (fused::update(([1, 40, 3, 5], 1), false, [32, 64], 2), "dy"),
        (loss::logistic_loss(1, 257, 1, 1.0), "logits"),
        (statistics::moments([1, 257, 1]), "x"),
        (statistics::covariance([1, 257, 1]), "x"),
        (joint::sorted_loss([1, 257, 1], &[(0, 1)]), "fake"),
        (joint::covariance_loss(1, 16, [1.0, 1.0]), "covariance"),
    ];
    for (case, operand) in forgetful {
        let oracle = cases::run(&case, &mut Cpu::double());
        let mut planted = case;
        let at = planted.slot(operand);
        let given = planted.slots[at].values.clone();
        *planted.slots[at].values.last_mut().expect("a number") = 0.0;
        let outcome = in_f32(&planted);
        planted.slots[at].values = given;
        rejected(&planted, &oracle, &outcome, "a forgotten term");
    }
}
