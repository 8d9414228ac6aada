//! `drop_rows`: drops rows by a value, by an empty cell, or for too many missing cells.

use super::action::Action;
use super::lookup::{Lookup, Spelling};
use super::selection::{Names, described};
use super::word::Word;
use super::work::Work;
use ground::error::Result;
use serde::Deserialize;

/// The rule's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DropRows {
    column: Option<String>,
    equals: Option<Vec<Word>>,
    #[serde(default)]
    empty: bool,
    missing_above: Option<Limit>,
    columns: Option<Names>,
    #[serde(default)]
    except: Names,
    expect: Option<usize>,
}

/// A number of cells, or a share of them.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a number of cells (21) or a share (0.5)")]
enum Limit {
    Cells(usize),
    Share(f64),
}

impl Limit {
    /// Whether `missing` of `cells` is more than the limit.
    fn exceeded(self, missing: usize, cells: usize) -> bool {
        match self {
            Self::Cells(limit) => missing > limit,
            Self::Share(share) => missing as f64 > share * cells as f64,
        }
    }
}

impl Action for DropRows {
    fn check(&self) -> std::result::Result<(), String> {
        let ways = [self.equals.is_some(), self.empty, self.missing_above.is_some()];
        if ways.into_iter().filter(|&way| way).count() != 1 {
            return Err("give exactly one of `equals`, `empty = true` and `missing_above`".into());
        }
        match (&self.column, self.missing_above) {
            (None, None) => return Err("`column` is missing".into()),
            (Some(_), Some(_)) => {
                return Err("`missing_above` goes with `columns`, not with `column`".into());
            }
            (Some(_), None) if self.columns.is_some() || !self.except.0.is_empty() => {
                return Err("`columns` and `except` go with `missing_above` alone".into());
            }
            _ => {}
        }
        match self.missing_above {
            Some(Limit::Share(share)) if !(0.0..=1.0).contains(&share) => {
                Err("a share in `missing_above` must be from 0.0 to 1.0".into())
            }
            _ => Ok(()),
        }
    }

    fn what(&self) -> String {
        match (&self.column, &self.equals, self.missing_above) {
            // The values may be identifiers of patients, which must not be in the log.
            (Some(column), Some(values), _) => {
                format!("rows out where {column:?} has one of the {} given values", values.len())
            }
            (Some(column), None, _) => format!("rows out where {column:?} is empty"),
            (_, _, Some(Limit::Cells(limit))) => {
                format!("rows out with more than {limit} empty cells in {}", self.among())
            }
            (_, _, Some(Limit::Share(share))) => {
                format!(
                    "rows out with more than {} % empty cells in {}",
                    100.0 * share,
                    self.among()
                )
            }
            (None, _, None) => unreachable!("checked"),
        }
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let gone = match (&self.column, self.missing_above) {
            (_, Some(limit)) => self.too_empty(work, limit)?,
            (Some(column), None) => {
                let column = work.position(column)?;
                let values = self.equals.iter().flatten().map(AsRef::as_ref);
                let values = Lookup::new(values, Spelling::default());
                work.cells(column)
                    .map(|cell| if cell.is_empty() { self.empty } else { values.has(cell) })
                    .collect()
            }
            (None, None) => unreachable!("checked"),
        };
        let dropped = gone.iter().filter(|&&gone| gone).count();
        if let Some(expect) = self.expect.filter(|&expect| expect != dropped) {
            let problem = format!("{dropped} rows would go, where `expect` says {expect}");
            return Err(work.fault(problem, "check the condition, or correct `expect`"));
        }
        work.drop_rows(&gone)
    }
}

impl DropRows {
    fn among(&self) -> String {
        described(self.columns.as_ref(), &self.except)
    }

    fn too_empty(&self, work: &Work, limit: Limit) -> Result<Vec<bool>> {
        let columns = work.choose(self.columns.as_ref(), &self.except)?;
        let mut missing = vec![0; work.rows()];
        for &column in &columns {
            missing
                .iter_mut()
                .zip(work.cells(column))
                .for_each(|(count, cell)| *count += usize::from(cell.is_empty()));
        }
        Ok(missing.into_iter().map(|missing| limit.exceeded(missing, columns.len())).collect())
    }
}
