//! How many training patients a condition can have been learned from, without a list of them.

mod shared;

use super::{Condition, Test};
use crate::quantile::{Sample, TOGETHER, knots_with_tails};
use crate::{Schema, Table, Tellable};
use serde::{Deserialize, Serialize};

/// Counts of the training rows, column by column, stored with a model.
/// Groups of one to four patients are not told apart, and no number is that of a single patient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    rows: usize,
    columns: Vec<ColumnSupport>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "lowercase", deny_unknown_fields)]
enum ColumnSupport {
    /// Rows of each level; none for one to four patients.
    Levels { missing: Option<usize>, counts: Vec<Option<usize>> },
    /// Knots (level, value) of the quantile function of the numbers that are observed.
    Numbers { missing: Option<usize>, knots: Vec<(f64, f64)> },
}

impl Support {
    /// Counts the training rows.
    pub fn of(train: &Table) -> Self {
        let column = |(position, column): (usize, &crate::Column)| {
            let rows = |pass: &dyn Fn(f64) -> bool| -> Vec<usize> {
                (0..train.rows()).filter(|&row| pass(train.cells[(row, position)])).collect()
            };
            let count = |rows: Vec<usize>| shown(rows.len(), train.patients_of(rows));
            let missing = count(rows(&f64::is_nan));
            if column.kind.is_coded() {
                let of_level = |level: usize| count(rows(&|cell| cell == level as f64));
                let counts = (0..column.levels.len()).map(of_level).collect();
                return ColumnSupport::Levels { missing, counts };
            }
            let observed = Sample::of(train.cells.column(position), train.patients());
            let few = train.patients_of(rows(&|cell| !cell.is_nan())) < TOGETHER;
            ColumnSupport::Numbers {
                missing,
                knots: if few { Vec::new() } else { knots_with_tails(&observed) },
            }
        };
        Self {
            rows: train.rows(),
            columns: train.schema.columns.iter().enumerate().map(column).collect(),
        }
    }

    /// Lets messages about the columns of a schema name the levels of five training patients or
    /// more, and no others.
    pub fn tell_levels(&self, schema: &mut Schema) {
        for (column, support) in schema.columns.iter_mut().zip(&self.columns) {
            let ColumnSupport::Levels { counts, .. } = support else { continue };
            let common = |(level, count): (&String, &Option<usize>)| {
                count.is_some_and(|rows| rows > 0).then(|| level.clone())
            };
            let common: Vec<String> = column.levels.iter().zip(counts).filter_map(common).collect();
            column.tellable = Tellable::these(common.iter().map(String::as_str));
        }
    }

    /// Number of training rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// Training rows that satisfy the condition.
    /// For levels and missing cells the count is exact, except that a group of fewer than five
    /// patients counts as four.
    /// For numbers it is as exact as the stored quantile function, which is within five.
    pub fn rows_with(&self, condition: &Condition) -> usize {
        match &self.columns[condition.column] {
            ColumnSupport::Levels { missing, counts } => {
                let level = |(level, count): (usize, &Option<usize>)| match holds(
                    condition,
                    level as f64,
                ) {
                    true => told(*count),
                    false => 0,
                };
                let absent = if holds(condition, f64::NAN) { told(*missing) } else { 0 };
                absent + counts.iter().enumerate().map(level).sum::<usize>()
            }
            ColumnSupport::Numbers { missing, knots } => {
                let observed = self.rows.saturating_sub(told(*missing));
                match condition.test {
                    Test::Missing => told(*missing),
                    _ => (share(&condition.test, knots) * observed as f64).round() as usize,
                }
            }
        }
    }

    /// A cell of the column as the training rows have it, by a `lot` in [0, 1): a level by its
    /// count (never one of fewer than five rows), a number by the quantile function.
    /// None if there is no such cell.
    pub fn draw(&self, column: usize, lot: f64) -> Option<f64> {
        match &self.columns[column] {
            ColumnSupport::Levels { counts, .. } => {
                let shown = || counts.iter().map(|count| count.unwrap_or(0));
                let mut left = lot * shown().sum::<usize>() as f64;
                shown()
                    .position(|count| {
                        left -= count as f64;
                        left < 0.0
                    })
                    .map(|level| level as f64)
            }
            ColumnSupport::Numbers { knots, .. } => {
                let (levels, values): (Vec<f64>, Vec<f64>) = knots.iter().copied().unzip();
                (!levels.is_empty()).then(|| crate::calibrate::interpolate(lot, &levels, &values))
            }
        }
    }

    /// Whether a number lies in the range of a column, which is that of its quantile function; any
    /// level does.
    pub fn reaches(&self, column: usize, cell: f64) -> bool {
        match &self.columns[column] {
            ColumnSupport::Numbers { knots, .. } => match (knots.first(), knots.last()) {
                (Some(first), Some(last)) => (first.1..=last.1).contains(&cell),
                _ => true,
            },
            ColumnSupport::Levels { .. } => true,
        }
    }

    /// The number nearest to `cell` in the range of a column; any level is its own.
    pub fn nearest(&self, column: usize, cell: f64) -> f64 {
        match &self.columns[column] {
            ColumnSupport::Numbers { knots, .. } => match (knots.first(), knots.last()) {
                (Some(first), Some(last)) => cell.clamp(first.1, last.1),
                _ => cell,
            },
            ColumnSupport::Levels { .. } => cell,
        }
    }

    /// Says whether it can belong to a table of this schema.
    pub fn fits(&self, schema: &Schema) -> bool {
        let fits = |(column, support): (&crate::Column, &ColumnSupport)| match support {
            ColumnSupport::Levels { counts, .. } => {
                column.kind.is_coded() && counts.len() == column.levels.len()
            }
            ColumnSupport::Numbers { knots, .. } => {
                let ascends =
                    knots.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1);
                !column.kind.is_coded()
                    && ascends
                    && knots.iter().all(|knot| knot.0.is_finite() && knot.1.is_finite())
            }
        };
        schema.columns.len() == self.columns.len()
            && schema.columns.iter().zip(&self.columns).all(fits)
    }
}

/// How many rows there are, if no patients or enough are behind them.
fn shown(rows: usize, patients: usize) -> Option<usize> {
    (patients == 0 || patients >= TOGETHER).then_some(rows)
}

fn told(count: Option<usize>) -> usize {
    count.unwrap_or(TOGETHER - 1)
}

fn holds(condition: &Condition, cell: f64) -> bool {
    Condition { column: 0, test: condition.test.clone() }.holds(&[cell])
}

/// The share of the observed numbers that pass a test.
fn share(test: &Test, knots: &[(f64, f64)]) -> f64 {
    let below = |value: f64| place(knots, value, |knot| knot < value);
    let up_to = |value: f64| place(knots, value, |knot| knot <= value);
    let at = |values: &[f64]| values.iter().map(|&value| up_to(value) - below(value)).sum::<f64>();
    match test {
        Test::Missing => 0.0,
        Test::Present => 1.0,
        Test::OneOf(values) => at(values),
        Test::NoneOf(values) => 1.0 - at(values),
        Test::Below(value) => below(*value),
        Test::AtMost(value) => up_to(*value),
        Test::Above(value) => 1.0 - up_to(*value),
        Test::AtLeast(value) => 1.0 - below(*value),
    }
}

/// The level of the quantile function at a value.
/// `before` says which knots come before the value: the level lies between the last one of them and
/// the next knot.
fn place(knots: &[(f64, f64)], value: f64, before: impl Fn(f64) -> bool) -> f64 {
    let next = knots.partition_point(|knot| before(knot.1));
    match (next.checked_sub(1).map(|last| knots[last]), knots.get(next)) {
        (None, _) => 0.0,
        (Some(_), None) => 1.0,
        (Some(last), Some(next)) => {
            last.0 + (next.0 - last.0) * (value - last.1) / (next.1 - last.1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Sheet;

    fn table() -> Table {
        // 100 patients; 3 of stage III; a dose of 0 for 40, then 1 to 50 for one each; missing for
        // 10.
        let mut csv = String::from("stage,dose\n");
        for i in 0..100 {
            let stage = ["I", "II", "III"][usize::from(i >= 60) + usize::from(i >= 97)];
            let dose = match i {
                0..40 => "0".into(),
                40..90 => (i - 39).to_string(),
                _ => String::new(),
            };
            csv += &format!("{stage},{dose}\n");
        }
        let sheet = Sheet::from_bytes(csv.as_bytes(), "a.csv").unwrap();
        sheet.table(&sheet.infer().unwrap().0).unwrap()
    }

    #[test]
    fn counts_are_those_of_the_rows() {
        let table = table();
        let support = Support::of(&table);
        for text in [
            "stage=I",
            "stage!=I",
            "stage in I|II",
            "dose is missing",
            "dose=0",
            "dose>0",
            "dose is not missing",
            "dose<=25",
            "dose>=40",
            "dose > 60",
        ] {
            let condition = Condition::parse(text, &table.schema).unwrap();
            let exact = (0..100).filter(|&row| condition.holds(table.cells.row(row))).count();
            let told = support.rows_with(&condition);
            assert!(told.abs_diff(exact) <= 2, "{text}: {told} is not {exact}");
        }
        let rare = Condition::parse("stage=III", &table.schema).unwrap();
        assert_eq!(support.rows_with(&rare), 4, "three are not told from one or four");
        assert!(support.fits(&table.schema));
        let text = serde_json::to_string(&support).unwrap();
        assert_eq!(serde_json::from_str::<Support>(&text).unwrap(), support);
        assert!(!text.contains("50.0]"), "the largest dose is one patient's: {text}");
    }

    #[test]
    fn draws_have_the_shares_of_the_rows() {
        let support = Support::of(&table());
        let drawn: Vec<f64> =
            (0..1000).map(|i| support.draw(0, f64::from(i) / 1000.0).unwrap()).collect();
        let share = |level: f64| drawn.iter().filter(|drawn| **drawn == level).count();
        assert_eq!((share(0.0) + share(1.0), share(2.0)), (1000, 0));
        assert!(share(0.0).abs_diff(1000 * 60 / 97) <= 1);
        let doses: Vec<f64> =
            (0..900).map(|i| support.draw(1, f64::from(i) / 900.0).unwrap()).collect();
        assert!(doses.iter().filter(|dose| **dose == 0.0).count().abs_diff(400) <= 2);
        assert!(doses.iter().all(|dose| (0.0..=50.0).contains(dose)));
    }
}
