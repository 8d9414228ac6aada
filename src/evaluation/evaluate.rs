//! The evaluation: every score of two tables at one size, with its ceiling, its floor and, with a hold-out, what training patients score.

use super::attacks::{self, Attacks, Figures, attack};
use super::detail::{Associations, MissingPerRow};
use super::detection::{Area, DETECTORS};
use super::draws::{Draws, Purpose, ordered};
use super::intervals::{of_draws, of_share, of_splits};
use super::likeness::{self, Likeness};
use super::prediction::{Prediction, predict, targets};
use super::splits::{Side, Split, median, size};
use super::{Better, Evaluation, Facts, Options, Score, ScoreName, Sizes, tables};
use crate::metrics::associations::associations;
use crate::table::Table;
use rayon::prelude::*;

/// Fewest rows of a half with which anything is judged.
const FEWEST: usize = 10;

/// Judges a synthetic table beside the real one that it was made of, and beside real patients who were kept back.
///
/// All tables have the same columns with the same levels; panics otherwise. The result is a function of the tables' rows (in any order), the seed and the options,
/// and depends on no number of threads. The facts are left empty.
pub fn evaluate(real: &Table, synthetic: &Table, holdout: Option<&Table>, options: &Options) -> Evaluation {
    for table in [Some(synthetic), holdout].into_iter().flatten() {
        assert_eq!(names(real), names(table), "columns and levels of the tables differ");
    }
    let (real, synthetic, holdout) = (&ordered(real), &ordered(synthetic), holdout.map(ordered));
    let work = Work { real, synthetic, holdout: holdout.as_ref(), options, draws: Draws::new(options.seed) };
    work.evaluate()
}

fn names(table: &Table) -> Vec<(&String, &Vec<String>)> {
    table.schema.columns.iter().map(|column| (&column.name, &column.levels)).collect()
}

struct Work<'a> {
    real: &'a Table,
    synthetic: &'a Table,
    holdout: Option<&'a Table>,
    options: &'a Options,
    draws: Draws,
}

/// What all splits and draws say of likeness.
struct Compared {
    whole: Likeness,
    /// By [`Side::ALL`], split by split.
    sides: [Vec<Likeness>; 3],
    /// Further draws of the synthetic side alone.
    draws: Vec<[f64; 8]>,
}

/// What the detectors reach, by [`DETECTORS`].
struct Detected {
    whole: [Area; 2],
    sides: [[Vec<Area>; 2]; 3],
}

/// Training patients against the hold-out, and synthetic ones against it: split by split, the scores of likeness, then of detection.
type Held = [Vec<[f64; 10]>; 2];

impl Work<'_> {
    fn evaluate(&self) -> Evaluation {
        let (targets, note) = targets(self.real);
        let tables = [self.real, self.synthetic];
        let (splits, draws) = (self.options.splits, self.draws);
        let ((compared, detected), (predicted, (attacks, held))) = rayon::join(
            || rayon::join(|| self.compare(), || self.detect()),
            || {
                rayon::join(
                    || predict(tables, self.holdout, &targets, splits, draws),
                    || rayon::join(|| attack(tables, self.holdout, splits, draws), || self.hold()),
                )
            },
        );
        let mut scores = likeness_scores(&compared);
        scores.extend(detection_scores(&detected));
        scores.push(prediction_score(predicted.as_ref()));
        scores.extend(attack_scores(&attacks, self.holdout.is_some(), self.real.rows()));
        if let Some(held) = &held {
            put_held(&mut scores, held);
        }
        let sizes = self.sizes();
        let notes = self.notes(sizes, note, &attacks);
        Evaluation {
            scores,
            columns: tables::columns(self.real, self.synthetic, &compared.whole, &compared.sides[1]),
            pairs: tables::pairs(&compared.whole),
            associations: Associations {
                columns: self.real.schema.columns.iter().map(|column| column.name.clone()).collect(),
                real: associations(self.real),
                synthetic: associations(self.synthetic),
            },
            missing_per_row: MissingPerRow { real: tables::missing(self.real), synthetic: tables::missing(self.synthetic) },
            conditionals: tables::conditionals(self.real, self.synthetic),
            utility: predicted.map(|predicted| predicted.utility),
            privacy: attacks.privacy,
            audit: None,
            sizes,
            seed: self.options.seed,
            facts: Facts::default(),
            notes,
        }
    }

    fn split(&self, number: usize) -> Split {
        Split::of(self.real, self.synthetic, 2, number, self.draws)
    }

    fn compare(&self) -> Compared {
        let splits = self.options.splits;
        let more = splits..splits + self.options.draws;
        let (whole, (sides, draws)) = rayon::join(
            || Likeness::of(self.real, self.synthetic),
            || {
                let side = |side: Side| {
                    let one = |number| self.likeness(number, side);
                    (0..splits).into_par_iter().map(one).collect::<Vec<_>>()
                };
                (Side::ALL.map(side), more.into_par_iter().map(|n| self.likeness(n, Side::Synthetic).values).collect())
            },
        );
        Compared { whole, sides, draws }
    }

    fn likeness(&self, number: usize, side: Side) -> Likeness {
        let split = self.split(number);
        Likeness::of(&split.real, split.side(side))
    }

    fn detect(&self) -> Detected {
        let of = |detector, real: &Table, other: &Table, number| Area::of(detector, real, other, self.draws.seed(number));
        let side = |side: Side| {
            DETECTORS.map(|(_, detector)| {
                let one = |number| {
                    let split = self.split(number);
                    of(detector, &split.real, split.side(side), number)
                };
                (0..self.options.splits).into_par_iter().map(one).collect()
            })
        };
        let whole = DETECTORS.map(|(_, detector)| of(detector, self.real, self.synthetic, self.options.splits));
        Detected { whole, sides: Side::ALL.map(side) }
    }

    fn hold(&self) -> Option<Held> {
        let holdout = self.holdout?;
        let rows = self.held_rows()?;
        let against = |table: &Table, purpose: Purpose| {
            let one = |number| {
                let held = self.draws.sample(Purpose::Holdout, number, holdout, rows);
                let other = self.draws.sample(purpose, number, table, rows);
                let likeness = Likeness::of(&held, &other).values;
                let areas = DETECTORS.map(|(_, detector)| Area::of(detector, &held, &other, self.draws.seed(number)).value);
                std::array::from_fn(|place| if place < 8 { likeness[place] } else { areas[place - 8] })
            };
            (0..self.options.splits).into_par_iter().map(one).collect::<Vec<[f64; 10]>>()
        };
        Some([against(self.real, Purpose::Real), against(self.synthetic, Purpose::Synthetic)])
    }

    /// Rows of either side of a comparison with the hold-out.
    fn held_rows(&self) -> Option<usize> {
        self.holdout.map(|holdout| holdout.rows().min(self.real.rows()).min(self.synthetic.rows()))
    }

    fn sizes(&self) -> Sizes {
        Sizes {
            real: self.real.rows(),
            synthetic: self.synthetic.rows(),
            holdout: self.holdout.map(Table::rows),
            columns: self.real.schema.columns.len(),
            compared: size(self.real, self.synthetic, 2),
            compared_holdout: self.held_rows(),
            splits: self.options.splits,
        }
    }

    fn notes(&self, sizes: Sizes, targets: Option<String>, attacks: &Attacks) -> Vec<String> {
        let mut notes = Vec::new();
        if sizes.compared < FEWEST {
            let rows = sizes.compared;
            notes.push(format!("With {rows} rows on either side no score says much: give more patients."));
        }
        if self.synthetic.rows() < self.real.rows() / 2 {
            let synthetic = self.synthetic.rows();
            notes.push(format!("Scores were computed with {synthetic} rows on either side, because the synthetic table has no more."));
        }
        if self.holdout.is_none() {
            notes.push("No patients were kept back (--holdout): whether the synthetic patients are nearer to those they were made of than to others cannot be judged, \
                        and models were tested on patients that the synthetic table was made of, which flatters them.".into());
        }
        notes.extend(targets);
        notes.extend(attacks.notes.iter().cloned());
        notes
    }
}

fn score(name: ScoreName, value: f64, ceiling: f64, floor: f64, interval: Option<[f64; 2]>) -> Score {
    let known = |value: f64| Some(value).filter(|value| !value.is_nan());
    let [low, high] = interval.filter(|_| !value.is_nan()).map_or([None; 2], |ends| ends.map(known));
    Score { ceiling: known(ceiling), floor: known(floor), low, high, ..Score::new(name, value) }
}

fn likeness_scores(compared: &Compared) -> Vec<Score> {
    let one = |(place, &name): (usize, &ScoreName)| {
        let [value, ceiling, floor] =
            [0, 1, 2].map(|side: usize| median(compared.sides[side].iter().map(|likeness| likeness.values[place])));
        let splits = compared.sides[0].iter().map(|likeness| likeness.values[place]);
        let interval = of_draws(splits.chain(compared.draws.iter().map(|values| values[place])));
        let whole = Some(compared.whole.values[place]).filter(|value| !value.is_nan());
        Score { whole, ..score(name, value, ceiling, floor, interval) }
    };
    likeness::NAMES.iter().enumerate().map(one).collect()
}

fn detection_scores(detected: &Detected) -> Vec<Score> {
    let one = |(place, &(name, _)): (usize, &(ScoreName, _))| {
        let [value, ceiling, floor] = [0, 1, 2].map(|side: usize| Area::median(&detected.sides[side][place]));
        let whole = Some(detected.whole[place].value).filter(|value| !value.is_nan());
        Score { whole, ..score(name, value.value, ceiling.value, floor.value, Some([value.low, value.high])) }
    };
    DETECTORS.iter().enumerate().map(one).collect()
}

fn prediction_score(predicted: Option<&Prediction>) -> Score {
    let name = ScoreName::TstrRatio;
    let Some(predicted) = predicted else { return Score::new(name, f64::NAN) };
    let [value, ceiling, floor] = [0, 1, 2].map(|side: usize| median(predicted.ratios[side].iter().copied()));
    let whole = predicted.whole.filter(|value| !value.is_nan());
    Score { whole, ..score(name, value, ceiling, floor, of_splits(&predicted.ratios[0])) }
}

/// Scores of privacy. With a hold-out a value is the judged one; without, the median of the splits, except for copies, which are
/// counted in whole tables.
fn attack_scores(attacks: &Attacks, holdout: bool, real: usize) -> Vec<Score> {
    let middle = |figures: &[Figures], place: usize| median(figures.iter().map(|figures| figures[place]));
    let one = |(place, &name): (usize, &ScoreName)| {
        let judged = holdout || name == ScoreName::ExactCopies;
        let value = if judged { attacks.value[place] } else { middle(&attacks.values, place) };
        let values: Vec<f64> = attacks.values.iter().map(|figures| figures[place]).collect();
        let interval = attack_interval(name, value, &values, attacks, real);
        let found = score(name, value, middle(&attacks.ceilings, place), middle(&attacks.floors, place), interval);
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
        ScoreName::DcrOverfittingProtection => {
            of_share(1.0 - value / 2.0, rows).map(|[low, high]| [high, low].map(|p| (2.0 * (1.0 - p)).min(1.0)))
        }
        ScoreName::MiaAuc => {
            let risk = attacks.privacy.risks.iter().find(|risk| risk.name == name.key())?;
            Some([risk.low?, risk.high?])
        }
        _ => of_splits(values),
    }
}

/// Puts the comparisons with the hold-out beside the scores of likeness and detection, which come first.
fn put_held(scores: &mut [Score], [training, synthetic]: &Held) {
    for (place, score) in scores.iter_mut().take(10).enumerate() {
        let middle = |side: &[[f64; 10]]| Some(median(side.iter().map(|values| values[place]))).filter(|v| !v.is_nan());
        debug_assert!(score.name.better() != Better::Half || place >= 8, "likeness before detection");
        (score.holdout, score.against_holdout) = (middle(training), middle(synthetic));
    }
}
