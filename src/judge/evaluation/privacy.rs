//! What the attacks on the synthetic table found: each risk with its reference and its alarm.

use super::better::Better;
use crate::metrics::privacy::Attack;
use serde::Serialize;

/// One measured risk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Risk {
    /// Its key, such as `exact_copies`.
    pub name: &'static str,
    /// What is measured, in plain words.
    pub label: &'static str,
    /// Which question it belongs to.
    pub attack: Attack,
    /// The measured value; NaN when it cannot be measured (for example without a hold-out).
    pub value: f64,
    /// Lower end of its 95 % interval, if it has one.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// The same for patients who were not trained on, or for a guess from the margins.
    pub reference: Option<f64>,
    /// What the reference is, in plain words; empty without one.
    pub reference_label: &'static str,
    /// Which way is better.
    pub better: Better,
    /// The alarm is raised above this value.
    pub alarm_above: Option<f64>,
    /// The alarm is raised below this value.
    pub alarm_below: Option<f64>,
    /// Whether it is raised; none when it cannot be judged.
    pub alarm: Option<bool>,
    /// What this attack does not show, in one sentence.
    pub blind_spot: &'static str,
}

/// All measured risks. They are risks under these attacks, never a proof that there are no others.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Privacy {
    /// Grouped by [`Attack`] in the order of [`Attack::ALL`].
    pub risks: Vec<Risk>,
    /// Whether there was a hold-out; without one several risks cannot be judged.
    pub holdout: bool,
    /// Rows of each table in every draw.
    pub rows: usize,
    /// Draws that each value is the median of.
    pub draws: usize,
}

impl Privacy {
    /// The risks of one question.
    pub fn of(&self, attack: Attack) -> impl Iterator<Item = &Risk> {
        self.risks.iter().filter(move |risk| risk.attack == attack)
    }

    /// Whether any alarm is raised; none when nothing could be judged.
    pub fn alarm(&self) -> Option<bool> {
        self.risks.iter().filter_map(|risk| risk.alarm).reduce(|a, b| a || b)
    }
}
