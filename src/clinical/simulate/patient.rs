//! One made-up patient before any cell of the table is written: hidden traits, stage and status.

use super::dice::Dice;

/// The traits behind a patient's cells; normal scores unless said otherwise.
/// No column shows any of them directly.
#[derive(Clone, Debug)]
pub(super) struct Traits {
    /// Years lived, as a normal score.
    pub(super) age: f64,
    /// How far the tumour has come; higher is worse.
    pub(super) severity: f64,
    /// How little the body has in reserve; higher is worse.
    pub(super) frailty: f64,
    /// Schooling and income; higher is more.
    pub(super) social: f64,
    /// How well the patient feels beyond what illness explains.
    pub(super) mood: f64,
    /// Tobacco over the years.
    pub(super) tobacco: f64,
    /// Metabolism: weight, blood pressure, sugar and fat in the blood together.
    pub(super) metabolism: f64,
}

impl Traits {
    pub(super) fn draw(dice: &mut Dice) -> Self {
        let (age, social) = (dice.normal(), dice.normal());
        let tobacco = 0.95 * dice.normal() - 0.3 * social;
        let metabolism = 0.9 * dice.normal() + 0.35 * age;
        let severity = dice.normal();
        let frailty = 0.75 * dice.normal() + 0.4 * age + 0.3 * severity + 0.25 * tobacco;
        let mood = 0.8 * dice.normal() - 0.45 * frailty - 0.25 * severity + 0.15 * social;
        Self { age, severity, frailty, social, mood, tobacco, metabolism }
    }

    /// How likely death is; higher is worse. `stage` is 1 to 12.
    pub(super) fn hazard(&self, stage: usize) -> f64 {
        0.55 * self.severity + 0.5 * self.frailty + 0.25 * self.age + 0.18 * (stage as f64 - 7.5)
    }
}

/// A patient: traits, the true stage and status, and which of the two the export does not know.
#[derive(Clone, Debug)]
pub(super) struct Patient {
    pub(super) traits: Traits,
    /// 1 (IA1) to 12 (IVB).
    pub(super) stage: usize,
    pub(super) stage_known: bool,
    pub(super) dead: bool,
    pub(super) status_known: bool,
}
