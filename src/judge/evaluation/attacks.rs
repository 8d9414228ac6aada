//! The attacks on privacy: the judged figures for the report, and the same figures of real patients
//! as references of the scores.

use super::better::Better;
use super::draws::{Draws, Purpose};
use super::privacy::{Privacy, Risk};
use super::risk_words::words;
use super::score::ScoreName;
use super::splits::{Side, Split};
use crate::metrics::privacy::{self, figures};
use rayon::prelude::*;
use table::Table;

/// The scores that the attacks give.
pub(super) const NAMES: [ScoreName; 6] = [
    ScoreName::DcrOverfittingProtection,
    ScoreName::DcrBaselineProtection,
    ScoreName::Nnaa,
    ScoreName::Identifiability,
    ScoreName::ExactCopies,
    ScoreName::MiaAuc,
];

/// Figures in the order of [`NAMES`]; NaN where one cannot be measured.
pub(super) type Figures = [f64; 6];

/// What the attacks measured, with their references.
pub(super) struct Attacks {
    /// The risks of the report.
    pub(super) privacy: Privacy,
    /// The judged values.
    pub(super) value: Figures,
    /// Without a hold-out, the value of every split at the size of the references; they take the
    /// place of `value`.
    pub(super) values: Vec<Figures>,
    /// The same with other real patients in the place of the synthetic ones, split by split.
    pub(super) ceilings: Vec<Figures>,
    /// The same with shuffled patients in their place.
    pub(super) floors: Vec<Figures>,
    /// Training patients against the hold-out, and synthetic ones against it.
    pub(super) holdout: Option<[Figures; 2]>,
    pub(super) notes: Vec<String>,
}

/// Runs all attacks.
/// The references are measured with half of the real patients, at the size of the hold-out if there
/// is one.
pub(super) fn attack(
    [real, synthetic]: [&Table; 2],
    holdout: Option<&Table>,
    splits: usize,
    draws: Draws,
) -> Attacks {
    let sides = [Side::Synthetic, Side::Other, Side::Shuffled];
    let jobs: Vec<(usize, Side)> =
        (0..splits).flat_map(|number| sides.map(|side| (number, side))).collect();
    let (judged, measured) = rayon::join(
        || privacy::privacy(real, holdout, synthetic, draws.seed(0)),
        || {
            let one = |&(number, side): &(usize, Side)| {
                let split = Split::of(real, synthetic, 2, number, draws);
                of(&split.real, holdout, split.side(side), draws.seed(number))
            };
            jobs.par_iter().map(one).collect::<Vec<Figures>>()
        },
    );
    let by = |wanted: Side| {
        let found = jobs.iter().zip(&measured).filter(|(job, _)| job.1 == wanted);
        found.map(|(_, figures)| *figures).collect::<Vec<_>>()
    };
    let value = NAMES.map(|name| judged.risk(name.key()).map_or(f64::NAN, |risk| risk.value));
    let against = |holdout: &Table| {
        let rows = holdout.rows();
        [real, synthetic].map(|table| {
            let sample = draws.sample(Purpose::Holdout, splits, table, rows);
            of(holdout, None, &sample, draws.seed(splits))
        })
    };
    Attacks {
        privacy: report(&judged, holdout.is_some()),
        value,
        values: by(Side::Synthetic),
        ceilings: by(Side::Other),
        floors: by(Side::Shuffled),
        holdout: holdout.map(against),
        notes: judged.notes,
    }
}

fn of(train: &Table, holdout: Option<&Table>, other: &Table, seed: u64) -> Figures {
    let found = figures(train, holdout, other, seed);
    NAMES.map(|name| {
        found.iter().find(|(key, _)| *key == name.key()).map_or(f64::NAN, |(_, value)| *value)
    })
}

fn report(judged: &privacy::PrivacyMeasures, holdout: bool) -> Privacy {
    let mut risks: Vec<Risk> = judged.risks.iter().map(risk).collect();
    risks.sort_by_key(|risk| privacy::Attack::ALL.iter().position(|attack| *attack == risk.attack));
    Privacy { risks, holdout, rows: judged.rows_per_draw, draws: privacy::DRAWS }
}

fn risk(risk: &privacy::MeasuredRisk) -> Risk {
    let words = words(risk.name);
    Risk {
        name: risk.name,
        label: words.label,
        attack: risk.attack,
        value: risk.value,
        low: risk.interval.map(|[low, _]| low),
        high: risk.interval.map(|[_, high]| high),
        reference: risk.reference,
        reference_label: if risk.reference.is_some() { words.reference } else { "" },
        better: match risk.name {
            "nnaa" | "mia_auc" => Better::Half,
            _ if risk.alarm_below.is_some() || words.higher => Better::Higher,
            _ => Better::Lower,
        },
        alarm_above: risk.alarm_above,
        alarm_below: risk.alarm_below,
        alarm: risk.alarm,
        blind_spot: words.blind_spot,
    }
}
