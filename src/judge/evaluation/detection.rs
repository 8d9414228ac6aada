//! Classifiers that tell two tables apart, and the intervals of their areas.

use super::score::ScoreName;
use crate::metrics::detection::{Detector, detection};
use table::Table;

/// The detectors and their scores.
pub(super) const DETECTORS: [(ScoreName, Detector); 2] = [
    (ScoreName::DetectionLogisticAuc, Detector::Logistic),
    (ScoreName::DetectionTreesAuc, Detector::Trees),
];

/// An area with its 95 % interval.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Area {
    /// The area of a detector, with DeLong's interval.
    pub(super) fn of(detector: Detector, real: &Table, other: &Table, seed: u64) -> Self {
        let (value, (low, high)) = detection(real, other, detector, seed);
        Self { value, low, high }
    }

    /// The area with the median value; NaN if there are none.
    pub(super) fn median(areas: &[Self]) -> Self {
        let mut areas: Vec<Self> =
            areas.iter().copied().filter(|area| !area.value.is_nan()).collect();
        areas.sort_by(|a, b| a.value.total_cmp(&b.value));
        let none = Self { value: f64::NAN, low: f64::NAN, high: f64::NAN };
        areas.get(areas.len() / 2).copied().unwrap_or(none)
    }
}
