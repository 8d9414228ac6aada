//! Columns that have few of the combinations that their values allow: boxes of which one is
//! checked, prices with their taxes.

use super::chance::{FEWEST, all_pass, is_believed};
use super::columns::found;
use super::known::combinations;
use super::values::{MISSING, Values};
use super::{Found, Relation};
use crate::Table;
use crate::condition::Test;
use crate::quantile::TOGETHER;
use rayon::prelude::*;
use std::collections::HashMap;

/// Different values of a column of a pair.
const VALUES: usize = 60;

/// Combinations of five patients or more at most.
const COMBINATIONS: usize = 50;

/// The share of rows whose combination fewer than five have, at most; and of rows whose combination
/// no other one has.
const RARE: f64 = 0.02;
pub(super) const SINGLE: f64 = 0.005;

/// The share of pairs that independent columns would have beside the known ones, at least: with
/// fewer the two go together, and the others were not seen by chance.
const NEW: f64 = 0.2;

/// The groups of columns of which few combinations occur.
/// `before` are relations that say so already; columns of `out` are left out.
/// With `wide` those of three or more columns of two values, of which one at most is chosen;
/// without it all others.
pub(super) fn find(
    table: &Table,
    values: &[Values],
    before: &[Found],
    out: &[usize],
    wide: bool,
) -> Vec<Found> {
    let mut between: HashMap<[usize; 2], Vec<&Relation>> = HashMap::new();
    for relation in before.iter().map(|found| &found.relation) {
        let pair = match relation {
            Relation::Implies { when, then } => [when.column, then.column],
            Relation::Ordered { low: a, high: b } | Relation::Equal { a, b, .. } => [*a, *b],
            Relation::Follows { column, source, .. } => [*column, *source],
            _ => continue,
        };
        between.entry([pair[0].min(pair[1]), pair[0].max(pair[1])]).or_default().push(relation);
    }
    let search = Search { table, values, between, patterns: patterns(values) };
    let open = |at: &usize| !out.contains(at) && values[*at].present() >= FEWEST;
    let columns: Vec<usize> = (0..values.len()).filter(open).collect();
    let mut groups = search.exclusive(&columns);
    groups.retain(|group| wide == (group.len() > 2));
    if !wide {
        let taken = groups.concat();
        let left: Vec<usize> = columns.into_iter().filter(|at| !taken.contains(at)).collect();
        groups.extend(search.lattices(&left));
    }
    let relation = |mut columns: Vec<usize>| {
        columns.sort_unstable();
        let known = combinations(table, &columns);
        let rows = known.iter().map(|one| one.rows).sum();
        found(Relation::Combinations { columns, known }, rows)
    };
    groups.into_iter().map(relation).collect()
}

/// The combinations of columns in all rows, if they are few there, too.
pub(super) fn again(table: &Table, columns: Vec<usize>) -> Option<Relation> {
    let known = combinations(table, &columns);
    are_few(known.iter().map(|one| one.patients), COMBINATIONS)
        .then_some(Relation::Combinations { columns, known })
}

pub(super) struct Search<'a> {
    table: &'a Table,
    pub(super) values: &'a [Values],
    /// By column: columns that are missing in the same rows have the same number.
    patterns: Vec<usize>,
    /// What is known of two columns, by these.
    between: HashMap<[usize; 2], Vec<&'a Relation>>,
}

/// The number of the rows in which each column is missing.
fn patterns(values: &[Values]) -> Vec<usize> {
    let mut known: HashMap<Vec<bool>, usize> = HashMap::new();
    let missing = |of: &Values| of.places.iter().map(|place| *place == MISSING).collect();
    values
        .iter()
        .map(|of| {
            let next = known.len();
            *known.entry(missing(of)).or_insert(next)
        })
        .collect()
}

/// Whether combinations with so many rows each are few enough for one choice.
fn are_few(counts: impl Iterator<Item = usize>, most: usize) -> bool {
    let (mut all, mut rare, mut single, mut kept) = (0, 0, 0, 0);
    for count in counts {
        all += count;
        match count {
            1 => (single, rare) = (single + 1, rare + 1),
            2..TOGETHER => rare += count,
            _ => kept += 1,
        }
    }
    (2..=most.min(COMBINATIONS)).contains(&kept)
        && rare as f64 <= RARE * all as f64
        && single as f64 <= SINGLE * all as f64 + 1.0
}

impl Search<'_> {
    pub(super) fn rows(&self) -> usize {
        self.table.rows()
    }

    /// What is known of two columns.
    fn of_pair(&self, a: usize, b: usize) -> &[&Relation] {
        self.between.get(&[a.min(b), a.max(b)]).map_or(&[], Vec::as_slice)
    }

    /// Whether an implication binds two columns already.
    pub(super) fn says(&self, a: usize, b: usize) -> bool {
        self.of_pair(a, b).iter().any(|one| matches!(one, Relation::Implies { .. }))
    }

    /// Whether columns can be one choice: they are there or missing together, and next to every row
    /// has one of few combinations that five have.
    pub(super) fn is_choice(&self, columns: &[usize], most: usize) -> bool {
        let together = columns.iter().all(|&at| self.patterns[at] == self.patterns[columns[0]]);
        together && {
            let known = combinations(self.table, columns);
            are_few(known.iter().map(|one| one.rows), most)
        }
    }

    /// Pairs of columns with few combinations, joined where they share a column.
    fn lattices(&self, columns: &[usize]) -> Vec<Vec<usize>> {
        let few = |at: &&usize| (2..=VALUES).contains(&self.values[**at].len());
        let few: Vec<usize> = columns.iter().filter(few).copied().collect();
        let pairs = (0..few.len()).into_par_iter().flat_map_iter(|b| {
            let few = &few;
            (0..b).filter_map(move |a| {
                let pair = [few[a], few[b]];
                Some((self.lattice(pair)?, pair))
            })
        });
        let mut pairs: Vec<(f64, [usize; 2])> = pairs.collect();
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (_, pair) in pairs {
            let holds = |at: usize| groups.iter().position(|group| group.contains(&at));
            let wider = match pair.map(holds) {
                [None, None] => {
                    groups.push(pair.to_vec());
                    continue;
                }
                [Some(at), None] => Some((at, pair[1])),
                [None, Some(at)] => Some((at, pair[0])),
                _ => None,
            };
            if let Some((at, column)) = wider {
                let columns = [&groups[at][..], &[column]].concat();
                if self.is_choice(&columns, self.most(&columns)) {
                    groups[at] = columns;
                }
            }
        }
        groups
    }

    /// So many combinations at most are better learned as one choice.
    fn most(&self, columns: &[usize]) -> usize {
        2 * columns.iter().map(|&at| self.values[at].len()).sum::<usize>()
    }

    /// The share of pairs of independent columns that would be new, if few of all pairs occur.
    fn lattice(&self, pair: [usize; 2]) -> Option<f64> {
        let [a, b] = pair.map(|at| &self.values[at]);
        let together = self.patterns[pair[0]] == self.patterns[pair[1]];
        if a.len() == 2 && b.len() == 2 || !together {
            return None;
        }
        let mut counts = vec![0usize; a.len() * b.len()];
        for (&x, &y) in a.places.iter().zip(&b.places).filter(|(x, _)| **x != MISSING) {
            counts[x as usize * b.len() + y as usize] += 1;
        }
        let occurring = counts.iter().copied().filter(|count| *count > 0);
        if !are_few(occurring, self.most(&pair)) {
            return None;
        }
        let rows: usize = counts.iter().sum();
        let seen: Vec<bool> = counts.iter().map(|count| *count > 0).collect();
        let weight = |at: usize| {
            a.rows[at / b.len()] as f64 * b.rows[at % b.len()] as f64
                / (a.present() as f64 * b.present() as f64)
        };
        let places = 0..seen.len();
        let inside: f64 = places.clone().filter(|&at| seen[at]).map(weight).sum();
        let allowed = |at: &usize| {
            !seen[*at] && self.allows(pair, [a.cells[at / b.len()], b.cells[at % b.len()]])
        };
        let new: f64 = places.filter(allowed).map(weight).sum();
        let different = seen.iter().filter(|seen| **seen).count();
        let candidates = self.values.len() * self.values.len();
        let chance = all_pass(rows - different.min(rows), inside.min(1.0));
        (new >= NEW && is_believed(chance, candidates)).then_some(new)
    }

    /// Whether what is known before says nothing against two cells.
    fn allows(&self, [a, b]: [usize; 2], [x, y]: [f64; 2]) -> bool {
        let has =
            |test: &Test, cell: f64| matches!(test, Test::OneOf(values) if values.contains(&cell));
        let against = |relation: &&Relation| match relation {
            Relation::Implies { when, then } => {
                let [from, to] = if when.column == a { [x, y] } else { [y, x] };
                has(&when.test, from) && !has(&then.test, to)
            }
            Relation::Ordered { low, .. } if *low == a => x > y,
            Relation::Ordered { .. } => y > x,
            _ => true,
        };
        !self.of_pair(a, b).iter().any(against)
    }
}
