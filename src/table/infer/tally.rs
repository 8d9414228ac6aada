//! What the cells of one column are, counted before anything is decided.

use crate::digits::Precision;
use crate::number::{self, Text};
use crate::quantity::{limit, with_unit};
use crate::read::is_missing;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Different units from which a column is not one of quantities.
const MANY_UNITS: usize = 4;
/// Cells with one word from which it is no slip of the pen.
const USUAL_WORD: usize = 5;

/// What the cells of one column are.
#[derive(Default)]
pub(super) struct Tally<'a> {
    pub(super) observed: usize,
    /// The texts that occur.
    /// A column of numbers can have as many as rows, so they are not kept in order.
    pub(super) texts: HashSet<&'a str>,
    /// The numbers, ascending.
    pub(super) numbers: Vec<f64>,
    too_large: usize,
    not_finite: usize,
    codes: usize,
    /// Texts that are numbers but for a comma.
    pub(super) commas: usize,
    pub(super) precision: Precision,
    /// Codes that always mean missing, and how often each occurs.
    pub(super) missing: BTreeMap<&'a str, usize>,
    /// Digits with a zero before them.
    pub(super) padded: usize,
    /// Digits beyond what a number keeps.
    pub(super) beyond: usize,
    /// Detection limits.
    pub(super) limits: usize,
    /// Numbers with a unit, and the units.
    pub(super) with_unit: usize,
    pub(super) units: BTreeSet<&'a str>,
    /// The texts that are no number of any sort, and how often each occurs.
    words: HashMap<&'a str, usize>,
}

impl<'a> Tally<'a> {
    pub(super) fn of(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut tally = Self::default();
        for cell in cells.filter(|cell| !cell.is_empty()) {
            if is_missing(cell) {
                *tally.missing.entry(cell).or_default() += 1;
                continue;
            }
            tally.observed += 1;
            tally.texts.insert(cell);
            match Text::of(cell) {
                Text::Number(number) => tally.number(cell, number),
                Text::TooLarge => tally.too_large += 1,
                Text::NotFinite => tally.not_finite += 1,
                Text::MissingCode => tally.codes += 1,
                Text::Word => tally.word(cell),
            }
        }
        tally.numbers.sort_unstable_by(f64::total_cmp);
        tally
    }

    fn number(&mut self, cell: &str, number: f64) {
        self.precision.add(number);
        self.numbers.push(number);
        if number::is_code(cell) {
            let beyond = number::is_beyond(cell);
            self.beyond += usize::from(beyond);
            self.padded += usize::from(!beyond);
        }
    }

    fn word(&mut self, cell: &'a str) {
        *self.words.entry(cell).or_default() += 1;
        if limit(cell).is_some() {
            self.limits += 1;
        } else if let Some((_, unit)) = with_unit(cell) {
            self.with_unit += 1;
            if self.units.len() < MANY_UNITS {
                self.units.insert(unit);
            }
        } else if cell.replacen(',', ".", 1).parse::<f64>().is_ok() {
            self.commas += 1;
        }
    }

    /// Whether the column is one of numbers, by a vote in which codes for missing and non-finite
    /// numbers abstain.
    pub(super) fn is_numeric(&self) -> bool {
        is_numeric(self.observed, self.numbers.len() + self.too_large, self.not_finite, self.codes)
    }

    /// Whether it would be one if so many more cells were numbers.
    pub(super) fn is_numeric_with(&self, more: usize) -> bool {
        let numbers = self.numbers.len() + self.too_large + more;
        is_numeric(self.observed, numbers, self.not_finite, self.codes)
    }

    /// Whether it has few different numbers, and words that are all usual: 0, 1, 2, 3 or more.
    pub(super) fn is_numbers_and_words(&self) -> bool {
        !self.words.is_empty()
            && self.texts.len() <= FEW_LEVELS
            && self.words.values().all(|count| *count >= USUAL_WORD)
    }

    /// Whether the units of its cells are few.
    pub(super) fn has_units(&self) -> bool {
        self.with_unit > 0 && self.units.len() < MANY_UNITS
    }

    pub(super) fn is_free_text(&self) -> bool {
        is_free_text(self.texts.len(), self.observed)
    }

    /// How many different numbers there are.
    pub(super) fn different(&self) -> usize {
        self.numbers.chunk_by(|a, b| a == b).count()
    }

    /// Whether all numbers are whole.
    pub(super) fn is_whole(&self) -> bool {
        self.observed > 0 && self.precision.decimals == 0
    }
}

/// A text column with more levels than this is taken for an identifier or free text.
const MAX_LEVELS: usize = 50;
/// Below this many levels a text column is nominal even when few patients share a level.
pub(super) const FEW_LEVELS: usize = 10;

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
