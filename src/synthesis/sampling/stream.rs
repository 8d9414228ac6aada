//! The rows of a run of `sample` one part after the other: all of them, or those that satisfy
//! conditions.

use super::Rows;
use super::conditions::{Accepted, Wanted};
use super::generator::{Finish, Generator, Part, Raw};
use ground::error::Result;
use ground::matrix::Matrix;
use rayon::prelude::*;
use table::Table;
use training::gan::MOST_ROWS;

/// A generator that is read from its first wanted row to its last one.
pub struct Stream<'a> {
    generator: Generator<'a>,
    rows: Rows,
    /// Number of the row of the endless table that comes next.
    next: u64,
    wanted: Option<(Wanted, Accepted)>,
}

impl<'a> Stream<'a> {
    /// These rows; with conditions they are counted among those that satisfy them.
    pub(in crate::synthesis) fn new(
        generator: Generator<'a>,
        rows: Rows,
        wanted: Option<Wanted>,
    ) -> Self {
        let next = if wanted.is_some() { 0 } else { rows.start() };
        let wanted = wanted.map(|wanted| (wanted, Accepted::default()));
        Self { generator, rows, next, wanted }
    }

    /// Which rows.
    pub fn rows(&self) -> Rows {
        self.rows
    }

    /// What turns parts into patients, on any thread.
    pub fn finish(&self) -> Finish<'a> {
        self.generator.finish()
    }

    /// How many rows satisfied the conditions so far, if there are any.
    pub fn accepted(&self) -> Option<Accepted> {
        self.wanted.as_ref().map(|(_, accepted)| *accepted)
    }

    /// The next part; none behind the last one.
    /// Errors: the device's, and conditions that too few rows satisfy.
    pub fn next_part(&mut self) -> Result<Option<Part>> {
        if self.wanted.is_some() { self.next_accepted() } else { self.next_of_all() }
    }

    fn next_of_all(&mut self) -> Result<Option<Part>> {
        if self.next == self.rows.end() {
            return Ok(None);
        }
        let raw = self.generator.next(self.next, self.rows.end())?;
        self.next = raw.end();
        Ok(Some(Part::Raw(raw)))
    }

    fn next_accepted(&mut self) -> Result<Option<Part>> {
        let (first, last) = (self.rows.start(), self.rows.end());
        let finish = self.generator.finish();
        let Some((wanted, accepted)) = &mut self.wanted else { return Ok(None) };
        while accepted.count < last {
            let mut raws: Vec<Raw> = Vec::new();
            // A few pieces at a time keep all cores busy; the memory stays that of these pieces.
            for _ in 0..2 * rayon::current_num_threads() {
                if self.next < MOST_ROWS {
                    let raw = self.generator.next(self.next, MOST_ROWS)?;
                    self.next = raw.end();
                    raws.push(raw);
                }
            }
            let start = |raw: Raw| (raw.first(), finish.patients(Part::Raw(raw)));
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
                let schema = finish.schema().clone();
                let columns = schema.columns.len();
                let cells = Matrix::from_values(cells.len() / columns, columns, cells);
                return Ok(Some(Part::Patients(Table { schema, cells, patients: None })));
            }
        }
        Ok(None)
    }
}
