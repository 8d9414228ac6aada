//! Columns that follow from another one: each city has one region, each age its age group, each
//! dose level its dose.

use super::chance::{FEWEST, is_believed};
use super::columns::found;
use super::known::{Lookup, roundest_above};
use super::values::{MISSING, Values, values};
use super::{Found, Relation, combinations};
use crate::quantile::TOGETHER;
use crate::{Kind, Table};
use rayon::prelude::*;

/// Different cells that a column which follows may have.
const FOLLOWING: usize = 50;

/// Different cells of the other column beyond which each is hardly ever seen twice.
const SOURCES: usize = 2000;

/// The share of rows whose cell of the other column five have at least.
const SHARED: f64 = 0.9;

/// The columns that follow from another one.
/// `known` are sets of columns that need no further relation, `made` columns that others make.
pub(super) fn find(
    table: &Table,
    values: &[Values],
    known: &[Vec<usize>],
    made: &[usize],
) -> Vec<Found> {
    let search = Search { table, values, candidates: values.len() * values.len() };
    let of_column = |column: &usize| {
        let follows = !made.contains(column)
            && !table.schema.columns[*column].kind.is_time()
            && (2..=FOLLOWING).contains(&values[*column].len());
        let sources = (0..values.len()).filter(|&source| follows && search.leads(source, *column));
        let sources = sources.filter(|&source| {
            !known.iter().any(|set| set.len() == 2 && set.contains(&source) && set.contains(column))
        });
        let all = sources.filter_map(|source| search.relation(*column, source));
        // The nearest of several: region before city, for a country.
        all.min_by_key(|(source, _)| (values[*source].len(), *source)).map(|(_, found)| found)
    };
    let columns: Vec<usize> = (0..values.len()).collect();
    columns.par_iter().filter_map(of_column).collect()
}

struct Search<'a> {
    table: &'a Table,
    values: &'a [Values],
    candidates: usize,
}

impl Search<'_> {
    fn kind(&self, column: usize) -> Kind {
        self.table.schema.columns[column].kind
    }

    /// Whether a column can be one that the other follows from: it has more different cells, or as
    /// many and stands first, a coded one before numbers.
    fn leads(&self, source: usize, column: usize) -> bool {
        let rank =
            |at: usize| (std::cmp::Reverse(self.values[at].len()), !self.kind(at).is_coded(), at);
        source != column && rank(source) < rank(column)
    }

    fn relation(&self, column: usize, source: usize) -> Option<(usize, Found)> {
        let ordered = !matches!(self.kind(source), Kind::Nominal | Kind::Boolean);
        let steps = ordered.then(|| self.steps(column, source)).flatten();
        let (lookup, support) = steps.or_else(|| self.pairs(column, source))?;
        Some((source, found(Relation::Follows { column, source, lookup }, support)))
    }

    /// Each cell of the source has one of the column.
    fn pairs(&self, column: usize, source: usize) -> Option<(Lookup, usize)> {
        let [of, from] = [column, source].map(|at| &self.values[at]);
        if from.len() > SOURCES {
            return None;
        }
        let mut cell = vec![MISSING; from.len()];
        let mut rows = vec![0; from.len()];
        for (&a, &b) in from.places.iter().zip(&of.places) {
            if a != MISSING && b != MISSING {
                let known = &mut cell[a as usize];
                if *known != MISSING && *known != b {
                    return None;
                }
                *known = b;
                rows[a as usize] += 1;
            }
        }
        let support: usize = rows.iter().map(|count: &usize| count.saturating_sub(1)).sum();
        // Values that hardly any row shares say nothing of the next one.
        let all: usize = rows.iter().sum();
        let shared: usize = rows.iter().filter(|count| **count >= TOGETHER).sum();
        if support < FEWEST || (shared as f64) < SHARED * all as f64 {
            return None;
        }
        let shares: Vec<f64> =
            of.rows.iter().map(|&count| count as f64 / of.present() as f64).collect();
        let same = |count: usize| shares.iter().map(|p| p.powi(count as i32)).sum::<f64>().ln();
        let mut chance: f64 =
            rows.iter().filter(|count| **count > 1).map(|&count| same(count)).sum();
        let known: Vec<usize> = (0..from.len()).filter(|&at| cell[at] != MISSING).collect();
        if self.kind(source) != Kind::Nominal {
            // Neighbours that go together say little: so often do these have the same cell.
            let pairs = known.windows(2).filter(|two| cell[two[0]] == cell[two[1]]).count();
            let alike = (pairs + 1) as f64 / (known.len() + 1) as f64;
            chance = chance.max(support as f64 * alike.ln());
        }
        let known = known.into_iter();
        let pair = |at: usize| ([from.cells[at], of.cells[cell[at] as usize]], rows[at]);
        let (pairs, patients) = known.map(pair).unzip();
        is_believed(chance, self.candidates)
            .then_some((Lookup { steps: false, pairs, patients }, support))
    }

    /// Each cell of the column has one range of the source.
    fn steps(&self, column: usize, source: usize) -> Option<(Lookup, usize)> {
        let [of, from] = [column, source].map(|at| &self.values[at]);
        let mut cell = vec![MISSING; from.len()];
        let mut counts = vec![0usize; of.len()];
        for (&a, &b) in from.places.iter().zip(&of.places) {
            if a != MISSING && b != MISSING {
                let known = &mut cell[a as usize];
                if *known != MISSING && *known != b {
                    return None;
                }
                *known = b;
                counts[b as usize] += 1;
            }
        }
        let seen: Vec<usize> = (0..from.len()).filter(|&at| cell[at] != MISSING).collect();
        let runs: Vec<&[usize]> = seen.chunk_by(|&a, &b| cell[a] == cell[b]).collect();
        let occurring = counts.iter().filter(|count| **count > 0).count();
        if runs.len() != occurring || occurring < 2 || seen.len() < 2 * occurring {
            return None;
        }
        let all: usize = counts.iter().sum();
        let support = all - counts.iter().max().copied().unwrap_or(0);
        let log_factorial = |n: usize| (1..=n).map(|x| (x as f64).ln()).sum::<f64>();
        let chance = log_factorial(occurring)
            + counts.iter().map(|&count| log_factorial(count)).sum::<f64>()
            - log_factorial(all);
        if support < FEWEST || !is_believed(chance, self.candidates) {
            return None;
        }
        let pair = |at: usize| {
            let first = runs[at][0];
            // No number of a single patient: the roundest one that parts the ranges.
            let start = match at.checked_sub(1).map(|before| runs[before]) {
                Some(before) => {
                    roundest_above(from.cells[before[before.len() - 1]], from.cells[first])
                }
                None => f64::MIN,
            };
            [start, of.cells[cell[first] as usize]]
        };
        let pairs: Vec<[f64; 2]> = (0..runs.len()).map(pair).collect();
        let patients = vec![all; pairs.len()];
        Some((Lookup { steps: true, pairs, patients }, support))
    }
}

/// What a column follows from in all rows; none if it does not.
pub(super) fn again(table: &Table, column: usize, source: usize) -> Option<Relation> {
    let values = values(table);
    let search = Search { table, values: &values, candidates: 1 };
    let (_, found) = search.relation(column, source)?;
    match found.relation {
        Relation::Follows { lookup: Lookup { steps: false, .. }, .. } => {
            let lookup = counted(table, column, source);
            Some(Relation::Follows { column, source, lookup })
        }
        other => Some(other),
    }
}

/// The most frequent cell of a column for each of another one's.
pub(super) fn counted(table: &Table, column: usize, source: usize) -> Lookup {
    let mut lookup = Lookup::default();
    let mut all = combinations(table, &[source, column]);
    all.sort_by(|a, b| a.cells[0].total_cmp(&b.cells[0]).then(b.rows.cmp(&a.rows)));
    all.dedup_by(|later, first| later.cells[0] == first.cells[0]);
    for one in all {
        lookup.pairs.push([one.cells[0], one.cells[1]]);
        lookup.patients.push(one.patients);
    }
    lookup
}
