//! Numbers with a decimal comma, as programs print them in most European languages, and how they
//! are told apart from numbers with thousands separators.
//!
//! In a column of numbers commas are decimal if one of them can be nothing else: `1,5` (but not
//! `1,234`, which may be 1234).
//! Where columns are separated by commas, commas are decimal only if the user says so.
//! A number with thousands separators is never read: it stops the reading.

use super::missing::{Codes, is_missing};
use super::{Decimal, Sample};

/// What the numbers of a cell look like.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    /// No number.
    Text,
    /// `15`, `1e5`.
    Whole,
    /// `1.5`.
    Point,
    /// `1.234`: perhaps 1234.
    PointOrThousands,
    /// `1,5`.
    Comma,
    /// `1,234`: perhaps 1234.
    CommaOrThousands,
    /// `1.234,5`, `1,234,567`.
    Grouped,
}

impl Look {
    fn of(cell: &str) -> Self {
        let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
        if !digits.starts_with(|c: char| c.is_ascii_digit() || c == ',' || c == '.') {
            return Self::Text;
        }
        let marks = digits.bytes().filter(|byte| matches!(byte, b'.' | b',')).count();
        match marks {
            0 if cell.parse::<f64>().is_ok() => Self::Whole,
            1 if digits.contains('.') && cell.parse::<f64>().is_ok() => {
                if is_group(digits, '.') {
                    Self::PointOrThousands
                } else {
                    Self::Point
                }
            }
            1 if digits.contains(',') && cell.replacen(',', ".", 1).parse::<f64>().is_ok() => {
                if is_group(digits, ',') {
                    Self::CommaOrThousands
                } else {
                    Self::Comma
                }
            }
            2.. if is_grouped(digits) => Self::Grouped,
            _ => Self::Text,
        }
    }
}

/// Whether digits with one mark may be thousands: one to three digits without a leading zero, then
/// exactly three.
fn is_group(digits: &str, mark: char) -> bool {
    let all = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits.split_once(mark).is_some_and(|(head, tail)| {
        (1..=3).contains(&head.len())
            && !head.starts_with('0')
            && tail.len() == 3
            && all(head)
            && all(tail)
    })
}

/// Whether digits are groups of three with the same mark between them, perhaps with decimals after
/// the other mark.
fn is_grouped(digits: &str) -> bool {
    let mark =
        if digits.find('.') < digits.find(',') && digits.contains('.') || !digits.contains(',') {
            '.'
        } else {
            ','
        };
    let other = if mark == '.' { ',' } else { '.' };
    let (whole, decimals) = digits.split_once(other).unwrap_or((digits, "0"));
    let mut groups = whole.split(mark);
    let digits_only =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    groups.next().is_some_and(|head| digits_only(head) && head.len() <= 3)
        && groups.all(|group| digits_only(group) && group.len() == 3)
        && digits_only(decimals)
}

/// What is known of one column.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    /// Points, or no numbers at all: cells stay as they are.
    Point,
    Comma,
    /// Whole numbers so far: the first comma that can only be decimal decides.
    Open,
}

/// What stands before the decimals in every column.
pub(super) struct Decimals {
    of_column: Vec<Rule>,
    all_points: bool,
}

/// How often each look occurs in the sample of one column.
#[derive(Clone, Default)]
struct Tally {
    cells: usize,
    numbers: usize,
    commas: usize,
    points: usize,
    perhaps_commas: usize,
    perhaps_points: usize,
}

impl Tally {
    fn add(&mut self, look: Look) {
        self.cells += 1;
        self.numbers += usize::from(look != Look::Text);
        match look {
            Look::Comma => self.commas += 1,
            Look::Point => self.points += 1,
            Look::CommaOrThousands => self.perhaps_commas += 1,
            Look::PointOrThousands => self.perhaps_points += 1,
            Look::Text | Look::Whole | Look::Grouped => {}
        }
    }

    /// The same rule as for kinds: nine of ten cells.
    fn is_numeric(&self) -> bool {
        10 * self.numbers >= 9 * self.cells
    }

    fn rule(&self, of_file: Rule) -> Rule {
        match of_file {
            _ if !self.is_numeric() => Rule::Point,
            _ if self.commas > 0 => Rule::Comma,
            _ if self.points > 0 => Rule::Point,
            // A file without any decimal comma: `1.234` is a number with three decimals.
            Rule::Open if self.perhaps_points > 0 && self.perhaps_commas == 0 => Rule::Point,
            of_file => of_file,
        }
    }
}

impl Decimals {
    /// Points in every column.
    pub(super) fn points(columns: usize) -> Self {
        Self { of_column: vec![Rule::Point; columns], all_points: true }
    }

    /// Decides by the first rows where the user has not decided.
    pub(super) fn new(
        given: Option<Decimal>,
        sample: &Sample,
        codes: &Codes,
        columns: usize,
    ) -> Self {
        if given == Some(Decimal::Point) || (given.is_none() && !sample.commas) {
            return Self::points(columns);
        }
        let mut tallies = vec![Tally::default(); columns];
        for row in sample.rows {
            for (column, (tally, cell)) in
                tallies.iter_mut().zip(row.iter().map(str::trim)).enumerate()
            {
                if !is_missing(cell) && !codes.has(column, cell) {
                    tally.add(Look::of(cell));
                }
            }
        }
        let numeric = || tallies.iter().filter(|tally| tally.is_numeric());
        let of_column = match given {
            Some(_) => tallies
                .iter()
                .map(|tally| if tally.is_numeric() { Rule::Comma } else { Rule::Point })
                .collect(),
            None => {
                let of_file = match () {
                    _ if numeric().any(|tally| tally.commas > 0) => Rule::Comma,
                    _ if numeric().any(|tally| tally.points > 0) => Rule::Point,
                    _ => Rule::Open,
                };
                tallies.iter().map(|tally| tally.rule(of_file)).collect()
            }
        };
        Self { of_column, all_points: false }
    }

    /// Whether no cell needs a look.
    pub(super) fn are_points(&self) -> bool {
        self.all_points
    }

    /// The trimmed cell; in `buffer` if its comma had to become a point.
    /// The error is a problem and a remedy.
    pub(super) fn with_point<'a>(
        &mut self,
        column: usize,
        cell: &'a str,
        buffer: &'a mut String,
    ) -> Result<&'a str, (&'static str, &'static str)> {
        let rule = &mut self.of_column[column];
        if *rule == Rule::Point {
            return Ok(cell);
        }
        match (Look::of(cell), *rule) {
            (Look::Comma, _) | (Look::CommaOrThousands, Rule::Comma) => {
                *rule = Rule::Comma;
                buffer.clear();
                buffer.push_str(cell);
                // Both marks are one byte long, so the rest of the text stays in its place.
                buffer.replace_range(cell.find(',').map_or(0..0, |at| at..at + 1), ".");
                Ok(buffer)
            }
            (Look::Point | Look::PointOrThousands, Rule::Comma) => Err((
                "a number with a point in a column with decimal commas",
                "remove the points if they separate thousands, or say --decimal . if they are \
                 decimal",
            )),
            (Look::CommaOrThousands, _) => Err((
                "a number whose comma may be decimal or separate thousands",
                "say --decimal , if it is decimal, or write the numbers without separators of \
                 thousands",
            )),
            (Look::Grouped, _) => Err((
                "a number with separators of thousands",
                "write the numbers without them: 1234.5 or 1234,5",
            )),
            _ => Ok(cell),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::error::Place;

    #[test]
    fn a_number_looks_as_it_is_printed() {
        let looks = [
            ("15", Look::Whole),
            ("-1e5", Look::Whole),
            ("1.5", Look::Point),
            ("0.125", Look::Point),
            ("1.234", Look::PointOrThousands),
            ("+1,5", Look::Comma),
            ("1,2345", Look::Comma),
            ("0,125", Look::Comma),
            (",5", Look::Comma),
            ("1,5e3", Look::Comma),
            ("1,234", Look::CommaOrThousands),
            ("1.234,5", Look::Grouped),
            ("1,234.5", Look::Grouped),
            ("1.234.567", Look::Grouped),
            ("12.03.2020", Look::Text),
            ("1,2,3", Look::Text),
            ("a,b", Look::Text),
            ("NA", Look::Text),
            ("", Look::Text),
        ];
        for (cell, look) in looks {
            assert!(Look::of(cell) == look, "{cell}");
        }
    }

    /// Columns separated by semicolons, so that commas may be decimal.
    fn decimals(cells: &[&str]) -> Decimals {
        let rows: Vec<_> = cells.iter().map(|cell| csv::StringRecord::from(vec![*cell])).collect();
        let codes = Codes::new(&[], &["lab".into()], &Place::file("t.csv")).unwrap();
        Decimals::new(None, &Sample { rows: &rows, commas: true }, &codes, 1)
    }

    #[test]
    fn three_decimals_after_a_point_are_decimals_where_no_comma_is() {
        let mut buffer = String::new();
        let mut points = decimals(&["1.234", "15", "7.125"]);
        assert_eq!(points.with_point(0, "1,5", &mut buffer), Ok("1,5"), "no number any more");
        let mut open = decimals(&["15", "7"]);
        assert_eq!(open.with_point(0, "1,5", &mut buffer), Ok("1.5"));
        assert!(open.with_point(0, "1.234", &mut buffer).is_err());
    }
}
