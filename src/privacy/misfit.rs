//! How likely the released numbers are, if patients are as a sample says.

use crate::coordinates::Coordinates;
use crate::margins::Margins;
use crate::mechanism::{Histograms, Moments, toeplitz};
use crate::public::{Domain, PublicColumn};
use ground::matrix::Matrix;

/// The mean square of what lies between the released numbers and those of a sample of as many
/// patients, in standard deviations of the noise: 1 where the noise explains all of it.
///
/// Half of it times the number of releases is, up to a constant, their negative log likelihood.
/// Cells are those of [`crate::mechanism::Patients`]; 0 for a sample of nobody.
pub fn misfit(
    (histograms, moments): (&Histograms, &Moments),
    (margins, coordinates): (&Margins, &Coordinates),
    columns: &[PublicColumn],
    cells: &Matrix,
) -> f64 {
    let times = margins.patients / cells.rows().max(1) as f64;
    let mut sum = Squares::default();
    for (at, (column, released)) in columns.iter().zip(&histograms.columns).enumerate() {
        let (bins, missing) = bins(cells.column(at), column);
        let sums = match &column.domain {
            Domain::Levels { .. } => bins,
            Domain::Numbers(_) => prefix_sums(&bins),
        };
        let found =
            sums.iter().chain([&missing]).zip(released.sums.iter().chain([&released.missing]));
        found.for_each(|(found, released)| sum.add((released - times * found) / histograms.sd));
    }
    let (products, entries) = (products(moments, coordinates, cells), coordinates.entries());
    let pairs = (0..entries.len()).flat_map(|i| (i..entries.len()).map(move |j| (i, j)));
    for ((i, j), (found, released)) in pairs.zip(products.iter().zip(&moments.sums)) {
        // Within a column they follow from the margins.
        if entries[i].column != entries[j].column {
            let sd = moments.sd / std::f64::consts::SQRT_2;
            sum.add((released - times * found) / sd);
        }
    }
    sum.mean()
}

/// A sum of squares and how many they are.
#[derive(Default)]
struct Squares {
    sum: f64,
    count: usize,
}

impl Squares {
    fn add(&mut self, x: f64) {
        (self.sum, self.count) = (self.sum + x * x, self.count + 1);
    }

    fn mean(&self) -> f64 {
        self.sum / self.count.max(1) as f64
    }
}

/// Counts of the bins, and of missing cells.
fn bins(cells: impl Iterator<Item = f64>, column: &PublicColumn) -> (Vec<f64>, f64) {
    let mut counts = vec![0.0; column.domain.bins() + 1];
    cells.for_each(|cell| counts[column.domain.place(cell)] += 1.0);
    let missing = counts.pop().expect("a place for missing cells");
    (counts, missing)
}

/// The counts as they are released of numbers.
fn prefix_sums(counts: &[f64]) -> Vec<f64> {
    let (root, norm) = toeplitz(counts.len());
    let sum = |k: usize| (0..=k).map(|j| root[k - j] * counts[j]).sum::<f64>() / norm;
    (0..counts.len()).map(sum).collect()
}

/// The sum of `x x^T` of clipped coordinates, as it is released.
fn products(moments: &Moments, coordinates: &Coordinates, cells: &Matrix) -> Vec<f64> {
    let width = coordinates.width();
    let (mut x, mut sums) = (vec![0.0; width], vec![0.0; width * (width + 1) / 2]);
    for row in 0..cells.rows() {
        coordinates.write(cells.row(row), &mut x);
        let norm = x.iter().map(|x| x * x).sum::<f64>().sqrt();
        let shrink = (moments.norm / norm).min(1.0).powi(2);
        let mut at = sums.iter_mut();
        for (i, one) in x.iter().enumerate() {
            let one = shrink * one;
            at.by_ref().zip(&x[i..]).for_each(|(sum, other)| *sum += one * other);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coordinates::Targets;
    use crate::mechanism::{OperatingSystem, Patients};
    use crate::public::Grid;

    fn columns() -> Vec<PublicColumn> {
        let domains = [
            Domain::Levels { count: 3, ordered: false },
            Domain::Numbers(Grid::new([0.0, 9.0], 1.0, None, &[]).unwrap()),
            Domain::Numbers(Grid::new([0.0, 9.0], 1.0, None, &[]).unwrap()),
        ];
        domains.map(|domain| PublicColumn { name: "x".into(), domain }).into()
    }

    /// The second number follows the first one, or, if `turned`, falls with it.
    fn cells(rows: usize, turned: bool) -> Matrix {
        Matrix::from_fn(rows, 3, |row, column| {
            let first = (row * 7 % 10) as f64;
            match column {
                0 => (row % 3) as f64,
                1 if row % 5 == 0 => f64::NAN,
                1 => first,
                _ if turned => 9.0 - first,
                _ => first,
            }
        })
    }

    /// Of patients themselves only the noise is left; of others with the same margins more.
    #[test]
    fn the_patients_themselves_fit_best() {
        let (columns, patients) = (columns(), cells(3000, false));
        let one = Patients::new(&patients, &columns);
        let mut entropy = OperatingSystem::new();
        let histograms = one.histograms(2.0, &mut entropy);
        let margins = Margins::of(&histograms, &columns);
        let coordinates = Coordinates::of(&margins, &columns, Targets::default());
        let norm = 0.85 * coordinates.expected_norm2().sqrt();
        let write = |row: &[f64], to: &mut [f64]| coordinates.write(row, to);
        let moments = one.moments((coordinates.width(), norm), write, 2.0, &mut entropy);
        let of = |cells: &Matrix| {
            misfit((&histograms, &moments), (&margins, &coordinates), &columns, cells)
        };
        let same = of(&patients);
        // 40 squares have a mean of 1 with a standard error of .22; n is off by a patient or two.
        assert!(same < 2.2, "{same}");
        assert!(of(&cells(3000, true)) > 5.0 * same);
        // However many they are.
        assert!((of(&cells(30_000, false)) / same - 1.0).abs() < 0.02);
        assert!(of(&Matrix::from_values(0, 3, Vec::new())).is_finite());
    }
}
