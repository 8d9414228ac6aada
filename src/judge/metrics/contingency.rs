//! Joint counts of two coded columns, and the statistics that are computed from them.

use crate::metrics::codes::Codes;

/// Tables of up to so many cells are counted in place.
/// Larger ones (columns of thousands of levels) are counted by sorting.
const DENSE: usize = 1 << 14;

/// How many rows have each pair of codes. Pairs without rows take no memory.
#[derive(Clone, Debug)]
pub(crate) struct Contingency {
    /// (code of a · kinds of b + code of b, rows), in ascending order.
    cells: Vec<(u64, u32)>,
    kinds: [usize; 2],
    total: usize,
}

impl Contingency {
    /// Counts all rows; a missing cell is a code like any other.
    pub(crate) fn of(a: &Codes, b: &Codes) -> Self {
        Self::count(a, b, |_, _| true)
    }

    /// Counts the rows in which neither code is its column's last, which is that of missing cells.
    pub(crate) fn of_complete(a: &Codes, b: &Codes) -> Self {
        let (missing_a, missing_b) = (a.kinds as u32 - 1, b.kinds as u32 - 1);
        Self::count(a, b, |a, b| a != missing_a && b != missing_b)
    }

    fn count(a: &Codes, b: &Codes, keep: impl Fn(u32, u32) -> bool) -> Self {
        let width = b.kinds as u64;
        let keys = a
            .places
            .iter()
            .zip(&b.places)
            .filter(|&(&a, &b)| keep(a, b))
            .map(|(&a, &b)| u64::from(a) * width + u64::from(b));
        let cells = tally(keys, a.kinds.saturating_mul(b.kinds));
        let total = cells.iter().map(|&(_, rows)| rows as usize).sum();
        Self { cells, kinds: [a.kinds, b.kinds], total }
    }

    /// ContingencySimilarity of SDMetrics: `1 - ½ Σ |P_r - P_s|` over the cells, in [0, 1]; NaN
    /// when a table has no row.
    pub(crate) fn similarity(&self, other: &Self) -> f64 {
        if self.total == 0 || other.total == 0 {
            return f64::NAN;
        }
        let (mut ours, mut theirs) = (self.cells.iter().peekable(), other.cells.iter().peekable());
        let mut apart = 0.0;
        loop {
            let next = match (ours.peek(), theirs.peek()) {
                (Some(a), Some(b)) => a.0.min(b.0),
                (Some(cell), None) | (None, Some(cell)) => cell.0,
                (None, None) => break,
            };
            let our_share =
                ours.next_if(|cell| cell.0 == next).map_or(0.0, |cell| self.share(cell.1));
            let their_share =
                theirs.next_if(|cell| cell.0 == next).map_or(0.0, |cell| other.share(cell.1));
            apart += (our_share - their_share).abs();
        }
        1.0 - 0.5 * apart
    }

    /// Cramér's V, `√(χ² / n / (min(rows, columns) - 1))`, in [0, 1] without bias correction
    /// (scipy's `association`).
    ///
    /// Rows and columns are those with a count; NaN for fewer than two of either.
    pub(crate) fn cramers_v(&self) -> f64 {
        let [of_a, of_b] = self.margins();
        let [seen_a, seen_b] =
            [&of_a, &of_b].map(|margin| margin.iter().filter(|&&rows| rows > 0.0).count());
        let least = seen_a.min(seen_b);
        if least < 2 {
            return f64::NAN;
        }
        let n = self.total as f64;
        let (mut chi_squared, mut expected_where_seen) = (0.0, 0.0);
        for &(key, rows) in &self.cells {
            let (a, b) = self.codes(key);
            let expected = of_a[a] * of_b[b] / n;
            chi_squared += (f64::from(rows) - expected).powi(2) / expected;
            expected_where_seen += expected;
        }
        if self.cells.len() < seen_a * seen_b {
            // A cell without rows adds the number of rows that was expected in it.
            chi_squared += n - expected_where_seen;
        }
        (chi_squared / n / (least - 1) as f64).sqrt()
    }

    fn share(&self, rows: u32) -> f64 {
        f64::from(rows) / self.total as f64
    }

    fn codes(&self, key: u64) -> (usize, usize) {
        ((key / self.kinds[1] as u64) as usize, (key % self.kinds[1] as u64) as usize)
    }

    fn margins(&self) -> [Vec<f64>; 2] {
        let [mut of_a, mut of_b] = self.kinds.map(|kinds| vec![0.0; kinds]);
        for &(key, rows) in &self.cells {
            let (a, b) = self.codes(key);
            of_a[a] += f64::from(rows);
            of_b[b] += f64::from(rows);
        }
        [of_a, of_b]
    }
}

fn tally(keys: impl Iterator<Item = u64>, possible: usize) -> Vec<(u64, u32)> {
    if possible <= DENSE {
        let mut counts = vec![0; possible];
        keys.for_each(|key| counts[key as usize] += 1);
        return (0..).zip(counts).filter(|&(_, rows)| rows > 0).collect();
    }
    let mut keys: Vec<u64> = keys.collect();
    keys.sort_unstable();
    keys.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)).collect()
}
