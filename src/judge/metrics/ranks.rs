//! Spearman's rank correlation for all pairs of columns: each column is sorted once, and ranks
//! within the complete rows of a pair are counted.

/// A column as places among its distinct values, ascending from 0; a missing cell has the place
/// after the last one.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    places: Vec<u32>,
    distinct: usize,
}

/// Buffers that one thread uses for pair after pair.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    ranks: [Vec<f64>; 2],
}

impl Order {
    /// Sorts the cells of a column; NaN is missing.
    pub(crate) fn of(cells: &[f64]) -> Self {
        let mut rows: Vec<usize> = (0..cells.len()).filter(|&row| !cells[row].is_nan()).collect();
        rows.sort_unstable_by(|&a, &b| cells[a].total_cmp(&cells[b]));
        let distinct = rows.chunk_by(|&a, &b| cells[a] == cells[b]).count();
        let mut places = vec![distinct as u32; cells.len()];
        for (place, same) in (0..).zip(rows.chunk_by(|&a, &b| cells[a] == cells[b])) {
            same.iter().for_each(|&row| places[row] = place);
        }
        Self { places, distinct }
    }
}

/// Spearman's rho in [-1, 1] over the rows complete in both columns, ties at their mean rank; NaN
/// for fewer than two such rows or when one of the columns is constant in them.
/// Spearman 1904; scipy's `spearmanr`.
pub(crate) fn spearman(a: &Order, b: &Order, scratch: &mut Scratch) -> f64 {
    let [ranks_a, ranks_b] = &mut scratch.ranks;
    for (ranks, order) in [(&mut *ranks_a, a), (&mut *ranks_b, b)] {
        ranks.clear();
        ranks.resize(order.distinct + 1, 0.0);
    }
    // Incomplete rows are added as zeros instead of being skipped, because an unpredictable branch
    // costs more than the sums.
    let rows = || a.places.iter().zip(&b.places).map(|(&a, &b)| (a as usize, b as usize));
    for (place_a, place_b) in rows() {
        let complete = f64::from(u8::from(place_a < a.distinct) & u8::from(place_b < b.distinct));
        ranks_a[place_a] += complete;
        ranks_b[place_b] += complete;
    }
    let squares =
        centred_ranks(&mut ranks_a[..a.distinct]) * centred_ranks(&mut ranks_b[..b.distinct]);
    // The place of missing cells still has the 0 that it began with.
    let products: f64 = rows().map(|(place_a, place_b)| ranks_a[place_a] * ranks_b[place_b]).sum();
    // A column that is constant here has all its ranks at the mean: 0 / 0.
    (products / squares).clamp(-1.0, 1.0)
}

/// Turns rows per place into the mean rank of the place, less the mean of all ranks.
/// Returns the root of the sum of their squares over rows.
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
