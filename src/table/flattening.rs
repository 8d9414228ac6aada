//! The point where a cumulative curve of missing cells flattens: the threshold that a person would
//! choose from the paper's Figures 2 and 3.

/// A flat stretch of the curve "how many rows have at most so many missing cells".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plateau {
    /// Where it starts: the missing cells of some row.
    pub from: usize,
    /// Where it ends: the next number of missing cells that a row has.
    /// Behind the last one it is the number of cells of a row.
    pub to: usize,
    /// Rows beyond it: a threshold of `from` drops so many.
    pub beyond: usize,
}

impl Plateau {
    /// Its length.
    pub fn length(self) -> usize {
        self.to - self.from
    }
}

/// A threshold that nobody chose may drop one row in so many at most.
const DROPPED: usize = 4;

/// All plateaus of the curve of `counts` (missing cells of every row, each at most `size`),
/// ascending.
pub fn plateaus(counts: &[usize], size: usize) -> Vec<Plateau> {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    let ends =
        sorted.iter().skip(1).copied().chain([size.max(sorted.last().copied().unwrap_or(0))]);
    let steps = sorted.iter().zip(ends).zip(1..);
    let plateaus =
        steps.map(|((&from, to), rows)| Plateau { from, to, beyond: sorted.len() - rows });
    // Of several rows with one count the last one stands for all of them.
    // At the end of the curve it always starts a plateau.
    plateaus.filter(|plateau| plateau.to > plateau.from || plateau.beyond == 0).collect()
}

/// The point of flattening: the start of the longest plateau that has at most a quarter of the rows
/// beyond it; of equally long ones the last.
///
/// The stretch behind the largest count is a plateau, too.
/// If it is the longest one, the curve has no gap that is worth a cut: the threshold is the largest
/// count, and nothing is dropped.
/// None without rows.
pub fn flattening(counts: &[usize], size: usize) -> Option<Plateau> {
    let few = |plateau: &Plateau| DROPPED * plateau.beyond <= counts.len();
    plateaus(counts, size).into_iter().filter(few).max_by_key(|plateau| plateau.length())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts from (missing cells, rows).
    fn rows(counts: &[(usize, usize)]) -> Vec<usize> {
        counts.iter().flat_map(|&(missing, rows)| vec![missing; rows]).collect()
    }

    #[test]
    fn the_curve_flattens_at_its_longest_gap() {
        let counts = rows(&[(3, 40), (0, 50), (7, 5), (12, 2), (15, 1)]);
        assert_eq!(flattening(&counts, 18), Some(Plateau { from: 7, to: 12, beyond: 3 }));
        let lengths: Vec<_> =
            plateaus(&counts, 18).iter().map(|p| (p.from, p.length(), p.beyond)).collect();
        assert_eq!(lengths, [(0, 3, 48), (3, 4, 8), (7, 5, 3), (12, 3, 1), (15, 3, 0)]);
    }

    #[test]
    fn a_curve_without_a_gap_drops_nobody() {
        assert_eq!(flattening(&rows(&[(0, 9), (1, 9), (2, 9), (5, 1)]), 20).unwrap().beyond, 0);
        assert_eq!(
            flattening(&rows(&[(20, 9)]), 20),
            Some(Plateau { from: 20, to: 20, beyond: 0 })
        );
        assert_eq!(flattening(&[], 20), None);
    }

    #[test]
    fn a_threshold_that_drops_many_is_never_chosen() {
        // The longest gap, 1 to 40, would drop half of the rows.
        let counts = rows(&[(1, 50), (40, 30), (44, 18), (60, 2)]);
        assert_eq!(flattening(&counts, 64).unwrap(), Plateau { from: 44, to: 60, beyond: 2 });
    }

    #[test]
    fn of_equal_gaps_the_one_that_drops_less_is_taken() {
        assert_eq!(flattening(&rows(&[(0, 90), (5, 5), (10, 5)]), 12).unwrap().from, 5);
    }
}
