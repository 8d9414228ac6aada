//! Every variant of a matrix product or of a sort gives the bits of the reference, so that choosing
//! one by its speed never changes a model.
//!
//! The reference itself is compared with the oracle in `tests/engine/parity`.

use crate::{adapter, cases};
use engine::gpu::{Gpu, GpuOptions, Variants};
use engine::op::{Backend, Compiled};
use std::collections::BTreeMap;

/// The cases of all kernels that have variants.
fn with_variants() -> Vec<cases::Case> {
    let names = [
        "dense_forward",
        "dense_backward_input",
        "dense_backward_weight",
        "covariance",
        "sort_columns",
    ];
    let listed = |case: &cases::Case| names.contains(&case.kernel());
    cases::all().into_iter().filter(listed).collect()
}

fn open(variants: Variants, shader_checks: bool) -> Option<Gpu> {
    let options = GpuOptions {
        as_recorded: true,
        adapter: Some(adapter::name_or_skip()?),
        shader_checks,
        ..GpuOptions::default()
    };
    Some(Gpu::with_variants(&options, variants).expect("the adapter opens"))
}

fn bits(outcome: &cases::Outcome) -> Vec<Vec<u64>> {
    outcome
        .after
        .iter()
        .map(|values| values.iter().map(|value| value.to_bits()).collect())
        .collect()
}

/// Runs all of these kernels by one variant where it can be used; returns how often it was.
fn same_bits(name: &'static str, shader_checks: bool) -> Option<BTreeMap<&'static str, usize>> {
    let (mut reference, mut gpu) =
        (open(Variants::Reference, false)?, open(Variants::Only(name), shader_checks)?);
    let mut used = BTreeMap::new();
    for (index, case) in with_variants().iter().enumerate() {
        let expected = cases::run(case, &mut reference);
        let outcome = cases::run(case, &mut gpu);
        if gpu.variants(Compiled(index)) == [Some(name)] {
            *used.entry(case.kernel()).or_default() += 1;
        }
        assert!(
            outcome.stray.is_none(),
            "{name}: {} [{}]: {:?}",
            case.kernel(),
            case.label,
            outcome.stray
        );
        let same = bits(&outcome) == bits(&expected);
        assert!(
            same,
            "{name}: {} [{}] has other bits than the reference",
            case.kernel(),
            case.label
        );
    }
    Some(used)
}

fn used_for(used: &BTreeMap<&'static str, usize>, least: usize) {
    for kernel in ["dense_forward", "dense_backward_input", "dense_backward_weight"] {
        let count = used.get(kernel).copied().unwrap_or_default();
        assert!(count >= least, "{kernel}: only {count} cases ran this variant");
    }
}

mod on_gpu {
    use super::*;

    #[test]
    fn small_tiles_have_the_bits_of_the_reference() {
        if let Some(used) = same_bits("tile32", false) {
            used_for(&used, 20);
            assert!(used["covariance"] >= 3, "{used:?}");
        }
    }

    #[test]
    fn vectors_have_the_bits_of_the_reference() {
        if let Some(used) = same_bits("vectors", false) {
            used_for(&used, 4);
            assert!(!used.contains_key("covariance"));
        }
    }

    /// On a device whose subgroups are not of eight threads the variant is never used, and there is
    /// nothing to compare.
    #[test]
    fn lanes_have_the_bits_of_the_reference() {
        if let Some(used) = same_bits("lanes", false).filter(|used| !used.is_empty()) {
            used_for(&used, 20);
            assert!(used["sort_columns"] >= 20, "{used:?}");
        }
    }

    #[test]
    fn variants_with_shader_checks_have_the_bits_of_the_reference() {
        for name in ["tile32", "vectors", "lanes"] {
            same_bits(name, true);
        }
    }
}
