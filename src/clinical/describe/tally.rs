//! How often every level of a variable occurs.

use super::counts::value;
use super::kind::VariableType;
use super::seen::Seen;
use super::variable::{Level, Tally};
use table::infer::natural;
use table::number::Text;
use table::{self, Kind};

/// The tally of a variable that has levels, with at most `top` of them; none for the other types
/// and where there were too many texts.
pub(crate) fn tally(seen: &Seen, schema: Option<&table::Column>, top: usize) -> Option<Tally> {
    if !matches!(seen.kind, VariableType::Nominal | VariableType::Ordinal | VariableType::Boolean) {
        return None;
    }
    let mut counts = match schema {
        Some(column) => by_schema(seen.texts.as_ref()?, column),
        None => counts(seen)?,
    };
    if schema.is_none_or(|column| column.kind == Kind::Nominal) && !seen.is_numeric() {
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| natural(&a.0, &b.0)));
    }
    let listed = listed(&counts, top);
    let level = |&at: &usize| {
        let (level, count) = &counts[at];
        Level { level: level.clone(), count: *count, share: *count as f64 / seen.n.max(1) as f64 }
    };
    let levels: Vec<Level> = listed.iter().map(level).collect();
    let (all, shown) = (
        counts.iter().map(|(_, n)| n).sum::<u64>(),
        levels.iter().map(|level| level.count).sum::<u64>(),
    );
    Some(Tally { other_levels: (counts.len() - levels.len()) as u64, other: all - shown, levels })
}

/// The places of the `top` most frequent levels, in the order of the levels.
fn listed(counts: &[(String, u64)], top: usize) -> Vec<usize> {
    let mut by_count: Vec<usize> = (0..counts.len()).collect();
    by_count.sort_by_key(|&at| std::cmp::Reverse(counts[at].1));
    by_count.truncate(top);
    by_count.sort_unstable();
    by_count
}

/// Numbers ascending, in whatever spelling; else texts.
fn counts(seen: &Seen) -> Option<Vec<(String, u64)>> {
    if seen.is_numeric() {
        let numbers = seen.facts.counts.distinct()?;
        return Some(
            numbers.into_iter().map(|(key, count)| (value(key).to_string(), count)).collect(),
        );
    }
    seen.texts.clone()
}

/// The schema's levels, also those that nobody has, and after them the texts that are no level.
/// `1.0` is the level `1`.
fn by_schema(texts: &[(String, u64)], column: &table::Column) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> =
        column.levels.iter().map(|level| (level.clone(), 0)).collect();
    for (text, count) in texts {
        let same = |(level, _): &&mut (String, u64)| match (Text::of(level), Text::of(text)) {
            (Text::Number(a), Text::Number(b)) => a == b,
            _ => level == text,
        };
        match counts.iter_mut().find(same) {
            Some((_, total)) => *total += count,
            None => counts.push((text.clone(), *count)),
        }
    }
    counts
}
