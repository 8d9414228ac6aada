//! Rows that are of one patient: by a column that says so, and how a table shows that it has some.
//!
//! Six visits of one patient are not six patients: a value of his would pass for one that six
//! share, and a hold-out would hold rows of those trained on.

use super::Warning;
use super::infer::natural;
use super::read::Sheet;
use ground::error::{Error, Result};
use ground::spelling::advice;
use std::collections::{HashMap, HashSet};

/// Rows that are looked at, at most.
const LOOKED_AT: usize = 50_000;
/// Groups of rows, fewer of which say nothing.
const FEWEST_GROUPS: usize = 10;
/// Rows of a group on average, more of which are sites rather than patients.
const MOST_ROWS: usize = 40;
/// Columns that are the same in all rows of every group, fewer of which are an accident or a
/// function of one column.
const SAME_COLUMNS: usize = 2;
/// One cell in so many may be empty: that of a visit without a name.
const ONE_EMPTY_IN: usize = 50;

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
    /// A column with empty cells marks nobody, but for a few.
    pub fn repeated_patients(&self) -> Option<Warning> {
        let columns: Vec<Vec<usize>> =
            (0..self.columns()).map(|at| numbered(self.column(at).take(LOOKED_AT))).collect();
        let (column, same) = (0..self.columns())
            .filter(|&column| {
                let empty = self.column(column).take(LOOKED_AT).filter(|text| text.is_empty());
                empty.count() * ONE_EMPTY_IN <= columns[column].len()
            })
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
    fn a_column_with_many_empty_cells_marks_no_patients() {
        let mut text = String::from("end,start,length,x\n");
        for row in 0..400 {
            match row % 2 {
                0 => text += &format!(",,,{row}\n"),
                _ => text += &format!("{0},{0},{0},{row}\n", row / 4),
            }
        }
        let sheet = Sheet::from_bytes(text.as_bytes(), "t.csv").unwrap();
        assert_eq!(sheet.repeated_patients(), None);
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
}
