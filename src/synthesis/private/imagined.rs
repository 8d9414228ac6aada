//! Patients that nobody is: the public columns of a table without a look at it.

use super::PublicTable;
use ground::matrix::Matrix;
use privacy::public::Domain;
use table::Table;

impl PublicTable {
    /// Rows whose cells are evenly spread over what each column may have, to try out what a run of
    /// these columns would do; the same in every call.
    pub fn imagined(&self, rows: usize) -> Table {
        let share = |row: usize, column: usize| {
            // Weyl's sequence: as even as can be, and another one in every column.
            let step = (2.0 + column as f64).sqrt().fract().max(0.1) + 0.618_033_988_749_895;
            (step * (row + 1) as f64).fract()
        };
        let cell = |row: usize, column: usize| {
            let share = share(row, column);
            match &self.columns()[column].domain {
                Domain::Levels { count, .. } => (share * *count as f64).floor(),
                Domain::Numbers(grid) => {
                    let [low, high] = grid.range;
                    low + ((high - low) * share / grid.step).floor() * grid.step
                }
            }
        };
        self.table(Matrix::from_fn(rows, self.columns().len(), cell))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use table::Schema;

    #[test]
    fn imagined_patients_are_those_of_the_schema() {
        let text = r#"column = [
          { name = "age", kind = "integer", range = [18, 100] },
          { name = "site", kind = "nominal", levels = ["north", "south", "west"] },
          { name = "dose", kind = "numerical", values = [0, 2.5] },
        ]"#;
        let schema = Schema::from_toml(text, "s.toml").unwrap();
        let table = PublicTable::of(&schema, Path::new("s.toml")).unwrap().imagined(300);
        let column = |at| table.cells.column(at).collect::<Vec<_>>();
        assert!(column(0).iter().all(|age| (18.0..=100.0).contains(age) && age.fract() == 0.0));
        let count = |at, value| column(at).iter().filter(|cell| **cell == value).count();
        for level in [0.0, 1.0, 2.0] {
            assert!((80..120).contains(&count(1, level)), "{level}: {}", count(1, level));
        }
        assert_eq!(count(2, 0.0) + count(2, 2.5), 300);
        assert!((120..180).contains(&count(2, 2.5)));
    }
}
