//! Rank calibration (`docs/method.md` section 6): each feature's generated values get the cohort's
//! distribution.
//!
//! The map is monotone, is fitted once on a large sample, and is stored.
//! So a value gets the same number in a table of one row and in one of a million rows.

use super::coarse::coarse;
use super::encode::Encoder;
use super::pixels::MISSING;
use super::quantile::{self, Sample};
use ground::matrix::Matrix;
use serde::{Deserialize, Serialize};

/// Whether generated values are calibrated; `"none"` or `"rank"` in a recipe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Calibrate {
    /// As in the paper: values stay as the generator made them.
    #[default]
    None,
    /// Each value becomes the cohort's quantile at its rank among generated values.
    Rank,
}

/// One monotone map per feature, for the raw output of one generator.
/// It is applied before post-processing, which then changes nothing more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Calibration {
    features: Vec<Map>,
}

/// What happens to a generated value of one feature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase", deny_unknown_fields)]
enum Map {
    /// It stays: the generator already makes levels and nothing else.
    Same,
    /// It becomes the first value whose cut is not below it, or the last value.
    Steps { cuts: Vec<f64>, values: Vec<f64> },
    /// Up to `missing` it is missing; else it goes from `generated` to `cohort` by linear
    /// interpolation.
    Curve { missing: Option<f64>, generated: Vec<f64>, cohort: Vec<f64> },
}

impl Calibration {
    /// Fits the maps: `generated` is a large sample of the generator's output, `cohort` the encoded
    /// cohort; both rows x features.
    ///
    /// - A coded feature becomes a step function whose levels (missing included) get the cohort's
    ///   shares.
    ///   If all its generated values are levels of the cohort already, it stays as it is: its
    ///   values are decisions of the generator, and a map by ranks would lose the rare ones.
    /// - A number goes through the quantile function of [`quantile::knots`], in which no single
    ///   patient's value appears.
    ///   The lowest generated values become missing, in the cohort's share.
    ///   If the generator makes -1 itself, these values are the missing ones, and only the others
    ///   are ranked.
    ///
    /// `patients` says who each row of the cohort is of; without it every row is a patient.
    /// Panics if the two matrices and the encoder differ in features, or one of the matrices has no
    /// row.
    pub fn fit(
        generated: &Matrix,
        cohort: &Matrix,
        encoder: &Encoder,
        patients: Option<&[usize]>,
    ) -> Self {
        let shapes = (generated.columns(), cohort.columns(), encoder.features());
        assert!(
            shapes.0 == shapes.1 && shapes.1 == shapes.2,
            "generated, cohort and encoder have {shapes:?} features"
        );
        assert!(generated.rows() > 0 && cohort.rows() > 0, "calibration needs rows");
        let values = encoder.feature_values();
        let map = |(feature, values): (usize, &Option<Vec<f64>>)| {
            let generated = sorted(generated, feature);
            match values {
                Some(levels) => steps(&generated, &sorted(cohort, feature), levels),
                None => curve(&generated, |pass| {
                    let cell = |x: f64| if pass(x) { x } else { f64::NAN };
                    Sample::of(cohort.column(feature).map(cell), patients)
                }),
            }
        };
        Self { features: values.iter().enumerate().map(map).collect() }
    }

    /// The same with coarser quantiles, each cohort value of a number moved by `moved` (feature,
    /// value).
    pub(crate) fn coarser(&self, moved: impl Fn(usize, f64) -> f64) -> Self {
        let map = |(feature, map): (usize, &Map)| match map {
            Map::Curve { missing, generated, cohort } => {
                let knots: Vec<(f64, f64)> =
                    generated.iter().copied().zip(cohort.iter().copied()).collect();
                let coarser = coarse(&knots).into_iter();
                let (generated, cohort) = coarser.map(|(x, y)| (x, moved(feature, y))).unzip();
                Map::Curve { missing: *missing, generated, cohort }
            }
            other => other.clone(),
        };
        Self { features: self.features.iter().enumerate().map(map).collect() }
    }

    /// Replaces every value; each row for itself. Panics on another number of features.
    pub fn apply(&self, matrix: &mut Matrix) {
        let (columns, features) = (matrix.columns(), self.features.len());
        assert_eq!(
            columns, features,
            "a matrix of {columns} features for a calibration of {features}"
        );
        for row in 0..matrix.rows() {
            for (x, map) in matrix.row_mut(row).iter_mut().zip(&self.features) {
                *x = map.value(*x);
            }
        }
    }
}

impl Map {
    fn value(&self, x: f64) -> f64 {
        match self {
            Self::Same => x,
            Self::Steps { cuts, values } => values[cuts.partition_point(|cut| *cut < x)],
            Self::Curve { missing: Some(missing), .. } if x <= *missing => MISSING,
            Self::Curve { generated, cohort, .. } => interpolate(x, generated, cohort),
        }
    }

    fn is_sound(&self) -> bool {
        let ascends = |values: &[f64]| {
            values.iter().all(|value| value.is_finite())
                && values.windows(2).all(|pair| pair[0] <= pair[1])
        };
        match self {
            Self::Same => true,
            Self::Steps { cuts, values } => {
                cuts.len() + 1 == values.len() && ascends(cuts) && ascends(values)
            }
            Self::Curve { missing, generated, cohort } => {
                let sizes = !cohort.is_empty() && generated.len() == cohort.len();
                sizes && missing.is_none_or(f64::is_finite) && ascends(generated) && ascends(cohort)
            }
        }
    }
}

fn sorted(matrix: &Matrix, feature: usize) -> Vec<f64> {
    let mut values: Vec<f64> = matrix.column(feature).collect();
    values.sort_by(f64::total_cmp);
    values
}

fn steps(generated: &[f64], cohort: &[f64], levels: &[f64]) -> Map {
    // A generator on the device hands its levels over in f32.
    let is_level = |x: &f64| levels.iter().any(|level| (level - x).abs() < 1e-6);
    if generated.iter().all(is_level) {
        return Map::Same;
    }
    let mut values = cohort.to_vec();
    values.dedup();
    let up_to =
        |value: f64| cohort.partition_point(|other| *other <= value) as f64 / cohort.len() as f64;
    let cuts =
        values[..values.len() - 1].iter().map(|&value| cut(generated, up_to(value))).collect();
    Map::Steps { cuts, values }
}

/// `of` gives the values of the cohort that pass a test.
fn curve(generated: &[f64], of: impl Fn(fn(f64) -> bool) -> Sample) -> Map {
    let (cohort, observed) = (of(|_| true), of(|value| value > MISSING));
    let absent = cohort.values().len() - observed.values().len();
    let missing = if absent == 0 {
        None
    } else if generated.contains(&MISSING) {
        Some(MISSING)
    } else {
        Some(cut(generated, absent as f64 / cohort.values().len() as f64))
    };
    let ranked = &generated
        [missing.map_or(0, |missing| generated.partition_point(|value| *value <= missing))..];
    let knots = quantile::knots(if observed.values().is_empty() { &cohort } else { &observed });
    // A generator that made every value missing leaves nothing to rank.
    // Any knots will do, because they are never used on its sample.
    let source = |level: f64| {
        if ranked.is_empty() { level } else { ground::quantile::quantile(ranked, level) }
    };
    Map::Curve {
        missing,
        generated: knots.iter().map(|&(level, _)| source(level)).collect(),
        cohort: knots.iter().map(|&(_, value)| value).collect(),
    }
}

/// A cut with the given share of an ascending sample at or below it.
/// Where many values are equal, the nearest cut that keeps them together.
pub(super) fn cut(sample: &[f64], share: f64) -> f64 {
    let wanted = (share * sample.len() as f64).round() as usize;
    let value = sample[wanted.min(sample.len() - 1)];
    let start = sample.partition_point(|other| *other < value);
    let end = sample.partition_point(|other| *other <= value);
    let count = if wanted - start <= end.saturating_sub(wanted) { start } else { end };
    match count {
        0 => sample[0] - 1.0,
        count if count == sample.len() => sample[count - 1] + 1.0,
        count => sample[count - 1] + (sample[count] - sample[count - 1]) / 2.0,
    }
}

/// Linear between knots, flat beyond them.
/// Where several knots of `from` are equal, the value gets the middle one of theirs in `to`.
pub(super) fn interpolate(x: f64, from: &[f64], to: &[f64]) -> f64 {
    let above = from.partition_point(|knot| *knot < x);
    let beyond = from.partition_point(|knot| *knot <= x);
    if beyond > above {
        return to[(above + beyond - 1) / 2];
    }
    if above == 0 || above == from.len() {
        return to[above.saturating_sub(1)];
    }
    let share = (x - from[above - 1]) / (from[above] - from[above - 1]);
    to[above - 1] + (to[above] - to[above - 1]) * share
}

/// A calibration as a model file has it, before it is trusted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    features: Vec<Map>,
}

impl TryFrom<Stored> for Calibration {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        match stored.features.iter().position(|map| !map.is_sound()) {
            None => Ok(Self { features: stored.features }),
            Some(feature) => {
                Err(format!("the calibration of feature {} is not a monotone map", feature + 1))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_keeps_equal_values_together_on_the_nearer_side() {
        let sample = [0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0];
        for (share, expected) in
            [(0.0, -1.0), (0.1, -1.0), (0.3, 0.5), (0.4, 0.5), (0.6, 1.5), (0.9, 3.0), (1.0, 3.0)]
        {
            assert_eq!(cut(&sample, share), expected, "{share}");
        }
        assert_eq!((cut(&[5.0], 0.4), cut(&[5.0], 0.6)), (4.0, 6.0));
    }

    #[test]
    fn equal_generated_values_get_the_middle_of_their_levels() {
        let (from, to) = ([0.0, 1.0, 1.0, 1.0, 2.0], [10.0, 20.0, 30.0, 50.0, 60.0]);
        for (x, expected) in [
            (-9.0, 10.0),
            (0.0, 10.0),
            (0.5, 15.0),
            (1.0, 30.0),
            (1.5, 55.0),
            (2.0, 60.0),
            (9.0, 60.0),
        ] {
            assert_eq!(interpolate(x, &from, &to), expected, "{x}");
        }
    }
}
