//! Survival curves of each level of a column.

use super::compare::apart;
use super::{Group, Strata, Stratum};
use table::Table;
use table::quantile::TOGETHER;
use table::survival::Outcome;

/// The curves of every level that enough real patients have; none where the schema names no column.
pub(super) fn strata([real, synthetic]: [&Table; 2], outcome: Outcome) -> Option<Strata> {
    let position = real.position(real.schema.strata.as_ref()?)?;
    let column = &real.schema.columns[position];
    let stratum = |(place, level): (usize, &String)| {
        let with = |table: &Table| {
            let has = |row: &usize| table.cells[(*row, position)] == place as f64;
            table.rows_of(&(0..table.rows()).filter(has).collect::<Vec<usize>>())
        };
        let [real, synthetic] = [real, synthetic].map(|table| Group::of(&with(table), outcome));
        let difference = apart(&real.curve, &synthetic.curve);
        let many = real.patients >= TOGETHER;
        many.then(|| Stratum { level: level.clone(), real, synthetic, difference })
    };
    let levels = column.levels.iter().enumerate().filter_map(stratum).collect();
    Some(Strata { column: column.name.clone(), levels })
}
