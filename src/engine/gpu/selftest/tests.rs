//! The self-test must find what is wrong, must not call right what it did not look at, and must
//! never accuse a driver that only rounds in another way.

mod on_gpu;
mod on_threads;

use super::example::{answer, answer_to, every_example, numbers, written};
use super::verdict::{allowed, first_wrong, key};
use super::{examples_of, launches};
use crate::cpu::Cpu;
use crate::gpu::variant::Abilities;
use crate::op::{Access, Backend, Op, Tensor};
use std::collections::BTreeSet;

const ALL: Abilities = Abilities { eights: true };

#[test]
fn every_kernel_and_every_variant_has_an_example() {
    let examples = every_example();
    let names: BTreeSet<_> = examples.iter().map(Op::name).collect();
    assert_eq!(names, Op::NAMES.iter().copied().collect());
    let all: Vec<_> = examples.iter().flat_map(|op| launches(op, ALL)).collect();
    for variant in &crate::gpu::variant::VARIANTS {
        let tested = all.iter().any(|launch| {
            (launch.shader.name, launch.variant) == (variant.file, Some(variant.name))
        });
        assert!(tested, "{variant:?}");
    }
    assert!(all.iter().any(|launch| launch.entry == "sort_columns_long"));
    let tested = examples_of(&all, ALL).into_iter().flat_map(|(_, launches)| launches);
    let tested: BTreeSet<_> = tested.map(|launch| key(&launch)).collect();
    assert_eq!(tested, all.iter().map(key).collect());
}

/// Every result of an example is a number, and at least a quarter of them are not 0, so that a
/// kernel that writes nothing but zeros is found.
#[test]
fn answers_are_numbers_and_not_zeros() {
    for op in every_example() {
        let answers = answer(&op, &mut Cpu::double()).expect("numbers");
        assert!(answers.iter().flatten().all(|value| value.is_finite()), "{op:?}");
        let zeros = answers.iter().flatten().filter(|value| **value == 0.0).count();
        let count = answers.iter().flatten().count();
        let counts = op.name() == "finite_check";
        assert!(counts || 4 * zeros < 3 * count, "{}: {zeros} of {count} are 0", op.name());
    }
}

/// Numbers that are rounded in another way leave every result well within its tolerance: no example
/// lies near a kink, a tie or a cancellation.
#[test]
fn rounding_is_never_taken_for_a_fault() {
    let mut near = Vec::new();
    // A sort rounds nothing.
    for op in every_example().into_iter().filter(|op| op.name() != "sort_columns") {
        let exact = answer(&op, &mut Cpu::double()).expect("numbers");
        let single = answer(&op, &mut Cpu::single()).expect("numbers");
        // Four units in the last place of f32, up and down.
        let changed = |sign: f64| {
            let change = move |values: Vec<f64>| -> Vec<f64> {
                let shift = |(i, value): (usize, &f64)| {
                    let sign = if i % 3 == 0 { sign } else { -sign };
                    if value.fract() == 0.0 { *value } else { value * (1.0 + sign * 4.8e-7) }
                };
                values.iter().enumerate().map(shift).collect()
            };
            answer_to(&op, &mut Cpu::double(), &change).expect("numbers")
        };
        for other in [single, changed(1.0), changed(-1.0)] {
            for (operand, (exact, other)) in written(&op).iter().zip(exact.iter().zip(&other)) {
                let allowed = allowed(operand.access, exact);
                let share = exact
                    .iter()
                    .zip(other)
                    .map(|(a, b)| (a - b).abs() / allowed(*a).max(f64::MIN_POSITIVE))
                    .fold(0.0, f64::max);
                if share > 0.1 {
                    near.push(format!("{op:?}: {share:.3} of its tolerance"));
                }
            }
        }
    }
    assert!(near.is_empty(), "{}", near.join("\n"));
}

#[test]
fn a_forgotten_update_is_found() {
    for op in every_example() {
        let right = answer(&op, &mut Cpu::double()).expect("numbers");
        for (place, operand) in written(&op).iter().enumerate() {
            if operand.access == Access::Update {
                let mut results = right.clone();
                results[place] = numbers(&op, operand);
                assert!(first_wrong(&op, &right, &results).is_some(), "{op:?}: {}", operand.name);
            }
        }
    }
}

#[test]
fn a_number_that_is_wrong_or_missing_is_found() {
    for op in every_example() {
        let right = answer(&op, &mut Cpu::double()).expect("numbers");
        assert_eq!(first_wrong(&op, &right, &right), None);
        for (tensor, last) in right.iter().enumerate().map(|(t, v)| (t, v.len() - 1)) {
            for wrong in [f64::NAN, right[tensor][last] * 1.5 + 1.0] {
                let mut results = right.clone();
                results[tensor][last] = wrong;
                let found = first_wrong(&op, &right, &results).expect("a fault");
                assert!(found.starts_with(op.name()), "{found}");
            }
        }
    }
}

/// Tensors of two models, as the Programs of the tests on a GPU need them.
pub(super) fn dense(backend: &mut dyn Backend) -> Op {
    let mut take = |shape| -> Tensor { backend.alloc(shape).expect("memory") };
    Op::DenseForward { x: take([2, 9, 5]), w: take([2, 5, 7]), b: None, y: take([2, 9, 7]) }
}
