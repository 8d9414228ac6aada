//! When a result counts as wrong, and how a verdict is remembered.

use super::example::written;
use crate::gpu::launch::Launch;
use crate::gpu::shader::SHADERS;
use crate::op::{Access, Op};
use ground::checksum::sha256;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The verdict on a launch that computes what it should.
pub(super) const RIGHT: &str = "right";

/// How every key of a verdict starts, so that it is no choice of a variant.
const START: &str = "test of ";

/// A result may be so far from the oracle's as a share of itself and of what the tensor holds.
/// f32 is nearer by a factor of ten in every example (the tests compare); a lost barrier or row is
/// farther by a factor of a hundred.
const SHARE: f64 = 1e-3;

/// The same of what is updated, which changes by a thousandth or more: that must be seen.
const UPDATED_SHARE: f64 = 1e-4;

/// A short name for the text of each shader.
static TEXTS: LazyLock<BTreeMap<&str, String>> = LazyLock::new(|| {
    let short = |text: String| sha256(&[text.as_bytes()])[..12].to_owned();
    SHADERS.iter().map(|shader| (shader.name, short(shader.source()))).collect()
});

/// What a verdict on a launch is kept under: kernel, variant and text.
pub(super) fn key(launch: &Launch) -> String {
    let variant = launch.variant.unwrap_or("itself");
    let shader = launch.shader.name;
    format!("{START}{} by {variant} of {shader} {}", launch.entry, TEXTS[shader])
}

/// Whether something that is remembered is a verdict and no choice.
pub(in crate::gpu) fn is_verdict(key: &str) -> bool {
    key.starts_with(START)
}

/// How far a result may be from each number that is expected.
pub(super) fn allowed(access: Access, expected: &[f64]) -> impl Fn(f64) -> f64 {
    let squares: f64 = expected.iter().map(|value| value * value).sum();
    let typical = (squares / expected.len().max(1) as f64).sqrt();
    let share = if access == Access::Update { UPDATED_SHARE } else { SHARE };
    move |value: f64| share * (value.abs() + typical)
}

/// The first number that a kernel gets wrong, in words.
pub(super) fn first_wrong(op: &Op, expected: &[Vec<f64>], results: &[Vec<f64>]) -> Option<String> {
    for (operand, (expected, results)) in written(op).iter().zip(expected.iter().zip(results)) {
        let allowed = allowed(operand.access, expected);
        for (got, value) in results.iter().zip(expected) {
            // A NaN must not pass: hence not `>`.
            let near = (got - value).abs() <= allowed(*value) || got.is_nan() && value.is_nan();
            if !near {
                let (kernel, name) = (op.name(), operand.name);
                return Some(format!("{kernel}: {name} is {got:e} instead of {value:e}"));
            }
        }
    }
    None
}
