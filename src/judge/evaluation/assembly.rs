//! Makes scores of many numbers: the median of the splits, the references, and the interval.

use super::attacks::{self, Attacks, Figures};
use super::detection::{Area, DETECTORS};
use super::intervals::{of_draws, of_share, of_splits};
use super::likeness::{self, Likeness};
use super::prediction::Prediction;
use super::score::{Score, ScoreName};
use super::splits::median;

/// The scores of likeness in all splits and draws.
pub(super) struct Compared {
    pub(super) whole: Likeness,
    /// In the order of [`super::splits::Side::ALL`], split by split.
    pub(super) sides: [Vec<Likeness>; 3],
    /// Further draws of the synthetic side alone.
    pub(super) draws: Vec<[f64; 8]>,
}

/// The areas of the detectors, in the order of [`DETECTORS`].
pub(super) struct Detected {
    pub(super) whole: [Area; 2],
    pub(super) sides: [[Vec<Area>; 2]; 3],
}

/// Training patients against the hold-out, and synthetic ones against it.
/// Each split has the scores of likeness, then those of detection.
pub(super) type Held = [Vec<[f64; 10]>; 2];

/// All scores, in the order of [`ScoreName::ALL`].
/// `attacks` are the attacks, whether there is a hold-out, and the number of real patients.
pub(super) fn scores(
    compared: &Compared,
    detected: &Detected,
    predicted: Option<&Prediction>,
    (attacks, holdout, real): (&Attacks, bool, usize),
    held: Option<&Held>,
) -> Vec<Score> {
    let mut scores = likeness_scores(compared);
    scores.extend(detection_scores(detected));
    if let Some(held) = held {
        put_held(&mut scores, held);
    }
    scores.push(prediction_score(predicted));
    scores.extend(attack_scores(attacks, holdout, real));
    scores
}

fn score(
    name: ScoreName,
    value: f64,
    ceiling: f64,
    floor: f64,
    interval: Option<[f64; 2]>,
) -> Score {
    let known = |value: f64| Some(value).filter(|value| !value.is_nan());
    let [low, high] =
        interval.filter(|_| !value.is_nan()).map_or([None; 2], |ends| ends.map(known));
    Score { ceiling: known(ceiling), floor: known(floor), low, high, ..Score::new(name, value) }
}

fn likeness_scores(compared: &Compared) -> Vec<Score> {
    let one = |(place, &name): (usize, &ScoreName)| {
        let [value, ceiling, floor] = [0, 1, 2].map(|side: usize| {
            median(compared.sides[side].iter().map(|likeness| likeness.values[place]))
        });
        let splits = compared.sides[0].iter().map(|likeness| likeness.values[place]);
        let interval = of_draws(splits.chain(compared.draws.iter().map(|values| values[place])));
        let whole = Some(compared.whole.values[place]).filter(|value| !value.is_nan());
        Score { whole, ..score(name, value, ceiling, floor, interval) }
    };
    likeness::NAMES.iter().enumerate().map(one).collect()
}

fn detection_scores(detected: &Detected) -> Vec<Score> {
    let one = |(place, &(name, _)): (usize, &(ScoreName, _))| {
        let [value, ceiling, floor] =
            [0, 1, 2].map(|side: usize| Area::median(&detected.sides[side][place]));
        let whole = Some(detected.whole[place].value).filter(|value| !value.is_nan());
        Score {
            whole,
            ..score(name, value.value, ceiling.value, floor.value, Some([value.low, value.high]))
        }
    };
    DETECTORS.iter().enumerate().map(one).collect()
}

fn prediction_score(predicted: Option<&Prediction>) -> Score {
    let name = ScoreName::TstrRatio;
    let Some(predicted) = predicted else { return Score::new(name, f64::NAN) };
    let [value, ceiling, floor] =
        [0, 1, 2].map(|side: usize| median(predicted.ratios[side].iter().copied()));
    let whole = predicted.whole.filter(|value| !value.is_nan());
    Score { whole, ..score(name, value, ceiling, floor, of_splits(&predicted.ratios[0])) }
}

/// Scores of privacy.
/// With a hold-out a value is the judged one.
/// Without one it is the median of the splits, except for copies, which are counted in whole
/// tables.
fn attack_scores(attacks: &Attacks, holdout: bool, real: usize) -> Vec<Score> {
    let middle =
        |figures: &[Figures], place: usize| median(figures.iter().map(|figures| figures[place]));
    let one = |(place, &name): (usize, &ScoreName)| {
        let judged = holdout || name == ScoreName::ExactCopies;
        let value = if judged { attacks.value[place] } else { middle(&attacks.values, place) };
        let values: Vec<f64> = attacks.values.iter().map(|figures| figures[place]).collect();
        let interval = attack_interval(name, value, &values, attacks, real);
        let found = score(
            name,
            value,
            middle(&attacks.ceilings, place),
            middle(&attacks.floors, place),
            interval,
        );
        let known = |figures: &Figures| Some(figures[place]).filter(|value| !value.is_nan());
        Score {
            holdout: attacks.holdout.as_ref().and_then(|[training, _]| known(training)),
            against_holdout: attacks.holdout.as_ref().and_then(|[_, synthetic]| known(synthetic)),
            ..found
        }
    };
    attacks::NAMES.iter().enumerate().map(one).collect()
}

fn attack_interval(
    name: ScoreName,
    value: f64,
    values: &[f64],
    attacks: &Attacks,
    real: usize,
) -> Option<[f64; 2]> {
    let rows = attacks.privacy.rows;
    match name {
        ScoreName::ExactCopies => of_share(value, real),
        ScoreName::Identifiability => of_share(value, rows),
        // The mean of two shares of so many rows.
        ScoreName::Nnaa => of_share(value, 2 * rows),
        // min(2 (1 - p), 1) of a share p.
        ScoreName::DcrOverfittingProtection => of_share(1.0 - value / 2.0, rows)
            .map(|[low, high]| [high, low].map(|p| (2.0 * (1.0 - p)).min(1.0))),
        ScoreName::MiaAuc => {
            let risk = attacks.privacy.risks.iter().find(|risk| risk.name == name.key())?;
            Some([risk.low?, risk.high?])
        }
        _ => of_splits(values),
    }
}

/// Adds the comparisons with the hold-out to the scores of likeness and detection.
fn put_held(scores: &mut [Score], [training, synthetic]: &Held) {
    for (place, score) in scores.iter_mut().enumerate() {
        let middle = |side: &[[f64; 10]]| {
            Some(median(side.iter().map(|values| values[place]))).filter(|v| !v.is_nan())
        };
        (score.holdout, score.against_holdout) = (middle(training), middle(synthetic));
    }
}
