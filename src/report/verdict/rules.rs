//! The thresholds of the verdict. `docs/verdict.md` gives the reasons in full.

/// Columns are good while their mean distance from 1 is at most this many times that of two halves
/// of the real patients.
pub const COLUMNS_GOOD: f64 = 1.25;
/// And fair up to this many times.
pub const COLUMNS_FAIR: f64 = 2.0;
/// Where two halves are nearly equal, a distance of this much more is still no difference.
pub const COLUMNS_SLACK: f64 = 0.005;
/// A column is named as off when its distance from 1 exceeds both this many times that of two
/// halves ...
pub const COLUMN_OFF: f64 = 3.0;
/// ... and this much.
pub const COLUMN_OFF_BY: f64 = 0.1;

/// Relations are good from this place between shuffled columns (0) and two halves of the real
/// patients (1) ...
pub const RELATIONS_GOOD: f64 = 0.8;
/// ... mostly kept from here ...
pub const RELATIONS_FAIR: f64 = 0.5;
/// ... partly kept from here, and mostly lost below.
pub const RELATIONS_PARTLY: f64 = 0.2;

/// The share of synthetic patients that may break what every real patient keeps; above it relations
/// are fair at best ...
pub const BROKEN_FAIR: f64 = 0.005;
/// ... and above this poor.
pub const BROKEN_POOR: f64 = 0.05;

/// A classifier's AUC up to which whole patients can hardly be told apart ...
pub const PATIENTS_GOOD: f64 = 0.6;
/// ... up to which some can ...
pub const PATIENTS_FAIR: f64 = 0.75;
/// ... and above which nearly all can.
pub const PATIENTS_NEARLY_ALL: f64 = 0.9;
/// An AUC below this is not chance: copies, which are in both tables, mislead a classifier like
/// that.
pub const PATIENTS_COPIES: f64 = 0.4;

/// Kolmogorov-Smirnov distance of missing cells per patient that is good, unless two halves are
/// further apart ...
pub const MISSING_GOOD: f64 = 0.05;
/// ... fair.
pub const MISSING_FAIR: f64 = 0.15;
/// Mean similarity of the columns' shares of missing cells that is good, unless two halves are less
/// alike (as for columns) ...
pub const MISSING_SHARES_GOOD: f64 = 0.98;
/// ... fair.
pub const MISSING_SHARES_FAIR: f64 = 0.95;

/// Models lose at most this much (AUC or R2, mean over targets) when trained on good synthetic
/// patients ...
pub const USE_GOOD: f64 = -0.02;
/// ... on fair ones.
pub const USE_FAIR: f64 = -0.05;

/// From here on an AUC of the shadow models counts as a leak, if its interval excludes 0.5.
/// Below it is a warning.
pub const AUDIT_POOR: f64 = 0.6;

/// Survival is good while curves and log hazard ratios are apart by at most this many times what
/// two halves of the real patients are ...
pub const SURVIVAL_GOOD: f64 = 1.25;
/// ... fair up to this many times ...
pub const SURVIVAL_FAIR: f64 = 2.0;
/// ... and by this much more, where two halves are nearly equal.
pub const SURVIVAL_SLACK: f64 = 0.01;
