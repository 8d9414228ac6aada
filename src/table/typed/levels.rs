//! The levels that a column is coded by: levels of enough patients. Rarer ones count as one of
//! them.

use crate::quantile::Sample;
use std::collections::HashSet;

/// The kept levels of a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Levels {
    /// Cells, ascending.
    pub(super) kept: Vec<f64>,
    /// Training rows of each, with the rows that count as it.
    counts: Vec<usize>,
    ordered: bool,
}

impl Levels {
    /// The levels of the observed cells, ascending, without those of fewer than `rare_below`
    /// patients.
    /// The rarest level is given up, again and again, while there is such a level and another one.
    /// Panics on an empty sample.
    pub(super) fn fit(sample: &Sample, ordered: bool, rare_below: usize) -> Self {
        assert!(!sample.values().is_empty(), "levels of nothing");
        let mut kept = sample.values().to_vec();
        kept.dedup();
        let mut levels = Self { counts: vec![0; kept.len()], kept, ordered };
        let (occurring, counts) = counted(sample.values());
        levels.count(&occurring, &counts);
        while levels.kept.len() > 1 {
            let patients = levels.patients(sample);
            let rarest =
                (0..levels.kept.len()).min_by_key(|&level| patients[level]).expect("two levels");
            if patients[rarest] >= rare_below {
                break;
            }
            levels.kept.remove(rarest);
            levels.counts.remove(rarest);
            levels.count(&occurring, &counts);
        }
        levels
    }

    /// The kept level that a cell is or counts as: the nearest one, of two the more common one.
    /// Without an order it is the most common one.
    pub(super) fn place(&self, cell: f64) -> usize {
        let above = self.kept.partition_point(|level| *level < cell);
        if self.kept.get(above) == Some(&cell) {
            return above;
        }
        if !self.ordered {
            return (0..self.kept.len())
                .rev()
                .max_by_key(|&level| self.counts[level])
                .expect("a level");
        }
        match (above.checked_sub(1), self.kept.get(above)) {
            (Some(below), Some(next)) => {
                let (down, up) = (cell - self.kept[below], next - cell);
                let up_wins = up < down || (up == down && self.counts[above] > self.counts[below]);
                if up_wins { above } else { below }
            }
            (Some(below), None) => below,
            (None, _) => above,
        }
    }

    /// Patients behind each kept level.
    fn patients(&self, sample: &Sample) -> Vec<usize> {
        let Some(of) = sample.patients_of_each() else { return self.counts.clone() };
        let mut behind = vec![HashSet::new(); self.kept.len()];
        for (cell, patient) in sample.values().iter().zip(of) {
            behind[self.place(*cell)].insert(*patient);
        }
        behind.iter().map(HashSet::len).collect()
    }

    /// All cells, each replaced by its kept level, ascending.
    pub(super) fn pooled(&self) -> Vec<f64> {
        self.kept
            .iter()
            .zip(&self.counts)
            .flat_map(|(&level, &count)| std::iter::repeat_n(level, count))
            .collect()
    }

    fn count(&mut self, occurring: &[f64], counts: &[usize]) {
        // Without an order the most common level must be known before the others are added to it.
        let places: Vec<usize> = occurring.iter().map(|&cell| self.place(cell)).collect();
        self.counts.fill(0);
        for (place, count) in places.iter().zip(counts) {
            self.counts[*place] += count;
        }
    }
}

fn counted(sorted: &[f64]) -> (Vec<f64>, Vec<usize>) {
    let runs = sorted.chunk_by(|a, b| a == b);
    runs.map(|run| (run[0], run.len())).unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(counts: &[(f64, usize)]) -> Vec<f64> {
        counts.iter().flat_map(|&(level, count)| std::iter::repeat_n(level, count)).collect()
    }

    #[test]
    fn a_rare_level_goes_to_its_neighbour() {
        let cells = sample(&[(0.0, 2), (1.0, 4), (2.0, 30), (3.0, 1), (4.0, 40)]);
        let levels = Levels::fit(&cells.into(), true, 5);
        assert_eq!(
            levels.kept,
            [1.0, 2.0, 4.0],
            "0 joins 1, which is not rare any more; 3 joins 4"
        );
        assert_eq!(levels.pooled(), sample(&[(1.0, 6), (2.0, 30), (4.0, 41)]));
        assert_eq!(
            [0.0, 1.0, 3.0, 9.0].map(|cell| levels.kept[levels.place(cell)]),
            [1.0, 1.0, 4.0, 4.0]
        );
    }

    #[test]
    fn without_an_order_it_goes_to_the_most_common_one() {
        let cells = sample(&[(0.0, 7), (1.0, 4), (2.0, 30), (3.0, 1)]);
        let levels = Levels::fit(&cells.into(), false, 5);
        assert_eq!(levels.pooled(), sample(&[(0.0, 7), (2.0, 35)]));
        assert_eq!(levels.place(3.0), 1);
    }

    #[test]
    fn nothing_is_given_up_without_need_and_one_level_stays() {
        let cells = sample(&[(0.0, 1), (5.0, 1)]);
        assert_eq!(Levels::fit(&cells.clone().into(), false, 1).kept, [0.0, 5.0]);
        assert_eq!(Levels::fit(&cells.into(), true, 5).pooled(), [5.0, 5.0]);
    }
}
