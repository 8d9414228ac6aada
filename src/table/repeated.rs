//! Rows that are of one patient: by a column that says so, and how a table shows that it has some.
//!
//! Six visits of one patient are not six patients: a value of his would pass for one that six
//! share, and a hold-out would hold rows of those trained on.

use super::infer::natural;
use super::read::Sheet;
use super::{Table, Warning};
use ground::error::{Error, Result};
use ground::spelling::advice;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Rows that are looked at, at most.
const LOOKED_AT: usize = 50_000;
/// Groups of rows, fewer of which say nothing.
const FEWEST_GROUPS: usize = 10;
/// Rows of a group on average, more of which are sites rather than patients.
const MOST_ROWS: usize = 40;
/// Columns that are the same in all rows of every group, fewer of which are an accident or a
/// function of one column.
const SAME_COLUMNS: usize = 2;

impl Sheet {
    /// Who each row is of, by the texts of the named column: numbers from 0.
    /// An empty cell is a patient of its own.
    ///
    /// Errors: [`Error::Usage`] for a column that is not there.
    pub fn patients(&self, name: &str) -> Result<Vec<usize>> {
        let Some(column) = (0..self.columns()).find(|&at| self.column_name(at) == name) else {
            let file = self.place().file;
            let advice = advice((0..self.columns()).map(|at| self.column_name(at)), name);
            return Err(Error::Usage(format!(
                "{} has no column {name:?} that says whose rows are whose (--patient); {advice}",
                file.display()
            )));
        };
        Ok(numbered(self.column(column)))
    }

    /// A warning where a column marks repeated rows of patients: its values stand in a few rows
    /// each, about equally many, and other columns are the same in all rows of each, although they
    /// change from one value to the next.
    pub fn repeated_patients(&self) -> Option<Warning> {
        let columns: Vec<Vec<usize>> =
            (0..self.columns()).map(|at| numbered(self.column(at).take(LOOKED_AT))).collect();
        let (column, same) = (0..self.columns())
            .filter(|&column| looks_like_patients(&columns[column]))
            .map(|column| (column, same_within(&columns, column)))
            .filter(|(_, same)| *same >= SAME_COLUMNS)
            .max_by_key(|&(column, same)| (same, std::cmp::Reverse(column)))?;
        let (rows, groups) = (columns[column].len(), distinct(&columns[column]));
        let column = self.column_name(column).to_owned();
        let text = format!(
            "{rows} rows have {groups} values of it, and {same} other columns are the same in all rows of each: \
             if these are patients with several rows, say --patient {column}, or each row counts as a patient"
        );
        Some(Warning { column, text })
    }
}

impl Table {
    /// Takes values apart that fewer than `fewest` patients share in so many rows that they would
    /// pass for common ones: such a number, and the extremes of few patients, become the mean of
    /// the next ones until so many patients stand behind it.
    /// Gives the names of the columns that changed.
    /// Nothing changes where every row is a patient.
    pub fn shared_by(&mut self, fewest: usize) -> Vec<String> {
        let mut changed = Vec::new();
        let Some(patients) = self.patients.clone() else { return changed };
        for position in 0..self.schema.columns.len() {
            let column = &self.schema.columns[position];
            if column.kind.is_coded() {
                continue;
            }
            let cells: Vec<f64> = self.cells.column(position).collect();
            let decimals = column.decimals;
            let groups = groups(&cells, &patients, fewest);
            for rows in
                groups.iter().filter(|rows| rows.iter().any(|&r| cells[r] != cells[rows[0]]))
            {
                let mean = rows.iter().map(|&row| cells[row]).sum::<f64>() / rows.len() as f64;
                let mean = super::number::round(mean, decimals);
                rows.iter().for_each(|&row| self.cells[(row, position)] = mean);
                if changed.last() != Some(&column.name) {
                    changed.push(column.name.clone());
                }
            }
        }
        changed
    }
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

/// The texts of a column by their places in natural order; every empty one stands for itself,
/// behind them all.
fn numbered<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> Vec<usize> {
    let known: HashSet<&str> = texts.clone().filter(|text| !text.is_empty()).collect();
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_by(|a, b| natural(a, b));
    let places: HashMap<&str, usize> =
        known.iter().enumerate().map(|(at, &text)| (text, at)).collect();
    let mut next = known.len();
    let place = |text: &str| {
        places.get(text).copied().unwrap_or_else(|| {
            next += 1;
            next - 1
        })
    };
    texts.map(place).collect()
}

fn distinct(column: &[usize]) -> usize {
    column.iter().max().map_or(0, |most| most + 1)
}

/// Whether values stand in a few rows each, about equally many.
fn looks_like_patients(column: &[usize]) -> bool {
    let (rows, groups) = (column.len(), distinct(column));
    if groups < FEWEST_GROUPS || 10 * groups > 9 * rows || rows > MOST_ROWS * groups {
        return false;
    }
    let mut sizes = vec![0.0; groups];
    column.iter().for_each(|&group| sizes[group] += 1.0);
    let mean = rows as f64 / groups as f64;
    let variance =
        sizes.iter().map(|size: &f64| (size - mean).powi(2)).sum::<f64>() / groups as f64;
    // Visits of patients vary less than values that come by chance, whose counts have the mean as
    // their variance, and more in numbers with a middle.
    variance < 0.75 * mean
}

/// Other columns that are the same within all groups of a column, although they often differ
/// between a group and the next one.
fn same_within(columns: &[Vec<usize>], groups: usize) -> usize {
    let of = &columns[groups];
    let mut first = vec![usize::MAX; distinct(of)];
    (0..of.len()).rev().for_each(|row| first[of[row]] = row);
    let is_same = |&other: &usize| {
        let cells = &columns[other];
        let constant = (0..of.len()).all(|row| cells[row] == cells[first[of[row]]]);
        let changes = first.windows(2).filter(|pair| cells[pair[0]] != cells[pair[1]]).count();
        other != groups && constant && 5 * changes >= first.len()
    };
    (0..columns.len()).filter(is_same).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Patients with some visits each: id, visit, sex, age, weight.
    fn visits(id: impl Fn(usize) -> String, same: bool) -> Sheet {
        let mut text = String::from("id,visit,sex,age,weight\n");
        for patient in 0..40 {
            for visit in 0..3 + patient % 3 {
                let sex =
                    if (patient * 7 + usize::from(!same) * visit) % 5 < 2 { "f" } else { "m" };
                let age = 40 + patient * 13 % 37 + if same { 0 } else { visit };
                let weight = 50 + (patient * 31 + visit * 17) % 49;
                text += &format!("{},{visit},{sex},{age},{weight}\n", id(patient));
            }
        }
        Sheet::from_bytes(text.as_bytes(), "t.csv").unwrap()
    }

    #[test]
    fn repeated_patients_are_noticed() {
        for id in [|n: usize| format!("{}", 1000 + n), |n: usize| format!("P-{n:03}")] {
            let warning = visits(id, true).repeated_patients().unwrap();
            assert_eq!(warning.column, "id");
            assert!(warning.text.contains("--patient id"), "{}", warning.text);
        }
        assert_eq!(visits(|n| n.to_string(), false).repeated_patients(), None);
    }

    #[test]
    fn functions_of_a_number_are_no_patients() {
        let mut text = String::from("age,group,old,weight\n");
        for row in 0..400 {
            let age = 20 + row * 17 % 61;
            text += &format!("{age},{},{},{}\n", age / 20, age > 60, row * 37 % 97);
        }
        let sheet = Sheet::from_bytes(text.as_bytes(), "t.csv").unwrap();
        assert_eq!(sheet.repeated_patients(), None);
    }

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
        assert_eq!(table.shared_by(5), ["income"]);
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
        assert!(table.shared_by(5).is_empty());
    }
}
