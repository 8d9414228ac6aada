//! Levels of too few patients, before anything is learned: they become the level "other" of their
//! column, or missing, and never the level of other patients.
//!
//! Patients are rows, unless the table says which rows are of one patient.

use super::{Column, Kind, Table};
use std::collections::HashSet;

/// What became of the rare levels of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pooled {
    /// Name of the column.
    pub column: String,
    /// The rare levels.
    pub levels: Vec<String>,
    /// Rows that had one of them.
    pub rows: usize,
    /// The level that they have now; none: they are missing.
    pub into: Option<String>,
    fewest: usize,
}

impl Pooled {
    /// A sentence for the owner: how many levels and rows, and what to do.
    /// Their names are left out, as they describe few patients and stderr is often a log of others.
    pub fn warning(&self) -> String {
        let keep = match self.into {
            Some(_) => "",
            None => " (a schema with other = \"...\" at its top keeps them as one level)",
        };
        let (count, rows) = (self.levels.len(), self.rows);
        format!("{}: {count} in {rows} rows{keep}", self.note())
    }

    /// A sentence without any value.
    pub fn note(&self) -> String {
        let into = match &self.into {
            Some(_) => "one level, \"other\"",
            None => "missing",
        };
        let (column, fewest) = (&self.column, self.fewest);
        format!("column {column:?}: levels of fewer than {fewest} patients each became {into}")
    }
}

/// The table without levels of fewer than `fewest` patients, and what was done.
///
/// In a nominal column they become the level `other` of the schema, or one of that name; where
/// there is none, or where even together they are too few, and in all other coded columns they
/// become missing.
/// A column of one level and fewer than `fewest` other rows stays: it is a constant.
pub fn pooled(table: &Table, fewest: usize) -> (Table, Vec<Pooled>) {
    let (mut table, mut all) = (table.clone(), Vec::new());
    let other = table.schema.other.clone();
    for position in 0..table.schema.columns.len() {
        let column = &table.schema.columns[position];
        if !column.kind.is_coded() {
            continue;
        }
        let cells: Vec<f64> = table.cells.column(position).collect();
        let patients = table.patients.clone();
        let counts = Counts { cells: &cells, patients: patients.as_deref() };
        let Some(plan) = plan(column, &counts, fewest, other.as_deref()) else { continue };
        let (rare, into) = plan;
        let change = |cell: f64| !cell.is_nan() && rare.contains(&(cell as usize));
        let rows: Vec<usize> = (0..cells.len()).filter(|&row| change(cells[row])).collect();
        let name = |level: usize| column.levels[level].clone();
        all.push(Pooled {
            column: column.name.clone(),
            levels: rare.iter().map(|&level| name(level)).collect(),
            rows: rows.len(),
            into: into.map(name),
            fewest,
        });
        let value = into.map_or(f64::NAN, |level| level as f64);
        rows.iter().for_each(|&row| table.cells[(row, position)] = value);
    }
    (table, all)
}

/// The table with the level `other` of its schema in every nominal column that has rare levels.
pub fn with_other(mut table: Table, fewest: usize) -> Table {
    let Some(other) = table.schema.other.clone() else { return table };
    table.schema.settle_event();
    for position in 0..table.schema.columns.len() {
        let cells: Vec<f64> = table.cells.column(position).collect();
        let column = &mut table.schema.columns[position];
        if column.kind == Kind::Nominal && !column.levels.contains(&other) {
            let counts = Counts { cells: &cells, patients: table.patients.as_deref() }
                .each(column.levels.len());
            if counts.iter().any(|count| (1..fewest).contains(count)) {
                column.levels.push(other.clone());
            }
        }
    }
    table
}

/// The rare levels of a column and the level that they become; none where nothing is to be done.
fn plan(
    column: &Column,
    counts: &Counts,
    fewest: usize,
    other: Option<&str>,
) -> Option<(Vec<usize>, Option<usize>)> {
    let each = counts.each(column.levels.len());
    let rare: Vec<usize> =
        (0..each.len()).filter(|&level| (1..fewest).contains(&each[level])).collect();
    if rare.is_empty() {
        return None;
    }
    let together = |level: usize| counts.together(|cell| cell == level || rare.contains(&cell));
    if let Some(other) = other_level(column, other)
        && together(other) >= fewest
    {
        let rare: Vec<usize> = rare.into_iter().filter(|&level| level != other).collect();
        return (!rare.is_empty()).then_some((rare, Some(other)));
    }
    let kept = each.iter().filter(|count| **count >= fewest).count();
    let rows =
        counts.cells.iter().filter(|cell| !cell.is_nan() && rare.contains(&(**cell as usize)));
    let constant =
        kept == 1 && rows.count() < fewest && counts.cells.iter().all(|cell| !cell.is_nan());
    (!constant).then_some((rare, None))
}

/// The level of a nominal column that is for all others.
fn other_level(column: &Column, named: Option<&str>) -> Option<usize> {
    if column.kind != Kind::Nominal {
        return None;
    }
    let find = |is: &dyn Fn(&str) -> bool| column.levels.iter().position(|level| is(level));
    named
        .and_then(|named| find(&|level| level == named))
        .or_else(|| find(&|level| level.eq_ignore_ascii_case("other")))
}

/// Patients behind the cells of a column.
struct Counts<'a> {
    cells: &'a [f64],
    patients: Option<&'a [usize]>,
}

impl Counts<'_> {
    /// Patients of each level.
    fn each(&self, levels: usize) -> Vec<usize> {
        let mut counts = vec![0; levels];
        let mut seen = HashSet::new();
        for (row, cell) in self.cells.iter().enumerate().filter(|(_, cell)| !cell.is_nan()) {
            let level = *cell as usize;
            let new = self.patients.is_none_or(|patients| seen.insert((level, patients[row])));
            counts[level] += usize::from(new);
        }
        counts
    }

    /// Patients of some levels together.
    fn together(&self, of: impl Fn(usize) -> bool) -> usize {
        let rows = self.cells.iter().enumerate();
        let rows = rows.filter(|(_, cell)| !cell.is_nan() && of(**cell as usize));
        match self.patients {
            None => rows.count(),
            Some(patients) => rows.map(|(row, _)| patients[row]).collect::<HashSet<_>>().len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;
    use ground::matrix::Matrix;

    fn table(kind: Kind, levels: &[&str], counts: &[usize], missing: usize) -> Table {
        let cells = counts.iter().enumerate();
        let mut cells: Vec<f64> =
            cells.flat_map(|(level, &count)| vec![level as f64; count]).collect();
        cells.extend(vec![f64::NAN; missing]);
        let column =
            format!("column = [{{ name = \"x\", kind = \"{kind}\", levels = {levels:?} }}]");
        let schema = Schema::from_toml(&column.to_lowercase(), "s.toml").unwrap();
        Table { schema, cells: Matrix::from_values(cells.len(), 1, cells), patients: None }
    }

    fn after(table: &Table, patients: Option<&[usize]>) -> (Vec<usize>, usize) {
        let table = Table { patients: patients.map(<[usize]>::to_vec), ..table.clone() };
        let (after, _) = pooled(&table, 5);
        let counts = Counts { cells: after.cells.values(), patients: None };
        (counts.each(table.schema.columns[0].levels.len()), after.missing())
    }

    #[test]
    fn rare_levels_become_missing_or_other_and_no_real_level() {
        let sites = table(Kind::Nominal, &["a", "b", "c", "d"], &[4, 4, 3, 20], 0);
        assert_eq!(after(&sites, None), (vec![0, 0, 0, 20], 11));
        let other = table(Kind::Nominal, &["a", "other", "c", "d"], &[4, 0, 3, 20], 2);
        assert_eq!(after(&other, None), (vec![0, 7, 0, 20], 2));
        // Too few even together.
        let other = table(Kind::Nominal, &["a", "other", "c", "d"], &[2, 1, 20, 20], 0);
        assert_eq!(after(&other, None), (vec![0, 0, 20, 20], 3));
        let all = table(Kind::Nominal, &["a", "b", "c"], &[4, 4, 4], 0);
        assert_eq!(after(&all, None), (vec![0, 0, 0], 12));
        let stages = table(Kind::Ordinal, &["1", "2", "3"], &[3, 20, 20], 0);
        assert_eq!(after(&stages, None), (vec![0, 20, 20], 3));
        let answers = table(Kind::Boolean, &["no", "yes"], &[20, 4], 3);
        assert_eq!(after(&answers, None), (vec![20, 0], 7));
    }

    #[test]
    fn what_is_no_group_changes_nothing() {
        let constant = table(Kind::Boolean, &["no", "yes"], &[20, 4], 0);
        assert_eq!(after(&constant, None), (vec![20, 4], 0));
        let common = table(Kind::Nominal, &["a", "b", "c"], &[5, 6, 0], 1);
        assert_eq!(pooled(&common, 5).1, []);
    }

    #[test]
    fn patients_are_counted_and_not_rows() {
        let visits = table(Kind::Nominal, &["a", "b"], &[12, 12], 0);
        let patients: Vec<usize> = (0..24).map(|row| if row < 12 { 0 } else { row }).collect();
        assert_eq!(after(&visits, Some(&patients)), (vec![0, 12], 12));
    }

    #[test]
    fn a_schema_can_name_the_level_for_all_others() {
        let mut sites = table(Kind::Nominal, &["a", "b", "c"], &[4, 4, 20], 0);
        sites.schema.other = Some("Rest".into());
        let sites = with_other(sites, 5);
        assert_eq!(after(&sites, None), (vec![0, 0, 20, 8], 0));
        let said = &pooled(&sites, 5).1[0];
        assert!(said.warning().ends_with("\"other\": 2 in 8 rows"), "{}", said.warning());
        for sentence in [said.warning(), said.note()] {
            assert!(!sentence.contains("\"a\""), "{sentence}");
        }
    }
}
