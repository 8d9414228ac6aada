//! Cells as features of Cox's model, in units of the real table.
//!
//! A number counts in standard deviations of the real table.
//! A level is compared with the most common one; levels of fewer than five events are pooled.

use crate::metrics::survival::Followed;
use ground::matrix::Matrix;
use table::survival::Outcome;
use table::{Column, Table};

/// Fewest events of a level that has a hazard ratio of its own.
const FEWEST_EVENTS: usize = 5;
/// The largest share of missing cells of a covariate.
const MOST_MISSING: f64 = 0.2;

/// A column as one feature or several.
#[derive(Clone, Debug)]
pub(super) struct Covariate {
    pub(super) column: usize,
    coding: Coding,
}

#[derive(Clone, Debug)]
enum Coding {
    Number {
        mean: f64,
        sd: f64,
    },
    /// One feature per group of levels; all levels of no group count as `base`.
    Levels {
        base: usize,
        groups: Vec<Vec<usize>>,
    },
}

/// Why a column is no covariate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    Missing,
    Constant,
    FewEvents,
}

/// The cells of a column in patients whose time and event are known, and whether the event came.
fn known(table: &Table, outcome: Outcome, column: usize) -> Vec<(f64, bool)> {
    let rows = (0..table.rows()).map(|row| table.cells.row(row));
    rows.filter_map(|row| outcome.read(row).map(|(_, event)| (row[column], event))).collect()
}

impl Covariate {
    /// A column as a covariate.
    pub(super) fn of(table: &Table, outcome: Outcome, column: usize) -> Result<Self, Unfit> {
        let all = known(table, outcome, column);
        let cells: Vec<(f64, bool)> = all.iter().copied().filter(|(c, _)| !c.is_nan()).collect();
        if (all.len() - cells.len()) as f64 > MOST_MISSING * all.len() as f64 {
            return Err(Unfit::Missing);
        }
        let coding = match table.schema.columns[column].kind.is_coded() {
            true => levels(&cells, table.schema.columns[column].levels.len())?,
            false => number(&cells)?,
        };
        Ok(Self { column, coding })
    }

    /// How many features it is.
    pub(super) fn features(&self) -> usize {
        match &self.coding {
            Coding::Number { .. } => 1,
            Coding::Levels { groups, .. } => groups.len(),
        }
    }

    /// Appends the features of a cell that is not missing.
    fn put(&self, cell: f64, features: &mut Vec<f64>) {
        match &self.coding {
            Coding::Number { mean, sd } => features.push((cell - mean) / sd),
            Coding::Levels { groups, .. } => {
                let level = cell as usize;
                features.extend(groups.iter().map(|group| f64::from(group.contains(&level))));
            }
        }
    }

    /// What each feature's hazard ratio is of.
    pub(super) fn contrasts(&self, column: &Column) -> Vec<String> {
        match &self.coding {
            Coding::Number { .. } => vec!["per standard deviation".into()],
            Coding::Levels { base, groups } => {
                let name = |group: &Vec<usize>| match group[..] {
                    [level] => format!("{} against {}", column.levels[level], column.levels[*base]),
                    _ => format!("rare levels against {}", column.levels[*base]),
                };
                groups.iter().map(name).collect()
            }
        }
    }
}

fn number(cells: &[(f64, bool)]) -> Result<Coding, Unfit> {
    let n = cells.len() as f64;
    let mean = cells.iter().map(|(cell, _)| cell).sum::<f64>() / n;
    let sd = (cells.iter().map(|(cell, _)| (cell - mean).powi(2)).sum::<f64>() / n).sqrt();
    let varies = cells.iter().any(|(cell, _)| *cell != cells[0].0);
    if varies && sd > 0.0 { Ok(Coding::Number { mean, sd }) } else { Err(Unfit::Constant) }
}

fn levels(cells: &[(f64, bool)], levels: usize) -> Result<Coding, Unfit> {
    let (mut patients, mut events) = (vec![0usize; levels], vec![0usize; levels]);
    for &(cell, event) in cells {
        patients[cell as usize] += 1;
        events[cell as usize] += usize::from(event);
    }
    let there: Vec<usize> = (0..levels).filter(|&level| patients[level] > 0).collect();
    let first = |most: usize, level: usize| {
        if patients[level] > patients[most] { level } else { most }
    };
    let Some(base) = there.iter().copied().reduce(first).filter(|_| there.len() > 1) else {
        return Err(Unfit::Constant);
    };
    let others = there.into_iter().filter(|&level| level != base);
    let (own, rare): (Vec<usize>, Vec<usize>) =
        others.partition(|&level| events[level] >= FEWEST_EVENTS);
    let mut groups: Vec<Vec<usize>> = own.into_iter().map(|level| vec![level]).collect();
    // A single rare level is too few by definition.
    if rare.iter().map(|&level| events[level]).sum::<usize>() >= FEWEST_EVENTS {
        groups.push(rare);
    }
    let enough = !groups.is_empty() && events[base] >= FEWEST_EVENTS;
    if enough { Ok(Coding::Levels { base, groups }) } else { Err(Unfit::FewEvents) }
}

/// The patients of a table who miss neither outcome nor covariate, and their features.
pub(super) fn complete(
    table: &Table,
    outcome: Outcome,
    covariates: &[&Covariate],
) -> (Followed, Matrix) {
    let width = covariates.iter().map(|covariate| covariate.features()).sum();
    let (mut followed, mut values) = (Followed::default(), Vec::new());
    for row in (0..table.rows()).map(|row| table.cells.row(row)) {
        let missing = covariates.iter().any(|covariate| row[covariate.column].is_nan());
        if let Some((time, event)) = outcome.read(row).filter(|_| !missing) {
            followed.times.push(time);
            followed.events.push(event);
            covariates.iter().for_each(|one| one.put(row[one.column], &mut values));
        }
    }
    let features = Matrix::from_values(followed.patients(), width, values);
    (followed, features)
}
