//! `outliers`: numbers beyond the whiskers of a box plot become empty cells.
//! No patient is dropped, and the statistics are computed again.

use super::action::Action;
use super::rounding::{REMEDY, number};
use super::selection::{Names, described};
use super::statistics::Summary;
use super::word::listed;
use super::work::{Ruling, Work};
use ground::error::Result;
use serde::Deserialize;

/// The rule's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outliers {
    columns: Option<Names>,
    #[serde(default)]
    except: Names,
    #[serde(default = "ten")]
    distinct_above: usize,
    #[serde(default = "one_and_a_half")]
    fence: f64,
    #[serde(default = "once")]
    passes: usize,
}

fn ten() -> usize {
    10
}

fn one_and_a_half() -> f64 {
    1.5
}

fn once() -> usize {
    1
}

impl Action for Outliers {
    fn check(&self) -> std::result::Result<(), String> {
        if !(self.fence.is_finite() && self.fence >= 0.0) {
            return Err("`fence` must be a number of at least 0".into());
        }
        if !(1..=100).contains(&self.passes) {
            return Err("`passes` must be from 1 to 100".into());
        }
        Ok(())
    }

    fn what(&self) -> String {
        let among = described(self.columns.as_ref(), &self.except);
        let passes =
            if self.passes == 1 { "once".into() } else { format!("up to {} times", self.passes) };
        format!(
            "values more than {} IQR beyond the quartiles out, {passes}, in {among}",
            self.fence
        )
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let columns = self.columns(work)?;
        let mut flat = Vec::new();
        let mut per_pass = vec![0; self.passes];
        for &column in &columns {
            // Words become empty first, so that quartiles are computed from numbers alone.
            work.revise(column, REMEDY, |cell| {
                number(cell).map_or_else(Ruling::Unreadable, |_| Ruling::Keep)
            })?;
            let before = work.summary(column);
            if before.values > 0 && before.quartiles[0] == before.quartiles[2] {
                flat.push(work.name(column).to_owned());
            }
            let mut after = before;
            for found in &mut per_pass {
                let outliers = self.pass(work, column, &after)?;
                *found += outliers;
                if outliers == 0 {
                    break;
                }
                after = work.summary(column);
            }
            work.remember(column, before, after);
        }
        work.note(format!("{} columns looked at", columns.len()));
        if !flat.is_empty() {
            let note = format!(
                "equal quartiles, so that every other value is an outlier: {}",
                listed(&flat)
            );
            work.note(note);
        }
        if self.passes > 1 {
            let counts: Vec<String> =
                per_pass.iter().take_while(|&&found| found > 0).map(usize::to_string).collect();
            work.note(format!(
                "cells per pass: {}",
                if counts.is_empty() { "0".into() } else { counts.join(", ") }
            ));
        }
        Ok(())
    }
}

impl Outliers {
    /// The columns that the rule names, and among the others those of numbers with enough different
    /// values.
    fn columns(&self, work: &mut Work) -> Result<Vec<usize>> {
        let chosen = work.choose(self.columns.as_ref(), &self.except)?;
        let (mut kept, mut words, mut few, mut flat) = (Vec::new(), 0, 0, Vec::new());
        for column in chosen {
            let by_name = self
                .columns
                .as_ref()
                .is_some_and(|names| names.0.iter().any(|name| name == work.name(column)));
            if by_name {
                kept.push(column);
                continue;
            }
            match self.numbers(work, column) {
                None => words += 1,
                Some(summary) if summary.values == 0 => few += 1,
                Some(summary) if summary.quartiles[0] == summary.quartiles[2] => {
                    flat.push(work.name(column))
                }
                Some(_) => kept.push(column),
            }
        }
        let flat =
            (!flat.is_empty()).then(|| format!("left out for equal quartiles: {}", listed(&flat)));
        if words + few > 0 {
            work.note(format!(
                "{words} columns with texts and {few} with too few different numbers left out"
            ));
        }
        flat.into_iter().for_each(|note| work.note(note));
        Ok(kept)
    }

    /// The column's numbers; without values when there are too few different ones, none when it
    /// holds a word.
    fn numbers(&self, work: &Work, column: usize) -> Option<Summary> {
        let mut numbers =
            work.values(column).map(|cell| number(cell).ok()).collect::<Option<Vec<f64>>>()?;
        numbers.sort_unstable_by(f64::total_cmp);
        let mut different = numbers.clone();
        different.dedup();
        let enough = different.len() > self.distinct_above;
        Some(Summary::of(if enough { numbers } else { Vec::new() }, work.empty(column)))
    }

    /// Empties what lies beyond the fences; how many cells that were.
    fn pass(&self, work: &mut Work, column: usize, now: &Summary) -> Result<usize> {
        let [low, _, high] = now.quartiles;
        let reach = self.fence * (high - low);
        let mut found = 0;
        work.revise(column, REMEDY, |cell| match number(cell) {
            Ok(value) if value < low - reach || value > high + reach => {
                found += 1;
                Ruling::Become("".into())
            }
            _ => Ruling::Keep,
        })?;
        Ok(found)
    }
}
