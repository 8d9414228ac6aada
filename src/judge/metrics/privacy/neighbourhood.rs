//! The nearest rows of every row in one draw: all that the distance figures and the membership
//! attack need.

use super::draws::Draw;

/// Neighbours of each kind that are kept; the membership attack uses all of them.
pub(super) const KEPT: usize = 5;

/// The distances from one row to its nearest other rows of each kind, ascending; infinite where
/// there are too few.
#[derive(Clone, Copy, Debug)]
pub(super) struct Near {
    /// To training rows.
    pub(super) training: [f64; KEPT],
    /// To hold-out rows.
    pub(super) holdout: [f64; KEPT],
    /// To synthetic rows.
    pub(super) synthetic: [f64; KEPT],
}

/// The neighbours of every row of a draw.
#[derive(Clone, Debug)]
pub(super) struct Neighbourhood {
    /// Of the training rows.
    pub(super) training: Vec<Near>,
    /// Of the hold-out rows.
    pub(super) holdout: Vec<Near>,
    /// Of the synthetic rows.
    pub(super) synthetic: Vec<Near>,
}

impl Neighbourhood {
    /// Looks them up in the distances of all rows of the pool (`rows x rows`).
    pub(super) fn of(distances: &[f64], rows: usize, draw: &Draw) -> Self {
        let near = |&row: &usize| {
            let distances = &distances[row * rows..(row + 1) * rows];
            Near {
                training: nearest_of(distances, row, &draw.training),
                holdout: nearest_of(distances, row, &draw.holdout),
                synthetic: nearest_of(distances, row, &draw.synthetic),
            }
        };
        Self {
            training: draw.training.iter().map(near).collect(),
            holdout: draw.holdout.iter().map(near).collect(),
            synthetic: draw.synthetic.iter().map(near).collect(),
        }
    }
}

fn nearest_of(distances: &[f64], itself: usize, others: &[usize]) -> [f64; KEPT] {
    let mut best = [f64::INFINITY; KEPT];
    for &other in others {
        let distance = distances[other];
        if distance < best[KEPT - 1] && other != itself {
            let place = best.iter().position(|&kept| distance < kept).unwrap_or(KEPT - 1);
            best[place..].rotate_right(1);
            best[place] = distance;
        }
    }
    best
}
