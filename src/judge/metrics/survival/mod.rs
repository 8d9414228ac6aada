//! Survival: how long patients live without an event, and what the hazard depends on.
//!
//! [`kaplan_meier`] estimates the curve of one table and compares two of them.
//! [`cox()`] estimates log hazard ratios, whose terms `efron` adds up.
//!
//! Two crates were considered.
//! `survival` 2.0 is made for Python: pyo3, numpy and burn are among its dependencies, and none can
//! be left out.
//! `cox-hazards` 0.2 knows neither Efron's ties nor standard errors.
//! The tests want the figures of lifelines within 1e-6.

pub mod cox;
mod efron;
pub mod kaplan_meier;

pub use cox::{Cox, CoxProblem, cox};
pub use kaplan_meier::{KaplanMeier, Step};

/// Half the width of a 95 % interval in standard errors.
pub(super) const NORMAL_975: f64 = 1.959_963_984_540_054;

/// Patients who were followed until the event or until they were seen last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Followed {
    /// How long, per patient; at least 0.
    pub times: Vec<f64>,
    /// Whether it ended with the event.
    pub events: Vec<bool>,
}

impl Followed {
    /// Number of patients.
    pub fn patients(&self) -> usize {
        self.times.len()
    }

    /// Patients with the event.
    pub fn count_events(&self) -> usize {
        self.events.iter().filter(|event| **event).count()
    }
}
