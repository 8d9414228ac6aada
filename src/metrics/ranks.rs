//! Spearman's rank correlation for all pairs of columns: each column is sorted once, ranks within a pair's complete rows are counted.

/// The place of a missing cell.
const MISSING: u32 = u32::MAX;

/// A column as places among its distinct values, ascending from 0.
#[derive(Clone, Debug)]
pub struct Order {
    places: Vec<u32>,
    distinct: usize,
}

/// Buffers that one thread uses for pair after pair.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    ranks: [Vec<f64>; 2],
}

impl Order {
    /// Sorts the cells of a column; NaN is missing.
    pub fn of(cells: &[f64]) -> Self {
        let mut rows: Vec<usize> = (0..cells.len()).filter(|&row| !cells[row].is_nan()).collect();
        rows.sort_unstable_by(|&a, &b| cells[a].total_cmp(&cells[b]));
        let mut places = vec![MISSING; cells.len()];
        let mut distinct = 0;
        for same in rows.chunk_by(|&a, &b| cells[a] == cells[b]) {
            same.iter().for_each(|&row| places[row] = distinct as u32);
            distinct += 1;
        }
        Self { places, distinct }
    }
}

/// Spearman's rho in [-1, 1] over the rows complete in both columns, ties at their mean rank; NaN for fewer than two such rows or when one of
/// the columns is constant in them. Spearman 1904; scipy's `spearmanr`.
pub fn spearman(a: &Order, b: &Order, scratch: &mut Scratch) -> f64 {
    let complete = || {
        a.places
            .iter()
            .zip(&b.places)
            .filter(|&(&a, &b)| a != MISSING && b != MISSING)
            .map(|(&a, &b)| (a as usize, b as usize))
    };
    let [ranks_a, ranks_b] = &mut scratch.ranks;
    for (ranks, order) in [(&mut *ranks_a, a), (&mut *ranks_b, b)] {
        ranks.clear();
        ranks.resize(order.distinct, 0.0);
    }
    for (a, b) in complete() {
        ranks_a[a] += 1.0;
        ranks_b[b] += 1.0;
    }
    let squares = centred_ranks(ranks_a) * centred_ranks(ranks_b);
    let products: f64 = complete().map(|(a, b)| ranks_a[a] * ranks_b[b]).sum();
    // A column that is constant here has all its ranks at the mean: 0 / 0.
    (products / squares).clamp(-1.0, 1.0)
}

/// Turns rows per place into the mean rank of the place less the mean of all ranks; gives back the root of the sum of their squares over rows.
fn centred_ranks(counts: &mut [f64]) -> f64 {
    let middle = (counts.iter().sum::<f64>() + 1.0) / 2.0;
    let (mut below, mut squares) = (0.0, 0.0);
    for count in counts {
        let rank = below + (*count + 1.0) / 2.0 - middle;
        squares += *count * rank * rank;
        below += *count;
        *count = rank;
    }
    squares.sqrt()
}
