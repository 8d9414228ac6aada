//! The public description of a table, from its schema alone.

use ground::error::{Error, Place, Result};
use ground::matrix::Matrix;
use ground::spelling::advice;
use privacy::public::{Domain, Grid, PublicColumn};
use serde::{Deserialize, Serialize};
use std::path::Path;
use table::number::decimals;
use table::{Column, Kind, Scale, Schema, Table};

/// What everybody may know of a table, and how its cells become those of a mechanism.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PublicTable {
    schema: Schema,
    columns: Vec<PublicColumn>,
    /// Numbers of the columns whose relations are to be measured more exactly.
    #[serde(skip)]
    targets: Vec<usize>,
}

impl PublicTable {
    /// From a schema that a person wrote, before any table was read by it.
    ///
    /// A column of levels is public by its levels, one of numbers by `range` and, for decimal
    /// numbers, `step`, or by `values`; one of days or times by `format` and `range`.
    ///
    /// Errors ([`Error::Input`] at `file`): every column that lacks something, with what it lacks.
    pub fn of(schema: &Schema, file: &Path) -> Result<Self> {
        let each: Vec<std::result::Result<Domain, String>> =
            schema.columns.iter().map(domain).collect();
        let lacking: Vec<String> = schema
            .columns
            .iter()
            .zip(&each)
            .filter_map(|(column, domain)| {
                let lacks = domain.as_ref().err()?;
                Some(format!("{} ({}): {lacks}", column.name, column.kind))
            })
            .collect();
        if !lacking.is_empty() {
            let problem = format!(
                "the schema does not say what is public of {} columns: {}",
                lacking.len(),
                lacking.join("; ")
            );
            let remedy = "add these keys from what is known without the patients; `mellizo schema \
                          --public TABLE` prints a form to fill in";
            return Err(Error::input(Place::file(file), problem, remedy));
        }
        let columns = schema.columns.iter().zip(each).map(|(column, domain)| PublicColumn {
            name: column.name.clone(),
            domain: domain.expect("nothing is lacking"),
        });
        let columns = columns.collect();
        let schema = Schema {
            columns: schema.columns.iter().map(public_column).collect(),
            ..schema.clone()
        };
        Ok(Self { schema, columns, targets: Vec::new() })
    }

    /// The same with targets: columns whose relations to all others are to be measured more
    /// exactly.
    ///
    /// Errors ([`Error::Usage`]): a name that is no column's.
    pub fn with_targets(mut self, names: &[String]) -> Result<Self> {
        let number = |name: &String| {
            let at = self.columns.iter().position(|column| column.name == *name);
            at.ok_or_else(|| {
                let advice = advice(self.columns.iter().map(|column| column.name.as_str()), name);
                Error::Usage(format!("--targets: the schema has no column {name:?}; {advice}"))
            })
        };
        self.targets = names.iter().map(number).collect::<Result<_>>()?;
        self.targets.sort_unstable();
        self.targets.dedup();
        Ok(self)
    }

    /// Numbers of the targets, ascending.
    pub fn targets(&self) -> &[usize] {
        &self.targets
    }

    /// Whether the columns are those of the schema, as they may not be in a file.
    pub(in crate::synthesis) fn is_whole(&self) -> bool {
        let again = Self::of(&self.schema, Path::new(""));
        let bins = |column: &PublicColumn| (column.name.clone(), column.domain.bins_alone());
        again.is_ok_and(|again| again.columns.iter().map(bins).eq(self.columns.iter().map(bins)))
    }

    /// The largest magnitude that numbers of each column have; 0 of levels.
    pub(in crate::synthesis) fn largest(&self) -> Vec<f64> {
        let of = |column: &Column| {
            let ends = column.public_range().unwrap_or_default();
            ends.iter().chain(&column.values).fold(0.0, |most: f64, x| most.max(x.abs()))
        };
        self.schema.columns.iter().map(of).collect()
    }

    /// The columns, as the mechanism knows them.
    pub fn columns(&self) -> &[PublicColumn] {
        &self.columns
    }

    /// The schema without anything that was taken from the data.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What the bins of a column are called.
    pub fn bins(&self, column: usize) -> Vec<String> {
        let of = &self.schema.columns[column];
        match &self.columns[column].domain {
            Domain::Levels { .. } if of.kind.is_coded() => of.levels.clone(),
            Domain::Levels { .. } => of.values.iter().map(|x| of.number_text(*x)).collect(),
            Domain::Numbers(grid) => {
                let text = |x: f64| of.number_text(of.settle(x));
                let bin = |edges: &[f64]| match edges[1] - edges[0] < 1.5 * grid.step {
                    true => text((edges[0] + edges[1]) / 2.0),
                    false => format!("{} to below {}", text(edges[0]), text(edges[1])),
                };
                grid.edges.windows(2).map(bin).collect()
            }
        }
    }

    /// The cells of a table with these columns, as the mechanism takes them: a column of `values`
    /// is the place of the nearest one.
    pub fn cells(&self, table: &Table) -> Matrix {
        Matrix::from_fn(table.rows(), self.columns.len(), |row, column| {
            let (cell, values) = (table.cells[(row, column)], &self.schema.columns[column].values);
            if values.is_empty() || !cell.is_finite() { cell } else { nearest(values, cell) as f64 }
        })
    }

    /// A table of cells as the mechanism takes them.
    pub fn table(&self, mut cells: Matrix) -> Table {
        for row in 0..cells.rows() {
            for (cell, column) in cells.row_mut(row).iter_mut().zip(&self.schema.columns) {
                if !cell.is_nan() && !column.values.is_empty() {
                    *cell = column.values[*cell as usize];
                } else if !cell.is_nan() && !column.kind.is_coded() {
                    *cell = column.settle(*cell);
                }
            }
        }
        Table { schema: self.schema.clone(), cells, patients: None }
    }
}

fn nearest(values: &[f64], cell: f64) -> usize {
    let above = values.partition_point(|value| *value < cell);
    let distance = |at: &usize| (values[*at] - cell).abs();
    let candidates = [above.saturating_sub(1), above.min(values.len() - 1)];
    let [low, high] = candidates;
    if distance(&low) <= distance(&high) { low } else { high }
}

/// What the mechanism needs of a column, or what the schema lacks.
fn domain(column: &Column) -> std::result::Result<Domain, String> {
    if column.kind.is_coded() {
        let ordered = column.kind != Kind::Nominal;
        return Ok(Domain::Levels { count: column.levels.len(), ordered });
    }
    if !column.values.is_empty() {
        return Ok(Domain::Levels { count: column.values.len(), ordered: true });
    }
    if column.kind.is_time() && column.format.is_none() {
        return Err("format, and range".into());
    }
    let decimal = column.kind == Kind::Numerical && column.step.is_none();
    match (column.public_range(), decimal) {
        (None, true) => Err("range and step, or values".into()),
        (None, false) => Err("range, or values".into()),
        (Some(_), true) => Err("step".into()),
        (Some(range), false) => {
            let step = column.step.unwrap_or(1.0);
            let offset = (column.scale == Scale::Log).then(|| column.offset.unwrap_or(0.0));
            let grid = Grid::new(range, step, offset, &column.spikes)?;
            let grid = match column.heaps {
                Some(heaps) => grid.with_heaps(heaps)?,
                None => grid,
            };
            Ok(Domain::Numbers(grid))
        }
    }
}

/// A column with as many decimals as its public values have.
fn public_column(column: &Column) -> Column {
    let mut public = column.clone();
    if column.kind == Kind::Numerical {
        let steps = column.step.into_iter().chain(column.values.iter().copied());
        let printed = column.mantissa_bits.map(|_| column.decimals);
        public.decimals = steps.map(decimals).chain(printed).max().unwrap_or(0);
    }
    public
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthesis::Reading;

    fn schema(text: &str) -> Schema {
        Schema::from_toml(text, "s.toml").unwrap()
    }

    #[test]
    fn a_schema_that_lacks_something_is_refused_with_all_of_it() {
        let schema = schema(
            r#"column = [
            { name = "age", kind = "integer" },
            { name = "cost", kind = "numerical", range = [0, 10] },
            { name = "score", kind = "numerical" },
            { name = "sex", kind = "boolean", levels = ["f", "m"] },
            { name = "grade", kind = "integer", values = [0, 5, 10] },
            { name = "born", kind = "date", range = ["1900-01-01", "2020-01-01"] },
            ]"#,
        );
        let error = PublicTable::of(&schema, Path::new("s.toml")).unwrap_err().to_string();
        for part in [
            "4 columns",
            "born (date): format",
            "age (integer): range",
            "cost (numerical): step",
            "score (num",
        ] {
            assert!(error.contains(part), "{part} in {error}");
        }
    }

    #[test]
    fn values_are_levels_to_the_mechanism_and_come_back() {
        let schema = schema(
            r#"column = [
            { name = "grade", kind = "integer", values = [0, 5, 10] },
            { name = "cost", kind = "numerical", range = [0, 10], step = 0.25, decimals = 7 },
            { name = "crea", kind = "numerical", range = [0, 10], step = 0.1, decimals = 8, mantissa_bits = 12 },
            ]"#,
        );
        let public = PublicTable::of(&schema, Path::new("s.toml")).unwrap();
        // Decimals that were seen in data do not count, but how numbers were stored does.
        assert_eq!([1, 2].map(|column| public.schema().columns[column].decimals), [2, 8]);
        let rows = vec![5.0, 1.25, 0.9, 8.0, f64::NAN, 2.1, f64::NAN, 10.0, f64::NAN];
        let cells = Matrix::from_values(3, 3, rows);
        let table = Table { schema: schema.clone(), cells, patients: None };
        let cells = public.cells(&table);
        assert_eq!(cells.column(0).take(2).collect::<Vec<_>>(), [1.0, 2.0]);
        let back = public.table(cells);
        assert_eq!(back.cells.row(0), [5.0, 1.25, 0.89990234]);
        assert_eq!(back.cells[(1, 2)], 2.09960938);
        assert_eq!(back.cells[(1, 0)], 10.0);
        assert!(back.cells[(2, 0)].is_nan() && back.cells[(1, 1)].is_nan());
    }

    /// Cells beyond a limit, decimals, dates and commas are read by the schema alone.
    #[test]
    fn one_row_more_changes_no_other_row() {
        const SCHEMA: &str = r#"
            column = [
            { name = "marker", kind = "numerical", range = [0, 9], step = 0.1, limits = ["<0.5"] },
            { name = "crea", kind = "numerical", range = [0, 9], step = 0.1, mantissa_bits = 12 },
            { name = "seen", kind = "time", format = "%H:%M:%S", range = ["00:00:00", "23:59:59"] },
            { name = "dose", kind = "integer", range = [0, 2000] },
            ]"#;
        let folder = tempfile::tempdir().unwrap();
        let schema = folder.path().join("s.toml");
        std::fs::write(&schema, SCHEMA).unwrap();
        let cells = |rows: &str| {
            let file = folder.path().join("t.csv");
            std::fs::write(&file, format!("marker,crea,seen,dose\n{rows}")).unwrap();
            let reading = Reading::file(&file).schema(&schema).by_schema_alone();
            let read = reading.table().unwrap();
            let public = PublicTable::of(read.given.as_ref().unwrap(), &schema).unwrap();
            let cells = public.cells(&read.table);
            let lines = (0..cells.rows()).map(|row| format!("{:?}", cells.row(row)));
            (public, lines.collect::<Vec<_>>())
        };
        let (public, without) = cells("<0.5,0.9,08:30:00,1100\n2,1.1,09:00:00,1200\n");
        for row in ["1.2345,0.12345678,23:59:07,7", ",,,", "<0.5,,,", "\"1.5\",2,11:00:01,1999"] {
            let (other, with) =
                cells(&format!("<0.5,0.9,08:30:00,1100\n2,1.1,09:00:00,1200\n{row}\n"));
            assert_eq!((other, &with[..2]), (public.clone(), &without[..]), "{row}");
        }
    }

    #[test]
    fn the_bundled_schemas_are_public() {
        for (text, columns) in
            [(table::bundled::SCHEMA, 44), (include_str!("../../../data/lung_cohort.toml"), 64)]
        {
            let public = PublicTable::of(&schema(text), Path::new("s.toml")).unwrap();
            assert_eq!(public.columns().len(), columns);
        }
    }
}
