//! The verdict on a run: how far each number may lie from the oracle's, and whether it does.

use super::case::{Case, Slot};
use super::stage::Outcome;
use engine::op::{Access, Op};

/// The largest relative error of one rounded f32 operation.
/// WGSL lets an operation round either way, so it is a whole unit in the last place.
pub const EPS: f64 = f32::EPSILON as f64;

/// The smallest normal f32: what a device may flush to zero.
pub const TINY: f64 = f32::MIN_POSITIVE as f64;

/// How far an operand may be from the oracle's numbers.
#[derive(Clone, Debug)]
pub enum Allowed {
    /// Not at all: the bits are the same.
    Bits,
    /// Each number by its own tolerance.
    Within(Vec<f64>),
}

/// Numbers of an operand by model, row and feature.
#[derive(Clone, Copy)]
pub struct Grid<'a> {
    shape: [usize; 3],
    shared: bool,
    values: &'a [f64],
}

impl<'a> Grid<'a> {
    fn new(slot: &Slot, values: &'a [f64]) -> Self {
        Self { shape: slot.shape, shared: slot.shared, values }
    }

    /// `[models, rows, features]`.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }

    /// One row.
    pub fn row(&self, model: usize, row: usize) -> &'a [f64] {
        let features = self.shape[2];
        &self.model(model)[row * features..(row + 1) * features]
    }

    /// One number.
    pub fn at(&self, model: usize, row: usize, feature: usize) -> f64 {
        self.row(model, row)[feature]
    }

    /// All numbers of one model.
    pub fn model(&self, model: usize) -> &'a [f64] {
        let len = self.shape[1] * self.shape[2];
        let model = if self.shared { 0 } else { model };
        &self.values[model * len..(model + 1) * len]
    }
}

/// A case before and after the oracle ran it: what tolerances are derived from.
pub struct Run<'a> {
    /// The case.
    pub case: &'a Case,
    /// What the oracle left behind.
    pub oracle: &'a Outcome,
}

impl<'a> Run<'a> {
    /// The kernel.
    pub fn op(&self) -> Op {
        self.case.op()
    }

    /// Models side by side.
    pub fn models(&self) -> usize {
        self.case.models
    }

    /// An operand before the run.
    pub fn before(&self, name: &str) -> Grid<'a> {
        let slot = &self.case.slots[self.case.slot(name)];
        Grid::new(slot, &slot.values)
    }

    /// An operand after the oracle's run.
    pub fn after(&self, name: &str) -> Grid<'a> {
        let at = self.case.slot(name);
        Grid::new(&self.case.slots[at], &self.oracle.after[at])
    }

    /// Whether the case has an operand of this name.
    pub fn has(&self, name: &str) -> bool {
        self.case.slots.iter().any(|slot| slot.name == name)
    }
}

/// Compares the numbers of one operand.
/// Returns the largest error as a share of its tolerance, or the first number beyond it in words.
pub fn compare(expected: &[f64], actual: &[f64], allowed: &Allowed) -> Result<f64, String> {
    if expected.len() != actual.len() {
        return Err(format!("{} numbers instead of {}", actual.len(), expected.len()));
    }
    let mut worst = 0.0f64;
    for (i, (&e, &a)) in expected.iter().zip(actual).enumerate() {
        let (fits, tolerance) = match allowed {
            Allowed::Bits => (e.to_bits() == a.to_bits(), 0.0),
            // A NaN on either side, or in the tolerance, must not pass: hence not `>`.
            Allowed::Within(tolerances) => ((e - a).abs() <= tolerances[i], tolerances[i]),
        };
        if !fits {
            let beyond = (e - a).abs() / tolerance;
            return Err(format!(
                "number {i} is {a:e} instead of {e:e}: \
                 {beyond:.3} times the tolerance {tolerance:e}"
            ));
        }
        if tolerance > 0.0 {
            worst = worst.max((e - a).abs() / tolerance);
        }
    }
    Ok(worst)
}

/// Compares a run with the oracle's.
/// Returns the largest share of a tolerance of every written operand, or what is wrong in words.
pub fn judge(
    case: &Case,
    oracle: &Outcome,
    actual: &Outcome,
) -> Result<Vec<(&'static str, f64)>, String> {
    let complain =
        |what: &str, why: String| Err(format!("{} [{}] {what}: {why}", case.kernel(), case.label));
    if let Some(stray) = &actual.stray {
        return complain("wrote where it must not", stray.clone());
    }
    let allowed = super::allowed(&Run { case, oracle });
    let mut shares = Vec::new();
    for (i, access) in case.access().into_iter().enumerate() {
        let name = case.slots[i].name;
        if access == Access::Read {
            continue;
        }
        let allowed = allowed.iter().find(|(n, _)| *n == name).map(|(_, allowed)| allowed);
        let allowed =
            allowed.unwrap_or_else(|| panic!("{}: no tolerance for {name}", case.kernel()));
        match compare(&oracle.after[i], &actual.after[i], allowed) {
            Ok(share) => shares.push((name, share)),
            Err(why) => return complain(name, why),
        }
    }
    Ok(shares)
}
