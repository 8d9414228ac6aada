//! Columns that a number decides together with others: in each case of these it has limits of its
//! own, such as those of haemoglobin for women and for men.

use super::chance::FEWEST;
use super::deciding::{Cells, Groups, named};
use super::decision::{Case, DecisionTable, order};
use super::decisions::{Decided, Search, fewest_cases};
use super::known::roundest_above;
use super::values::{MISSING, Values};
use crate::Table;
use crate::quantile::TOGETHER;
use rayon::prelude::*;

/// Cases at most: each has limits of its own.
const CASES: usize = 20;

/// Columns that say most of another one, of which pairs are tried with every number.
const LIKELY: usize = 6;

/// What a number and one or two other columns decide.
/// A column that is `done` is left out, unless numbers decide it there value by value.
pub(super) fn find(search: &Search, done: &[Decided]) -> Vec<Decided> {
    let is_done = |one: &Decided| !one.sources.iter().any(|&at| search.is_number(at));
    let done: Vec<usize> = done.iter().filter(|one| is_done(one)).map(|one| one.column).collect();
    let open: Vec<usize> =
        search.open.iter().filter(|column| !done.contains(column)).copied().collect();
    let numbers: Vec<Ascending> = (0..search.values.len())
        .filter(|&at| search.is_number(at))
        .map(|at| Ascending::of(search.table, at))
        .collect();
    let few: Vec<usize> =
        search.keys.iter().copied().filter(|&at| search.values[at].len() <= CASES).collect();
    let of_column = |column: &usize| {
        let mut sets: Vec<Vec<usize>> = few.iter().map(|&key| vec![key]).collect();
        let likely = search.likely(*column, LIKELY);
        for (at, a) in likely.iter().enumerate() {
            sets.extend(likely[at + 1..].iter().map(|b| vec![*a.min(b), *a.max(b)]));
        }
        let cells = Cells::of(search.values, *column);
        let of_set = |keys: &Vec<usize>| {
            let cases = Cases::of(search, keys).filter(|_| search.may(keys, *column));
            let numbers = numbers.iter().filter(|of| search.may(&[of.column], *column));
            let fits = numbers.filter(|of| cases.as_ref().is_some_and(|all| all.fit(of, &cells)));
            fits.filter_map(|of| decided(search, *column, keys, of)).collect::<Vec<_>>()
        };
        // One column more must be needed.
        let all: Vec<Decided> = sets.iter().flat_map(of_set).collect();
        let least = all.iter().map(|one| one.sources.len()).min();
        all.into_iter().filter(|one| Some(one.sources.len()) == least).collect::<Vec<_>>()
    };
    fewest_cases(open.par_iter().flat_map_iter(of_column).collect())
}

/// A column of numbers, and the rows with one by ascending number.
struct Ascending {
    column: usize,
    cells: Vec<f64>,
    rows: Vec<usize>,
}

impl Ascending {
    fn of(table: &Table, column: usize) -> Self {
        let cells: Vec<f64> = table.cells.column(column).collect();
        let mut rows: Vec<usize> = (0..cells.len()).filter(|&row| !cells[row].is_nan()).collect();
        rows.sort_by(|&a, &b| cells[a].total_cmp(&cells[b]));
        Self { column, cells, rows }
    }
}

/// The case of every row by one or two columns; none where a cell is missing.
struct Cases {
    of: Vec<Option<usize>>,
    count: usize,
}

impl Cases {
    /// None if there are too many.
    fn of(search: &Search, keys: &[usize]) -> Option<Self> {
        let count = keys.iter().map(|&key| search.values[key].len()).product();
        if count > CASES * CASES {
            return None;
        }
        let case = |row: usize| {
            keys.iter().try_fold(0, |case, &key| {
                let Values { places, cells, .. } = &search.values[key];
                (places[row] != MISSING).then(|| case * cells.len() + places[row] as usize)
            })
        };
        Some(Self { of: (0..search.table.rows()).map(case).collect(), count })
    }

    /// Whether in each case each cell of a column has one range of a number.
    fn fit(&self, number: &Ascending, cells: &Cells) -> bool {
        let mut last = vec![(MISSING, f64::NAN); self.count];
        let mut seen = vec![0u64; self.count];
        number.rows.iter().all(|&row| {
            let place = cells.values.places[row];
            let Some(case) = self.of[row].filter(|_| place != MISSING) else { return true };
            let (before, at) = last[case];
            let is_new = before != place;
            let fits = !is_new
                || (seen[case] & (1 << place) == 0
                    && (before == MISSING || at != number.cells[row]));
            last[case] = (place, number.cells[row]);
            seen[case] |= 1 << place;
            fits
        })
    }
}

/// The decision, if the number and every other column add to it what chance does not explain.
fn decided(search: &Search, column: usize, keys: &[usize], of: &Ascending) -> Option<Decided> {
    let cells = Cells::of(search.values, column);
    let (table, support) = table(search, keys, of.column, &cells)?;
    let groups = Groups::of(search.values, keys, &cells);
    let sources = keys.len() + 1;
    let believed = support >= FEWEST
        && (2..=CASES).contains(&table.cases.len())
        && search.is_believed(parted_by_number(&groups, of, &cells), sources)
        && (0..keys.len()).all(|left_out| {
            let others: Vec<usize> =
                keys.iter().copied().filter(|&key| key != keys[left_out]).collect();
            let coarse = Groups::of(search.values, &others, &cells);
            let cuts: usize = table.cases.iter().map(|case| case.steps.len() - 1).sum();
            search.is_believed(parted_by_keys(&coarse, of, &cells, cuts), sources)
        });
    let sources = keys.iter().copied().chain([of.column]).collect();
    believed.then_some(Decided { column, sources, table, support })
}

/// The decision table of a column by other columns and a number, and the rows that could have
/// broken it; none if there is none.
pub(super) fn table(
    search: &Search,
    keys: &[usize],
    number: usize,
    cells: &Cells,
) -> Option<(DecisionTable, usize)> {
    let groups = Groups::of(search.values, keys, cells);
    let number: Vec<f64> = search.table.cells.column(number).collect();
    let (mut cases, mut support) = (Vec::new(), 0);
    let known = groups.keys.iter().zip(&groups.rows).filter(|(key, _)| !key.contains(&MISSING));
    for (key, rows) in known {
        let mut rows: Vec<usize> =
            rows.iter().copied().filter(|&row| !number[row].is_nan()).collect();
        rows.sort_by(|&a, &b| number[a].total_cmp(&number[b]));
        let place = |row: usize| cells.values.places[row] as usize;
        let runs: Vec<&[usize]> = rows.chunk_by(|&a, &b| place(a) == place(b)).collect();
        let mut seen: Vec<usize> = runs.iter().map(|run| place(run[0])).collect();
        seen.sort_unstable();
        let apart = |two: &[&[usize]]| number[two[0][two[0].len() - 1]] < number[two[1][0]];
        if seen.windows(2).any(|two| two[0] == two[1]) || !runs.windows(2).all(apart) {
            return None;
        }
        let start = |at: usize| match at.checked_sub(1).map(|before| runs[before]) {
            // No number of a single patient: the roundest one that parts the ranges.
            Some(before) => roundest_above(number[before[before.len() - 1]], number[runs[at][0]]),
            None => f64::MIN,
        };
        let step = |at: usize| [start(at), cells.value(place(runs[at][0]))];
        let steps: Vec<[f64; 2]> = (0..runs.len()).map(step).collect();
        let patients = runs.iter().map(|run| search.table.patients_of(run.iter().copied())).min();
        let Some(patients) = patients else { continue };
        support += rows.len() - runs.iter().map(|run| run.len()).max().unwrap_or(0);
        cases.push(Case { cells: named(search, keys, key), steps, patients });
    }
    cases.retain(|case| case.patients >= TOGETHER);
    cases.sort_by(|a, b| order(&a.cells, &b.cells));
    Some((DecisionTable { cut: true, cases }, support))
}

/// The logarithm of the chance that a number parts all groups.
fn parted_by_number(groups: &Groups, of: &Ascending, cells: &Cells) -> f64 {
    let log_factorial = |n: usize| (1..=n).map(|x| (x as f64).ln()).sum::<f64>();
    let of_group = |rows: &Vec<usize>| {
        let mut counts = vec![0; cells.kinds];
        let there = rows.iter().filter(|&&row| !of.cells[row].is_nan());
        there.for_each(|&row| counts[cells.values.places[row] as usize] += 1);
        let kinds = counts.iter().filter(|count| **count > 0).count();
        log_factorial(kinds) + counts.iter().map(|&count| log_factorial(count)).sum::<f64>()
            - log_factorial(counts.iter().sum())
    };
    groups.rows.iter().map(of_group).sum()
}

/// The logarithm of a bound on the chance that a further column, with so many limits of a number in
/// its groups, parts what the number alone does not.
///
/// Rows between the first and the last number at which two cells of the column occur are open.
/// With given limits such a row comes out right at most as often as the most frequent cell does,
/// and each limit may lie between any two of these rows.
fn parted_by_keys(coarse: &Groups, of: &Ascending, cells: &Cells, cuts: usize) -> f64 {
    let (mut open, mut chance) = (0, 0.0);
    for rows in &coarse.rows {
        let counts = open_rows(rows, of, cells);
        let all: usize = counts.iter().sum();
        let most = counts.iter().copied().max().unwrap_or(0);
        if all > 0 {
            open += all;
            chance += all as f64 * (most as f64 / all as f64).ln();
        }
    }
    chance + cuts as f64 * ((open + 1) as f64).ln()
}

/// How often the column has which cell in rows of a group that the number alone does not part.
fn open_rows(rows: &[usize], of: &Ascending, cells: &Cells) -> Vec<usize> {
    let mut ranges = vec![[f64::INFINITY, f64::NEG_INFINITY]; cells.kinds];
    let there = || rows.iter().filter(|&&row| !of.cells[row].is_nan());
    let kind = |row: usize| cells.values.places[row] as usize;
    for &row in there() {
        let [least, most] = &mut ranges[kind(row)];
        *least = least.min(of.cells[row]);
        *most = most.max(of.cells[row]);
    }
    let mut counts = vec![0; cells.kinds];
    for &row in there() {
        let holds = |(other, [least, most]): (usize, &[f64; 2])| {
            other != kind(row) && (*least..=*most).contains(&of.cells[row])
        };
        if ranges.iter().enumerate().any(holds) {
            counts[kind(row)] += 1;
        }
    }
    counts
}
