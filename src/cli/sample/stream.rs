//! The rows of a run of `sample` one part after the other: all of them, or those that satisfy
//! conditions.

use super::Rows;
use super::conditions::{Accepted, Wanted};
use super::source::{Finish, Part, Raw, Source};
use ground::error::Result;
use ground::matrix::Matrix;
use rayon::prelude::*;
use table::Table;
use training::gan::MOST_ROWS;

/// A source that is read from its first wanted row to its last one.
pub(super) struct Stream<'a> {
    source: Source,
    finish: &'a Finish,
    /// Number of the row of the endless table that comes next.
    next: u64,
    wanted: Option<(Wanted, Accepted)>,
}

impl<'a> Stream<'a> {
    /// The rows that the source was opened for; with conditions they are counted among those that
    /// satisfy them.
    pub(super) fn new(source: Source, finish: &'a Finish, wanted: Option<Wanted>) -> Self {
        let next = if wanted.is_some() { 0 } else { source.rows.first };
        Self { source, finish, next, wanted: wanted.map(|wanted| (wanted, Accepted::default())) }
    }

    /// Which rows.
    pub(super) fn rows(&self) -> Rows {
        self.source.rows
    }

    /// How many rows satisfied the conditions, if there are any.
    pub(super) fn accepted(self) -> Option<Accepted> {
        self.wanted.map(|(_, accepted)| accepted)
    }

    /// The next part; none behind the last one.
    /// Errors: the device's, and conditions that too few rows satisfy.
    pub(super) fn next(&mut self) -> Result<Option<Part>> {
        if self.wanted.is_some() { self.next_accepted() } else { self.next_of_all() }
    }

    fn next_of_all(&mut self) -> Result<Option<Part>> {
        if self.next == self.source.rows.last {
            return Ok(None);
        }
        let raw = self.source.next(self.next, self.source.rows.last)?;
        self.next = raw.end();
        Ok(Some(Part::Raw(raw)))
    }

    fn next_accepted(&mut self) -> Result<Option<Part>> {
        let Rows { first, last } = self.source.rows;
        let Some((wanted, accepted)) = &mut self.wanted else { return Ok(None) };
        while accepted.count < last {
            let mut raws: Vec<Raw> = Vec::new();
            // A few pieces at a time keep all cores busy; the memory stays that of these pieces.
            for _ in 0..2 * rayon::current_num_threads() {
                if self.next < MOST_ROWS {
                    let raw = self.source.next(self.next, MOST_ROWS)?;
                    self.next = raw.end();
                    raws.push(raw);
                }
            }
            let start = |raw: Raw| (raw.first(), self.finish.patients(Part::Raw(raw)));
            let pieces: Vec<(u64, Table)> = raws.into_par_iter().map(start).collect();
            let ended = pieces.is_empty();
            let mut cells = Vec::new();
            for (start, table) in pieces {
                accepted.take(wanted, &table, start, first..last, &mut cells);
                if accepted.count < last {
                    accepted.go_on(wanted, last - first)?;
                }
            }
            if ended {
                return Err(accepted.given_up(wanted, last - first));
            }
            if !cells.is_empty() {
                let schema = self.finish.schema().clone();
                let columns = schema.columns.len();
                let cells = Matrix::from_values(cells.len() / columns, columns, cells);
                return Ok(Some(Part::Patients(Table { schema, cells })));
            }
        }
        Ok(None)
    }
}
