//! Clinical stage and status of the patients: every published count of the paper's Tables 5 to 7,
//! and severe disease in late stages.

use super::dice::{Dice, ascending};
use super::patient::{Patient, Traits};

/// Patients whose stage is known, by stage from IA1 to IVB.
/// IIIA, IIIB and IV are published by status (Table 7).
/// The other nine give Table 5's mean and standard deviation within 2e-6.
const PER_STAGE: [usize; 12] = [1, 9, 15, 20, 30, 10, 252, 312, 11, 114, 11, 8];
/// Dead patients of the stages that Table 7 prints, by stage from 1.
/// All other patients of these stages are alive.
const DEAD: [(usize, usize); 3] = [(7, 145), (8, 191), (10, 85)];
/// Patients without a stage; their status is known.
const STAGE_MISSING: usize = 11;
/// Patients without a status. Their stage is known and is none of those in Table 7.
const STATUS_MISSING: usize = 15;
/// Dead patients in the other stages and without a stage: 467 less those of Table 7.
const OTHER_DEAD: usize = 467 - 145 - 191 - 85;

/// A place for a patient; `stage` is the known one.
#[derive(Clone, Copy, Debug)]
struct Slot {
    stage: Option<usize>,
    dead: Option<bool>,
}

/// The 804 patients that cleaning keeps.
pub(super) fn kept(dice: &mut Dice) -> Vec<Patient> {
    let slots = slots(dice);
    let traits: Vec<Traits> = (0..slots.len()).map(|_| Traits::draw(dice)).collect();
    // A patient without a known stage has one; it is drawn like the others.
    let truth: Vec<usize> =
        slots.iter().map(|slot| slot.stage.unwrap_or_else(|| any_stage(dice))).collect();
    let places: Vec<f64> = truth.iter().map(|stage| *stage as f64 + 0.9 * dice.unit()).collect();
    let severity: Vec<f64> =
        traits.iter().map(|traits| traits.severity + 0.4 * dice.normal()).collect();
    let by_severity = ascending(&severity);
    let mut patients: Vec<(usize, Patient)> = Vec::with_capacity(slots.len());
    for (&slot, &who) in ascending(&places).iter().zip(&by_severity) {
        let (stage, traits) = (truth[slot], traits[who].clone());
        let known = slots[slot];
        let dead = known.dead.unwrap_or_else(|| traits.hazard(stage) + dice.normal() > 0.0);
        let patient = Patient {
            traits,
            stage,
            stage_known: known.stage.is_some(),
            dead,
            status_known: known.dead.is_some(),
        };
        patients.push((slot, patient));
    }
    let mut patients: Vec<Patient> = patients.into_iter().map(|(_, patient)| patient).collect();
    settle_deaths(&mut patients, dice);
    patients
}

/// The patients that cleaning drops, in the proportions of the others.
pub(super) fn dropped(count: usize, dice: &mut Dice) -> Vec<Patient> {
    let draw = |_| {
        let traits = Traits::draw(dice);
        let stage = any_stage(dice);
        let dead = traits.hazard(stage) + dice.normal() > -0.2;
        Patient { traits, stage, stage_known: true, dead, status_known: true }
    };
    (0..count).map(draw).collect()
}

fn any_stage(dice: &mut Dice) -> usize {
    1 + dice.pick(&PER_STAGE.map(|patients| patients as f64))
}

fn slots(dice: &mut Dice) -> Vec<Slot> {
    let mut published = Vec::new();
    let mut others = Vec::new();
    for (place, &patients) in PER_STAGE.iter().enumerate() {
        let stage = place + 1;
        match DEAD.iter().find(|(known, _)| *known == stage) {
            Some(&(_, dead)) => {
                published.extend(
                    (0..patients).map(|n| Slot { stage: Some(stage), dead: Some(n < dead) }),
                );
            }
            None => others.extend((0..patients).map(|_| Some(stage))),
        }
    }
    dice.shuffle(&mut others);
    let unknown = others.split_off(others.len() - STATUS_MISSING);
    others.extend([None; STAGE_MISSING]);
    let risk: Vec<f64> =
        others.iter().map(|stage| stage.unwrap_or(7) as f64 + 4.0 * dice.normal()).collect();
    let mut slots: Vec<Slot> =
        others.iter().map(|stage| Slot { stage: *stage, dead: Some(false) }).collect();
    for &place in ascending(&risk).iter().rev().take(OTHER_DEAD) {
        slots[place].dead = Some(true);
    }
    published.extend(slots);
    published.extend(unknown.into_iter().map(|stage| Slot { stage, dead: None }));
    published
}

/// Gives the deaths of a stage to its patients with the highest hazard.
/// The number of deaths stays.
fn settle_deaths(patients: &mut [Patient], dice: &mut Dice) {
    for stage in 1..=PER_STAGE.len() {
        let members: Vec<usize> = (0..patients.len())
            .filter(|&who| {
                let patient = &patients[who];
                patient.stage == stage && patient.stage_known && patient.status_known
            })
            .collect();
        let deaths = members.iter().filter(|&&who| patients[who].dead).count();
        let hazard: Vec<f64> = members
            .iter()
            .map(|&who| patients[who].traits.hazard(stage) + 0.5 * dice.normal())
            .collect();
        for (rank, &place) in ascending(&hazard).iter().rev().enumerate() {
            patients[members[place]].dead = rank < deaths;
        }
    }
}
