//! One measured figure, the value from which its alarm is raised, and the kind of attack.

use serde::Serialize;

/// The three questions that European guidance asks about data that are called anonymous (Article 29
/// Working Party, Opinion 05/2014).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Attack {
    /// Can one real patient be picked out of the synthetic table?
    SinglingOut,
    /// Can a known patient be recognised as one of those that the table was made of?
    Linkability,
    /// Can something unknown about a real patient be learned from the table?
    Inference,
}

impl Attack {
    /// All three, in the order of a report.
    pub const ALL: [Self; 3] = [Self::SinglingOut, Self::Linkability, Self::Inference];

    /// The name for a heading.
    pub fn name(self) -> &'static str {
        match self {
            Self::SinglingOut => "Singling out",
            Self::Linkability => "Linkability",
            Self::Inference => "Inference",
        }
    }
}

/// A measured figure, with the same figure for the hold-out in the place of the training rows.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasuredRisk {
    /// Name in `report.json`.
    pub name: &'static str,
    /// The group of the report that it belongs to.
    pub attack: Attack,
    /// The figure; NaN where it cannot be computed.
    pub value: f64,
    /// The same figure with hold-out rows in the place of training rows, which no generator has
    /// seen; `None` without a hold-out.
    pub reference: Option<f64>,
    /// 95 % interval of the value, where it is an estimate with one.
    pub interval: Option<[f64; 2]>,
    /// The alarm is raised when the value is above this.
    pub alarm_above: Option<f64>,
    /// The alarm is raised when the value is below this.
    pub alarm_below: Option<f64>,
    /// Whether the alarm is raised; `None` where that cannot be judged.
    pub alarm: Option<bool>,
}

impl MeasuredRisk {
    pub(super) fn new(name: &'static str, attack: Attack, value: f64, reference: f64) -> Self {
        let reference = Some(reference).filter(|reference| !reference.is_nan());
        Self {
            name,
            attack,
            value,
            reference,
            interval: None,
            alarm_above: None,
            alarm_below: None,
            alarm: None,
        }
    }

    /// With an alarm above a threshold; NaN is no threshold.
    pub(super) fn above(mut self, threshold: f64) -> Self {
        self.alarm_above = Some(threshold).filter(|threshold| !threshold.is_nan());
        self.alarm = self
            .alarm_above
            .filter(|_| !self.value.is_nan())
            .map(|threshold| self.value > threshold);
        self
    }

    /// With an alarm below a threshold; NaN is no threshold.
    pub(super) fn below(mut self, threshold: f64) -> Self {
        self.alarm_below = Some(threshold).filter(|threshold| !threshold.is_nan());
        self.alarm = self
            .alarm_below
            .filter(|_| !self.value.is_nan())
            .map(|threshold| self.value < threshold);
        self
    }

    /// With a 95 % interval of a value in [0, 1], from its standard error.
    pub(super) fn with_error(mut self, error: f64) -> Self {
        let bound = |sign: f64| (self.value + sign * 1.96 * error).clamp(0.0, 1.0);
        self.interval = Some([bound(-1.0), bound(1.0)]).filter(|_| !error.is_nan());
        self
    }
}
