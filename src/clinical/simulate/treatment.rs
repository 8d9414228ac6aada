//! Intention, surgery, radiotherapy with its dosimetry, and chemotherapy, by the rules of the ward.

use super::dice::{Dice, grow};
use super::patient::Patient;
use super::row::Row;
use table::number::round;

const RADICAL: f64 = 0.0;
const ADJUVANT: f64 = 1.0;
const PALLIATIVE: f64 = 2.0;

/// Surgery: whether it is done first.
/// `must` says that it took place although its kind is not recorded.
pub(super) fn surgery(patient: &Patient, must: bool, row: &mut Row, dice: &mut Dice) {
    let (traits, stage) = (&patient.traits, patient.stage);
    let chance = match stage {
        1..=6 => 0.45 - 0.15 * traits.frailty,
        7 => 0.22 - 0.08 * traits.frailty,
        8..=9 => 0.06,
        _ => 0.03,
    };
    let operated = dice.chance(chance) || must;
    row.yes("Surgery", operated);
    let large = (row.get("Tumor_diameter") / 6.0).clamp(0.2, 2.0);
    let kind = 1 + dice.pick(&[0.25, 0.9, 0.12 * large, 0.25 * large]);
    row.set("Surgery_type", if operated { kind as f64 } else { 0.0 });
    let palliative = match stage {
        10.. => 0.72,
        7..=9 => 0.1 + 0.06 * traits.frailty,
        _ => 0.04,
    };
    let intention = if dice.chance(palliative) {
        PALLIATIVE
    } else if operated {
        ADJUVANT
    } else {
        RADICAL
    };
    row.set("Intention", intention);
}

/// Chemotherapy before, with and after radiotherapy; a patient may have several or none.
/// With `must` there is at least one.
pub(super) fn chemotherapy(patient: &Patient, must: bool, row: &mut Row, dice: &mut Dice) {
    let traits = &patient.traits;
    let fit = 0.5 - 0.18 * traits.frailty - 0.08 * traits.age;
    let (early, adjuvant) = (patient.stage <= 4, row.get("Intention") == ADJUVANT);
    let mut induction = dice.chance(if early { 0.05 } else { fit });
    let radical = row.get("Intention") == RADICAL;
    let concomitant = dice.chance(if early {
        0.03
    } else if radical {
        fit + 0.25
    } else {
        0.3 * fit
    });
    let after = dice.chance(if adjuvant { fit + 0.15 } else { 0.08 });
    induction |= must && !concomitant && !after;
    row.facts.chemotherapy = [induction, concomitant, after];
    row.yes("Concomitant_chemotherapy", concomitant);
    row.yes("Any_chemotherapy", induction || concomitant || after);
}

/// Radiotherapy of the lung: dose, fractions, volumes.
/// `must` says that it was given although its dose is not recorded.
pub(super) fn radiotherapy(patient: &Patient, must: bool, row: &mut Row, dice: &mut Dice) {
    if !must && dice.chance(0.035) {
        row.yes("RT_pulmonary", false);
        for name in [
            "Administered_dose",
            "Administered_fractionation",
            "PTV_volume",
            "PTV_median",
            "Heart_mean",
            "Heart_V25",
        ] {
            row.set(name, 0.0);
        }
        return;
    }
    row.yes("RT_pulmonary", true);
    let (fractionation, planned, fraction) = plan(patient, row, dice);
    // One in nine does not finish; frail patients more often.
    let stopped = dice.chance(0.08 + 0.03 * patient.traits.frailty.max(0.0));
    let planned_fractions = (planned / fraction).round();
    let fractions = if stopped {
        (planned_fractions * (0.3 + 0.6 * dice.unit())).ceil()
    } else {
        planned_fractions
    };
    let dose = round(fractions * fraction, 1);
    row.set("Administered_fractionation", fractionation);
    row.set("Administered_dose", dose);
    dosimetry(patient, dose, row, dice);
}

/// Level of the fractionation, planned dose and dose of a fraction in Gy.
fn plan(patient: &Patient, row: &Row, dice: &mut Dice) -> (f64, f64, f64) {
    let intention = row.get("Intention");
    if intention == PALLIATIVE {
        return [(3.0, 20.0, 4.0), (3.0, 30.0, 3.0), (3.0, 39.0, 3.0), (1.0, 46.0, 2.0)]
            [dice.pick(&[0.3, 0.4, 0.15, 0.15])];
    }
    if intention == ADJUVANT {
        return [(1.0, 50.0, 2.0), (1.0, 54.0, 2.0), (1.0, 60.0, 2.0)][dice.pick(&[0.6, 0.2, 0.2])];
    }
    if patient.stage <= 4 && row.get("Tumor_diameter") < 5.0 && dice.chance(0.6) {
        return [(4.0, 54.0, 18.0), (4.0, 50.0, 10.0), (4.0, 60.0, 7.5)]
            [dice.pick(&[0.4, 0.35, 0.25])];
    }
    let plans = [
        (1.0, 60.0, 2.0),
        (1.0, 66.0, 2.0),
        (1.0, 70.0, 2.0),
        (3.0, 55.0, 2.75),
        (2.0, 45.0, 1.5),
        (2.0, 69.6, 1.2),
    ];
    plans[dice.pick(&[0.3, 0.38, 0.08, 0.1 + 0.05 * patient.traits.frailty.max(0.0), 0.08, 0.06])]
}

/// The planned volume, its median dose, and what the heart gets.
fn dosimetry(patient: &Patient, dose: f64, row: &mut Row, dice: &mut Dice) {
    let size = row.get("Tumor_diameter");
    let nodes = f64::from(u8::from((7..=10).contains(&patient.stage)));
    let volume = 235.0
        * grow(
            0.13 * (size - 4.5)
                + 0.55 * nodes
                + 0.12 * patient.traits.severity
                + 0.42 * dice.normal(),
        );
    let volume = round(volume.clamp(9.0, 1900.0), 1);
    row.set("PTV_volume", volume);
    row.set("PTV_median", round(dose * (1.003 + 0.012 * dice.normal()), 1));
    let near = grow(0.6 * dice.normal() - 0.3 + 0.25 * nodes);
    let heart = round((dose / 60.0 * near * (4.0 + 0.016 * volume)).clamp(0.1, 42.0), 1);
    row.set("Heart_mean", heart);
    let share = 2.3 * heart - 4.5 + 0.25 * heart.min(12.0) * dice.normal();
    row.set("Heart_V25", round(share.clamp(0.0, 96.0), 1));
}
