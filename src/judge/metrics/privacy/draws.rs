//! The protocol: ten draws of equally many training, hold-out and synthetic rows, and the same
//! draws with labels that chance deals.
//!
//! The sizes are equal, because a table with more rows has nearer rows: unequal sizes bias every
//! figure.
//! Labels are dealt by chance to learn the noise of a figure.
//! Rows that are near to many others make figures vary more than a formula for independent rows
//! says.
//! If the synthetic rows come from the population and not from the training rows, the labels
//! "training" and "hold-out" can be dealt again without changing anything.
//! The variation of a figure under dealt labels is then exactly its noise.

use super::chance::Chance;

/// Draws that a figure is the median of.
pub const DRAWS: usize = 10;
/// How often the labels are dealt.
/// With 30, the spread is known to 13 %; then three spreads are a false alarm in about one of 400.
pub(super) const RELABELLINGS: usize = 30;
/// With fewer rows of each kind in a draw nothing is judged.
pub const ROWS_AT_LEAST: usize = 10;
/// Rows of each kind in a draw at most.
/// The cost grows with their square, and beyond a thousand rows the noise is small.
const ROWS_AT_MOST: usize = 1000;
/// Draws are made from so many training rows, and as many synthetic rows, at most; the seed chooses
/// them.
/// All their distances are in memory.
const POOL_AT_MOST: usize = 1500;

/// Row numbers of one draw.
#[derive(Clone, Debug)]
pub(super) struct Draw {
    /// Training rows.
    pub(super) training: Vec<usize>,
    /// Hold-out rows; none without a hold-out.
    pub(super) holdout: Vec<usize>,
    /// Synthetic rows.
    pub(super) synthetic: Vec<usize>,
}

/// Row numbers of the three tables, numbered one after the other in this order.
#[derive(Clone, Debug)]
pub(super) struct Pool {
    /// Training rows.
    pub(super) training: Vec<usize>,
    /// Hold-out rows; none without a hold-out.
    pub(super) holdout: Vec<usize>,
    /// Synthetic rows.
    pub(super) synthetic: Vec<usize>,
}

impl Pool {
    /// The rows that take part, as numbers within their own tables of these sizes.
    pub(super) fn chosen(sizes: [usize; 3], seed: u64) -> [Vec<usize>; 3] {
        let mut chance = Chance::new(seed, 0);
        let mut choose = |size: usize, most: usize| {
            let mut rows = chance.some(&(0..size).collect::<Vec<_>>(), most);
            rows.sort_unstable();
            rows
        };
        [
            choose(sizes[0], POOL_AT_MOST),
            choose(sizes[1], ROWS_AT_MOST),
            choose(sizes[2], POOL_AT_MOST),
        ]
    }

    /// The pool of tables of these sizes, numbered one after the other.
    pub(super) fn of(training: usize, holdout: usize, synthetic: usize) -> Self {
        let real = training + holdout;
        Self {
            training: (0..training).collect(),
            holdout: (training..real).collect(),
            synthetic: (real..real + synthetic).collect(),
        }
    }

    /// Rows of each kind in a draw: as many as the smallest table has (usually the hold-out), a
    /// thousand at most.
    pub(super) fn rows_per_draw(&self) -> usize {
        let real = if self.holdout.is_empty() { &self.training } else { &self.holdout };
        self.training.len().min(real.len()).min(self.synthetic.len()).min(ROWS_AT_MOST)
    }

    /// The ten draws.
    pub(super) fn draws(&self, seed: u64) -> Vec<Draw> {
        let rows = self.rows_per_draw();
        let one = |number: usize| {
            let mut chance = Chance::new(seed, 1 + number as u64);
            Draw {
                training: chance.some(&self.training, rows),
                holdout: chance.some(&self.holdout, rows),
                synthetic: chance.some(&self.synthetic, rows),
            }
        };
        (0..DRAWS).map(one).collect()
    }

    /// This pool with new labels for its real rows, thirty times.
    /// There are as many training rows as before, but chance chooses them.
    pub(super) fn real_relabelled(&self, seed: u64) -> impl Iterator<Item = Self> {
        let real = [&self.training[..], &self.holdout].concat();
        (0..RELABELLINGS).map(move |round| {
            let mut training = Chance::new(seed, 1000 + round as u64).some(&real, real.len());
            let holdout = training.split_off(self.training.len());
            Self { training, holdout, synthetic: self.synthetic.clone() }
        })
    }

    /// Thirty draws with one half of the hold-out as training rows and the other half as hold-out.
    /// They show what chance does where nothing can have leaked.
    pub(super) fn halves(&self, seed: u64) -> Vec<Draw> {
        let half = self.rows_per_draw() / 2;
        let one = |round: usize| {
            let mut chance = Chance::new(seed, 4000 + round as u64);
            let mut training = chance.some(&self.holdout, 2 * half);
            let holdout = training.split_off(half.min(training.len()));
            Draw { training, holdout, synthetic: chance.some(&self.synthetic, half) }
        };
        (0..RELABELLINGS).map(one).collect()
    }

    /// This pool with new labels for its training and synthetic rows, thirty times, and without a
    /// hold-out.
    pub(super) fn training_relabelled(&self, seed: u64) -> impl Iterator<Item = Self> {
        let both = [&self.training[..], &self.synthetic].concat();
        (0..RELABELLINGS).map(move |round| {
            let mut training = Chance::new(seed, 2000 + round as u64).some(&both, both.len());
            let synthetic = training.split_off(self.training.len());
            Self { training, holdout: Vec::new(), synthetic }
        })
    }
}
