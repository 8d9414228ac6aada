//! What one column is.

use super::identifier::{Looks, looks};
use super::natural::natural;
use super::tally::{FEW_LEVELS, Tally};
use super::trouble::Trouble;
use crate::moment::{self, Told};
use crate::number::Text;
use crate::read::Sheet;
use crate::{Column, Kind};

/// Different whole numbers that are learned as choices at most.
const MOST_CHOICES: usize = 12;
/// Cells of each at least, where they fill their range at least by half.
const CELLS_PER_CHOICE: usize = 5;
/// The same where they are scattered.
const CELLS_PER_SCATTERED_CHOICE: usize = 20;
/// Days from which whole numbers are dates.
const FEWEST_DAYS: usize = 3;
/// The years of such dates.
const YEARS: [f64; 2] = [1800.0, 2200.0];

/// What a column was taken for.
pub(super) enum Guess {
    /// A column, and what the user should know about it.
    Column(Box<Column>, Vec<String>),
    /// Dates whose day and month could be either way round; the format is the one with the day
    /// first.
    EitherWay(Box<Column>),
    /// One that cannot be used.
    Trouble(Trouble),
}

impl Sheet {
    /// What a column is.
    pub(super) fn guess(&self, column: usize) -> Guess {
        let tally = Tally::of(self.column(column));
        let name = self.column_name(column).to_owned();
        if let Some(trouble) = beside_numbers(&tally, &name) {
            return Guess::Trouble(trouble);
        }
        let is_code = tally.is_numeric() && tally.padded + tally.beyond > 0;
        if tally.is_numeric() && !is_code && !tally.is_numbers_and_words() {
            let cells = self.column(column).filter_map(|cell| match Text::of(cell) {
                Text::Number(number) => Some(number),
                _ => None,
            });
            return of_numbers(&tally, name, cells, self.columns());
        }
        if let Some(guess) = (!is_code).then(|| of_dates(&tally, &name)).flatten() {
            return guess;
        }
        if tally.is_free_text() {
            return Guess::Trouble(if is_code { codes(&tally, name) } else { text(&tally, name) });
        }
        let mut levels: Vec<String> = tally.texts.iter().map(|&text| text.to_owned()).collect();
        levels.sort_by(|a, b| natural(a, b));
        let kind = if levels.len() == 2 { Kind::Boolean } else { Kind::Nominal };
        let column = Column { name, kind, levels, ..Column::default() };
        let kept = is_code.then(|| {
            "codes in digits are kept as text: as numbers they would lose zeros or digits".into()
        });
        let remarks = [read_as_missing(&tally), kept, kept_as_text(&tally)];
        Guess::Column(Box::new(column), remarks.into_iter().flatten().collect())
    }
}

/// Detection limits and units in what would be a column of numbers without them.
fn beside_numbers(tally: &Tally, name: &str) -> Option<Trouble> {
    // A few numbers and a limit are levels: 0, 1, 2, >2.
    let measured = tally.is_numeric() || tally.is_free_text() || tally.different() > FEW_LEVELS;
    if !measured {
        return None;
    }
    let column = name.to_owned();
    if tally.limits > 0 && tally.is_numeric_with(tally.limits) && !tally.numbers.is_empty() {
        let problem = format!(
            "a column of numbers in which {} of {} cells begin with < or > (detection limits)",
            tally.limits, tally.observed
        );
        let remedy = "give their texts in a schema (limits = [\"<...\"]) or treat them by a `limits` rule of mellizo clean";
        return Some(Trouble { column, problem, remedy: remedy.into() });
    }
    if tally.has_units() && tally.is_numeric_with(tally.with_unit) {
        let problem = format!(
            "a column of numbers in which {} of {} cells have a unit, or other letters, behind the number",
            tally.with_unit, tally.observed
        );
        let remedy = "name the one unit in a schema (unit = \"...\") or take units off by a `units` rule of mellizo clean";
        return Some(Trouble { column, problem, remedy: remedy.into() });
    }
    None
}

fn of_numbers(
    tally: &Tally,
    name: String,
    cells: impl Iterator<Item = f64>,
    columns: usize,
) -> Guess {
    let mut remarks: Vec<String> = read_as_missing(tally).into_iter().collect();
    let different = tally.different();
    let all = tally.numbers.len() == tally.observed;
    let column = Column { name, ..Column::default() };
    if different == 2 && all {
        let mut levels = tally.numbers.clone();
        levels.dedup();
        let levels = levels.iter().map(f64::to_string).collect();
        let column = Column { kind: Kind::Boolean, levels, ..column };
        return Guess::Column(Box::new(column), remarks);
    }
    if !tally.is_whole() {
        let digits = tally.precision.significant();
        let column = Column { decimals: tally.precision.decimals, digits, ..column };
        return Guess::Column(Box::new(column), remarks);
    }
    if let Some(format) = compact_dates(tally) {
        remarks.push("whole numbers that are all dates (yyyymmdd) are read as dates".into());
        let column = Column { kind: Kind::Date, format: Some(format), ..column };
        return Guess::Column(Box::new(column), remarks);
    }
    match looks(&cells.collect::<Vec<_>>(), &tally.numbers, columns) {
        Looks::Identifier => return Guess::Trouble(numbers_given_out(tally, column.name)),
        Looks::Perhaps(digits) => remarks.push(format!(
            "all {} cells are different whole numbers of {digits} digits; leave it out with --drop if it is an identifier",
            tally.observed
        )),
        Looks::Measured => {}
    }
    let choice = all && are_choices(different, &tally.numbers);
    Guess::Column(Box::new(Column { kind: Kind::Integer, choice, ..column }), remarks)
}

/// Whether so many different whole numbers are each a choice.
fn are_choices(different: usize, sorted: &[f64]) -> bool {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return false };
    let dense = last - first + 1.0 <= 2.0 * different as f64;
    let enough = if dense { CELLS_PER_CHOICE } else { CELLS_PER_SCATTERED_CHOICE };
    (3..=MOST_CHOICES).contains(&different) && sorted.len() >= enough * different
}

/// The format of whole numbers that are dates, all of them.
fn compact_dates(tally: &Tally) -> Option<String> {
    const FORMAT: &str = "%Y%m%d";
    let year = |number: f64| (YEARS[0]..YEARS[1]).contains(&(number / 1e4));
    let is_date = |text: &&str| text.len() == 8 && moment::read(FORMAT, Kind::Date, text).is_some();
    let dates = tally.texts.len() >= FEWEST_DAYS
        && tally.numbers.iter().all(|&number| year(number))
        && tally.texts.iter().filter(|text| matches!(Text::of(text), Text::Number(_))).all(is_date);
    dates.then(|| FORMAT.to_owned())
}

/// A column of texts as dates or times, if they are.
fn of_dates(tally: &Tally, name: &str) -> Option<Guess> {
    let mut texts: Vec<&str> =
        tally.texts.iter().copied().filter(|text| Text::of(text) == Text::Word).collect();
    texts.sort_unstable();
    let column = |(kind, format): moment::Form| {
        Box::new(Column { name: name.into(), kind, format: Some(format), ..Column::default() })
    };
    match moment::told(texts.iter().copied()) {
        Told::Form(form) => {
            Some(Guess::Column(column(form), read_as_missing(tally).into_iter().collect()))
        }
        Told::Either(form) => Some(Guess::EitherWay(column(form))),
        Told::Nothing => None,
    }
}

/// Dates whose day and month cannot be told apart.
pub(super) fn either_way(column: String) -> Trouble {
    let remedy = "say in a schema which comes first (kind = \"date\", format = \"%d/%m/%Y\")";
    Trouble {
        column,
        problem: "dates whose day and month cannot be told apart".into(),
        remedy: remedy.into(),
    }
}

fn numbers_given_out(tally: &Tally, column: String) -> Trouble {
    let problem = format!(
        "{} different whole numbers in {} cells look like an identifier, not like a measurement",
        tally.different(),
        tally.observed
    );
    let remedy = "say that it is measured in a schema (kind = \"integer\")";
    Trouble { column, problem, remedy: remedy.into() }
}

fn codes(tally: &Tally, column: String) -> Trouble {
    let what = match tally.padded {
        0 => format!("{} are of more digits than a number keeps", tally.beyond),
        padded => format!("{padded} begin with a zero"),
    };
    let problem = format!(
        "codes in digits ({} different in {} cells, {what}) look like an identifier",
        tally.texts.len(),
        tally.observed
    );
    let remedy = "list its levels in a schema, or say that it is a number (kind = \"integer\")";
    Trouble { column, problem, remedy: remedy.into() }
}

/// Texts that are neither levels nor dates.
fn text(tally: &Tally, column: String) -> Trouble {
    let (distinct, observed) = (tally.texts.len(), tally.observed);
    let of_dates = tally.texts.iter().filter(|text| is_like_a_date(text)).count();
    if 10 * of_dates >= 9 * distinct {
        return Trouble {
            column,
            problem: "dates in a format that is not told by itself, such as years of two digits"
                .into(),
            remedy: "give their format in a schema (kind = \"date\", format = \"%d/%m/%y\")".into(),
        };
    }
    let blanks = tally.texts.iter().filter(|text| text.contains(' ')).count();
    let characters: usize = tally.texts.iter().map(|text| text.chars().count()).sum();
    let what = match 2 * blanks > distinct && characters >= 20 * distinct {
        true => "free text",
        false => "an identifier or free text",
    };
    let problem =
        format!("text with {distinct} distinct values in {observed} cells looks like {what}");
    Trouble { column, problem, remedy: "list its levels in a schema".into() }
}

/// Three groups of digits or a month's name, with the same mark between them.
fn is_like_a_date(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or(text);
    let parts: Vec<&str> = day.split(['/', '-', '.']).collect();
    let digits = |part: &&str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3
        && digits(&parts[0])
        && digits(&parts[2])
        && parts.iter().all(|part| !part.is_empty() && part.len() <= 4)
}

/// The codes that were read as missing without being named.
fn read_as_missing(tally: &Tally) -> Option<String> {
    let codes: Vec<String> =
        tally.missing.iter().map(|(code, count)| format!("{code:?} ({count})")).collect();
    (!codes.is_empty())
        .then(|| format!("cells with a code are read as missing: {}", codes.join(", ")))
}

/// What the user should know of a column of levels.
fn kept_as_text(tally: &Tally) -> Option<String> {
    if tally.is_numeric() {
        return tally.is_numbers_and_words().then(|| {
            "few numbers, and words that are usual beside them, are kept as levels".into()
        });
    }
    if 10 * (tally.commas + tally.numbers.len()) >= 9 * tally.observed {
        let commas = tally.commas;
        return Some(format!(
            "{commas} numbers with commas are kept as text; say --decimal , if they are decimal"
        ));
    }
    if tally.limits > 0 && tally.is_numeric_with(tally.limits) {
        let limits = tally.limits;
        return Some(format!(
            "few numbers, and {limits} cells that begin with < or >, are kept as levels"
        ));
    }
    if tally.has_units() && tally.texts.len() > FEW_LEVELS && tally.is_numeric_with(tally.with_unit)
    {
        return Some(
            "numbers with a unit are kept as levels; name the unit in a schema to make them numbers"
                .into(),
        );
    }
    let codes = tally
        .texts
        .iter()
        .filter(|text| matches!(Text::of(text), Text::MissingCode | Text::NotFinite));
    let code = codes.min()?;
    Some(format!("{code:?} is kept as a level of its own; empty these cells if it means missing"))
}
