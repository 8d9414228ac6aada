//! `--rows`: how many patients of the endless synthetic table, or which of them.

use ground::error::Error;
use std::ops::Range;
use std::str::FromStr;
use training::gan::MOST_ROWS;

/// The patients `first..last`, counted from 0, `last` not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// Number of the first patient.
    first: u64,
    /// Number of the first one that is left out, at least `first`.
    last: u64,
}

impl Rows {
    /// The first `count` patients.
    /// Panics beyond the end of the table.
    pub fn first(count: usize) -> Self {
        assert!(count as u64 <= MOST_ROWS, "{count} of {MOST_ROWS} rows");
        Self { first: 0, last: count as u64 }
    }

    /// Number of the first patient.
    pub fn start(self) -> u64 {
        self.first
    }

    /// Number of the first one that is left out.
    pub fn end(self) -> u64 {
        self.last
    }

    /// How many they are.
    pub fn count(self) -> u64 {
        self.last - self.first
    }
}

impl TryFrom<Range<u64>> for Rows {
    type Error = Error;

    fn try_from(range: Range<u64>) -> Result<Self, Error> {
        if range.end > MOST_ROWS {
            return Err(Error::Usage(format!("there are {MOST_ROWS} patients at most")));
        }
        Ok(Self { first: range.start, last: range.end.max(range.start) })
    }
}

impl FromStr for Rows {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let number: Result<u128, _> = text.parse();
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            number
                .ok()
                .filter(|_| digits)
                .ok_or("must be a number of patients such as 1000, or a range such as 0..1000")
        };
        let (first, last) = match text.split_once("..") {
            Some((first, last)) => (number(first)?, number(last)?),
            None => (0, number(text)?),
        };
        if last > MOST_ROWS.into() {
            return Err(format!("there are {MOST_ROWS} patients at most"));
        }
        if first >= last && text.contains("..") {
            return Err(
                "the range is empty: its first number must be below its second one, which \
                        is left out"
                    .into(),
            );
        }
        Ok(Self { first: first as u64, last: last as u64 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_or_a_range() {
        let rows = |first, last| Ok(Rows { first, last });
        assert_eq!("7".parse::<Rows>(), rows(0, 7));
        assert_eq!("0".parse::<Rows>(), rows(0, 0));
        assert_eq!("3..9".parse::<Rows>(), rows(3, 9));
        let most = "4398046511103..4398046511104".parse::<Rows>();
        assert_eq!(most, rows(MOST_ROWS - 1, MOST_ROWS));
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "", "many", "-1", "+1", "1.5", "..", "1..", "..1", "1..=2", "1..2..3", " 1", "1e3",
            "0x10",
        ] {
            assert!(text.parse::<Rows>().unwrap_err().contains("such as 0..1000"), "{text}");
        }
        for text in ["5..5", "6..5", "0..0"] {
            assert!(text.parse::<Rows>().unwrap_err().contains("empty"), "{text}");
        }
        for text in ["4398046511105", "0..4398046511105", "99999999999999999999999"] {
            assert!(text.parse::<Rows>().unwrap_err().contains("at most"), "{text}");
        }
    }
}
