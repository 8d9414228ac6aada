//! Guessing a schema from the text of a table, so that the first run needs nothing but a CSV.

use super::number::{self, Text};
use super::read::{Sheet, is_missing};
use super::{Column, Kind, Schema, Warning};
use ground::error::{Error, Result};
use rayon::prelude::*;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};

/// A text column with more levels than this is taken for an identifier or free text.
const MAX_LEVELS: usize = 50;
/// Below this many levels a text column is nominal even when few patients share a level.
const FEW_LEVELS: usize = 10;
/// Integer columns that count the rows are reported from this many rows on.
const MANY_ROWS: usize = 20;

impl Sheet {
    /// Guesses the kind of every column.
    ///
    /// - Numbers: at least 90 % of the cells that are neither empty nor a code such as `NA` or
    ///   `nan` are numbers.
    ///   Two distinct ones make the column Boolean; else it is integer when all are whole, or
    ///   numerical.
    /// - Text: two distinct texts make a Boolean column, more a nominal one, with the levels in
    ///   natural order (`stage 2` before `stage 10`; `no` before `yes`).
    /// - No cell at all: numerical (and later kept out of training).
    ///
    /// Cells that are missing by themselves ([`is_missing`]) count as empty, with a warning.
    ///
    /// The words and other codes in a column of numbers are found when its cells are read
    /// ([`Sheet::table`]).
    ///
    /// Errors: [`Error::Input`] for a text column that looks like an identifier, a date or free
    /// text (more than 50 distinct texts, or more than 10 that exceed half of the cells).
    /// It is refused, and not left out with a warning: a synthetic table without one of the columns
    /// would surprise later than a message does now.
    pub fn infer(&self) -> Result<(Schema, Vec<Warning>)> {
        // Column by column, because a tally holds every number of its column.
        let guessed: Vec<_> =
            (0..self.columns()).into_par_iter().map(|column| self.guess(column)).collect();
        let mut columns = Vec::with_capacity(self.columns());
        let mut warnings = Vec::new();
        for guess in guessed {
            let (column, remarks) = guess?;
            warnings.extend(
                remarks.into_iter().map(|text| Warning { column: column.name.clone(), text }),
            );
            columns.push(column);
        }
        Ok((Schema { columns, ..Schema::default() }, warnings))
    }

    /// The kind of a column, and what the user should know about it.
    fn guess(&self, column: usize) -> Result<(Column, Vec<String>)> {
        let tally = Tally::of(self.column(column));
        let name = self.column_name(column).to_owned();
        if !tally.is_numeric() && tally.is_free_text() {
            return Err(self.free_text(&name, tally.texts.len(), tally.observed));
        }
        let remarks =
            [tally.read_as_missing(), tally.remark(self.rows())].into_iter().flatten().collect();
        let (kind, levels) = tally.kind();
        let decimals = if kind == Kind::Numerical { tally.decimals } else { 0 };
        Ok((
            Column {
                name,
                kind,
                unit: None,
                label: None,
                levels,
                decimals,
                missing: Vec::new(),
                formula: None,
            },
            remarks,
        ))
    }

    fn free_text(&self, name: &str, distinct: usize, observed: usize) -> Error {
        Error::input(
            self.place().column(name),
            format!(
                "text with {distinct} distinct values in {observed} cells looks like an identifier, a date or free text"
            ),
            "leave the column out, turn a date into a number of days, or list its levels in a schema",
        )
    }
}

/// What the cells of one column are.
#[derive(Default)]
struct Tally<'a> {
    observed: usize,
    /// The texts that occur.
    /// A column of numbers can have as many as rows, so they are not kept in order.
    texts: HashSet<&'a str>,
    numbers: Vec<f64>,
    too_large: usize,
    not_finite: usize,
    codes: usize,
    /// Texts that are numbers but for a comma.
    commas: usize,
    decimals: usize,
    /// Codes that always mean missing, and how often each occurs.
    missing: BTreeMap<&'a str, usize>,
}

impl<'a> Tally<'a> {
    fn of(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut tally = Self::default();
        for cell in cells.filter(|cell| !cell.is_empty()) {
            if is_missing(cell) {
                *tally.missing.entry(cell).or_default() += 1;
                continue;
            }
            tally.observed += 1;
            tally.texts.insert(cell);
            match Text::of(cell) {
                Text::Number(number) => {
                    tally.decimals = tally.decimals.max(number::decimals(number));
                    tally.numbers.push(number);
                }
                Text::TooLarge => tally.too_large += 1,
                Text::NotFinite => tally.not_finite += 1,
                Text::MissingCode => tally.codes += 1,
                Text::Word => {
                    tally.commas += usize::from(cell.replacen(',', ".", 1).parse::<f64>().is_ok())
                }
            }
        }
        tally.numbers.sort_unstable_by(f64::total_cmp);
        tally
    }

    /// Whether the column is one of numbers, by a vote in which codes for missing and non-finite
    /// numbers abstain.
    fn is_numeric(&self) -> bool {
        is_numeric(self.observed, self.numbers.len() + self.too_large, self.not_finite, self.codes)
    }

    fn is_free_text(&self) -> bool {
        is_free_text(self.texts.len(), self.observed)
    }

    fn kind(&self) -> (Kind, Vec<String>) {
        if !self.is_numeric() {
            let mut levels: Vec<String> = self.texts.iter().map(|&text| text.to_owned()).collect();
            levels.sort_by(|a, b| natural(a, b));
            return (if levels.len() == 2 { Kind::Boolean } else { Kind::Nominal }, levels);
        }
        let mut distinct = self.numbers.clone();
        distinct.dedup();
        if distinct.len() == 2 && self.numbers.len() == self.observed {
            return (Kind::Boolean, distinct.iter().map(f64::to_string).collect());
        }
        let whole = self.observed > 0 && self.decimals == 0;
        (if whole { Kind::Integer } else { Kind::Numerical }, Vec::new())
    }

    /// The codes that were read as missing without being named.
    fn read_as_missing(&self) -> Option<String> {
        let codes: Vec<String> =
            self.missing.iter().map(|(code, count)| format!("{code:?} ({count})")).collect();
        (!codes.is_empty())
            .then(|| format!("cells with a code are read as missing: {}", codes.join(", ")))
    }

    /// What the user should know about a column that can be used.
    fn remark(&self, rows: usize) -> Option<String> {
        if !self.is_numeric() {
            if 10 * (self.commas + self.numbers.len()) >= 9 * self.observed {
                let commas = self.commas;
                return Some(format!(
                    "{commas} numbers with commas are kept as text; say --decimal , if they are decimal"
                ));
            }
            let codes = self
                .texts
                .iter()
                .filter(|text| matches!(Text::of(text), Text::MissingCode | Text::NotFinite));
            let code = codes.min()?;
            return Some(format!(
                "{code:?} is kept as a level of its own; empty these cells if it means missing"
            ));
        }
        let (first, last) = (self.numbers.first()?, self.numbers.last()?);
        let counts = rows >= MANY_ROWS
            && self.numbers.len() == rows
            && last - first == (rows - 1) as f64
            && self.numbers.windows(2).all(|pair| pair[1] - pair[0] == 1.0);
        counts.then(|| {
            format!(
                "it counts the rows from {first} to {last}; leave it out if it is an identifier"
            )
        })
    }
}

/// Whether `numbers` (those too large among them) of `observed` cells make a column of numbers,
/// when codes for missing and numbers that are not finite abstain.
pub fn is_numeric(observed: usize, numbers: usize, not_finite: usize, codes: usize) -> bool {
    let votes = observed - codes - not_finite;
    let only_codes = observed > 0 && numbers + not_finite == 0 && votes == 0;
    10 * numbers >= 9 * votes && !only_codes
}

/// Whether so many `distinct` texts in `observed` cells are an identifier, dates or free text
/// rather than levels.
pub fn is_free_text(distinct: usize, observed: usize) -> bool {
    distinct > MAX_LEVELS || (distinct > FEW_LEVELS && 2 * distinct > observed)
}

/// Natural order: runs of digits compare as numbers, everything else by its characters.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (x, y) = (digits(left), digits(right));
        if !x.is_empty() && !y.is_empty() {
            let (m, n) = (x.trim_start_matches('0'), y.trim_start_matches('0'));
            match m.len().cmp(&n.len()).then_with(|| m.cmp(n)) {
                Ordering::Equal => (left, right) = (&left[x.len()..], &right[y.len()..]),
                order => return order,
            }
            continue;
        }
        match (left.chars().next(), right.chars().next()) {
            (Some(c), Some(d)) if c == d => {
                (left, right) = (&left[c.len_utf8()..], &right[d.len_utf8()..])
            }
            // Equal in every part ("1" and "01"): the plain order keeps the result the same on
            // every run.
            (None, None) => return a.cmp(b),
            (c, d) => return c.cmp(&d),
        }
    }
}

/// The digits at the start of a text.
fn digits(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_come_in_natural_order() {
        let mut levels = vec!["stage 10", "stage 2", "Stage 2", "stage 02", "stage", "10", "9"];
        levels.sort_by(|a, b| natural(a, b));
        assert_eq!(levels, ["9", "10", "Stage 2", "stage", "stage 02", "stage 2", "stage 10"]);
    }
}
