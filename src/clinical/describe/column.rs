//! One column while its cells are read.
//! Every distinct text is counted while there are few.
//! After that only what numbers, dates and free text need is kept.

use super::counts::{Counts, key};
use super::date::{FORMS, Form};
use super::moments::Moments;
use jiff::civil::Date;
use std::collections::HashMap;
use table::number::Text;
use table::read::is_missing;

/// Distinct texts of a column that are counted one by one, unless a schema lists more levels.
pub(crate) const MOST_TEXTS: usize = 512;
/// Bytes of such texts.
const MOST_BYTES: usize = 1 << 16;
/// Distinct numbers of a column that are counted one by one.
pub(crate) const MOST_NUMBERS: usize = 4096;

/// What the cells of a column are, so far.
#[derive(Debug)]
pub(crate) struct Column {
    /// Cells that are not missing.
    filled: u64,
    most: usize,
    texts: Option<Texts>,
    facts: Facts,
}

#[derive(Debug, Default)]
struct Texts {
    /// How often, and in which row first.
    seen: HashMap<Box<str>, (u64, u64)>,
    bytes: usize,
}

/// What is kept of cells whose texts are not kept.
#[derive(Debug)]
pub struct Facts {
    /// The finite numbers.
    pub moments: Moments,
    /// Their order.
    pub counts: Counts,
    /// Whether all of them are whole.
    pub whole: bool,
    /// Smallest and largest of them.
    pub range: Option<(f64, f64)>,
    /// Cells beyond the range of numbers.
    pub too_large: u64,
    /// `nan` and the like.
    pub not_finite: u64,
    /// Cells with a code that always means missing, such as `NA`: they are not filled.
    pub absent: u64,
    /// Codes that may mean missing, such as `?`.
    pub codes: u64,
    /// Cells that are none of these.
    pub words: u64,
    /// Row (from 1) of the first one.
    pub first_word: Option<u64>,
    /// Words that are dates, with the earliest and the latest, by the form's place in [`FORMS`].
    pub dates: [(u64, Option<(Date, Date)>); FORMS.len()],
    /// Characters of all words.
    pub characters: u64,
    /// Words with a blank in them.
    pub spaced: u64,
}

impl Column {
    /// No cells yet; `levels` is how many a schema lists.
    pub(crate) fn new(levels: usize) -> Self {
        Self {
            filled: 0,
            most: MOST_TEXTS + levels,
            texts: Some(Texts::default()),
            facts: Facts::new(),
        }
    }

    /// Adds the trimmed text of a cell in a row (from 1).
    pub(crate) fn add(&mut self, cell: &str, row: u64) {
        if is_missing(cell) {
            self.facts.absent += u64::from(!cell.is_empty());
            return;
        }
        self.filled += 1;
        let Some(texts) = &mut self.texts else { return self.facts.add(cell, 1, row) };
        if let Some((count, _)) = texts.seen.get_mut(cell) {
            *count += 1;
            return;
        }
        texts.bytes += cell.len();
        texts.seen.insert(cell.into(), (1, row));
        if texts.seen.len() > self.most || texts.bytes > MOST_BYTES {
            self.forget();
        }
    }

    /// The number of filled cells, the texts with their counts in the order of their first rows (if
    /// they were few), and the facts about all cells.
    pub(crate) fn finish(mut self) -> (u64, Option<Vec<(String, u64)>>, Facts) {
        let texts = self.forget();
        (self.filled, texts, self.facts)
    }

    /// From here on only facts are kept.
    /// They are added in the order of the rows, so that sums do not depend on the order of a hash
    /// map.
    fn forget(&mut self) -> Option<Vec<(String, u64)>> {
        let mut seen: Vec<(Box<str>, (u64, u64))> = self.texts.take()?.seen.into_iter().collect();
        seen.sort_unstable_by_key(|(_, (_, row))| *row);
        for (text, (count, row)) in &seen {
            self.facts.add(text, *count, *row);
        }
        Some(seen.into_iter().map(|(text, (count, _))| (text.into(), count)).collect())
    }
}

impl Facts {
    fn new() -> Self {
        Self {
            moments: Moments::default(),
            counts: Counts::new(0, MOST_NUMBERS),
            whole: true,
            range: None,
            too_large: 0,
            not_finite: 0,
            absent: 0,
            codes: 0,
            words: 0,
            first_word: None,
            dates: [(0, None); FORMS.len()],
            characters: 0,
            spaced: 0,
        }
    }

    fn add(&mut self, cell: &str, weight: u64, row: u64) {
        match Text::of(cell) {
            Text::Number(number) => {
                self.moments.add(number, weight);
                self.counts.add(key(number), weight);
                self.whole &= number.fract() == 0.0;
                let (low, high) = self.range.unwrap_or((number, number));
                self.range = Some((low.min(number), high.max(number)));
            }
            Text::TooLarge => self.too_large += weight,
            Text::NotFinite => self.not_finite += weight,
            Text::MissingCode => self.codes += weight,
            Text::Word => self.add_word(cell, weight, row),
        }
    }

    fn add_word(&mut self, cell: &str, weight: u64, row: u64) {
        self.words += weight;
        self.first_word.get_or_insert(row);
        self.characters += weight * cell.chars().count() as u64;
        self.spaced += weight * u64::from(cell.contains(' '));
        for (form, (count, range)) in FORMS.iter().zip(&mut self.dates) {
            if let Some(date) = form.read(cell) {
                *count += weight;
                let (first, last) = range.unwrap_or((date, date));
                *range = Some((first.min(date), last.max(date)));
            }
        }
    }

    /// The form in which most words are dates, and how many.
    pub fn date_form(&self) -> (Form, u64) {
        // Of equal counts the first one wins: `max_by_key` gives the last one.
        let forms = FORMS.iter().zip(&self.dates).rev();
        let (form, (count, _)) =
            forms.max_by_key(|(_, (count, _))| *count).expect("there are forms");
        (*form, *count)
    }

    /// The earliest and the latest date of a form.
    pub fn dates_of(&self, form: Form) -> Option<(Date, Date)> {
        FORMS
            .iter()
            .zip(&self.dates)
            .find(|(other, _)| **other == form)
            .and_then(|(_, (_, range))| *range)
    }
}
