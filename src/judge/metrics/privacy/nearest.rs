//! Exact nearest neighbours under the mixed distance of SDMetrics' DCR, fast enough to need no
//! index.
//!
//! No tree is suitable.
//! A k-d tree (such as the crate kiddo) needs few dimensions and a metric that grows along each
//! axis.
//! Here coded columns are 0 or 1 apart, and a missing cell is at distance 1 from every value.
//! A box of a tree bounds the mean over 44 columns only by the few columns that it was cut along.
//! That bound is far below the distance of the nearest row, so no box could be left out.
//! A plain scan that uses the processor's vectors is exact and fast (`benches/neighbours.rs`).
//!
//! Distances are f64, and each is the same chain of operations as [`Scale::distance`], bit for bit
//! that of a plain double loop.
//! So a row and its copy are at the same distance from everything, and rounding decides no strict
//! comparison.

use super::rows::{MISSING, Rows, Scale};
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

/// Reference rows that are measured at once: eight registers of AVX2, four of AVX-512.
const LANES: usize = 32;
/// Queries of one piece of work for a thread.
const AT_ONCE: usize = 32;

/// A reference row and its distance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    /// Number of the reference row; `usize::MAX` when there are too few rows.
    pub row: usize,
    /// Distance in [0, 1]; infinite when there are too few rows.
    pub distance: f64,
}

/// The nearest reference rows of every query, nearest first.
/// Equally near ones are in the order of their numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbours {
    each: usize,
    found: Vec<Neighbour>,
}

impl Neighbours {
    /// Those of one query.
    pub fn of(&self, query: usize) -> &[Neighbour] {
        &self.found[query * self.each..(query + 1) * self.each]
    }

    /// The distance of every query to its nearest reference row.
    pub fn distances(&self) -> Vec<f64> {
        self.found.iter().step_by(self.each).map(|neighbour| neighbour.distance).collect()
    }
}

/// The `each` nearest of the reference rows for every query row.
pub fn nearest(queries: &Rows, references: &Rows, scale: &Scale, each: usize) -> Neighbours {
    let columns = queries.columns();
    assert!(each > 0, "the 0 nearest rows asked for");
    assert_eq!(
        columns,
        references.columns(),
        "queries of {columns} columns, references of {}",
        references.columns()
    );
    let blocks = Blocks::of(references);
    let nobody = Neighbour { row: usize::MAX, distance: f64::INFINITY };
    let mut found = vec![nobody; queries.rows() * each];
    found.par_chunks_mut(AT_ONCE * each).enumerate().for_each(|(piece, found)| {
        let first = piece * AT_ONCE;
        Arch::new().dispatch(Search {
            queries,
            first,
            blocks: &blocks,
            divisors: scale.divisors(),
            each,
            found,
        });
    });
    Neighbours { each, found }
}

/// Distances of every row of `rows` to every row, symmetric, 0 on the diagonal: `rows x rows`, row
/// by row.
pub(super) fn all_distances(rows: &Rows, scale: &Scale) -> Vec<f64> {
    let count = rows.rows();
    let blocks = Blocks::of(rows);
    let mut distances = vec![0.0; count * count];
    distances.par_chunks_mut(count.max(1)).enumerate().for_each(|(query, distances)| {
        Arch::new().dispatch(Measure {
            query: rows.row(query),
            blocks: &blocks,
            divisors: scale.divisors(),
            distances,
        });
    });
    distances
}

/// Reference rows in blocks of [`LANES`], each block column by column, so that one instruction
/// reads the same column of several rows.
struct Blocks {
    cells: Vec<f64>,
    rows: usize,
    columns: usize,
}

impl Blocks {
    fn of(rows: &Rows) -> Self {
        let columns = rows.columns();
        let size = LANES * columns;
        let mut cells = vec![MISSING; rows.rows().div_ceil(LANES) * size];
        for row in 0..rows.rows() {
            let block = row / LANES * size;
            for (column, cell) in rows.row(row).iter().enumerate() {
                cells[block + column * LANES + row % LANES] = *cell;
            }
        }
        Self { cells, rows: rows.rows(), columns }
    }

    /// Every block with the numbers of its rows.
    #[inline(always)]
    fn each(&self) -> impl Iterator<Item = (std::ops::Range<usize>, &[f64])> {
        let blocks = self.cells.chunks_exact((LANES * self.columns).max(1)).enumerate();
        blocks.map(|(block, cells)| (block * LANES..((block + 1) * LANES).min(self.rows), cells))
    }
}

/// Sums of one query's distances to the rows of a block, over the columns.
/// There is no branch, and each lane adds its columns in order.
#[inline(always)]
fn sums(query: &[f64], block: &[f64], divisors: &[f64]) -> [f64; LANES] {
    let mut sums = [0.0; LANES];
    for ((cells, value), divisor) in block.as_chunks::<LANES>().0.iter().zip(query).zip(divisors) {
        for lane in 0..LANES {
            let part = (value - cells[lane]).abs() / divisor;
            sums[lane] += if part < 1.0 { part } else { 1.0 };
        }
    }
    sums
}

struct Search<'a> {
    queries: &'a Rows,
    first: usize,
    blocks: &'a Blocks,
    divisors: &'a [f64],
    each: usize,
    found: &'a mut [Neighbour],
}

impl NullaryFnOnce for Search<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let columns = self.divisors.len() as f64;
        for (place, best) in self.found.chunks_exact_mut(self.each).enumerate() {
            let query = self.first + place;
            for (rows, block) in self.blocks.each() {
                let sums = sums(self.queries.row(query), block, self.divisors);
                for (row, distance) in rows.zip(sums) {
                    // The distances are sums until the end: an earlier division would only cost
                    // time.
                    if distance < best[self.each - 1].distance {
                        insert(best, Neighbour { row, distance });
                    }
                }
            }
            best.iter_mut().for_each(|neighbour| neighbour.distance /= columns);
        }
    }
}

/// Puts a neighbour nearer than the last one in its place.
fn insert(best: &mut [Neighbour], neighbour: Neighbour) {
    let place = best
        .iter()
        .position(|other| neighbour.distance < other.distance)
        .expect("a neighbour nearer than the last");
    best[place..].rotate_right(1);
    best[place] = neighbour;
}

struct Measure<'a> {
    query: &'a [f64],
    blocks: &'a Blocks,
    divisors: &'a [f64],
    distances: &'a mut [f64],
}

impl NullaryFnOnce for Measure<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let columns = self.divisors.len() as f64;
        for (rows, block) in self.blocks.each() {
            let sums = sums(self.query, block, self.divisors);
            self.distances[rows]
                .iter_mut()
                .zip(sums)
                .for_each(|(distance, sum)| *distance = sum / columns);
        }
    }
}
