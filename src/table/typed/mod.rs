//! The typed representation (`docs/method.md` section 9): a matrix that knows levels, numbers and
//! missing cells, and the way back to a table.
//!
//! [`TypedEncoder`] holds the ranks of the training rows, so it is never stored.
//! What a model file keeps is the [`TypedDecoder`], in which no number is that of a single patient.
//!
//! Some columns are learned as what others leave open; columns that are missing all together are
//! one choice (`forms`), and so are cells that together say another one (`premises`); `gates` say
//! which choices follow from others.
//! `learned` is the table that comes out of this.
//! Of its numbers, those that others say nearly are learned as `residuals`.
//! `leaves` gives a number a map of its own where it would come out wrong, and `misfit` says where
//! that is.

mod coding;
mod decoder;
mod derived;
mod derived_gates;
mod encoder;
mod forms;
mod gates;
mod implied_gates;
mod kept_gates;
mod learned;
mod leaves;
mod levels;
mod misfit;
mod moves;
mod normal;
mod numbers;
mod obey;
mod observed;
mod open_gates;
mod order;
mod premises;
mod residuals;
mod scores;
mod stored;

pub use decoder::TypedDecoder;
pub use encoder::TypedEncoder;

use super::Kind;
use super::quantile::TOGETHER;

/// How the columns of a table are coded; keys of a recipe's `[table]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypedOptions {
    /// A coded column with more levels than this is coded as a number: the places of its levels in
    /// the schema's order.
    pub levels_up_to: usize,
    /// The same of nominal columns: places without an order lose what goes with a level, so they
    /// may have more; never fewer than `levels_up_to`.
    pub nominal_up_to: usize,
    /// A column of numbers with so many different values at most is coded as if they were levels.
    /// 0: no column is.
    pub numbers_as_levels: usize,
    /// A level of fewer patients is no level of its own: [`crate::few`] takes it out of coded
    /// columns, and a number coded as a level counts as the nearest one.
    pub rare_below: usize,
    /// Whether columns that are often missing all together get a choice of their own for that.
    pub forms: bool,
}

impl TypedOptions {
    /// The most levels of a coded column that are choices.
    fn most_levels(&self, kind: Kind) -> usize {
        match kind {
            Kind::Nominal => self.nominal_up_to.max(self.levels_up_to),
            _ => self.levels_up_to,
        }
    }
}

impl Default for TypedOptions {
    fn default() -> Self {
        Self {
            levels_up_to: 14,
            nominal_up_to: 50,
            numbers_as_levels: 0,
            rare_below: TOGETHER,
            forms: true,
        }
    }
}
