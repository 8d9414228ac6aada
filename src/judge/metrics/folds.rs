//! Which rows learn and which judge: draws, and folds of the cross-validation. They depend on a
//! seed.

use ground::matrix::Matrix;
use rand::SeedableRng;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use std::collections::{HashMap, HashSet};

/// `size` of `rows` rows, drawn without replacement, ascending; all of them if there are no more.
///
/// Two draws with one seed and different `stream` numbers are independent.
pub fn draw(rows: usize, size: usize, seed: u64, stream: u64) -> Vec<usize> {
    let mut drawn: Vec<usize> = (0..rows).collect();
    if size < rows {
        drawn.shuffle(&mut generator(seed, stream));
        drawn.truncate(size);
        drawn.sort_unstable();
    }
    drawn
}

/// Deals the patients of each class to `folds` folds, at random and evenly. Returns the fold of
/// every row.
/// `patients` says who each row is of: rows of one patient are in one fold.
pub(crate) fn stratified_folds(
    labels: &[bool],
    patients: &[usize],
    folds: usize,
    seed: u64,
) -> Vec<usize> {
    let mut dealt = vec![0; labels.len()];
    for class in [false, true] {
        let rows = || (0..labels.len()).filter(|&row| labels[row] == class);
        let mut seen = HashSet::new();
        let mut each: Vec<usize> =
            rows().map(|row| patients[row]).filter(|&one| seen.insert(one)).collect();
        each.shuffle(&mut generator(seed, u64::from(class)));
        let places = each.iter().enumerate().map(|(place, &one)| (one, place % folds));
        let fold: HashMap<usize, usize> = places.collect();
        rows().for_each(|row| dealt[row] = fold[&patients[row]]);
    }
    dealt
}

/// The given rows of a matrix, in the given order.
pub(super) fn select(x: &Matrix, rows: &[usize]) -> Matrix {
    let values = rows.iter().flat_map(|&row| x.row(row)).copied().collect();
    Matrix::from_values(rows.len(), x.columns(), values)
}

fn generator(seed: u64, stream: u64) -> Xoshiro256PlusPlus {
    // The constant is SplitMix64's: neighbouring streams get seeds that are far apart.
    Xoshiro256PlusPlus::seed_from_u64(seed ^ stream.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_has_every_row_once_and_depends_on_seed_and_stream() {
        let drawn = draw(100, 30, 1, 0);
        assert!(drawn.len() == 30 && drawn.is_sorted_by(|a, b| a < b) && drawn[29] < 100);
        assert_eq!(drawn, draw(100, 30, 1, 0));
        assert!(drawn != draw(100, 30, 2, 0) && drawn != draw(100, 30, 1, 1));
        assert_eq!(draw(3, 7, 1, 0), [0, 1, 2]);
    }

    #[test]
    fn folds_are_even_in_each_class() {
        let labels: Vec<bool> = (0..50).map(|row| row % 5 == 0).collect();
        let each: Vec<usize> = (0..50).collect();
        let folds = stratified_folds(&labels, &each, 5, 3);
        for fold in 0..5 {
            let of =
                |class| (0..50).filter(|&row| folds[row] == fold && labels[row] == class).count();
            assert_eq!((of(true), of(false)), (2, 8));
        }
        assert!(folds != stratified_folds(&labels, &each, 5, 4) && folds[..5] != [0, 0, 0, 0, 0]);
    }

    #[test]
    fn rows_of_one_patient_are_in_one_fold() {
        let (labels, patients) = ([false; 40], (0..40).map(|row| row % 8).collect::<Vec<_>>());
        let folds = stratified_folds(&labels, &patients, 4, 1);
        assert!((8..40).all(|row| folds[row] == folds[row - 8]), "{folds:?}");
        assert!((0..4).all(|fold| folds.iter().filter(|of| **of == fold).count() == 10));
    }
}
