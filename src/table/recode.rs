//! Levels that another table writes otherwise: `yes` as `Yes`, `1` as `true`, `0,5` as `0.5`.
//!
//! Two tables of one population share levels.
//! Where a column shares none, or common levels vanish while others come from nowhere, it is coded
//! otherwise: compared as it stands, not even an exact copy would show.
//! So what is written otherwise is read as the level that it means where only one can be meant, and
//! all else is refused.

use super::Column;
use super::cells::Reader;
use super::number::Text;
use super::quantile::TOGETHER;
use super::read::Sheet;
use ground::error::{Error, Result};
use std::collections::BTreeMap;

/// A level that is frequent in one table and absent in the other is no accident when it is as rare
/// as this.
const ACCIDENT: f64 = 1e-3;

/// A column of another table beside the one whose levels count.
pub(super) struct Recoding<'a> {
    column: &'a Column,
    /// How often each level occurs in the first table.
    real: Vec<usize>,
    /// The texts of the other table with their level, if they are one.
    texts: BTreeMap<&'a str, (usize, Option<usize>)>,
}

impl<'a> Recoding<'a> {
    /// Counts the levels of a coded column in both tables.
    pub(super) fn of(
        column: &'a Column,
        everywhere: &'a [String],
        real: impl Iterator<Item = &'a str>,
        other: impl Iterator<Item = &'a str>,
    ) -> Self {
        let mut reader = Reader::new(column, everywhere);
        let mut counts = vec![0; column.levels.len()];
        for level in real.filter_map(|text| reader.read(text).ok()).filter(|code| !code.is_nan()) {
            counts[level as usize] += 1;
        }
        let mut texts = BTreeMap::new();
        for text in other {
            texts.entry(text).or_insert((0, None)).0 += 1;
        }
        texts.retain(|text, (_, level)| match reader.read(text) {
            Ok(code) if code.is_nan() => false,
            Ok(code) => {
                *level = Some(code as usize);
                true
            }
            Err(_) => true,
        });
        Self { column, real: counts, texts }
    }

    /// Finds the level that each new text means: one that is spelled alike; else, where the two
    /// tables share no level, the answer that says the same.
    pub(super) fn matched(&mut self) -> Vec<(&'a str, &'a str)> {
        let spelled: Vec<String> = self.column.levels.iter().map(|level| spelling(level)).collect();
        let alike = |text: &str| {
            let form = spelling(text);
            let mut found = (0..spelled.len()).filter(|&level| spelled[level] == form);
            found.next().filter(|_| found.next().is_none())
        };
        let mut found = self.match_by(alike);
        if self.shared() == 0
            && let [first, second] = self.column.levels.as_slice()
            && let (Some(first), Some(second)) = (answer(first), answer(second))
            && first != second
            && self.texts.keys().all(|text| answer(text).is_some())
        {
            found.extend(self.match_by(|text| Some(usize::from(answer(text)? != first))));
        }
        found
    }

    fn match_by(&mut self, meant: impl Fn(&str) -> Option<usize>) -> Vec<(&'a str, &'a str)> {
        let column = self.column;
        let mut found = Vec::new();
        for (text, (_, level)) in &mut self.texts {
            if level.is_none() {
                *level = meant(text);
                found.extend(level.map(|level| (*text, column.levels[level].as_str())));
            }
        }
        found
    }

    /// The texts that are no level.
    pub(super) fn new_texts(&self) -> Vec<&'a str> {
        let new = self.texts.iter().filter(|(_, (_, level))| level.is_none());
        new.map(|(text, _)| *text).collect()
    }

    fn shared(&self) -> usize {
        self.texts.values().filter(|(_, level)| level.is_some()).map(|(count, _)| count).sum()
    }

    /// Refuses a column without a level in common, and, of synthetic patients, one whose levels
    /// were renamed; `other` names the first table.
    pub(super) fn check(&self, sheet: &Sheet, other: &str, synthetic: bool) -> Result<()> {
        let new = self.new_texts();
        let known: usize = self.real.iter().sum();
        if new.is_empty() || known == 0 {
            return Ok(());
        }
        let problem = if self.shared() == 0 {
            format!("no level in common with {other}")
        } else if synthetic && self.renamed() {
            format!("levels that are no level of {other}, in the place of some that are")
        } else {
            return Ok(());
        };
        let levels = self.column.levels.iter().zip(&self.real).filter(|(_, count)| **count > 0);
        let theirs: Vec<&str> = levels.map(|(level, _)| level.as_str()).collect();
        let ours: Vec<&str> = self.texts.keys().copied().collect();
        let problem = format!("{problem}: here {}, there {}", kinds(&ours), kinds(&theirs));
        let remedy = "write its levels as they are there (a copy would pass unseen otherwise), or leave it out with --drop";
        Err(Error::input(sheet.place().column(&self.column.name), problem, remedy))
    }

    /// Whether levels came from nowhere while others vanished, both too many cells for chance: of
    /// two samples of one population, each cell of a level that only one has would be in the other
    /// as likely as its size says.
    fn renamed(&self) -> bool {
        let mut seen = vec![false; self.column.levels.len()];
        self.texts.values().filter_map(|(_, level)| *level).for_each(|level| seen[level] = true);
        let cells = |new: bool| -> f64 {
            let of_kind = self.texts.values().filter(|(_, level)| level.is_none() == new);
            of_kind.map(|(count, _)| *count as f64).sum()
        };
        let [new, all] = [cells(true), cells(true) + cells(false)];
        // Rare levels are pooled under another name by those who make synthetic patients.
        let gone = |(count, seen): &(&usize, &bool)| !**seen && **count >= TOGETHER;
        let lost = self.real.iter().zip(&seen).filter(gone);
        let lost: usize = lost.map(|(count, _)| count).sum();
        let real = self.real.iter().sum::<usize>() as f64;
        let accident = |cells: f64, rows: f64| cells * (rows / (real + all)).ln();
        accident(new, all) < ACCIDENT.ln() && accident(lost as f64, real) < ACCIDENT.ln()
    }
}

/// A level without what people and programs write differently: case, blanks and underscores, the
/// decimal mark.
fn spelling(text: &str) -> String {
    let pointed = text.replacen(',', ".", 1);
    if let Text::Number(number) = Text::of(&pointed) {
        return number.to_string();
    }
    let words = text.split(|c: char| c.is_whitespace() || c == '_').filter(|part| !part.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What a text answers to a question of yes and no, in the words that exports use for Booleans.
pub(super) fn answer(text: &str) -> Option<bool> {
    match spelling(text).as_str() {
        "yes" | "y" | "true" | "t" | "1" | "ja" | "j" | "oui" | "si" | "sí" | "sim" => Some(true),
        "no" | "n" | "false" | "f" | "0" | "nein" | "nee" | "non" | "não" => Some(false),
        _ => None,
    }
}

/// How many texts there are, and what they are, without telling one.
fn kinds(texts: &[&str]) -> String {
    let count = texts.len();
    let plural = if count == 1 { "" } else { "s" };
    let number = |text: &&str| match Text::of(text) {
        Text::Number(number) => Some(number),
        _ => None,
    };
    let numbers: Vec<f64> = texts.iter().filter_map(number).collect();
    if numbers.len() < count {
        let sizes = || texts.iter().map(|text| text.chars().count());
        let (low, high) = (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0));
        let range = if low == high { low.to_string() } else { format!("{low} to {high}") };
        return format!("{count} text{plural} of {range} characters");
    }
    match numbers.iter().all(|number| number.fract() == 0.0) {
        true => format!("{count} whole number{plural}"),
        false => format!("{count} number{plural}"),
    }
}
