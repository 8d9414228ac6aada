//! Ring 2: f32, on the GPU and on the CPU, against the oracle (the CPU backend in f64) for every
//! case of the table.
//!
//! A machine without an adapter skips the GPU tests and says so; where `CI` or
//! `MELLIZO_REQUIRE_GPU` is set, that is a failure.

mod contract;
mod faults;
mod large;
mod mistakes;
mod threads;

use crate::adapter;
use crate::cases::{self, Case, Outcome};
use engine::cpu::Cpu;
use engine::op::{Backend, Op};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The table with the oracle's answers, made once for all tests.
static TABLE: LazyLock<Vec<(Case, Outcome)>> = LazyLock::new(|| {
    let answer = |case: Case| {
        let outcome = cases::run(&case, &mut Cpu::double());
        (case, outcome)
    };
    cases::all().into_iter().map(answer).collect()
});

/// Runs every case on a backend, prints the largest error of each written operand as a share of its
/// tolerance, and fails with every case that is beyond it.
fn agree(backend: &mut dyn Backend) {
    let mut largest: BTreeMap<(&str, &str), (f64, &str)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (case, oracle) in TABLE.iter() {
        match cases::judge(case, oracle, &cases::run(case, backend)) {
            Ok(shares) => {
                for (operand, share) in shares {
                    let so_far =
                        largest.entry((case.kernel(), operand)).or_insert((share, &case.label));
                    if share > so_far.0 {
                        *so_far = (share, &case.label);
                    }
                }
            }
            Err(why) => wrong.push(why),
        }
    }
    println!(
        "{}, {} cases: largest error as a share of its tolerance",
        backend.describe(),
        TABLE.len()
    );
    for ((kernel, operand), (share, label)) in &largest {
        println!("  {kernel:<22} {operand:<13} {share:<8.3} {label}");
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases are wrong:\n{}",
        wrong.len(),
        TABLE.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_kernel_has_cases() {
    let missing: Vec<_> = Op::NAMES
        .iter()
        .filter(|kernel| !TABLE.iter().any(|(case, _)| case.kernel() == **kernel))
        .collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

/// No tolerance is so wide that it would swallow the result itself: it would hide a kernel that
/// writes zeros.
/// (The widest belong to sums of 2000 terms that nearly cancel.)
#[test]
fn tolerances_are_small_beside_the_results() {
    for (case, oracle) in TABLE.iter() {
        for (name, allowed) in cases::allowed(&cases::Run { case, oracle }) {
            let cases::Allowed::Within(tolerances) = allowed else { continue };
            let expected = &oracle.after[case.slot(name)];
            assert_eq!(tolerances.len(), expected.len(), "{} {name}", case.kernel());
            assert!(
                tolerances.iter().all(|t| t.is_finite() && *t >= 0.0),
                "{} [{}] {name}",
                case.kernel(),
                case.label
            );
            let norm = |values: &[f64]| values.iter().map(|v| v * v).sum::<f64>().sqrt();
            let share = norm(&tolerances) / norm(expected).max(f64::MIN_POSITIVE);
            let (kernel, label) = (case.kernel(), &case.label);
            assert!(
                norm(expected) == 0.0 || share < 0.1,
                "{kernel} [{label}] {name}: tolerance {share:e} of the result"
            );
        }
    }
}

#[test]
fn cpu_in_f32_agrees_with_the_oracle() {
    agree(&mut Cpu::single());
}

mod on_gpu {
    use super::*;

    #[test]
    fn gpu_agrees_with_the_oracle() {
        if let Some(mut gpu) = adapter::unfused_gpu_or_skip(false) {
            agree(&mut gpu);
        }
    }

    #[test]
    fn gpu_with_shader_checks_agrees_with_the_oracle() {
        if let Some(mut gpu) = adapter::unfused_gpu_or_skip(true) {
            agree(&mut gpu);
        }
    }
}
