//! A file without a line of names: its first row is a patient, whom a reader would take for the names
//! of the columns, and print as such.

use super::is_missing;
use csv::StringRecord;
use ground::error::{Error, Place, Result};
use std::collections::HashMap;

/// Rows that the first one is compared with.
const ROWS: usize = 1000;

/// Fewest cells that show what a column holds.
const FEWEST: usize = 5;

/// What the first row's cell is beside the other cells of its column.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    /// A number among numbers.
    Number(f64),
    /// A text with digits such as others of the column: a date among dates, a code among codes.
    Code,
    /// A level among levels.
    Level,
    /// Not a number or date, where the others are.
    Name,
    /// None of the levels of a column.
    OtherWord,
    /// Nothing can be told.
    Open,
}

/// Errors ([`Error::Input`]) when the first row reads like the rows after it and not like names.
///
/// `decimal_commas` says whether `1,5` may be a number.
/// The message repeats no cell.
pub(super) fn check_names(
    first: &StringRecord,
    rows: &[StringRecord],
    decimal_commas: bool,
    place: &Place,
) -> Result<()> {
    let rows = &rows[..rows.len().min(ROWS)];
    let column = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(str::trim);
        let cells: Vec<&str> = cells.filter(|cell| !is_missing(cell)).collect();
        look(first[column].trim(), &cells, decimal_commas)
    };
    let looks: Vec<Look> = (0..first.len()).map(column).collect();
    if !is_patient(&looks) {
        return Ok(());
    }
    let problem = format!(
        "the first line reads like a row and not like names: {} of its {} cells are such as their \
         columns hold",
        looks
            .iter()
            .filter(|look| matches!(look, Look::Number(_) | Look::Code | Look::Level))
            .count(),
        looks.len()
    );
    let remedy = "put a line with the names of the columns before it, or say --has-header if these \
                  are names";
    Err(Error::input(place.clone().row(0), problem, remedy))
}

fn is_patient(looks: &[Look]) -> bool {
    let numbers: Vec<f64> = looks
        .iter()
        .filter_map(|look| if let Look::Number(number) = look { Some(*number) } else { None })
        .collect();
    let count = |wanted: Look| looks.iter().filter(|look| **look == wanted).count();
    let named = are_names(&numbers);
    // Numbers, dates and codes are hardly names; a column may be called by one of its levels.
    let strong = count(Look::Code) + if named { 0 } else { numbers.len() };
    let fit = count(Look::Code) + count(Look::Level) + numbers.len();
    let names = count(Look::Name);
    fit > count(Look::OtherWord) + names
        && if names > 0 { strong > 2 * names } else { strong + count(Look::Level) > 0 }
}

/// Whether numbers may be the names of columns: years, hours or items, which go by equal steps, or
/// are so many that a patient's would hardly grow or fall.
fn are_names(numbers: &[f64]) -> bool {
    let steps: Vec<f64> = numbers.windows(2).map(|two| two[1] - two[0]).collect();
    let equal = steps.iter().all(|step| (step - steps[0]).abs() < 1e-9);
    let one_way = steps.iter().all(|step| step * steps[0] > 0.0);
    match numbers.len() {
        0 | 1 => false,
        2 => steps[0].abs() == 1.0,
        3 => one_way && equal,
        _ => one_way,
    }
}

fn look(first: &str, cells: &[&str], decimal_commas: bool) -> Look {
    if cells.len() < FEWEST || is_missing(first) {
        return Look::Open;
    }
    let number = |cell: &str| {
        let text = if decimal_commas { cell.replace(',', ".") } else { cell.to_owned() };
        text.parse::<f64>().ok().filter(|number| number.is_finite())
    };
    let most = |of: usize| of * 10 >= cells.len() * 9;
    if most(cells.iter().filter(|cell| number(cell).is_some()).count()) {
        return match number(first) {
            Some(number) => Look::Number(number),
            // A detection limit, a unit, a code for missing.
            None if has_digit(first) || !first.contains(char::is_alphabetic) => Look::Open,
            None => Look::Name,
        };
    }
    if most(cells.iter().filter(|cell| has_digit(cell)).count()) {
        // Dates and codes: those of one column have few shapes.
        let same = cells.iter().filter(|cell| shape(cell) == shape(first)).count();
        return match has_digit(first) {
            true if same * 10 >= cells.len() => Look::Code,
            true => Look::Open,
            false => Look::Name,
        };
    }
    let mut levels: HashMap<&str, usize> = HashMap::new();
    cells.iter().for_each(|cell| *levels.entry(cell).or_default() += 1);
    match levels.contains_key(first) {
        // A box that is ticked may hold its name.
        _ if levels.len() < 2 || levels.len() * 2 > cells.len() => Look::Open,
        true => Look::Level,
        false => Look::OtherWord,
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// A text with `9` for digits that follow each other, and `A` and `a` for letters.
fn shape(text: &str) -> String {
    let mut shape = String::new();
    for character in text.chars() {
        let kind = match character {
            c if c.is_ascii_digit() => '9',
            c if c.is_uppercase() => 'A',
            c if c.is_alphabetic() => 'a',
            c => c,
        };
        if !(shape.ends_with(kind) && matches!(kind, '9' | 'A' | 'a')) {
            shape.push(kind);
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::super::{Options, Sheet, from_bytes};
    use ground::error::Error;

    fn read(text: &str, has_header: bool) -> Result<Sheet, Error> {
        let options = Options { has_header, ..Options::default() };
        Sheet::read(from_bytes(text.into(), "t.csv", &options)?)
    }

    /// Forty patients below a first line.
    fn table(first: &str, row: impl Fn(usize) -> String) -> String {
        let rows: String = (0..40).map(|n| row(n) + "\n").collect();
        format!("{first}\n{rows}")
    }

    #[test]
    fn a_patient_in_the_place_of_names_is_refused_and_not_told() {
        let words = |n: usize| ["adeno", "squamous", "small cell"][n % 3];
        let sexes = |n: usize| ["m", "f"][n % 2];
        for text in [
            table("61,f,adeno,12.75", |n| {
                format!("{},{},{},{}.25", 40 + n, sexes(n), words(n), 9 + n % 5)
            }),
            // A name of its own, and a missing cell.
            table("Meyer;2021-04-30;;7,5", |n| {
                format!(
                    "Patient {};2021-0{}-11;{};{},5",
                    ["x", "y"][n % 2].repeat(n),
                    1 + n % 9,
                    n,
                    n
                )
            }),
            // Two numbers that grow, and one cell of a first patient that is none.
            table("54321,98765", |n| format!("{},{}", 40 + 7 * n % 19, 3 * n)),
            table("83,II,unknown,249,0", |n| {
                format!("{},{},{},{},{}", 40 + n, ["I", "II"][n % 2], n * 31 % 97, n * n, n % 2)
            }),
            table("83,<0.5,7", |n| format!("{},{}.1,{}", 40 + n, n % 9, n)),
            table("squamous\tf", |n| format!("{}\t{}", words(n), sexes(n))),
            table("0,0,1", |n| format!("{},{},{}", n % 2, n % 3, n % 2)),
            table("C34.1|44|80", |n| format!("C{}.{}|{}|{}", 30 + n % 9, n % 5, 50 - n, n)),
        ] {
            let error = read(&text, false).map(|_| ()).expect_err(&text);
            assert!(error.to_string().contains("reads like a row"), "{error}");
            let said = error.to_string().replace("t.csv", "");
            for cell in text.lines().next().unwrap().split([',', ';', '\t', '|']) {
                assert!(cell.len() < 3 || !said.contains(cell), "{said}");
            }
            if !text.starts_with("0,0") {
                assert!(read(&text, true).is_ok() || text.starts_with("Meyer"));
            }
        }
    }

    #[test]
    fn names_are_names() {
        let words = |n: usize| ["adeno", "squamous"][n % 2];
        for text in [
            table("age,sex,histology", |n| {
                format!("{},{},{}", 40 + n, ["m", "f"][n % 2], words(n))
            }),
            // Years and hours as names.
            table("region,2021,2020,2019", |n| format!("{},{},{},{}", words(n), n, 3 * n, n % 7)),
            table("2019,2020,2021", |n| format!("{},{},{}", n, 2 * n, n % 7)),
            table("country,0,0.5,2,24", |n| format!("{},{n},{n},{n},{n}", words(n))),
            // Columns that are called as their levels are, beside a name.
            table("fever,cough,rash,age", |n| {
                let of = |name, at| if n % at == 0 { name } else { "none" };
                format!("{},{},{},{}", of("fever", 2), of("cough", 3), of("rash", 4), 30 + n)
            }),
            // Ticked boxes hold their names.
            table("fever,cough", |n| {
                format!("{},{}", ["fever", ""][n % 2], ["cough", ""][n % 3 % 2])
            }),
            // Few rows show nothing.
            "3,4\n5,6\n".to_owned(),
            table("61,age", |_| ",".into()),
            table("q1,q2", |n| format!("A{},B{}", n % 3, n % 4)),
        ] {
            assert!(read(&text, false).is_ok(), "{text}");
        }
    }
}
