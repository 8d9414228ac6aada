//! What synthetic patients are good for: models that learned from them are tested on real patients,
//! and compared with models that learned from real patients.

use super::detail::{TargetScore, Utility};
use super::draws::Draws;
use super::splits::{Side, Split, median, size};
use crate::metrics::utility::{self, utility};
use rayon::prelude::*;
use table::{Kind, Table};

/// The targets of a table: those that its schema names, else a Boolean status.
/// The text is what the reader must know of the choice.
pub(super) fn targets(table: &Table) -> (Vec<usize>, Option<String>) {
    let schema = &table.schema;
    if !schema.targets.is_empty() {
        return (schema.targets.iter().filter_map(|name| table.position(name)).collect(), None);
    }
    let boolean = |name: &String| {
        table.position(name).filter(|&place| schema.columns[place].kind == Kind::Boolean)
    };
    match schema.status.as_ref().and_then(boolean) {
        Some(status) => {
            let name = &schema.columns[status].name;
            let note = format!(
                "The schema names no targets of prediction (targets = [\"...\"]), so only the \
                 status {name:?} was predicted."
            );
            (vec![status], Some(note))
        }
        None => {
            let note = "The schema names no targets of prediction (targets = [\"...\"]) and no \
                Boolean status, so nothing was predicted.";
            (Vec::new(), Some(note.into()))
        }
    }
}

/// What was predicted, in all splits.
pub(super) struct Prediction {
    /// Target by target.
    pub(super) utility: Utility,
    /// The ratio of every split, by [`Side::ALL`].
    pub(super) ratios: [Vec<f64>; 3],
    /// The ratio of the whole tables, where there is a hold-out to test on.
    pub(super) whole: Option<f64>,
}

/// Predicts the targets; none without targets.
///
/// With a hold-out, models learn from one half of the real patients and from as many others, and
/// are tested on the hold-out.
/// The scores of single targets are then those of models that learned from all real patients.
/// Without a hold-out the real patients are cut into three parts: one to learn from, one to compare
/// with, one to be tested on.
pub(super) fn predict(
    [real, synthetic]: [&Table; 2],
    holdout: Option<&Table>,
    targets: &[usize],
    splits: usize,
    draws: Draws,
) -> Option<Prediction> {
    if targets.is_empty() {
        return None;
    }
    let parts = if holdout.is_some() { 2 } else { 3 };
    let jobs: Vec<(usize, Side)> =
        (0..splits).flat_map(|number| Side::ALL.map(|side| (number, side))).collect();
    let scored: Vec<Vec<utility::PredictionScore>> = jobs
        .par_iter()
        .map(|&(number, side)| {
            let split = Split::of(real, synthetic, parts, number, draws);
            let test = holdout.unwrap_or(&split.test);
            utility(&split.real, split.side(side), test, targets, draws.seed(number))
        })
        .collect();
    let of = |side: Side| {
        jobs.iter().zip(&scored).filter(move |(job, _)| job.1 == side).map(|(_, scores)| scores)
    };
    let ratios = Side::ALL.map(|side| of(side).map(|scores| ratio(scores)).collect());
    let whole =
        holdout.map(|holdout| utility(real, synthetic, holdout, targets, draws.seed(splits)));
    let by_target: Vec<utility::PredictionScore> = match &whole {
        Some(scores) => scores.clone(),
        None => (0..targets.len())
            .map(|place| middle(of(Side::Synthetic).map(|scores| scores[place])))
            .collect(),
    };
    let third = size(real, synthetic, parts);
    let trained_on = if holdout.is_some() { real.rows().min(synthetic.rows()) } else { third };
    let utility = Utility {
        difference: utility::mean_difference(&by_target),
        targets: by_target.iter().map(|score| named(score, real)).collect(),
        holdout: holdout.is_some(),
        trained_on,
        tested_on: holdout.map_or(third, Table::rows),
    };
    Some(Prediction { utility, ratios, whole: whole.map(|scores| ratio(&scores)) })
}

/// The mean score of models that learned from the other table, divided by that of models that
/// learned from real patients.
/// Targets count where both are numbers; NaN where real patients teach nothing.
///
/// An R2 below 0 counts as 0.
/// Such a model is worse than the mean, which anybody can use instead; otherwise one hopeless
/// target would decide the ratio.
fn ratio(scores: &[utility::PredictionScore]) -> f64 {
    let known = scores.iter().filter(|score| !score.difference().is_nan());
    let (real, other) = known.fold((0.0, 0.0), |sums, score| {
        (sums.0 + score.real.max(0.0), sums.1 + score.synthetic.max(0.0))
    });
    if real > 0.0 { other / real } else { f64::NAN }
}

/// The medians of one target over the splits.
fn middle(
    scores: impl Iterator<Item = utility::PredictionScore> + Clone,
) -> utility::PredictionScore {
    let first = scores.clone().next().expect("at least one split");
    utility::PredictionScore {
        real: median(scores.clone().map(|score| score.real)),
        synthetic: median(scores.map(|score| score.synthetic)),
        ..first
    }
}

fn named(score: &utility::PredictionScore, table: &Table) -> TargetScore {
    let column = table.schema.columns[score.column].name.clone();
    TargetScore { column, measure: score.measure, real: score.real, synthetic: score.synthetic }
}
