//! Values that single patients have in many rows, before anything is learned: they become means of
//! those of several patients.
//!
//! A column that others make is made again of their means, so that no formula is lost: averaged by
//! itself it would agree with them no more.

use super::relations::{Expression, Found, Relation};
use super::{Table, moment, number};
use std::collections::HashSet;
use std::ops::Range;

/// A column that others make.
struct Made {
    column: usize,
    expression: Expression,
    /// The rows in which they do.
    rows: Vec<usize>,
}

impl Table {
    /// Takes values apart that fewer than `fewest` patients share in so many rows that they would
    /// pass for common ones: such a number, and the extremes of few patients, become the mean of
    /// the next ones until so many patients stand behind it.
    /// What formulas and equalities of `found` make of other columns is made of these again.
    /// Gives the names of the columns that changed.
    /// Nothing changes where every row is a patient.
    pub fn shared_by(&mut self, fewest: usize, found: &[Found]) -> Vec<String> {
        let Some(patients) = self.patients.clone() else { return Vec::new() };
        let before = self.cells.clone();
        let made = made(self, found);
        for position in 0..self.schema.columns.len() {
            if self.schema.columns[position].kind.is_coded() {
                continue;
            }
            let mut cells: Vec<f64> = self.cells.column(position).collect();
            for made in made.iter().filter(|made| made.column == position) {
                made.rows.iter().for_each(|&row| cells[row] = f64::NAN);
            }
            let groups = groups(&cells, &patients, fewest);
            for rows in
                groups.iter().filter(|rows| rows.iter().any(|&r| cells[r] != cells[rows[0]]))
            {
                let mean = rows.iter().map(|&row| cells[row]).sum::<f64>() / rows.len() as f64;
                let mean = self.printed(position, mean);
                rows.iter().for_each(|&row| self.cells[(row, position)] = mean);
            }
        }
        for Made { column, expression, rows } in made {
            for row in rows {
                let value = expression.value(self.cells.row(row));
                if value.is_finite() {
                    self.cells[(row, column)] = self.printed(column, value);
                }
            }
        }
        let differs = |&at: &usize| {
            let cells = before.column(at).zip(self.cells.column(at));
            cells.into_iter().any(|(a, b)| a.to_bits() != b.to_bits())
        };
        let changed = (0..self.schema.columns.len()).filter(differs);
        changed.map(|at| self.schema.columns[at].name.clone()).collect()
    }

    /// The number that a column's texts can hold.
    fn printed(&self, column: usize, value: f64) -> f64 {
        let of = &self.schema.columns[column];
        match &of.format {
            Some(format) if of.kind.is_time() => moment::settle(format, of.kind, value),
            _ => number::round(value, of.decimals),
        }
    }
}

/// The columns that relations make of others, each behind those that it is made of.
/// Of a circle the columns are taken as they are.
fn made(table: &Table, found: &[Found]) -> Vec<Made> {
    let is_number = |column: usize| !table.schema.columns[column].kind.is_coded();
    let mut left: Vec<Made> = Vec::new();
    for found in found {
        let (column, expression) = match &found.relation {
            Relation::Formula(formula) => (formula.column, formula.expression.clone()),
            Relation::Equal { a, b, when: None } => (*b, Expression::Column(*a)),
            _ => continue,
        };
        if is_number(column) && left.iter().all(|made| made.column != column) {
            let holds = |&row: &usize| found.relation.holds(table.cells.row(row)) == Some(true);
            let rows = (0..table.rows()).filter(holds).collect();
            left.push(Made { column, expression, rows });
        }
    }
    let mut ordered = Vec::new();
    let open = |made: &Made, left: &[Made]| {
        let sources = made.expression.columns();
        left.iter().all(|other| !sources.contains(&other.column))
    };
    while let Some(next) = left.iter().position(|made| open(made, &left)) {
        ordered.push(left.remove(next));
    }
    ordered
}

/// Rows to be taken together, by ascending value: from either end until `fewest` patients are in a
/// group, and from every value of many rows and few patients on.
fn groups(cells: &[f64], patients: &[usize], fewest: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..cells.len()).filter(|&row| !cells[row].is_nan()).collect();
    order.sort_by(|&a, &b| cells[a].total_cmp(&cells[b]));
    let runs: Vec<&[usize]> = order.chunk_by(|&a, &b| cells[a] == cells[b]).collect();
    let few = |runs: &[&[usize]]| {
        let rows = runs.iter().flat_map(|run| run.iter());
        rows.map(|&row| patients[row]).collect::<HashSet<_>>().len() < fewest
    };
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < runs.len() {
        let mut end = at + 1;
        if at == 0 || (runs[at].len() >= fewest && few(&runs[at..end])) {
            while end < runs.len() && few(&runs[at..end]) {
                end += 1;
            }
            found.push(at..end);
        }
        at = end;
    }
    let mut start = runs.len();
    while start > 0 && few(&runs[start..]) {
        start -= 1;
    }
    while let Some(group) = found.pop_if(|group| group.end > start) {
        start = start.min(group.start);
    }
    found.push(start..runs.len());
    found.into_iter().map(|group| runs[group].concat()).filter(|rows| !rows.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use crate::read::Sheet;

    #[test]
    fn values_of_one_patient_do_not_pass_for_common_ones() {
        // Patient 0 has six rows of 99812; the others 40000 and a bit.
        let (mut text, mut patients) = (String::from("income\n"), Vec::new());
        for row in 0..60 {
            let patient = row / 6;
            let income = if patient == 0 { 99812 } else { 40000 + 1000 * patient };
            text += &format!("{income}\n");
            patients.push(patient);
        }
        let sheet = Sheet::from_bytes(text.as_bytes(), "t.csv").unwrap();
        let (schema, _) = sheet.infer().unwrap();
        let mut table = sheet.table(&schema).unwrap();
        table.patients = Some(patients.clone());
        assert_eq!(table.shared_by(5, &[]), ["income"]);
        let cells: Vec<f64> = table.cells.column(0).collect();
        assert!(cells.iter().all(|cell| *cell != 99812.0), "{cells:?}");
        for value in &cells {
            let mut who: Vec<usize> =
                (0..60).filter(|&row| cells[row] == *value).map(|row| patients[row]).collect();
            who.dedup();
            assert!(who.len() >= 5, "{value} is of {who:?}");
        }
        // What many patients share stays.
        let sheet = Sheet::from_bytes(format!("x\n{}", "1\n2\n".repeat(30)).as_bytes(), "t.csv");
        let sheet = sheet.unwrap();
        let mut schema = sheet.infer().unwrap().0;
        schema.columns[0].kind = crate::Kind::Integer;
        schema.columns[0].levels.clear();
        let mut table = sheet.table(&schema).unwrap();
        table.patients = Some(patients);
        assert!(table.shared_by(5, &[]).is_empty());
    }
}
