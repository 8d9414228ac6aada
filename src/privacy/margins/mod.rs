//! The distribution of every column alone, made of the noisy histograms.
//!
//! What is known without patients is used twice: shares are at least 0 and sum to 1, and the
//! density of a number is smooth.

mod ends;
mod smooth;
#[cfg(test)]
mod tests;

use crate::mechanism::{Histogram, Histograms, toeplitz};
use crate::public::{Domain, Grid, PublicColumn};
use ends::Bins;
use serde::{Deserialize, Serialize};
use smooth::{Evidence, Shape};

/// Noise below this many patients is none: exact histograms are not smoothed.
const EXACT: f64 = 1e-3;

/// Largest count, of patients, that a released number is believed to be.
const MOST_PATIENTS: f64 = 1e12;

/// A share of missing cells below this many standard deviations of its noise is 0.
const CLEARLY_MISSING: f64 = 0.5;

/// Largest share of missing cells: a column must have values to be sampled from.
const MOST_MISSING: f64 = 0.98;

/// Penalty of a rough density, of a column and of the missing cells per patient.
const ROUGHNESS: [f64; 2] = [1.0, 0.25];

/// Below so many missing cells of a patient each one more is another case.
const FEW: f64 = 10.0;

/// Bins of at most 1.5 steps beside one above 3.5 steps are spikes.
const SPIKE: [f64; 2] = [1.5, 3.5];

/// The distribution of every column, as far as the release tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Margins {
    /// Estimate of the number of patients, at least 1.
    pub patients: f64,
    /// One per column.
    pub columns: Vec<Margin>,
    /// Share of the patients with 0, 1, ... missing cells; sums to 1.
    pub missing_per_patient: Vec<f64>,
}

/// The distribution of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Margin {
    /// Share of missing cells, from 0 to .98.
    pub missing: f64,
    /// Shares of the bins or levels among the cells that are there; they sum to 1.
    pub shares: Vec<f64>,
}

impl Margins {
    /// The margins behind noisy histograms, whatever the noise made of these.
    ///
    /// Every histogram tells the number of patients; they are averaged by the precision of their
    /// sums.
    /// Shares of levels are the nearest point of the simplex; densities of numbers are those most
    /// probable a posteriori.
    ///
    /// Panics when the histograms are not those of the columns.
    pub fn of(histograms: &Histograms, columns: &[PublicColumn]) -> Self {
        assert_eq!(histograms.columns.len(), columns.len(), "a histogram for each column");
        let sd = believable(histograms.sd).max(0.0);
        let counts: Vec<Counts> = histograms
            .columns
            .iter()
            .zip(columns)
            .map(|(histogram, column)| Counts::of(histogram, &column.domain))
            .collect();
        let per_patient: Vec<f64> =
            histograms.missing_per_patient.iter().map(|count| believable(*count)).collect();
        let patients = patients(&counts, &per_patient);
        let missing: Vec<f64> = counts.iter().map(|counts| counts.missing(patients)).collect();
        let mean = missing.iter().sum::<f64>() / patients;
        let variance: f64 = counts.iter().map(Counts::missing_variance).sum();
        let margin = |((counts, column), missing): ((&Counts, &PublicColumn), &f64)| {
            counts.margin(&column.domain, *missing, patients, sd)
        };
        Self {
            patients,
            columns: counts.iter().zip(columns).zip(&missing).map(margin).collect(),
            missing_per_patient: missing_per_patient(
                &per_patient,
                patients,
                sd,
                [mean, (sd * variance.sqrt() / patients).max(1e-9)],
            ),
        }
    }
}

/// A released number; what no release can hold counts as the nearest that it can.
fn believable(x: f64) -> f64 {
    if x.is_nan() { 0.0 } else { x.clamp(-MOST_PATIENTS, MOST_PATIENTS) }
}

/// The histogram of a column, with what its sum tells.
struct Counts {
    /// As released, in patients.
    sums: Vec<f64>,
    missing: f64,
    /// Patients with a cell.
    present: f64,
    /// Variance of the noise of `present`, in that of a released number.
    variance: f64,
}

impl Counts {
    fn of(histogram: &Histogram, domain: &Domain) -> Self {
        let sums: Vec<f64> = histogram.sums.iter().map(|sum| believable(*sum)).collect();
        assert_eq!(sums.len(), domain.bins(), "a number for each bin");
        let (present, variance) = match domain {
            Domain::Levels { .. } => (sums.iter().sum(), sums.len() as f64),
            Domain::Numbers(_) => {
                // All patients are the last prefix sum, and so the last row of B times B h.
                let (root, norm) = toeplitz(sums.len());
                let last = root.iter().rev().zip(&sums).map(|(b, sum)| b * sum).sum::<f64>();
                (norm * last, norm.powi(4))
            }
        };
        Self { sums, missing: believable(histogram.missing), present, variance }
    }

    /// Missing cells, in patients, when there are so many patients: the histogram corrected by what
    /// its sum is off, where that is most probable.
    fn missing(&self, patients: f64) -> f64 {
        let off = self.present + self.missing - patients;
        (self.missing - off / (self.variance + 1.0)).clamp(0.0, MOST_MISSING * patients)
    }

    /// Variance of that, in that of a released number.
    fn missing_variance(&self) -> f64 {
        self.variance / (self.variance + 1.0)
    }

    fn margin(&self, domain: &Domain, missing: f64, patients: f64, sd: f64) -> Margin {
        let noise = sd * self.missing_variance().sqrt();
        let missing = if missing < CLEARLY_MISSING * noise { 0.0 } else { missing / patients };
        let missing = missing.min(MOST_MISSING);
        let total = patients * (1.0 - missing);
        let shares = match domain {
            Domain::Levels { .. } => simplex(&self.sums, total),
            Domain::Numbers(grid) => density(&self.sums, grid, total, sd),
        };
        Margin { missing, shares }
    }
}

/// The number of patients, by all sums of histograms.
fn patients(counts: &[Counts], per_patient: &[f64]) -> f64 {
    let columns = counts.iter().map(|c| (c.present + c.missing, c.variance + 1.0));
    let patients = (per_patient.iter().sum::<f64>(), per_patient.len().max(1) as f64);
    let (mut sum, mut weights) = (0.0, 0.0);
    for (total, variance) in columns.chain([patients]) {
        sum += total / variance;
        weights += 1.0 / variance;
    }
    (sum / weights).max(1.0)
}

/// The nearest shares (at least 0, of sum 1) to counts over their total.
///
/// Held, Wolfe and Crowder 1974; where the counts are too large to tell, the largest has it all.
fn simplex(counts: &[f64], total: f64) -> Vec<f64> {
    let mut descending: Vec<f64> = counts.iter().map(|count| count / total).collect();
    descending.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut level) = (-1.0, 0.0);
    for (k, share) in descending.iter().enumerate() {
        sum += share;
        let candidate = sum / (k + 1) as f64;
        if k == 0 || *share > candidate {
            level = candidate;
        }
    }
    to_one(counts.iter().map(|count| (count / total - level).max(0.0)).collect())
}

/// Shares divided by their sum; equal ones where they have none.
fn to_one(mut shares: Vec<f64>) -> Vec<f64> {
    let sum: f64 = shares.iter().sum();
    let equal = 1.0 / shares.len().max(1) as f64;
    shares.iter_mut().for_each(|share| *share = if sum > 0.0 { *share / sum } else { equal });
    shares
}

/// Shares of the bins of numbers.
fn density(sums: &[f64], grid: &Grid, total: f64, sd: f64) -> Vec<f64> {
    let (root, norm) = toeplitz(sums.len());
    let sums: Vec<f64> = sums.iter().map(|sum| sum * norm).collect();
    let support = 0..sums.len();
    let evidence = Evidence { sums: &sums, root: &root, sd: sd * norm, total, support, mean: None };
    if sd < EXACT {
        return to_one(evidence.counts().into_iter().map(|count| count.max(0.0)).collect());
    }
    let spikes = spikes(grid);
    let declared: Vec<bool> =
        (0..spikes.len()).map(|k| spikes[k] && (grid.is_spike(k) || !grid.is_heap(k))).collect();
    let bins = Bins {
        values: &values(grid),
        spikes: &spikes,
        declared: &declared,
        heaped: grid.heaps.is_some(),
        concave: grid.logarithmic,
        strength: ROUGHNESS[0],
    };
    // The noise of a prefix sum is less than that of as many counts.
    without_tails(ends::density(evidence, &bins), (1.0 + 0.35 * sd * norm * 0.7) / total)
}

/// Shares of the patients by missing cells; `mean` is their mean by the columns, with its standard
/// deviation.
fn missing_per_patient(counts: &[f64], patients: f64, sd: f64, mean: [f64; 2]) -> Vec<f64> {
    if sd < EXACT {
        return to_one(counts.iter().map(|count| count.max(0.0)).collect());
    }
    let mut root = vec![0.0; counts.len()];
    root.iter_mut().take(1).for_each(|first| *first = 1.0);
    let (total, support, mean) = (patients, 0..counts.len(), Some(mean));
    let evidence = Evidence { sums: counts, root: &root, sd, total, support, mean };
    let ones = vec![1.0; counts.len()];
    // Many missing cells are as near to some more as few are to one more: else the noise of many
    // counts that are all 0 looks like patients.
    let place = |number: usize| (1.0 + number as f64 / FEW).ln() / (1.0 + 1.0 / FEW).ln();
    let places: Vec<f64> = (0..counts.len()).map(place).collect();
    let shape = Shape::new(&places, &ones, &vec![false; counts.len()], ROUGHNESS[1]);
    without_tails(smooth::density(&evidence, &shape).0, (1.0 + 0.35 * sd) / patients)
}

/// Shares without the ends that hold less than `cut` together: the noise cannot tell them from
/// nothing, and in a wide public range they would rule the variance.
///
/// The bin of the median always stays.
fn without_tails(shares: Vec<f64>, cut: f64) -> Vec<f64> {
    let cut = cut.min(0.4);
    let (mut below, mut above) = (0.0, 1.0);
    let inner = shares.iter().map(|share| {
        let from_here = above;
        below += share;
        above -= share;
        if below < cut || from_here < cut { 0.0 } else { *share }
    });
    to_one(inner.collect())
}

/// Values of the grid in each bin, at least 1.
pub(crate) fn values(grid: &Grid) -> Vec<f64> {
    grid.edges.windows(2).map(|e| ((e[1] - e[0]) / grid.step).round().max(1.0)).collect()
}

/// Bins of a single value among bins of several, heaps, and what is declared.
fn spikes(grid: &Grid) -> Vec<bool> {
    let widths: Vec<f64> = grid.edges.windows(2).map(|e| (e[1] - e[0]) / grid.step).collect();
    let beside = |k: usize| {
        let before = k.checked_sub(1).map_or(0.0, |before| widths[before]);
        before.max(widths.get(k + 1).copied().unwrap_or(0.0))
    };
    let is_spike = |k: usize| widths[k] <= SPIKE[0] && beside(k) > SPIKE[1];
    (0..widths.len()).map(|k| is_spike(k) || grid.is_heap(k) || grid.is_spike(k)).collect()
}
