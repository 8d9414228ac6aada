//! Rows by what some columns say, and what another column has there.

use super::decision::{Case, DecisionTable, cell, order};
use super::decisions::{CASES, SHARED, Search};
use super::values::{MISSING, Values};
use crate::quantile::TOGETHER;
use std::collections::BTreeMap;

/// A column that may be decided.
pub(super) struct Cells<'a> {
    pub(super) values: &'a Values,
    /// Different cells.
    pub(super) kinds: usize,
}

impl<'a> Cells<'a> {
    pub(super) fn of(values: &'a [Values], column: usize) -> Self {
        let values = &values[column];
        Self { values, kinds: values.len() }
    }

    pub(super) fn value(&self, kind: usize) -> f64 {
        self.values.cells[kind]
    }
}

/// Rows in which a column is there, by the cells of some others; [`MISSING`] is a cell of its own.
pub(super) struct Groups {
    /// Cells of the others, ascending.
    pub(super) keys: Vec<Vec<u32>>,
    /// By group: its rows, ascending.
    pub(super) rows: Vec<Vec<usize>>,
    /// By group: how often the column has which cell.
    pub(super) counts: Vec<Vec<usize>>,
}

impl Groups {
    pub(super) fn of(values: &[Values], keys: &[usize], cells: &Cells) -> Self {
        let mut groups: BTreeMap<Vec<u32>, Vec<usize>> = BTreeMap::new();
        for row in (0..cells.values.places.len()).filter(|&row| cells.values.places[row] != MISSING)
        {
            let key = keys.iter().map(|&key| values[key].places[row]).collect();
            groups.entry(key).or_default().push(row);
        }
        let (keys, rows): (Vec<_>, Vec<Vec<usize>>) = groups.into_iter().unzip();
        let count = |rows: &Vec<usize>| {
            let mut counts = vec![0; cells.kinds];
            rows.iter().for_each(|&row| counts[cells.values.places[row] as usize] += 1);
            counts
        };
        let counts = rows.iter().map(count).collect();
        Self { keys, rows, counts }
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// How often the column has which cell in all groups.
    pub(super) fn all(&self) -> Vec<usize> {
        let kinds = self.counts.first().map_or(0, Vec::len);
        (0..kinds).map(|kind| self.counts.iter().map(|counts| counts[kind]).sum()).collect()
    }

    /// The decision table of groups with one cell of the column each, and the rows that could have
    /// broken it; none if a group has several, unless a cell of the others is missing in it, or if
    /// such groups have too many rows.
    pub(super) fn table(
        &self,
        search: &Search,
        keys: &[usize],
        cells: &Cells,
    ) -> Option<(DecisionTable, usize)> {
        let (mut cases, mut support) = (Vec::new(), 0);
        for ((key, rows), counts) in self.keys.iter().zip(&self.rows).zip(&self.counts) {
            let mut there = (0..cells.kinds).filter(|&kind| counts[kind] > 0);
            match (there.next(), there.next()) {
                (Some(kind), None) => {
                    let patients = search.table.patients_of(rows.iter().copied());
                    let steps = vec![[f64::MIN, cells.value(kind)]];
                    cases.push(Case { cells: named(search, keys, key), steps, patients });
                    support += rows.len() - 1;
                }
                _ if key.contains(&MISSING) => {}
                _ => return None,
            }
        }
        cases.sort_by(|a, b| order(&a.cells, &b.cells));
        let all: usize = self.rows.iter().map(Vec::len).sum();
        let most = (support + cases.len()) as f64 >= SHARED * all as f64;
        most.then_some((DecisionTable { cut: false, cases }, support))
    }

    /// The logarithm of the chance that a further column parts the groups of others (`coarse`) into
    /// groups of one cell each; `at` is its place among the cells of these finer ones.
    pub(super) fn chance(&self, coarse: &Groups, at: usize, ordered: bool) -> f64 {
        let mut finer: Vec<Vec<usize>> = vec![Vec::new(); coarse.len()];
        for (group, key) in self.keys.iter().enumerate() {
            let mut of = key.clone();
            of.remove(at);
            if let Ok(place) = coarse.keys.binary_search(&of) {
                finer[place].push(group);
            }
        }
        let parted = coarse.counts.iter().zip(&finer);
        parted.map(|(counts, finer)| self.parted_by_chance(counts, finer, ordered)).sum()
    }

    /// The same of one group that is parted into others.
    fn parted_by_chance(&self, counts: &[usize], finer: &[usize], ordered: bool) -> f64 {
        let all: usize = counts.iter().sum();
        let shares: Vec<f64> = counts.iter().map(|&count| count as f64 / all as f64).collect();
        let size = |group: usize| self.rows[group].len();
        let is_pure = |group: usize| self.counts[group].contains(&size(group));
        let pure: Vec<usize> = finer.iter().copied().filter(|&group| is_pure(group)).collect();
        let same = |count: usize| shares.iter().map(|p| p.powi(count as i32)).sum::<f64>().ln();
        let chance: f64 =
            pure.iter().map(|&group| size(group)).filter(|size| *size > 1).map(same).sum();
        if !ordered || pure.len() < 2 {
            return chance;
        }
        // Neighbours that go together say little: so often do these have the same cell.
        let kind = |group: usize| self.counts[group].iter().position(|count| *count > 0);
        let alike = pure.windows(2).filter(|two| kind(two[0]) == kind(two[1])).count();
        let alike = (alike + 1) as f64 / (pure.len() + 1) as f64;
        let support: usize = pure.iter().map(|&group| size(group) - 1).sum();
        chance.max(support as f64 * alike.ln())
    }
}

/// The cells of a group.
pub(super) fn named(search: &Search, keys: &[usize], places: &[u32]) -> Vec<Option<f64>> {
    let of = |(&key, &place): (&usize, &u32)| match place {
        MISSING => None,
        place => cell(search.values[key].cells[place as usize]),
    };
    keys.iter().zip(places).map(of).collect()
}

/// The case of every row, by the cells of some columns.
pub(super) struct Codes {
    of: Vec<usize>,
    /// By case: whether a cell is missing in it.
    lacking: Vec<bool>,
}

impl Codes {
    /// None if there are too many cases, or too few rows share theirs.
    pub(super) fn of(search: &Search, keys: &[usize]) -> Option<Self> {
        let rows = search.table.rows();
        let mut codes = Self { of: vec![0; rows], lacking: vec![false] };
        for values in keys.iter().map(|&key| &search.values[key]) {
            codes.part_by(values);
        }
        let mut counts = vec![0usize; codes.lacking.len()];
        codes.of.iter().for_each(|&code| counts[code] += 1);
        let shared: usize = counts.iter().filter(|count| **count >= TOGETHER).sum();
        (counts.len() <= CASES && shared as f64 >= SHARED * rows as f64).then_some(codes)
    }

    /// Parts every case by the cells of a further column; only cases that occur stay.
    fn part_by(&mut self, values: &Values) {
        let kinds = values.len() + 1;
        let mut new = vec![usize::MAX; self.lacking.len() * kinds];
        let mut lacking = Vec::new();
        for (code, &place) in self.of.iter_mut().zip(&values.places) {
            let kind = if place == MISSING { kinds - 1 } else { place as usize };
            let at = &mut new[*code * kinds + kind];
            if *at == usize::MAX {
                *at = lacking.len();
                lacking.push(self.lacking[*code] || place == MISSING);
            }
            *code = *at;
        }
        self.lacking = lacking;
    }

    /// Whether rows of one case have one cell of a column, but for cases that lack a cell.
    pub(super) fn decide(&self, values: &Values) -> bool {
        let mut seen = vec![MISSING; self.lacking.len()];
        self.of.iter().zip(&values.places).all(|(&code, &place)| {
            let known = seen[code];
            if place == MISSING || known == place || self.lacking[code] {
                return true;
            }
            seen[code] = place;
            known == MISSING
        })
    }
}
