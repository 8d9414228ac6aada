//! Forms: columns that are often missing all together, such as a questionnaire that was not filled
//! in.
//!
//! A generator that decides cell by cell leaves half of such a form filled in, where real patients
//! have all of it or none.
//! So each form has a learned column of its own, after all others, that is missing where all
//! columns of the form are.
//! A gate then makes them missing.

use crate::Table;
use crate::table::patients_among;
use ground::linkage::{Cluster, average_linkage, phi};
use serde::{Deserialize, Serialize};

/// A form has so many columns at least.
const COLUMNS: usize = 3;

/// So many patients at least miss all of a form.
const PATIENTS: usize = 20;

/// Forms are looked for among so many columns at most, those with the most missing cells.
const MOST: usize = 512;

/// At most so many rows are looked at.
const COMPARED: usize = 4096;

/// The columns of every form, ascending. A form stands before the forms inside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Forms(Vec<Vec<usize>>);

/// Which cells of some rows are missing.
struct Gaps {
    rows: usize,
    /// By column, then by row.
    missing: Vec<Vec<bool>>,
    /// Of every column.
    counts: Vec<usize>,
    /// Who each row is of, where patients have several.
    who: Option<Vec<usize>>,
}

impl Forms {
    /// The forms of a table.
    ///
    /// Candidates are the clusters of columns by the correlation of what is missing (phi).
    /// A cluster of at least [`COLUMNS`] is a form if two conditions hold.
    /// At least [`PATIENTS`] patients miss all of it.
    /// And these are twice as many as the rows that miss half of it or more, but not all.
    /// Inside a form the rows that miss all of it do not count.
    /// Of a long table [`COMPARED`] rows are looked at, spread over all of it.
    pub(super) fn of(train: &Table) -> Self {
        let gaps = Gaps::of(train);
        let some = |column: &usize| (1..gaps.rows).contains(&gaps.counts[*column]);
        let mut columns: Vec<usize> = (0..gaps.missing.len()).filter(some).collect();
        columns.sort_by_key(|column| std::cmp::Reverse(gaps.counts[*column]));
        columns.truncate(MOST);
        columns.sort_unstable();
        let likeness =
            columns.iter().map(|&a| columns.iter().map(|&b| gaps.phi(a, b)).collect()).collect();
        let mut forms = Self::default();
        if let Some(whole) = average_linkage(likeness) {
            forms.collect(&whole, &columns, &gaps, &(0..gaps.rows).collect::<Vec<_>>());
        }
        forms
    }

    /// Adds the forms of a cluster, in the rows that no form around it misses.
    fn collect(&mut self, cluster: &Cluster, columns: &[usize], gaps: &Gaps, rows: &[usize]) {
        let Some(parts) = &cluster.parts else { return };
        let mut form: Vec<usize> = cluster.items.iter().map(|&item| columns[item]).collect();
        form.sort_unstable();
        let missing = |row: usize| form.iter().filter(|&&column| gaps.missing[column][row]).count();
        let without: Vec<usize> =
            rows.iter().copied().filter(|&row| missing(row) == form.len()).collect();
        let all = without.len();
        let much = rows.iter().filter(|row| 2 * missing(**row) >= form.len()).count() - all;
        let is_form = form.len() >= COLUMNS
            && patients_among(gaps.who.as_deref(), without) >= PATIENTS
            && all >= 2 * much;
        let left: Vec<usize> =
            rows.iter().copied().filter(|&row| !is_form || missing(row) < form.len()).collect();
        if is_form {
            self.0.push(form);
        }
        parts.iter().for_each(|part| self.collect(part, columns, gaps, &left));
    }

    /// The columns of each.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[usize]> {
        self.0.iter().map(Vec::as_slice)
    }

    /// How many.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether a form is part of another one.
    pub(super) fn is_within(&self, inner: usize, outer: usize) -> bool {
        inner != outer && self.0[inner].iter().all(|column| self.0[outer].contains(column))
    }

    /// Whether stored forms can be those of a table with so many columns.
    pub(super) fn check(&self, columns: usize) -> Result<(), String> {
        let sound = |form: &Vec<usize>| {
            form.len() >= COLUMNS
                && form.iter().all(|&column| column < columns)
                && form.is_sorted_by(|a, b| a < b)
        };
        match self.0.iter().all(sound) {
            true => Ok(()),
            false => Err("a form of columns that the table does not have".into()),
        }
    }
}

impl Gaps {
    fn of(table: &Table) -> Self {
        let step = table.rows().div_ceil(COMPARED).max(1);
        let column = |column| table.cells.column(column).step_by(step).map(f64::is_nan).collect();
        let missing: Vec<Vec<bool>> = (0..table.schema.columns.len()).map(column).collect();
        let counts =
            missing.iter().map(|column| column.iter().filter(|gap| **gap).count()).collect();
        let who = table.patients().map(|of| of.iter().copied().step_by(step).collect());
        Self { rows: table.rows().div_ceil(step), missing, counts, who }
    }

    /// The correlation (phi) between the missing cells of two columns.
    fn phi(&self, a: usize, b: usize) -> f64 {
        let both = self.missing[a].iter().zip(&self.missing[b]).filter(|(a, b)| **a && **b).count();
        phi(both, self.counts[a], self.counts[b], self.rows).unwrap_or(0.0)
    }
}
