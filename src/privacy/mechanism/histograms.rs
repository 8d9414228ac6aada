//! Release 1: histograms of all columns, and of the missing cells per patient.

use super::discrete_gaussian::discrete_gaussian;
use super::{Entropy, Histogram, Histograms, toeplitz};
use crate::public::{Domain, PublicColumn};
use ground::matrix::Matrix;

/// The largest number of units that a patient is in a histogram.
const FINEST: f64 = 4_194_304.0;

/// What a patient is in a histogram, in units of the integers that are summed: as many as the noise
/// of one patient's `sd` allows.
pub(super) fn patient(sd: f64) -> i128 {
    super::unit(sd, FINEST) as i128
}

/// The columns of the square root of prefix sums in whole units, each of the norm of a patient at
/// most:
/// entry `[k - bin]` of the first column stands in row k of column `bin`.
pub(super) struct PrefixSums {
    column: Vec<i128>,
}

impl PrefixSums {
    pub(super) fn new(bins: usize, patient: i128) -> Self {
        let (column, norm) = toeplitz(bins);
        // Rounding down keeps the norm; the first column is the longest one.
        let whole = |x: f64| (x / norm * patient as f64 * (1.0 - 1e-12)) as i128;
        Self { column: column.into_iter().map(whole).collect() }
    }

    /// What a patient of this bin adds.
    fn add(&self, bin: usize, to: &mut [i128]) {
        to[bin..].iter_mut().zip(&self.column).for_each(|(sum, x)| *sum += x);
    }
}

/// The whole sums of a table, in which a patient's row has a norm of at most
/// `sqrt(columns + 1)` times `patient`.
pub(super) struct Sums {
    pub(super) patient: i128,
    pub(super) columns: Vec<Vec<i128>>,
    pub(super) missing_per_patient: Vec<i128>,
}

/// Sums the histograms of all rows (rows x columns); a patient counts as so many units.
pub(super) fn sums(cells: &Matrix, columns: &[PublicColumn], patient: i128) -> Sums {
    let prefix: Vec<Option<PrefixSums>> = columns
        .iter()
        .map(|column| match &column.domain {
            Domain::Levels { .. } => None,
            Domain::Numbers(grid) => Some(PrefixSums::new(grid.bins(), patient)),
        })
        .collect();
    let mut sums = Sums {
        patient,
        columns: columns.iter().map(|column| vec![0; column.domain.bins() + 1]).collect(),
        missing_per_patient: vec![0; columns.len() + 1],
    };
    for row in 0..cells.rows() {
        let mut missing = 0;
        for ((cell, column), (prefix, to)) in
            cells.row(row).iter().zip(columns).zip(prefix.iter().zip(&mut sums.columns))
        {
            let (bins, place) = (column.domain.bins(), column.domain.place(*cell));
            match prefix {
                _ if place == bins => {
                    missing += 1;
                    to[bins] += patient;
                }
                None => to[place] += patient,
                Some(prefix) => prefix.add(place, &mut to[..bins]),
            }
        }
        sums.missing_per_patient[missing] += patient;
    }
    sums
}

/// Standard deviation of the noise at `mu`, in patients: one changes every histogram by a vector of
/// norm 1 at most.
pub(super) fn sd(columns: usize, mu: f64) -> f64 {
    ((columns + 1) as f64).sqrt() / mu
}

/// How many noisy numbers there are, and their variance.
pub(super) fn noise(columns: &[PublicColumn], mu: f64) -> (usize, f64) {
    let bins: usize = columns.iter().map(|column| column.domain.bins() + 1).sum();
    let sd = sd(columns.len(), mu);
    (bins + columns.len() + 1, (sd * patient(sd) as f64).powi(2))
}

/// Releases the histograms at `mu`.
pub(super) fn release(sums: Sums, mu: f64, entropy: &mut dyn Entropy) -> Histograms {
    let patient = sums.patient as f64;
    let sd = (sd(sums.columns.len(), mu) * patient).ceil();
    let variance = (sd * sd).ceil() as u128;
    let mut noisy = |sum: i128| (sum + discrete_gaussian(entropy, variance)) as f64 / patient;
    let columns = sums
        .columns
        .into_iter()
        .map(|sums| {
            let mut sums: Vec<f64> = sums.into_iter().map(&mut noisy).collect();
            let missing = sums.pop().expect("a place for missing cells");
            Histogram { sums, missing }
        })
        .collect();
    let missing_per_patient = sums.missing_per_patient.into_iter().map(&mut noisy).collect();
    Histograms { columns, missing_per_patient, sd: sd / patient }
}
