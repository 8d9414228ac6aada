//! What counts and quantiles say where a model leaves the house.

use super::{ColumnSupport, Support, TOGETHER, told};
use crate::coarse::{Withheld, coarse};

impl Support {
    /// The same with coarser quantiles ([`crate::coarse`]).
    pub fn coarse(&self) -> Self {
        let column = |column: &ColumnSupport| match column {
            ColumnSupport::Numbers { missing, knots } => {
                ColumnSupport::Numbers { missing: *missing, knots: coarse(knots) }
            }
            levels => levels.clone(),
        };
        Self { rows: self.rows, columns: self.columns.iter().map(column).collect() }
    }

    /// What fewer than five patients are behind; nobody at all, too: a level that was pooled is
    /// still named in the schema.
    pub fn few(&self) -> Withheld {
        let mut few = Withheld::default();
        for (column, support) in self.columns.iter().enumerate() {
            match support {
                ColumnSupport::Levels { counts, .. } => {
                    let is_few = |count: &Option<_>| count.is_none() || *count == Some(0);
                    let places = counts.iter().enumerate().filter(|(_, count)| is_few(count));
                    few.levels.extend(places.map(|(place, _)| (column, place)));
                }
                ColumnSupport::Numbers { knots, .. } if knots.is_empty() => {
                    few.columns.push(column);
                }
                ColumnSupport::Numbers { .. } => {}
            }
        }
        few
    }

    /// Least and greatest number of a column as its quantiles say them; none of levels.
    pub fn ends(&self, column: usize) -> Option<[f64; 2]> {
        match &self.columns[column] {
            ColumnSupport::Numbers { knots, .. } => Some([knots.first()?.1, knots.last()?.1]),
            ColumnSupport::Levels { .. } => None,
        }
    }

    /// The share of missing cells of a column; of one to four patients that of four.
    pub fn missing(&self, column: usize) -> f64 {
        let (ColumnSupport::Levels { missing, .. } | ColumnSupport::Numbers { missing, .. }) =
            &self.columns[column];
        told(*missing) as f64 / self.rows.max(TOGETHER) as f64
    }
}
