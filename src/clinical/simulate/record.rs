//! The medical record: person, habits, other illnesses, body, tumour (the first 24 of the 64
//! variables).

use super::dice::{Dice, grow, level};
use super::patient::Patient;
use super::row::Row;
use table::number::round;

/// Who the patient is, and habits.
pub(super) fn person(patient: &Patient, row: &mut Row, dice: &mut Dice) {
    let traits = &patient.traits;
    // 27.8 % without studies and 40 % with primary ones; 62 % in the classes 8 and 9.
    let schooling = 0.85 * traits.social - 0.3 * traits.age + 0.4 * dice.normal();
    row.set("Level_of_studies", level(schooling, &[-0.58, 0.46, 1.15]));
    let class = 0.75 * traits.social + 0.35 * schooling + 0.4 * dice.normal();
    row.set(
        "Socioeconomic_status",
        8.0 - level(class, &[-0.3, 0.32, 0.6, 0.85, 1.1, 1.35, 1.65, 2.05]),
    );
    row.set("Age", (65.5 + 9.8 * traits.age + 0.6 * dice.normal()).round().clamp(31.0, 92.0));
    row.set("Family_history", level(dice.normal() + 0.1 * traits.age, &[-0.53, 0.42, 1.05, 1.6]));
    // 4.2 % never, 45.4 % formerly, 50.4 % still.
    let habit = 0.9 * traits.tobacco - 0.25 * traits.age + 0.3 * dice.normal();
    row.set("Smoker", level(habit, &[-1.78, -0.01]));
    row.yes("Alcoholism", 0.6 * traits.tobacco - 0.2 * traits.social + 0.8 * dice.normal() > 0.95);
}

/// Other illnesses.
pub(super) fn illnesses(patient: &Patient, row: &mut Row, dice: &mut Dice) {
    let traits = &patient.traits;
    let (age, metabolism, frailty, tobacco) =
        (traits.age, traits.metabolism, traits.frailty, traits.tobacco);
    let mut ill = |name: &str, risk: f64, noise: f64, cut: f64| {
        row.yes(name, risk + noise * dice.normal() > cut)
    };
    ill("Hypertension", 0.7 * metabolism + 0.35 * age, 0.6, 0.1);
    ill("Diabetes_mellitus", 0.75 * metabolism + 0.15 * age, 0.65, 0.85);
    ill("Dyslipidemia", 0.7 * metabolism + 0.1 * age, 0.7, 0.35);
    ill("Cardiovascular_disease", 0.35 * metabolism + 0.4 * age + 0.35 * frailty, 0.7, 0.85);
    ill("Thrombosis", 0.4 * frailty + 0.25 * traits.severity, 0.9, 1.5);
    ill("COPD", 0.6 * tobacco + 0.3 * frailty + 0.2 * age, 0.7, 0.4);
}

/// Weight, height and how well patients can look after themselves.
pub(super) fn body(patient: &Patient, row: &mut Row, dice: &mut Dice) {
    let traits = &patient.traits;
    // Mostly nothing, else skewed to the right: 3.2 kg on average.
    let loss = 0.5 * traits.frailty + 0.5 * traits.severity + 0.6 * dice.normal();
    let loss = if loss < 0.05 { 0.0 } else { 3.0 * grow(0.95 * loss) - 1.0 };
    // Many are reported in whole kilograms.
    let decimals = usize::from(dice.chance(0.3));
    row.set("Weight_loss", round(loss.clamp(0.0, 35.0), decimals));
    let performance =
        0.8 * traits.frailty + 0.35 * traits.severity - 0.15 * traits.mood + 0.35 * dice.normal();
    row.set("KPS", 6.0 - level(performance, &[-0.9, 0.15, 0.85, 1.4, 2.0, 2.6]));
    let height = round(169.0 - 1.5 * traits.age + 1.5 * traits.social + 7.5 * dice.normal(), 0)
        .clamp(145.0, 198.0);
    let index =
        28.0 * grow(0.12 * traits.metabolism - 0.05 * traits.severity + 0.09 * dice.normal());
    let metres = height / 100.0;
    let weight = round(index * metres * metres - 0.35 * loss, 1).clamp(38.0, 150.0);
    row.facts.height = height;
    row.facts.weight = weight;
    row.set("BMI", round(weight / (metres * metres), 1));
    row.set("BSA", round((height * weight / 3600.0).sqrt(), 2));
}

/// The tumour: stage, tissue, markers, size.
pub(super) fn tumour(patient: &Patient, row: &mut Row, dice: &mut Dice) {
    let traits = &patient.traits;
    let never = row.get("Smoker") == 0.0;
    row.set("Clinical_stage", patient.stage as f64 - 1.0);
    let adenocarcinoma = if never { 6.0 } else { 1.3 * grow(-0.35 * traits.tobacco) };
    let histology = dice.pick(&[adenocarcinoma, 1.1 * grow(0.3 * traits.tobacco), 0.22, 0.35, 0.2]);
    row.set("Histology", histology as f64);
    let mutated = if histology == 0 { if never { 0.5 } else { 0.09 } } else { 0.015 };
    let exon = 1 + dice.pick(&[0.5, 0.38, 0.12]);
    row.set("EGFR", if dice.chance(mutated) { exon as f64 } else { 0.0 });
    let rearranged = if histology == 0 && row.get("EGFR") == 0.0 { 0.07 } else { 0.01 };
    row.set("ALK", dice.pick(&[0.95 - rearranged, rearranged, 0.05]) as f64);
    let expression = 0.35 * traits.severity + 0.2 * traits.tobacco + 0.9 * dice.normal();
    row.set("PD_L1", level(expression, &[0.05, 0.75]));
    // T grows with the stage; early stages are small by definition.
    let limit = [1.0, 2.0, 3.0, 4.0][(patient.stage - 1).min(3)];
    let size = 4.6 * grow(0.38 * traits.severity + 0.3 * dice.normal());
    let size =
        if patient.stage <= 4 { limit - 0.95 * dice.unit().powi(2) } else { size.clamp(0.8, 15.5) };
    let size = round(size, 1);
    row.set("Tumor_diameter", size);
    let uptake =
        9.5 * grow(0.28 * (size - 4.5) / 2.0 + 0.2 * traits.severity + 0.38 * dice.normal());
    let uptake = if histology == 1 { 1.2 * uptake } else { uptake };
    row.set("Tumor_SUV", round(uptake.clamp(1.1, 48.0), 1));
}
