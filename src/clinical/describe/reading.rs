//! One reading of a table.
//! The next rows are parsed while the columns of the last ones are looked at side by side.

use crate::source::Source;
use ground::error::Result;
use rayon::prelude::*;
use table::read::{Row, RowReader};

/// Cells of a batch of rows: enough to share among threads, few enough to stay in the cache.
const CELLS: usize = 1 << 18;
const FEWEST_ROWS: usize = 16;

/// Something that looks at the cells of one column of the table.
#[derive(Debug)]
pub(crate) struct Watched<C> {
    /// Position of the column in the table.
    pub position: usize,
    /// What looks at the cells.
    pub watcher: C,
}

/// Shows every watcher the trimmed cells of its column, top to bottom, each with its row (from 1).
/// Returns the number of rows.
///
/// One thread sees all cells of a column in the order of the rows, so nothing depends on the number
/// of threads.
///
/// Errors: as [`RowReader::next_row`], and [`ground::error::Error::Input`] for a table without
/// rows.
pub(crate) fn read<C: Send>(
    source: &Source,
    watched: &mut [Watched<C>],
    look: impl Fn(&mut C, &str, u64) + Sync,
) -> Result<u64> {
    let mut rows = source.rows()?;
    let size = (CELLS / rows.headers().len()).max(FEWEST_ROWS);
    let (mut batch, mut next) = (Batch::default(), Batch::default());
    batch.fill(&mut rows, size)?;
    let mut before = 0;
    while batch.rows > 0 {
        let mut filled = Ok(());
        // The reader stays on this thread; the other threads look at what it has read.
        rayon::in_place_scope(|scope| {
            let (batch, look) = (&batch, &look);
            let watched = &mut *watched;
            scope.spawn(move |_| {
                watched.par_iter_mut().for_each(|Watched { position, watcher }| {
                    for row in 0..batch.rows {
                        look(watcher, batch.cell(row, *position), before + row as u64 + 1);
                    }
                });
            });
            filled = next.fill(&mut rows, size);
        });
        filled?;
        before += batch.rows as u64;
        std::mem::swap(&mut batch, &mut next);
    }
    if before == 0 { Err(source.without_rows()) } else { Ok(before) }
}

/// Rows of text, one after the other, in memory that is used again.
#[derive(Default)]
struct Batch {
    rows: usize,
    columns: usize,
    text: String,
    /// Where every cell ends.
    ends: Vec<usize>,
}

impl Batch {
    fn fill(&mut self, rows: &mut RowReader, size: usize) -> Result<()> {
        self.rows = 0;
        self.columns = rows.headers().len();
        self.text.clear();
        self.ends.clear();
        while self.rows < size {
            let Some(row) = rows.next_row()? else { break };
            self.add(row);
        }
        Ok(())
    }

    fn add(&mut self, row: Row<'_>) {
        self.rows += 1;
        for cell in row.cells() {
            self.text.push_str(cell);
            self.ends.push(self.text.len());
        }
    }

    fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.columns + column;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start..self.ends[at]]
    }
}
