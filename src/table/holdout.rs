//! Patients kept back from training: nothing is fitted to them, so they can judge the result.

use super::Table;
use super::decode::lot;
use ground::matrix::Matrix;
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use std::collections::HashSet;

impl Table {
    /// Numbers of the rows to train on and of those kept back, both ascending:
    /// round(fraction x patients) patients are kept back, chosen by the seed, with all their rows
    /// where the table says whose these are.
    ///
    /// Panics unless `fraction` is in [0, 1].
    pub fn keep_back(&self, fraction: f64, seed: u64) -> [Vec<usize>; 2] {
        match self.patients() {
            Some(of) => Self::keep_patients_back(of, fraction, seed),
            None => split(self.rows(), fraction, seed).into(),
        }
    }

    /// [`Table::keep_back`] where patients have several rows: all rows of a patient are on one
    /// side, and round(fraction x patients) patients are kept back.
    /// `patients` says who each row is of; the result has the numbers of the rows of both sides.
    pub fn keep_patients_back(patients: &[usize], fraction: f64, seed: u64) -> [Vec<usize>; 2] {
        let mut everybody = patients.to_vec();
        everybody.sort_unstable();
        everybody.dedup();
        let (_, kept_back) = split(everybody.len(), fraction, seed);
        let kept_back: HashSet<usize> = kept_back.into_iter().map(|at| everybody[at]).collect();
        let (back, learned) =
            (0..patients.len()).partition(|&row| kept_back.contains(&patients[row]));
        [learned, back]
    }

    /// The patients to train on and those kept back, of whom each is chosen for himself, by his
    /// cells and the seed, with this probability.
    ///
    /// So one patient more or less changes nothing for the others, as a private recipe needs it:
    /// its guarantee is that for the whole table.
    /// Panics unless `fraction` is in [0, 1].
    pub fn keep_each_back(&self, fraction: f64, seed: u64) -> (Self, Self) {
        assert!((0.0..=1.0).contains(&fraction), "a share of {fraction}, which is not in [0, 1]");
        let key = |row: usize| {
            self.cells.row(row).iter().fold(seed, |key, cell| {
                let bits = if cell.is_nan() { f64::NAN.to_bits() } else { cell.to_bits() };
                (lot(seed, key, bits) * (1u64 << 53) as f64) as u64
            })
        };
        let back = |row: &usize| lot(seed, key(*row), 0) < fraction;
        let (back, learned): (Vec<usize>, Vec<usize>) = (0..self.rows()).partition(back);
        (self.rows_of(&learned), self.rows_of(&back))
    }

    /// The rows with these numbers, in this order.
    pub fn rows_of(&self, rows: &[usize]) -> Self {
        let patients = self.patients.as_ref().map(|of| rows.iter().map(|&row| of[row]).collect());
        Self { schema: self.schema.clone(), cells: self.cells.take(rows), patients }
    }
}

/// [`Table::keep_back`] for rows without a schema.
pub fn keep_back(rows: &Matrix, fraction: f64, seed: u64) -> (Matrix, Matrix) {
    let (learned, kept_back) = split(rows.rows(), fraction, seed);
    (rows.take(&learned), rows.take(&kept_back))
}

/// Numbers of the rows that stay and of those that are kept back.
fn split(rows: usize, fraction: f64, seed: u64) -> (Vec<usize>, Vec<usize>) {
    assert!((0.0..=1.0).contains(&fraction), "a share of {fraction}, which is not in [0, 1]");
    let mut order: Vec<usize> = (0..rows).collect();
    order.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    let mut kept_back = order.split_off(rows - (fraction * rows as f64).round() as usize);
    order.sort_unstable();
    kept_back.sort_unstable();
    (order, kept_back)
}

#[cfg(test)]
mod tests {
    use crate::bundled;

    #[test]
    fn every_patient_is_on_one_side_and_the_seed_says_which() {
        let table = bundled::cohort().unwrap();
        let sides = |seed: u64| table.keep_back(0.2, seed).map(|rows| table.rows_of(&rows));
        let [train, kept_back] = sides(1);
        assert_eq!((train.rows(), kept_back.rows()), (726, 182));
        let lines = |table: &crate::Table| -> Vec<Vec<u64>> {
            (0..table.rows())
                .map(|row| table.cells.row(row).iter().map(|cell| cell.to_bits()).collect())
                .collect()
        };
        let mut both = [lines(&train), lines(&kept_back)].concat();
        let mut all = lines(&table);
        both.sort();
        all.sort();
        assert!(both == all);
        // By bits: a missing cell is NaN and never equals itself.
        let [train_again, kept_back_again] = sides(1);
        assert!(
            lines(&train_again) == lines(&train) && lines(&kept_back_again) == lines(&kept_back)
        );
        assert!(lines(&sides(2)[1]) != lines(&kept_back));
        assert!(table.keep_back(0.0, 1)[1].is_empty());
    }

    /// Without any one patient all others stay where they are.
    #[test]
    fn patients_kept_back_one_by_one_do_not_depend_on_each_other() {
        let table = bundled::cohort().unwrap();
        let lines = |table: &crate::Table| -> Vec<String> {
            (0..table.rows()).map(|row| format!("{:?}", table.cells.row(row))).collect()
        };
        let (train, back) = table.keep_each_back(0.2, 1);
        assert_eq!(train.rows() + back.rows(), 908);
        // 182 patients, within four standard deviations of 12.
        assert!((134..=230).contains(&back.rows()), "{} kept back", back.rows());
        assert!(lines(&table.keep_each_back(0.2, 2).1) != lines(&back));
        for gone in [0, 1, 500, 907] {
            let others: Vec<usize> = (0..908).filter(|row| *row != gone).collect();
            let (fewer, fewer_back) = table.rows_of(&others).keep_each_back(0.2, 1);
            let without = lines(&table.rows_of(&[gone])).remove(0);
            let rest = |of: &crate::Table| -> Vec<String> {
                lines(of).into_iter().filter(|line| *line != without).collect()
            };
            assert_eq!([lines(&fewer), lines(&fewer_back)], [rest(&train), rest(&back)]);
        }
    }

    #[test]
    fn rows_of_one_patient_stay_together() {
        let patients: Vec<usize> = (0..120).map(|row| row * 7 % 30).collect();
        let [train, back] = crate::Table::keep_patients_back(&patients, 0.2, 3);
        assert_eq!((train.len(), back.len()), (96, 24));
        let of = |rows: &[usize]| -> std::collections::BTreeSet<usize> {
            rows.iter().map(|&row| patients[row]).collect()
        };
        assert!(of(&train).is_disjoint(&of(&back)));
        assert_eq!((of(&train).len(), of(&back).len()), (24, 6));
    }
}
