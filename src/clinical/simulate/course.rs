//! The course of the disease: relapse, and months until relapse, death or the last visit.

use super::dice::{Dice, grow};
use super::patient::Patient;
use super::row::Row;
use table::number::round;

/// Days of an average month (365.25 / 12).
pub(super) const DAYS_OF_A_MONTH: f64 = 30.4375;

/// Status, survival and relapse.
/// Patients who die have relapsed more often, and the time without relapse never exceeds the
/// survival.
pub(super) fn course(patient: &Patient, row: &mut Row, dice: &mut Dice) {
    let traits = &patient.traits;
    let hazard = traits.hazard(patient.stage);
    row.yes("Status", !patient.dead);
    let treated =
        f64::from(u8::from(row.is("Any_chemotherapy"))) + f64::from(u8::from(row.is("Surgery")));
    let months = if patient.dead {
        14.5 * grow(0.62 * dice.normal() - 0.38 * hazard + 0.12 * treated)
    } else {
        25.0 * grow(0.6 * dice.normal() - 0.12 * hazard)
    };
    let days = (months.clamp(0.4, 118.0) * DAYS_OF_A_MONTH).round();
    let dead = f64::from(u8::from(patient.dead));
    let relapsed = 0.35 * traits.severity + 1.5 * (dead - 0.5) + 0.9 * dice.normal() > -0.15;
    row.yes("Relapse", relapsed);
    let share = (0.2 + 0.72 * dice.unit() - 0.06 * traits.severity).clamp(0.05, 0.97);
    let free = if relapsed { (days * share).ceil() } else { days };
    row.facts.survival_days = days as i64;
    row.facts.free_days = free as i64;
    row.set("Survival", round(days / DAYS_OF_A_MONTH, 1));
    row.set("Progression_free_survival", round(free / DAYS_OF_A_MONTH, 1));
}
