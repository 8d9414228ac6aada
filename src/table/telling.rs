//! Which levels of a column a message may name.
//!
//! Errors, warnings and logs are read by others than the owner of a table: a level of one patient
//! must not stand in them.
//! A level may be told if a schema file declares it, or if at least [`TOGETHER`] patients have it.
//! Where nobody counted, nothing is told.
//! What the user typed may be repeated, but that is no level yet.
//!
//! Every message that names levels makes its list here.

use super::Column;
use super::cells::Reader;
use super::number::quote;
use super::quantile::TOGETHER;
use super::read::Sheet;
use ground::spelling::nearest;
use std::collections::{BTreeSet, HashMap};

/// Names that a message lists at most.
const SHOWN: usize = 12;

/// The levels of a column that a message may name; none of them where nobody counted patients.
///
/// It is no part of what a column is: two columns that differ in it alone are equal, and no file
/// holds it.
#[derive(Clone, Debug, Default)]
pub struct Tellable(Option<BTreeSet<String>>);

impl PartialEq for Tellable {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Tellable {
    /// These levels and no others.
    pub fn these<'a>(levels: impl IntoIterator<Item = &'a str>) -> Self {
        Self(Some(levels.into_iter().map(str::to_owned).collect()))
    }

    /// These levels, too.
    pub(super) fn add<'a>(&mut self, levels: impl IntoIterator<Item = &'a str>) {
        self.0.get_or_insert_default().extend(levels.into_iter().map(str::to_owned));
    }

    fn has(&self, level: &str) -> bool {
        self.0.as_ref().is_some_and(|levels| levels.contains(level))
    }
}

impl Column {
    /// Says that a schema file declares the levels: messages may name all of them.
    pub fn declare_levels(&mut self) {
        self.tellable = Tellable::these(self.levels.iter().map(String::as_str));
    }

    /// The levels for a message: in quotes those that may be named, and how many the others are.
    pub fn told_levels(&self) -> String {
        let few = if self.tellable.0.is_some() { few() } else { String::new() };
        told(self.levels.iter().map(String::as_str), |level| self.tellable.has(level), &few)
    }

    /// One level for a message: in quotes if it may be named.
    pub(super) fn told_level(&self, level: &str) -> String {
        if self.tellable.has(level) { quote(level) } else { "(not named)".into() }
    }

    /// The level that was probably meant, if it may be named.
    pub fn meant_level(&self, wanted: &str) -> Option<&str> {
        let may = self.levels.iter().map(String::as_str).filter(|level| self.tellable.has(level));
        nearest(may, wanted)
    }
}

impl Sheet {
    /// Notes which levels of coded columns at least five patients have.
    pub(super) fn count_levels(&self, columns: &mut [Column]) {
        for column in columns.iter_mut().filter(|column| column.kind.is_coded()) {
            let Some(at) = (0..self.columns()).find(|&at| self.column_name(at) == column.name)
            else {
                continue;
            };
            let common = self.common_texts(at);
            let mut reader = Reader::new(column, &[]);
            let codes = common.iter().filter_map(|text| reader.read(text).ok());
            let codes: Vec<usize> =
                codes.filter(|code| !code.is_nan()).map(|code| code as usize).collect();
            let levels = codes.iter().map(|&code| column.levels[code].as_str());
            column.tellable = Tellable::these(levels);
        }
    }

    /// The texts of a column that at least five patients have.
    pub(super) fn common_texts(&self, column: usize) -> BTreeSet<&str> {
        let mut who: HashMap<&str, Vec<usize>> = HashMap::new();
        for (row, text) in self.column(column).enumerate() {
            let patient = self.patient_of(row);
            let seen = who.entry(text).or_default();
            if seen.len() < TOGETHER && !seen.contains(&patient) {
                seen.push(patient);
            }
        }
        let common = who.into_iter().filter(|(_, patients)| patients.len() >= TOGETHER);
        common.map(|(text, _)| text).collect()
    }
}

/// Texts of a table for a message: in quotes those that at least five patients have.
pub(super) fn told_common<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    common: &BTreeSet<&str>,
) -> String {
    told(texts, |text| common.contains(text), &few())
}

/// How many pairs of texts there are, and those of which both may be told.
pub(super) fn told_pairs<'a>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    common: &BTreeSet<&str>,
    column: &Column,
) -> String {
    let (may, hidden): (Vec<_>, Vec<_>) = pairs
        .into_iter()
        .partition(|(text, level)| common.contains(text) && column.tellable.has(level));
    let named = may.iter().map(|(text, level)| format!("{} as {}", quote(text), quote(level)));
    listed(named.collect(), hidden.len(), &few())
}

fn few() -> String {
    format!(" of fewer than {TOGETHER} patients")
}

fn told<'a>(
    levels: impl IntoIterator<Item = &'a str>,
    may: impl Fn(&str) -> bool,
    of_few: &str,
) -> String {
    let (may, hidden): (Vec<&str>, Vec<&str>) = levels.into_iter().partition(|level| may(level));
    listed(may.into_iter().map(quote).collect(), hidden.len(), of_few)
}

/// The first of some names, and how many other levels there are.
fn listed(mut names: Vec<String>, hidden: usize, of_few: &str) -> String {
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    let mut parts = vec![names.join(", ")];
    parts.retain(|part| !part.is_empty());
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    if hidden > 0 {
        let plural = if hidden == 1 { "" } else { "s" };
        parts.push(format!("{hidden} level{plural}{of_few}, not named"));
    }
    parts.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Six patients at `north`, four at `Rareton`, and one with twelve rows at `Oneville`.
    fn sheet() -> Sheet {
        let site = |row: usize| match row {
            0..6 => "north",
            6..10 => "Rareton",
            _ => "Oneville",
        };
        let rows = (0..22).map(|row| format!("{},{}\n", row.min(10), site(row)));
        let text = format!("id,site\n{}", rows.collect::<String>());
        Sheet::from_bytes(text.as_bytes(), "t.csv").unwrap()
    }

    fn column(patients: bool) -> Column {
        let sheet = sheet();
        let who = patients.then(|| sheet.patients("id").unwrap());
        let sheet = sheet.without(&["id"]).unwrap().of_patients(who);
        sheet.infer().unwrap().0.columns.remove(0)
    }

    #[test]
    fn levels_of_few_patients_are_counted_and_not_named() {
        let by_patient = column(true);
        let said = by_patient.told_levels();
        assert_eq!(said, "\"north\" and 2 levels of fewer than 5 patients, not named");
        assert_eq!(by_patient.meant_level("nroth"), Some("north"));
        assert_eq!(by_patient.meant_level("Rarteon"), None);
        assert_eq!(by_patient.meant_level("Onevile"), None);
        assert_eq!(column(false).meant_level("Onevile"), Some("Oneville"), "rows are patients");
    }

    #[test]
    fn what_nobody_counted_is_not_told_and_what_a_schema_says_is() {
        let mut column = Column { tellable: Tellable::default(), ..column(true) };
        assert_eq!(column.told_levels(), "3 levels, not named");
        assert_eq!(column.meant_level("north"), None);
        assert_eq!(column.told_level("north"), "(not named)");
        column.declare_levels();
        assert_eq!(column.told_level("north"), "\"north\"");
        assert_eq!(column.told_levels(), "\"Oneville\", \"Rareton\", \"north\"");
        assert_eq!(column, Column { tellable: Tellable::default(), ..column.clone() });
    }

    #[test]
    fn long_lists_are_cut() {
        let names: Vec<String> = (0..14).map(|n| n.to_string()).collect();
        let common = names.iter().skip(1).map(String::as_str).collect();
        let said = told_common(names.iter().map(String::as_str), &common);
        assert!(
            said.ends_with("\"12\" and 1 more and 1 level of fewer than 5 patients, not named")
        );
    }
}
