//! Which cells are missing, one bit per cell.
//! The questions about missing values need no more, even for a million patients.

use crate::source::Source;
use ground::error::{Error, Result};
use ground::spelling::advice;
use table::read::{Row, is_missing};

/// The missing cells of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Presence {
    /// Names of the features.
    pub names: Vec<String>,
    /// Number of patients.
    pub patients: usize,
    /// Missing cells that hold a code such as `NA`.
    pub codes: u64,
    /// Of every feature, 64 patients to a word.
    missing: Vec<Vec<u64>>,
    /// Of every patient.
    per_patient: Vec<usize>,
}

impl Presence {
    /// Reads a table without the columns `drop`.
    /// A cell is missing when it is empty or holds a code that always means so ([`is_missing`]).
    ///
    /// Errors: those of [`table::read::RowReader::next_row`], [`Error::Input`] for a table without
    /// rows, [`Error::Usage`] for a name in `drop` that the header lacks and when no column is
    /// left.
    pub fn read(source: &Source, drop: &[String]) -> Result<Self> {
        let mut rows = source.rows()?;
        let all = rows.headers().to_vec();
        if let Some(name) = drop.iter().find(|name| !all.contains(name)) {
            let file = source.place().file;
            let advice = advice(all.iter().map(String::as_str), name);
            let problem =
                format!("{} has no column {name:?} to leave out; {advice}", file.display());
            return Err(Error::Usage(problem));
        }
        let kept: Vec<usize> =
            (0..all.len()).filter(|&column| !drop.contains(&all[column])).collect();
        if kept.is_empty() {
            return Err(Error::Usage("every column is left out; keep at least one".into()));
        }
        let names = kept.iter().map(|&column| all[column].clone()).collect();
        let missing = vec![Vec::new(); kept.len()];
        let mut presence = Self { names, patients: 0, codes: 0, missing, per_patient: Vec::new() };
        while let Some(row) = rows.next_row()? {
            presence.add(row, &kept);
        }
        if presence.patients == 0 { Err(source.without_rows()) } else { Ok(presence) }
    }

    fn add(&mut self, row: Row<'_>, kept: &[usize]) {
        let (word, bit) = (self.patients / 64, self.patients % 64);
        let mut missing = 0;
        for (column, &place) in self.missing.iter_mut().zip(kept) {
            if bit == 0 {
                column.push(0);
            }
            let cell = row.cell(place);
            if is_missing(cell) {
                column[word] |= 1 << bit;
                missing += 1;
                self.codes += u64::from(!cell.is_empty());
            }
        }
        self.per_patient.push(missing);
        self.patients += 1;
    }

    /// Number of features.
    pub fn features(&self) -> usize {
        self.names.len()
    }

    /// Missing cells of every patient, top to bottom.
    pub fn per_patient(&self) -> &[usize] {
        &self.per_patient
    }

    /// Missing cells of every feature among all patients.
    pub fn per_feature(&self) -> Vec<usize> {
        self.missing.iter().map(|words| ones(words.iter().copied())).collect()
    }

    /// Missing cells of every feature among the patients with at most `limit` missing cells, and
    /// the number of these patients.
    pub fn per_feature_within(&self, limit: usize) -> (usize, Vec<usize>) {
        let mut kept = vec![0u64; self.patients.div_ceil(64)];
        for (patient, _) in
            self.per_patient.iter().enumerate().filter(|(_, missing)| **missing <= limit)
        {
            kept[patient / 64] |= 1 << (patient % 64);
        }
        let among = |words: &Vec<u64>| ones(words.iter().zip(&kept).map(|(a, b)| a & b));
        (ones(kept.iter().copied()), self.missing.iter().map(among).collect())
    }

    /// Patients of whom both features are missing.
    pub fn both(&self, a: usize, b: usize) -> usize {
        ones(self.missing[a].iter().zip(&self.missing[b]).map(|(a, b)| a & b))
    }
}

fn ones(words: impl Iterator<Item = u64>) -> usize {
    words.map(|word| word.count_ones() as usize).sum()
}
