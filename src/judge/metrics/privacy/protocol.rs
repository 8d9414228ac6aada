//! Measures the ten draws, under the true labels and under labels dealt by chance.

use super::attributes::{AttributeRisk, Guesses};
use super::dcr::{Closeness, baseline_pair, uniform_median};
use super::draws::{Draw, Pool};
use super::figures::Figures;
use super::membership;
use super::nearest::all_distances;
use super::neighbourhood::Neighbourhood;
use super::pair::{Pair, mean_and_deviation, median};
use super::rows::{Rows, Scale};
use rayon::prelude::*;

/// The rows that take part, with everything that does not depend on the labels.
pub(super) struct Protocol {
    rows: Rows,
    /// `rows x rows`, in one scale for all: the ranges of the real rows.
    distances: Vec<f64>,
    /// The true labels.
    pub(super) pool: Pool,
    /// Guesses of the sensitive columns, draw by draw.
    /// Draws with new labels have the same synthetic rows, and so the same guesses.
    guesses: Vec<Guesses>,
    sensitive: Vec<usize>,
    seed: u64,
}

/// A figure under the true labels, and how much it varies when labels are dealt by chance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged {
    /// For training rows: median of the draws.
    pub(super) value: f64,
    /// For the hold-out.
    pub(super) reference: f64,
    /// Root mean square of the difference of the two when chance alone makes it.
    pub(super) spread: f64,
}

/// What is measured in one draw.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    /// From distances.
    pub(super) figures: Figures,
    /// For the scores of SDMetrics.
    pub(super) closeness: Closeness,
    /// Share of right guesses over all sensitive columns.
    pub(super) attributes: Pair,
}

impl Protocol {
    /// Chooses the rows and measures their distances.
    pub(super) fn new(tables: [&Rows; 3], sensitive: &[usize], seed: u64) -> Self {
        let chosen = Pool::chosen(tables.map(Rows::rows), seed);
        let [train, holdout, synthetic] = [0, 1, 2].map(|kind| tables[kind].take(&chosen[kind]));
        let pool = Pool::of(train.rows(), holdout.rows(), synthetic.rows());
        let scale = Scale::of(&tables[0].and(tables[1]));
        let rows = train.and(&holdout).and(&synthetic);
        let distances = all_distances(&rows, &scale);
        let real = train.rows() + holdout.rows();
        let make = |draw: &Draw| Guesses::make(&rows, &distances, real, draw, sensitive);
        let guesses = pool.draws(seed).iter().map(make).collect();
        Self { rows, distances, pool, guesses, sensitive: sensitive.to_vec(), seed }
    }

    /// Every draw under some labels.
    fn measure(&self, pool: &Pool) -> Vec<Measured> {
        pool.draws(self.seed)
            .par_iter()
            .zip(&self.guesses)
            .map(|(draw, guesses)| self.measured(draw, guesses))
            .collect()
    }

    fn measured(&self, draw: &Draw, guesses: &Guesses) -> Measured {
        Measured {
            figures: self.figures(draw),
            closeness: Closeness::of(&self.rows, draw),
            attributes: Pair {
                training: guesses.accuracy(&draw.training, None),
                holdout: guesses.accuracy(&draw.holdout, None),
            },
        }
    }

    /// The first draw alone, with its DCRBaselineProtection for the training rows.
    pub(super) fn first(&self) -> (Measured, f64) {
        let draw = &self.pool.draws(self.seed)[0];
        let measured = self.measured(draw, &self.guesses[0]);
        let uniform = uniform_median(&self.rows, draw, 3000, self.seed);
        (measured, baseline_pair(measured.closeness.median, uniform).training)
    }

    fn figures(&self, draw: &Draw) -> Figures {
        Figures::of(&Neighbourhood::of(&self.distances, self.rows.rows(), draw))
    }

    /// Every draw under the true labels, and under labels that chance dealt to the real rows.
    /// Without a hold-out there are no dealt labels.
    pub(super) fn rounds(&self) -> Rounds {
        let relabelled: Vec<Pool> = if self.pool.holdout.is_empty() {
            Vec::new()
        } else {
            self.pool.real_relabelled(self.seed).collect()
        };
        let halves =
            if self.pool.holdout.is_empty() { Vec::new() } else { self.pool.halves(self.seed) };
        let half = |draw: &Draw| (self.figures(draw), Closeness::of(&self.rows, draw));
        Rounds {
            actual: self.measure(&self.pool),
            halves: halves.par_iter().map(half).collect(),
            relabelled: relabelled.par_iter().map(|pool| self.measure(pool)).collect(),
        }
    }

    /// Mean and standard deviation of a figure when chance deals the labels "training" and
    /// "synthetic".
    pub(super) fn exchanged(&self, figure: impl Fn(&Figures) -> f64 + Sync) -> (f64, f64) {
        let pools: Vec<Pool> = self.pool.training_relabelled(self.seed).collect();
        let one = |pool: &Pool| {
            median(pool.draws(self.seed).iter().map(|draw| figure(&self.figures(draw))).collect())
        };
        let values: Vec<f64> = pools.par_iter().map(one).collect();
        mean_and_deviation(&values)
    }

    /// DCRBaselineProtection of every draw, medians; and the median distance of uniform rows.
    pub(super) fn baseline(&self, rounds: &Rounds) -> (Pair, f64) {
        let draws = self.pool.draws(self.seed);
        let uniform: Vec<Pair> = draws
            .iter()
            .enumerate()
            .map(|(n, draw)| uniform_median(&self.rows, draw, 3000 + n as u64, self.seed))
            .collect();
        let scores: Vec<Pair> = rounds
            .actual
            .iter()
            .zip(&uniform)
            .map(|(m, &uniform)| baseline_pair(m.closeness.median, uniform))
            .collect();
        (medians(scores.iter().copied()), medians(uniform.into_iter()).training)
    }

    /// Standard error of the membership attack's area: median of the draws.
    pub(super) fn membership_error(&self) -> f64 {
        let one = |draw: &Draw| {
            let near = Neighbourhood::of(&self.distances, self.rows.rows(), draw);
            membership::standard_error(&membership::scores(&near))
        };
        median(self.pool.draws(self.seed).iter().map(one).collect())
    }

    /// Attribute inference column by column.
    pub(super) fn attributes(&self) -> Vec<AttributeRisk> {
        let draws = self.pool.draws(self.seed);
        let over = |share: &dyn Fn(&Draw, &Guesses) -> f64| {
            median(
                draws
                    .iter()
                    .zip(&self.guesses)
                    .map(|(draw, guesses)| share(draw, guesses))
                    .collect(),
            )
        };
        let one = |(place, &column): (usize, &usize)| AttributeRisk {
            column,
            training: over(&|draw, guesses| guesses.accuracy(&draw.training, Some(place))),
            holdout: over(&|draw, guesses| guesses.accuracy(&draw.holdout, Some(place))),
            margins: over(&|draw, guesses| guesses.margin_accuracy(&draw.training, Some(place))),
        };
        self.sensitive.iter().enumerate().map(one).collect()
    }
}

/// All draws, under the true labels and under dealt ones.
pub(super) struct Rounds {
    actual: Vec<Measured>,
    relabelled: Vec<Vec<Measured>>,
    halves: Vec<(Figures, Closeness)>,
}

impl Rounds {
    /// One figure, judged.
    pub(super) fn judge(&self, figure: impl Fn(&Measured) -> Pair) -> Judged {
        let of = |draws: &[Measured]| medians(draws.iter().map(&figure));
        let actual = of(&self.actual);
        let spread = spread(self.relabelled.iter().map(|draws| of(draws)));
        Judged { value: actual.training, reference: actual.holdout, spread }
    }

    /// The spread of a median or another quantile, from the two halves of the hold-out.
    /// The halves have half the size, so their spread is too wide by the square root of two.
    ///
    /// Dealt labels would hide the leak itself.
    /// When half of all real rows are copies, the median of their distances jumps between nothing
    /// and its usual size with every deal.
    pub(super) fn halves_spread(&self, figure: impl Fn(&Figures, &Closeness) -> Pair) -> f64 {
        spread(self.halves.iter().map(|(figures, closeness)| figure(figures, closeness)))
            / std::f64::consts::SQRT_2
    }
}

/// Root mean square of the differences; NaN of none.
fn spread(pairs: impl Iterator<Item = Pair>) -> f64 {
    let squares: Vec<f64> = pairs.map(|pair| (pair.training - pair.holdout).powi(2)).collect();
    (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()
}

fn medians(pairs: impl Iterator<Item = Pair> + Clone) -> Pair {
    Pair {
        training: median(pairs.clone().map(|pair| pair.training).collect()),
        holdout: median(pairs.map(|pair| pair.holdout).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Differences of 2 and 4 between halves: a root mean square of the square root of 10, of the
    /// whole that divided by the square root of 2.
    #[test]
    fn halves_scatter_more_than_the_whole() {
        let half = |training: f64, holdout: f64| {
            let pair = Pair { training, holdout };
            let figures = Figures {
                dcr_median: pair,
                closer: pair,
                nndr: pair,
                nnaa: pair,
                identifiability: pair,
                mia_auc: pair,
                most_exposed: pair,
            };
            (figures, Closeness { median: pair })
        };
        let halves = vec![half(5.0, 3.0), half(1.0, 5.0)];
        let rounds = Rounds { actual: Vec::new(), relabelled: Vec::new(), halves };
        for spread in [
            rounds.halves_spread(|figures, _| figures.nndr),
            rounds.halves_spread(|_, closeness| closeness.median),
        ] {
            assert!((spread - 5f64.sqrt()).abs() < 1e-12, "{spread}");
        }
    }
}
