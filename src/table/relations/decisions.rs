//! Columns that several others decide: a risk by stage and albuminuria, a stage by the extent of
//! a tumour, its nodes and metastases, anaemia by sex and haemoglobin.
//!
//! Pairs of columns of few values are all tried; lists of three among those that say most of the
//! column.
//! Each other column must add to the rest what chance does not explain.

use super::chance::{FEWEST, is_believed_of_sets};
use super::columns::found;
use super::cut_offs;
use super::deciding::{Cells, Codes, Groups};
use super::decision::DecisionTable;
use super::turned::Made;
use super::values::{Values, values};
use super::{Found, Relation};
use crate::{Kind, Table};
use rayon::prelude::*;

/// Different cells of a column that is decided, or that decides, a missing one among them.
const FEW: usize = 50;

/// Different numbers of a column that is decided at most, and beyond which limits part one that
/// decides.
const NUMBERS: usize = 8;

/// Cases at most.
pub(super) const CASES: usize = 400;

/// Columns of few values beyond which nothing is sought: all their pairs are tried.
const MOST: usize = 300;

/// Columns that say most of another one, of which lists of three are tried.
const LIKELY: usize = 10;

/// The share of rows whose case five have at least, and that are decided.
pub(super) const SHARED: f64 = 0.9;

/// The share of rows that a decision may leave open if one of the columns that decide follows from
/// the one that they decide: hardly any row may say something else then.
const OPEN: f64 = 0.1;

/// The columns that several others decide, beside the relations of a list.
/// `made` are columns that others make.
pub(super) fn find(
    table: &Table,
    values: &[Values],
    known: &[Found],
    made: &[usize],
) -> Vec<Found> {
    let search = Search::of(table, values, known, made);
    if search.keys.len() > MOST {
        return Vec::new();
    }
    let mut all = search.pairs();
    all.extend(search.triples(&all));
    all.extend(cut_offs::find(&search, &all));
    // Of two tables of one column that of fewer cases; and first what leaves least open.
    let mut all = fewest_cases(all);
    let open = |one: &Decided| (20.0 * search.left_open(one)).floor() as usize;
    all.sort_by_key(|one| (open(one), one.sources.len(), one.table.cases.len(), one.column));
    let mut made = search.made.clone();
    let mut kept = Vec::new();
    for one in all {
        let is_circle = one.sources.iter().any(|at| made.needs(*at, one.column));
        if !is_circle && (search.left_open(&one) < OPEN || !search.follows_back(&one)) {
            made.makes(one.column, &one.sources);
            let Decided { column, sources, table, support } = one;
            kept.push(found(Relation::Decision { column, sources, table }, support));
        }
    }
    kept
}

/// A column that others decide.
#[derive(Clone)]
pub(super) struct Decided {
    pub(super) column: usize,
    pub(super) sources: Vec<usize>,
    pub(super) table: DecisionTable,
    /// Rows that could have broken it.
    pub(super) support: usize,
}

pub(super) struct Search<'a> {
    pub(super) table: &'a Table,
    pub(super) values: &'a [Values],
    /// Columns of few values.
    pub(super) keys: Vec<usize>,
    /// Those of them that may be decided.
    pub(super) open: Vec<usize>,
    /// What is made of what.
    made: Made,
    /// The same, and what follows from what.
    follow: Made,
}

impl<'a> Search<'a> {
    fn of(table: &'a Table, values: &'a [Values], known: &[Found], made: &[usize]) -> Self {
        let made_of = Made::of(known);
        let mut follow = made_of.clone();
        for one in known {
            if let Relation::Follows { .. } | Relation::Either { .. } = one.relation {
                let columns = one.relation.columns();
                follow.makes(columns[0], &columns[1..]);
            }
        }
        let few = |at: &usize| {
            let lacks = usize::from(values[*at].present() < values[*at].places.len());
            (2..=FEW).contains(&(values[*at].len() + lacks))
                && !table.schema.columns[*at].kind.is_time()
        };
        let keys: Vec<usize> = (0..values.len()).filter(few).collect();
        // Numbers of more values are no decisions, but copies and sums.
        let is_open = |at: &&usize| {
            let most = if table.schema.columns[**at].kind.is_coded() { FEW } else { NUMBERS };
            (2..=most).contains(&values[**at].len()) && !made.contains(at)
        };
        let open = keys.iter().filter(is_open).copied().collect();
        Self { table, values, keys, open, made: made_of, follow }
    }

    /// Whether limits may part a column.
    pub(super) fn is_number(&self, column: usize) -> bool {
        let kind = self.table.schema.columns[column].kind;
        self.values[column].len() > NUMBERS && !kind.is_coded() && !kind.is_time()
    }

    /// Whether some columns can decide another one.
    pub(super) fn may(&self, sources: &[usize], column: usize) -> bool {
        !sources.iter().any(|&at| at == column || self.made.needs(at, column))
    }

    /// Whether one of the columns that decide follows from the one that they decide: metastases from
    /// the stage that these decide with others.
    fn follows_back(&self, one: &Decided) -> bool {
        one.sources.iter().any(|&at| self.follow.needs(at, one.column))
    }

    /// The share of rows that would be of no known case if the columns that decide were independent.
    fn left_open(&self, one: &Decided) -> f64 {
        let keys = &one.sources[..one.sources.len() - usize::from(one.table.cut)];
        let share = |(&key, cell): (&usize, &Option<f64>)| {
            let Values { cells, rows, places, .. } = &self.values[key];
            let count = match cell {
                None => places.len() - self.values[key].present(),
                Some(cell) => rows[cells.partition_point(|known| known < cell)],
            };
            count as f64 / places.len() as f64
        };
        let known = one.table.of_many().cases.into_iter();
        let known = known.map(|case| keys.iter().zip(&case.cells).map(share).product::<f64>());
        1.0 - known.sum::<f64>()
    }

    /// Whether chance does not explain something of these columns and of the one that they decide.
    pub(super) fn is_believed(&self, chance: f64, sources: usize) -> bool {
        is_believed_of_sets(chance, self.values.len(), sources + 1)
    }

    /// What pairs of columns decide: of each column what has the fewest cases.
    fn pairs(&self) -> Vec<Decided> {
        let pair = |a: usize| (a + 1..self.keys.len()).map(move |b| [self.keys[a], self.keys[b]]);
        let all = (0..self.keys.len()).into_par_iter().flat_map_iter(|a| {
            pair(a).flat_map(|keys| self.decided_by(&keys, &self.open)).collect::<Vec<_>>()
        });
        fewest_cases(all.collect())
    }

    /// What three columns decide of those that no two do.
    fn triples(&self, done: &[Decided]) -> Vec<Decided> {
        let left = |column: &&usize| !done.iter().any(|one| one.column == **column);
        let open: Vec<usize> = self.open.iter().filter(left).copied().collect();
        let of_column = |column: &usize| {
            let likely = self.likely(*column, LIKELY);
            let mut all = Vec::new();
            for (at, a) in likely.iter().enumerate() {
                for (next, b) in likely.iter().enumerate().skip(at + 1) {
                    for c in &likely[next + 1..] {
                        let mut keys = vec![*a, *b, *c];
                        keys.sort_unstable();
                        all.extend(self.decided_by(&keys, &[*column]));
                    }
                }
            }
            all
        };
        fewest_cases(open.par_iter().flat_map_iter(of_column).collect())
    }

    /// The columns of few values that say most of another one, beyond what chance does.
    pub(super) fn likely(&self, column: usize, most: usize) -> Vec<usize> {
        let may = self.keys.iter().filter(|key| self.may(&[**key], column));
        let mut rated: Vec<(f64, usize)> = may.map(|&key| (self.says(key, column), key)).collect();
        rated.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        rated.into_iter().take(most).map(|(_, key)| key).collect()
    }

    /// What a column says of another one: mutual information, less what independent columns of as
    /// many values have on average (Miller 1955).
    fn says(&self, key: usize, column: usize) -> f64 {
        let cells = Cells::of(self.values, column);
        let groups = Groups::of(self.values, &[key], &cells);
        let entropy = |counts: &[usize]| {
            let all: usize = counts.iter().sum();
            let term = |&count: &usize| -(count as f64) * (count as f64 / all as f64).ln();
            counts.iter().filter(|count| **count > 0).map(term).sum::<f64>()
        };
        let within: f64 = groups.counts.iter().map(|counts| entropy(counts)).sum();
        let by_chance = (groups.len().max(1) - 1) * (cells.kinds - 1);
        entropy(&groups.all()) - within - by_chance as f64 / 2.0
    }

    /// Those of some columns that others decide.
    fn decided_by(&self, keys: &[usize], columns: &[usize]) -> Vec<Decided> {
        let Some(codes) = Codes::of(self, keys) else { return Vec::new() };
        let may = columns.iter().filter(|&&column| self.may(keys, column));
        may.filter(|&&column| codes.decide(&self.values[column]))
            .filter_map(|&column| self.decision(column, keys))
            .collect()
    }

    /// The decision table of a column, if each other column adds to it what chance does not
    /// explain.
    fn decision(&self, column: usize, keys: &[usize]) -> Option<Decided> {
        let cells = Cells::of(self.values, column);
        let groups = Groups::of(self.values, keys, &cells);
        let (table, support) = groups.table(self, keys, &cells)?;
        let adds = |left_out: usize| {
            let others: Vec<usize> =
                keys.iter().copied().filter(|&key| key != keys[left_out]).collect();
            let kind = self.table.schema.columns[keys[left_out]].kind;
            let ordered = !matches!(kind, Kind::Nominal | Kind::Boolean);
            let chance =
                groups.chance(&Groups::of(self.values, &others, &cells), left_out, ordered);
            self.is_believed(chance, keys.len())
        };
        let believed = support >= FEWEST && (0..keys.len()).all(adds);
        believed.then(|| Decided { column, sources: keys.to_vec(), table, support })
    }
}

/// Of each column what has the fewest cases, then the first columns.
pub(super) fn fewest_cases(mut all: Vec<Decided>) -> Vec<Decided> {
    let rank = |one: &Decided| (one.column, one.table.cases.len(), one.sources.clone());
    all.sort_by_key(rank);
    all.dedup_by_key(|one| one.column);
    all
}

/// The decision table of a column in all rows; empty if the others do not decide it there.
pub(super) fn counted(table: &Table, column: usize, sources: &[usize]) -> DecisionTable {
    let values = values(table);
    let search = Search::of(table, &values, &[], &[]);
    let cells = Cells::of(&values, column);
    let by_limits = sources.split_last().filter(|(last, _)| search.is_number(**last));
    let by_limits =
        by_limits.and_then(|(last, keys)| cut_offs::table(&search, keys, *last, &cells));
    let by_value = || Groups::of(&values, sources, &cells).table(&search, sources, &cells);
    by_limits.or_else(by_value).map_or_else(DecisionTable::default, |(table, _)| table)
}
