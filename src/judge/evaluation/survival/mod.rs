//! Survival of real patients beside that of synthetic ones: Kaplan-Meier curves, and Cox's log
//! hazard ratios of the covariates that matter most in the real table.
//!
//! `covariates` turns cells into features in units of the real table, `selection` says which
//! covariates there are, `strata` are the curves of each level of a column, and `compare` puts both tables beside each other and beside halves.

mod compare;
mod covariates;
mod selection;
mod strata;

pub(super) use compare::survival;

use crate::metrics::survival::KaplanMeier;

/// Survival in all tables.
#[derive(Clone, Debug)]
pub struct Survival {
    /// Name of the column of times.
    pub time: String,
    /// Unit of the times, if the schema has one.
    pub unit: Option<String>,
    /// Name of the column of events.
    pub event: String,
    /// The value that is the event.
    pub value: String,
    /// Real patients.
    pub real: Group,
    /// Synthetic patients.
    pub synthetic: Group,
    /// Patients kept back.
    pub holdout: Option<Group>,
    /// How far the curves are apart.
    pub difference: Difference,
    /// The same by a column of levels, where the schema names one.
    pub strata: Option<Strata>,
    /// Log hazard ratios; none where the events are too few or no covariate could be taken.
    pub hazards: Option<Hazards>,
    /// What was left out and why, in sentences that name columns and no value.
    pub notes: Vec<String>,
}

/// Survival of the levels of a column.
#[derive(Clone, Debug)]
pub struct Strata {
    /// Name of the column.
    pub column: String,
    /// Its levels of at least five real patients with a time and a known event.
    pub levels: Vec<Stratum>,
}

/// Survival of one level.
#[derive(Clone, Debug)]
pub struct Stratum {
    /// The level.
    pub level: String,
    /// Real patients with it.
    pub real: Group,
    /// Synthetic patients with it.
    pub synthetic: Group,
    /// The largest |difference| of their curves over the times that both cover; NaN where no
    /// synthetic patient has the level.
    pub difference: f64,
}

/// The patients of a table.
#[derive(Clone, Debug)]
pub struct Group {
    /// Patients with a time and a known event.
    pub patients: usize,
    /// Those of them with the event.
    pub events: usize,
    /// Patients without a time or an event, or with a negative time; they do not count.
    pub left_out: usize,
    /// Their curve.
    pub curve: KaplanMeier,
    /// The time until which five patients at least were followed; NaN with fewer.
    pub five: f64,
}

/// The largest |difference| of two curves over the times that both cover; 0 is best.
/// NaN where a table has no patient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// All real patients and all synthetic ones.
    pub whole: f64,
    /// Half of the real patients and as many synthetic ones, median over the splits.
    pub value: f64,
    /// One half of the real patients and the other.
    pub ceiling: f64,
    /// Synthetic patients and those kept back, at the latter's number.
    pub against_holdout: Option<f64>,
    /// Real patients and those kept back, likewise: what a perfect generator reaches.
    pub holdout: Option<f64>,
}

/// Log hazard ratios of the same covariates in both tables.
#[derive(Clone, Debug)]
pub struct Hazards {
    /// One per feature.
    pub coefficients: Vec<Coefficient>,
    /// Mean |difference| of synthetic and real log hazard ratios, over those that both tables give;
    /// NaN where there are none.
    pub mean_error: f64,
    /// The largest one.
    pub largest_error: f64,
    /// The share of synthetic log hazard ratios within the 95 % intervals of the real ones.
    pub within: f64,
    /// The mean error between half of the real patients and as many synthetic ones, median over
    /// the splits.
    pub value: f64,
    /// The mean error between both halves of the real patients.
    pub ceiling: f64,
    /// Real patients who miss none of the covariates.
    pub patients: usize,
    /// Those of them with the event.
    pub events: usize,
}

/// A feature of Cox's model.
#[derive(Clone, Debug)]
pub struct Coefficient {
    /// Name of the column.
    pub column: String,
    /// What the hazard ratio is of: `per standard deviation`, or `LEVEL against LEVEL`.
    pub contrast: String,
    /// In real patients.
    pub real: Estimate,
    /// In synthetic ones, where it can be estimated.
    pub synthetic: Option<Estimate>,
}

/// A log hazard ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The logarithm of the hazard ratio.
    pub log_hazard_ratio: f64,
    /// Its standard error.
    pub error: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}
