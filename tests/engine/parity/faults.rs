//! The comparison itself: it must reject planted faults, or everything else here proves nothing.

use super::TABLE;
use super::cases::dense;
use super::cases::{self, Allowed, Case, Numbers, Outcome, Run};
use super::mistakes;
use engine::cpu::Cpu;
use engine::op::Access;

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

#[test]
fn kernels_with_a_mistake_are_rejected() {
    for (mistake, right, mut wrong) in mistakes::mistakes() {
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
    for (case, operand) in mistakes::forgetful() {
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
