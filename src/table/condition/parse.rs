//! Reading a condition, with errors that name the column and what it holds.

use super::{Condition, Test};
use crate::{Column, Kind, Schema};
use ground::spelling::nearest;

/// The operators, longer ones before their beginnings.
const OPERATORS: [&str; 7] = ["<=", ">=", "!=", "==", "<", ">", "="];

/// Names that an error lists at most.
const SHOWN: usize = 12;

impl Condition {
    /// Reads a condition on a table of this schema.
    /// The error says what is wrong and what would be right.
    pub fn parse(text: &str, schema: &Schema) -> Result<Self, String> {
        let (position, rest) = column(text.trim(), schema)?;
        let column = &schema.columns[position];
        let test = match rest {
            "is missing" => Test::Missing,
            "is not missing" => Test::Present,
            _ => compared(rest, column, text)?,
        };
        Ok(Self { column: position, test })
    }
}

/// The column at the beginning of a condition, and what follows it.
fn column<'a>(text: &'a str, schema: &Schema) -> Result<(usize, &'a str), String> {
    if let Some((name, rest)) = unquote(text) {
        let rest = rest.trim_start();
        return match schema.columns.iter().position(|column| column.name == name) {
            Some(position) => Ok((position, rest)),
            None => Err(unknown(&name, schema)),
        };
    }
    let follows = |column: &Column| {
        text.strip_prefix(column.name.as_str()).filter(|rest| starts_operator(rest))
    };
    let fits = schema
        .columns
        .iter()
        .enumerate()
        .filter_map(|(position, column)| Some((position, follows(column)?)));
    // Of `dose` and `dose > 2` as names the longer one is meant.
    if let Some((position, rest)) = fits.min_by_key(|(_, rest)| rest.len()) {
        return Ok((position, rest.trim_start()));
    }
    let ends = [text.find(['=', '<', '>', '!']), text.find(" in "), text.find(" is ")];
    let end = ends.into_iter().flatten().min();
    let known =
        |end: &usize| schema.columns.iter().any(|column| column.name == text[..*end].trim());
    if let Some(end) = end.filter(known) {
        let meant = question(nearest(["is missing", "is not missing"], text[end..].trim()));
        return Err(format!("{text:?} is no condition; {meant}{FORMS}"));
    }
    match end {
        Some(end) => Err(unknown(text[..end].trim(), schema)),
        None => Err(format!("{text:?} is no condition; {FORMS}")),
    }
}

const FORMS: &str = "write column=level, column>number, \"column in a|b\" or \"column is missing\"";

fn starts_operator(rest: &str) -> bool {
    let symbol = OPERATORS.iter().any(|operator| rest.trim_start().starts_with(operator));
    let word = rest.strip_prefix(char::is_whitespace).map(str::trim_start);
    symbol
        || word.is_some_and(|rest| {
            rest.starts_with("in ") || rest == "is missing" || rest == "is not missing"
        })
}

fn compared(rest: &str, column: &Column, text: &str) -> Result<Test, String> {
    if let Some(list) = rest.strip_prefix("in ") {
        return alternatives(list)
            .into_iter()
            .map(|one| value(one, column))
            .collect::<Result<_, _>>()
            .map(Test::OneOf);
    }
    let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) else {
        return Err(format!("{text:?} is no condition; {FORMS}"));
    };
    let value = value(&rest[operator.len()..], column)?;
    if operator.starts_with(['<', '>']) && matches!(column.kind, Kind::Boolean | Kind::Nominal) {
        let (name, kind) = (&column.name, column.kind);
        return Err(format!(
            "column {name:?} is {kind}: its levels have no order; compare with =, != or in"
        ));
    }
    Ok(match *operator {
        "<=" => Test::AtMost(value),
        ">=" => Test::AtLeast(value),
        "<" => Test::Below(value),
        ">" => Test::Above(value),
        "!=" => Test::NoneOf(vec![value]),
        _ => Test::OneOf(vec![value]),
    })
}

/// The parts of a list, at each `|` outside of quotes.
fn alternatives(list: &str) -> Vec<&str> {
    let mut quoted = false;
    let outside = |c: char| {
        quoted ^= c == '"';
        c == '|' && !quoted
    };
    list.split(outside).collect()
}

/// The cell that a text means in a column.
fn value(text: &str, column: &Column) -> Result<f64, String> {
    let text = text.trim();
    let text =
        unquote(text).filter(|(_, rest)| rest.is_empty()).map_or(text.to_owned(), |(text, _)| text);
    let name = &column.name;
    if !column.kind.is_coded() {
        let what = if column.kind.is_time() { "dates or times" } else { "numbers" };
        return column
            .number_of(&text)
            .ok_or_else(|| format!("column {name:?} holds {what}, and {text:?} is none"));
    }
    match column.levels.iter().position(|level| *level == text) {
        Some(place) => Ok(place as f64),
        None => {
            let meant = question(column.meant_level(&text));
            let levels = column.told_levels();
            Err(format!("column {name:?} has no level {text:?}; {meant}its levels are {levels}"))
        }
    }
}

fn unknown(name: &str, schema: &Schema) -> String {
    let names = || schema.columns.iter().map(|column| &column.name);
    let lower = name.to_lowercase();
    let alike: Vec<&String> = names()
        .filter(|known| !lower.is_empty() && known.to_lowercase().contains(&lower))
        .collect();
    let columns = if alike.is_empty() { listed(names()) } else { listed(alike.into_iter()) };
    let meant = question(nearest(names().map(String::as_str), name));
    format!("there is no column {name:?}; {meant}there is {columns}")
}

/// What was probably meant as a question, with a blank behind it.
fn question(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |name| format!("did you mean {name:?}? "))
}

fn listed<'a>(names: impl ExactSizeIterator<Item = &'a String>) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let shown = names.take(SHOWN).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

/// The text in the double quotes at the beginning of another one, in which two quotes mean one, and
/// what follows them.
pub(super) fn unquote(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut inside = String::new();
    loop {
        let (before, after) = rest.split_once('"')?;
        inside.push_str(before);
        match after.strip_prefix('"') {
            Some(more) => {
                inside.push('"');
                rest = more;
            }
            None => return Some((inside, after)),
        }
    }
}

/// The text in double quotes, two of which stand for each of its own.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The name of a column as it stands in a condition: in quotes where something else than letters,
/// digits, `_`, `-` and `.` is in it.
pub(crate) fn quoted_name(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    if name.chars().all(plain) { name.to_owned() } else { quoted(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Sheet;

    fn schema() -> Schema {
        let csv = "d.time,\"Level of studies\",status,stage,\"odd > name\",x\n\
                   1.5,none,dead,I,3,5\n\
                   2.5,primary,alive,II,4,6\n\
                   3.5,none,dead,III,5,7\n";
        let mut schema = Sheet::from_bytes(csv.as_bytes(), "a.csv").unwrap().infer().unwrap().0;
        schema.columns[3].kind = Kind::Ordinal;
        schema.columns[1].levels[1] = "a|b \"->\" <2 mo.".into();
        schema
    }

    #[test]
    fn conditions_are_read_and_written() {
        let schema = schema();
        let cases = [
            ("d.time>2", "d.time > 2", [false, true, true]),
            ("  d.time <= 2.5 ", "d.time <= 2.5", [true, true, false]),
            ("status=dead", "status = dead", [true, false, true]),
            ("status == dead", "status = dead", [true, false, true]),
            ("status!=dead", "status != dead", [false, true, false]),
            ("stage>=II", "stage >= II", [false, true, true]),
            ("stage in I | III", "stage in I|III", [true, false, true]),
            ("Level of studies = none", "\"Level of studies\" = none", [true, false, true]),
            ("odd > name < 4.5", "\"odd > name\" < 4.5", [true, true, false]),
            ("\"odd > name\">4", "\"odd > name\" > 4", [false, false, true]),
            ("x is missing", "x is missing", [false; 3]),
            ("x is not missing", "x is not missing", [true; 3]),
            (
                "Level of studies in none|\"a|b \"\"->\"\" <2 mo.\"",
                "\"Level of studies\" in none|\"a|b \"\"->\"\" <2 mo.\"",
                [true; 3],
            ),
        ];
        let rows = [
            [1.5, 0.0, 1.0, 0.0, 3.0, 5.0],
            [2.5, 1.0, 0.0, 1.0, 4.0, 6.0],
            [3.5, 0.0, 1.0, 2.0, 5.0, 7.0],
        ];
        for (text, written, expected) in cases {
            let condition =
                Condition::parse(text, &schema).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(rows.map(|row| condition.holds(&row)), expected, "{text}");
            assert_eq!(condition.text(&schema), written);
            assert_eq!(Condition::parse(written, &schema).unwrap(), condition, "{written}");
        }
    }

    #[test]
    fn a_missing_cell_satisfies_only_is_missing() {
        let schema = schema();
        let row = [f64::NAN; 6];
        for text in ["d.time>2", "d.time<=2", "status!=dead", "status=dead", "x is not missing"] {
            assert!(!Condition::parse(text, &schema).unwrap().holds(&row), "{text}");
        }
        assert!(Condition::parse("status is missing", &schema).unwrap().holds(&row));
    }

    #[test]
    fn errors_name_the_column_and_its_levels() {
        let mut schema = schema();
        schema.columns.iter_mut().for_each(Column::declare_levels);
        let cases = [
            ("status=deda", &["\"status\"", "\"deda\"", "\"dead\""][..]),
            ("status>dead", &["\"status\"", "no order"]),
            ("d.time>old", &["\"d.time\"", "numbers", "\"old\""]),
            ("d.time>nan", &["numbers"]),
            ("d.time>", &["numbers"]),
            ("time>3", &["no column \"time\"", "\"d.time\""]),
            ("wrong=3", &["no column \"wrong\"", "\"stage\""]),
            ("\"wrong\"=3", &["no column \"wrong\""]),
            ("status", &["no condition", "column=level"]),
            ("status is", &["no condition"]),
            ("x is gone", &["\"x is gone\" is no condition", "column is missing"]),
            ("stage in I|", &["\"stage\"", "no level \"\""]),
            ("", &["no condition"]),
        ];
        for (text, parts) in cases {
            let error = Condition::parse(text, &schema).unwrap_err();
            assert!(parts.iter().all(|part| error.contains(part)), "{text}: {error}");
        }
        // Three patients.
        let error = Condition::parse("status=deda", &self::schema()).unwrap_err();
        assert!(error.ends_with("its levels are 2 levels of fewer than 5 patients, not named"));
    }
}
