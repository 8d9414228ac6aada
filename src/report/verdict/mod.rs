//! The verdict of a report in plain words.
//! Fixed rules make it from the scores, so that the same numbers always give the same sentences.
//!
//! The rules look at the place of a score between its references, because a value alone means
//! little.
//! Example: shuffled columns have lost every relation and have perfect columns.
//! `docs/verdict.md` lists the thresholds of [`rules`].

mod judgement;
mod likeness;
mod privacy;
pub mod rules;
mod survival;
mod usefulness;

pub use judgement::{Grade, Judgement};

use judge::evaluation::Evaluation;

/// The verdict: one sentence, and a judgement on every side.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What to do with these patients, in one or two sentences.
    pub headline: String,
    /// Whether the headline is a warning.
    pub grade: Grade,
    /// Columns, relations, whole patients, missing cells, use, privacy; in this order. Survival
    /// comes last, where time and event are named; the headline does not depend on it.
    pub judgements: Vec<Judgement>,
}

impl Verdict {
    /// Judges an evaluation.
    pub fn of(evaluation: &Evaluation) -> Self {
        let columns = likeness::columns(evaluation);
        let relations = likeness::relations(evaluation);
        let patients = likeness::patients(evaluation);
        let privacy = privacy::privacy(evaluation);
        let (headline, grade) = headline(&columns, &relations, &patients, &privacy);
        let missing = likeness::missing(evaluation);
        let usefulness = usefulness::usefulness(evaluation);
        let mut judgements = vec![columns, relations, patients, missing, usefulness, privacy];
        judgements.extend(survival::survival(evaluation));
        Self { headline, grade, judgements }
    }
}

/// The worst of the important judgements decides, privacy before likeness.
fn headline(
    columns: &Judgement,
    relations: &Judgement,
    patients: &Judgement,
    privacy: &Judgement,
) -> (String, Grade) {
    let use_for = match (columns.grade, relations.grade, patients.grade) {
        (Grade::Poor, ..) => (
            "These patients do not resemble the real ones yet: even single columns are off.",
            Grade::Poor,
        ),
        (Grade::Unknown, ..) | (_, Grade::Unknown, _) => (
            "How alike these patients are cannot be judged as a whole; the parts below say what \
             could be.",
            Grade::Unknown,
        ),
        (_, Grade::Poor, _) => (
            "Look at single columns with these patients, but do not study relations with them: no \
             associations, no subgroups, no risks.",
            Grade::Poor,
        ),
        (_, _, Grade::Poor) => (
            "Columns and the relations of two columns are kept, but whole patients can still be \
             told from real ones: check every finding on real patients.",
            Grade::Fair,
        ),
        (Grade::Good, Grade::Good, Grade::Good) => (
            "These patients resemble the real ones about as well as one half of the real ones \
             resembles the other half.",
            Grade::Good,
        ),
        _ => (
            "These patients resemble the real ones closely, with the limits named below: check \
             findings on real patients.",
            Grade::Fair,
        ),
    };
    match privacy.grade {
        Grade::Poor => (
            format!(
                "Do not pass these patients on: at least one attack on privacy succeeds. {}",
                use_for.0
            ),
            Grade::Poor,
        ),
        _ => (use_for.0.to_owned(), use_for.1),
    }
}
