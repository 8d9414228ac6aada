//! One reading of a table: the next rows are parsed while the columns of the last ones are looked at side by side.

use crate::clinical::source::{Rows, Source, check_text};
use crate::error::{Error, Result};
use csv::ByteRecord;
use rayon::prelude::*;

/// Cells of a batch of rows: enough to be shared among threads, few enough to stay in the cache.
const CELLS: usize = 1 << 18;

/// Something that looks at the cells of one column of the table.
#[derive(Debug)]
pub struct Watched<C> {
    /// Position of the column in the table.
    pub position: usize,
    /// Who looks.
    pub watcher: C,
}

/// Shows every watcher the trimmed cells of its column, top to bottom, each with its row (from 1); returns the number of rows.
///
/// A column is always seen by one thread in the order of its rows, so nothing depends on the number of threads.
///
/// Errors: as [`Rows::read`], and [`Error::Input`] for a watched cell that is no text; of several the one in the first row.
pub fn read<C: Send>(source: &Source, watched: &mut [Watched<C>], look: impl Fn(&mut C, &str, u64) + Sync) -> Result<u64> {
    let mut rows = source.rows()?;
    let names = rows.names().to_vec();
    let place = source.place();
    let size = (CELLS / names.len()).max(16);
    let (mut batch, mut next) = (Batch::default(), Batch::default());
    batch.fill(&mut rows, size)?;
    let mut first = 1;
    while batch.filled > 0 {
        let show = |column: &mut Watched<C>| {
            for (record, row) in batch.records[..batch.filled].iter().zip(first..) {
                let at = || place.clone().row(row as usize).column(&names[column.position]);
                match check_text(&record[column.position], at) {
                    Ok(cell) => look(&mut column.watcher, cell, row),
                    Err(error) => return Some((row, error)),
                }
            }
            None
        };
        let wrong = || watched.par_iter_mut().filter_map(show).min_by_key(|(row, _)| *row).map(|(_, error)| error);
        let (wrong, filled) = rayon::join(wrong, || next.fill(&mut rows, size));
        wrong.map_or(Ok(()), Err)?;
        filled?;
        first += batch.filled as u64;
        std::mem::swap(&mut batch, &mut next);
    }
    if first == 1 {
        let remedy = "add one row per patient below the header";
        return Err(Error::input(place, "the file has a header but no rows", remedy));
    }
    Ok(first - 1)
}

/// Rows whose memory is used again.
#[derive(Default)]
struct Batch {
    records: Vec<ByteRecord>,
    filled: usize,
}

impl Batch {
    fn fill(&mut self, rows: &mut Rows, size: usize) -> Result<()> {
        self.filled = 0;
        while self.filled < size {
            if self.records.len() == self.filled {
                self.records.push(ByteRecord::new());
            }
            if !rows.read(&mut self.records[self.filled])? {
                break;
            }
            self.filled += 1;
        }
        Ok(())
    }
}
