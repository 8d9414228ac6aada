//! The evaluation: every score of two tables at one size, with its ceiling, its floor and, with a
//! hold-out, what training patients score.

use super::assembly::{Compared, Detected, Held, scores};
use super::attacks::{Attacks, attack};
use super::detail::{Associations, MissingPerRow};
use super::detection::{Area, DETECTORS};
use super::draws::{Draws, Purpose, take};
use super::facts::{Facts, Known, Sizes};
use super::kept::KeptRelations;
use super::likeness::Likeness;
use super::options::Options;
use super::prediction::{predict, targets};
use super::sampled::{judged, sample_notes};
use super::splits::{Side, Split, size};
use super::survival::{Survival, survival};
use super::tables;
use super::whole::Evaluation;
use crate::metrics::associations::associations;
use rayon::prelude::*;
use std::collections::HashSet;
use std::time::Instant;
use table::Table;
use table::relations::{Found, find};

/// Fewest rows of a half with which anything is judged.
const FEWEST: usize = 10;

/// Judges a synthetic table beside the real one that it was made of, and beside real patients who
/// were kept back.
///
/// All tables have the same columns with the same levels; panics otherwise.
/// The scores are a function of the tables' rows (in any order), the seed and the options, and
/// depend on no number of threads.
pub fn evaluate(
    real: &Table,
    synthetic: &Table,
    holdout: Option<&Table>,
    options: &Options,
) -> Evaluation {
    evaluate_known(real, synthetic, holdout, options, Known::default())
}

/// [`evaluate`] of tables of which more is known than their cells.
pub fn evaluate_known(
    real: &Table,
    synthetic: &Table,
    holdout: Option<&Table>,
    options: &Options,
    known: Known,
) -> Evaluation {
    for table in [Some(synthetic), holdout].into_iter().flatten() {
        assert_eq!(names(real), names(table), "columns and levels of the tables differ");
    }
    let start = Instant::now();
    let draws = Draws::new(options.seed);
    let most = (options.most_real, options.most_synthetic);
    let of_real = judged(real, most.0, Purpose::Real, draws);
    let of_holdout = holdout.map(|table| judged(table, most.0, Purpose::Holdout, draws));
    let (rows, said) = (real.rows(), sample_notes(real, synthetic, holdout, options));
    let holdout = holdout.zip(of_holdout).map(|(table, rows)| take(table, &rows));
    let of_synthetic = judged(synthetic, most.1, Purpose::Synthetic, draws);
    let (real, synthetic) = (&take(real, &of_real), &take(synthetic, &of_synthetic));
    let work = Work { real, synthetic, holdout: holdout.as_ref(), options, draws };
    let relations = known.relations.filter(|_| of_real.len() == rows);
    let mut evaluation = work.evaluate(Known { relations, ..known }, start);
    evaluation.notes.splice(0..0, said);
    evaluation
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

impl Work<'_> {
    fn evaluate(&self, known: Known, start: Instant) -> Evaluation {
        let (targets, note) = targets(self.real);
        let tables = [self.real, self.synthetic];
        let (splits, draws) = (self.options.splits, self.draws);
        let found = known.relations.unwrap_or_else(|| find(self.real));
        let ((compared, detected), (predicted, (attacks, (held, survival)))) = rayon::join(
            || rayon::join(|| self.compare(), || self.detect()),
            || {
                rayon::join(
                    || predict(tables, self.holdout, &targets, splits, draws),
                    || {
                        let survive = || self.survival(&found);
                        rayon::join(|| self.attack(), || rayon::join(|| self.hold(), survive))
                    },
                )
            },
        );
        let (holdout, rows) = (self.holdout.is_some(), self.real.rows());
        let scores = scores(
            &compared,
            &detected,
            predicted.as_ref(),
            (&attacks, holdout, rows),
            held.as_ref(),
        );
        let sizes = self.sizes();
        let notes = self.notes(sizes, note, &attacks);
        Evaluation {
            scores,
            columns: tables::columns(
                self.real,
                self.synthetic,
                &compared.whole,
                &compared.sides[1],
            ),
            pairs: tables::pairs(&compared.whole),
            associations: Associations {
                columns: self
                    .real
                    .schema
                    .columns
                    .iter()
                    .map(|column| column.name.clone())
                    .collect(),
                real: associations(self.real),
                synthetic: associations(self.synthetic),
            },
            kept: KeptRelations::of(&found, self.real, self.synthetic),
            missing_per_row: MissingPerRow {
                real: tables::missing(self.real),
                synthetic: tables::missing(self.synthetic),
            },
            conditionals: tables::conditionals(self.real, self.synthetic),
            utility: predicted.map(|predicted| predicted.utility),
            survival,
            privacy: attacks.privacy,
            audit: known.audit,
            sizes,
            seed: self.options.seed,
            facts: Facts {
                command: known.command,
                version: known.version,
                evaluation_seconds: start.elapsed().as_secs_f64(),
                files: known.files,
            },
            notes: known.notes.into_iter().chain(notes).collect(),
        }
    }

    fn attack(&self) -> Attacks {
        let (splits, draws) = (self.options.splits, self.draws);
        attack([self.real, self.synthetic], self.holdout, splits, draws)
    }

    /// Rows of one patient are one life: the first of them counts.
    fn survival(&self, found: &[Found]) -> Option<Survival> {
        let once = |table: &Table| {
            let mut seen = HashSet::new();
            let people = table.patients()?;
            let rows = (0..table.rows()).filter(|&row| seen.insert(people[row]));
            Some(table.rows_of(&rows.collect::<Vec<usize>>()))
        };
        let real = once(self.real);
        let held = self.holdout.and_then(once);
        let real = real.as_ref().unwrap_or(self.real);
        let held = held.as_ref().or(self.holdout);
        let (splits, draws) = (self.options.splits, self.draws);
        survival([real, self.synthetic], held, found, splits, draws)
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
                (
                    Side::ALL.map(side),
                    more.into_par_iter()
                        .map(|n| self.likeness(n, Side::Synthetic).values)
                        .collect(),
                )
            },
        );
        Compared { whole, sides, draws }
    }

    fn likeness(&self, number: usize, side: Side) -> Likeness {
        let split = self.split(number);
        Likeness::of(&split.real, split.side(side))
    }

    fn detect(&self) -> Detected {
        let of = |detector, real: &Table, other: &Table, number| {
            Area::of(detector, real, other, self.draws.seed(number))
        };
        let side = |side: Side| {
            DETECTORS.map(|(_, detector)| {
                let one = |number| {
                    let split = self.split(number);
                    of(detector, &split.real, split.side(side), number)
                };
                (0..self.options.splits).into_par_iter().map(one).collect()
            })
        };
        let whole = DETECTORS
            .map(|(_, detector)| of(detector, self.real, self.synthetic, self.options.splits));
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
                let areas = DETECTORS.map(|(_, detector)| {
                    Area::of(detector, &held, &other, self.draws.seed(number)).value
                });
                std::array::from_fn(
                    |place| if place < 8 { likeness[place] } else { areas[place - 8] },
                )
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
            patients: self.real.patients_of(0..self.real.rows()),
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
            notes.push(format!(
                "With {rows} rows on either side no score says much: give more patients."
            ));
        }
        if self.synthetic.rows() < self.real.rows() / 2 {
            let synthetic = self.synthetic.rows();
            notes.push(format!(
                "Scores were computed with {synthetic} rows on either side, because the synthetic \
                 table has no more."
            ));
        }
        if self.holdout.is_none() {
            notes.push(
                "No patients were kept back (--holdout): models were tested on patients \
                        that the synthetic table was made of, which flatters them."
                    .into(),
            );
        }
        notes.extend(targets);
        notes.extend(attacks.notes.iter().cloned());
        notes
    }
}
