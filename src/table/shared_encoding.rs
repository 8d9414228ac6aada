//! The paper's encoding in a model that leaves the house: without the extremes of any column.

use crate::calibrate::Calibration;
use crate::coarse::Withheld;
use crate::condition::Support;
use crate::encode::{Encoder, Treatment};
use crate::pixels::decode;
use crate::quantile::TOGETHER;

impl Encoder {
    /// The same with the ends of coarse quantiles in place of extremes, shares of missing cells
    /// that do not tell one patient from four, and without the texts of some levels.
    ///
    /// A generated value is then stretched to the shorter range, unless a calibration undoes that.
    pub fn coarse(&self, support: &Support, withheld: &Withheld) -> Self {
        let mut coarse = self.clone();
        coarse.schema.withhold(withheld);
        for (column, treatment) in coarse.columns.iter_mut().enumerate() {
            let share = support.missing(column);
            match treatment {
                Treatment::Trained { lo, hi, missing, .. } => {
                    *missing = share;
                    if withheld.columns.contains(&column) {
                        (*lo, *hi) = (0.0, 1.0);
                    } else if let Some([low, high]) = support.ends(column) {
                        // One value that many share, and too few others, is that value alone.
                        (*lo, *hi) = (low, if low < high { high } else { low.next_up() });
                    }
                }
                Treatment::Constant { missing, .. } => {
                    let observed = (1.0 - share) * support.rows() as f64;
                    *missing = share;
                    if observed < TOGETHER as f64 {
                        *treatment = Treatment::Empty;
                    }
                }
                Treatment::Empty => {}
            }
        }
        coarse
    }
}

impl Calibration {
    /// The same for the values of a coarser encoder: their quantiles are coarser, too.
    pub fn coarse(&self, from: &Encoder, to: &Encoder) -> Self {
        let ends = |encoder: &Encoder| -> Vec<[f64; 2]> {
            let of = |treatment: &Treatment| match treatment {
                Treatment::Trained { lo, hi, .. } => Some([*lo, *hi]),
                _ => None,
            };
            encoder.treatments().iter().filter_map(of).collect()
        };
        let (old, new) = (ends(from), ends(to));
        self.coarser(|feature, x| {
            let value = decode(x, old[feature][0], old[feature][1]);
            to.pixels().encode(value, new[feature][0], new[feature][1])
        })
    }
}
