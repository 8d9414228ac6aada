//! The paper's Table 1 of every numerical variable.
//! The table is read again as often as quartiles and outliers need.

use super::counts::value;
use super::kind::VariableType;
use super::order::Search;
use super::reading::{Watched, read};
use super::seen::Seen;
use super::variable::{Numbers, Outliers};
use crate::source::Source;
use ground::error::{Error, Result};
use table::number::Text;

/// Table 1 for every column; none for those that are not numerical or have no number.
/// `patients` is the number of rows of the first reading.
///
/// Errors: those of a reading, and [`Error::Input`] for a file that changes from one reading to the
/// next.
pub(crate) fn numbers(
    source: &Source,
    seen: &[Seen],
    fence: f64,
    patients: u64,
) -> Result<Vec<Option<Numbers>>> {
    let numerical =
        |seen: &Seen| seen.kind == VariableType::Numerical && seen.facts.moments.count() > 0;
    let mut searches: Vec<Option<Search>> = seen
        .iter()
        .map(|seen| {
            numerical(seen).then(|| Search::new(&seen.facts.counts, seen.facts.moments.count()))
        })
        .collect();
    search(source, &mut searches, patients)?;
    let quartiles: Vec<Option<[f64; 3]>> =
        searches.iter().map(|s| s.as_ref().map(Search::quartiles)).collect();
    let outliers = outliers(source, seen, &quartiles, fence, patients)?;
    let all = seen.iter().zip(quartiles).zip(outliers);
    Ok(all.map(|((seen, quartiles), outliers)| table_1(seen, quartiles?, outliers?)).collect())
}

fn table_1(seen: &Seen, [q1, median, q3]: [f64; 3], outliers: Outliers) -> Option<Numbers> {
    let (moments, (min, max)) = (seen.facts.moments, seen.facts.range?);
    let (se_mean, st_dev) = (moments.standard_error(), moments.deviation());
    Some(Numbers { mean: moments.mean()?, se_mean, st_dev, min, q1, median, q3, max, outliers })
}

/// Reads the table until every search has found its ranks.
fn search(source: &Source, searches: &mut [Option<Search>], patients: u64) -> Result<()> {
    loop {
        let open = searches.iter_mut().enumerate();
        let mut open: Vec<Watched<&mut Search>> = open
            .filter_map(|(position, search)| Some(Watched { position, watcher: search.as_mut()? }))
            .filter(|watched| !watched.watcher.done())
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let rows = read(source, &mut open, |search, cell, _| {
            with_number(cell, |number| search.add(number))
        })?;
        // Every search must end this reading, so that the next one starts from clean counts.
        let unchanged =
            open.iter_mut().map(|watched| watched.watcher.next()).filter(|same| !same).count() == 0;
        demand_unchanged(source, rows == patients && unchanged)?;
    }
}

fn outliers(
    source: &Source,
    seen: &[Seen],
    quartiles: &[Option<[f64; 3]>],
    fence: f64,
    patients: u64,
) -> Result<Vec<Option<Outliers>>> {
    let mut outliers: Vec<Option<Outliers>> =
        quartiles.iter().map(|q| q.map(|[q1, _, q3]| Outliers::fenced(q1, q3, fence))).collect();
    let mut open = Vec::new();
    for (position, (outliers, seen)) in outliers.iter_mut().zip(seen).enumerate() {
        let Some(outliers) = outliers else { continue };
        match seen.facts.counts.distinct() {
            Some(counts) => counts.iter().for_each(|&(key, count)| outliers.add(value(key), count)),
            None => open.push(Watched { position, watcher: outliers }),
        }
    }
    if !open.is_empty() {
        let rows = read(source, &mut open, |outliers, cell, _| {
            with_number(cell, |number| outliers.add(number, 1))
        })?;
        demand_unchanged(source, rows == patients)?;
    }
    Ok(outliers)
}

fn with_number(cell: &str, take: impl FnOnce(f64)) {
    if cell.is_empty() {
        return;
    }
    if let Text::Number(number) = Text::of(cell) {
        take(number);
    }
}

fn demand_unchanged(source: &Source, unchanged: bool) -> Result<()> {
    if unchanged {
        return Ok(());
    }
    Err(Error::input(source.place(), "the file changed while it was read", "run the command again"))
}
