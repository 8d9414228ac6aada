//! What every real patient keeps, and how many synthetic ones break it.

use rayon::prelude::*;
use serde::Serialize;
use table::Table;
use table::relations::Found;

/// Relations named at most.
const NAMED: usize = 20;

/// The relations that all real patients keep, and what became of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct KeptRelations {
    /// How many there are, without those that follow from others.
    pub found: usize,
    /// The share of synthetic patients that break any of them.
    pub broken_patients: f64,
    /// Those that are broken, the most often broken one first; 20 at most.
    pub broken: Vec<BrokenRelation>,
}

/// A relation that synthetic patients break.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BrokenRelation {
    /// The relation as text.
    pub relation: String,
    /// The share of all synthetic patients that break it.
    pub share: f64,
}

impl KeptRelations {
    /// Counts the synthetic rows that break relations that were found in the real table.
    pub(super) fn of(found: &[Found], real: &Table, synthetic: &Table) -> Self {
        // A schema may declare what some real patients break.
        let found: Vec<&Found> = found.iter().filter(|one| one.exceptions == 0).collect();
        let said: Vec<&Found> = found.iter().filter(|one| !one.follows).copied().collect();
        let rows = synthetic.rows();
        if rows == 0 {
            return Self { found: said.len(), ..Self::default() };
        }
        let breaks =
            |one: &Found, row: usize| one.relation.holds(synthetic.cells.row(row)) == Some(false);
        let share = |count: usize| count as f64 / rows as f64;
        let any = |row: &usize| found.iter().any(|one| breaks(one, *row));
        let broken_patients = share((0..rows).into_par_iter().filter(any).count());
        let count = |one: &&Found| {
            let share = share((0..rows).filter(|&row| breaks(one, row)).count());
            (share > 0.0)
                .then(|| BrokenRelation { relation: one.relation.text(&real.schema), share })
        };
        let mut broken: Vec<BrokenRelation> = said.par_iter().filter_map(count).collect();
        broken.sort_by(|a, b| b.share.total_cmp(&a.share));
        broken.truncate(NAMED);
        Self { found: said.len(), broken_patients, broken }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::matrix::Matrix;
    use table::relations::Relation;
    use table::{Column, Schema};

    fn table(cells: &[f64]) -> Table {
        let column = |name: &str| Column { name: name.into(), ..Column::default() };
        let schema = Schema { columns: ["first", "last"].map(column).into(), ..Schema::default() };
        let cells = Matrix::from_values(cells.len() / 2, 2, cells.to_vec());
        Table { schema, cells, patients: None }
    }

    /// What a schema declares and a real patient breaks is asked of no synthetic one.
    #[test]
    fn what_real_patients_break_is_not_asked_of_synthetic_ones() {
        let kept = |real: &[f64]| {
            let real = table(real);
            let found = [Found::count(Relation::Ordered { low: 0, high: 1 }, &real)];
            KeptRelations::of(&found, &real, &table(&[2.0, 1.0, 1.0, 2.0]))
        };
        let (all, none) = (kept(&[1.0, 2.0, 3.0, 4.0]), kept(&[1.0, 2.0, 4.0, 3.0]));
        assert_eq!((all.found, all.broken_patients, all.broken.len()), (1, 0.5, 1));
        assert_eq!(none, KeptRelations::default());
    }
}
