//! What the text of a cell is, and how many decimals bring a number back as it was printed.

/// The most decimals that a 64-bit number can need: the smallest one is 5e-324, with up to 17 digits.
pub const MAX_DECIMALS: usize = 341;

/// What a cell's text is, before its column's kind is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Text {
    /// A finite number.
    Number(f64),
    /// A number beyond the range of 64-bit numbers, such as `1e999`.
    TooLarge,
    /// `nan`, `inf` and their relatives: how programs print a number that is none.
    NotFinite,
    /// `NA`, `null`, `?` and other codes by which exports mark a missing value.
    MissingCode,
    /// Anything else.
    Word,
}

impl Text {
    /// Classifies the trimmed text of a cell that is not empty.
    pub fn of(cell: &str) -> Self {
        match cell.parse::<f64>() {
            // Adding zero turns -0 into 0, which would otherwise be written as "-0".
            Ok(number) if number.is_finite() => Self::Number(number + 0.0),
            Ok(_) if cell.contains(|c: char| c.is_ascii_digit()) => Self::TooLarge,
            Ok(_) => Self::NotFinite,
            Err(_) if MISSING_CODES.contains(&cell.to_ascii_lowercase().as_str()) => Self::MissingCode,
            Err(_) => Self::Word,
        }
    }
}

const MISSING_CODES: [&str; 10] = ["na", "n/a", "#n/a", "#na", "<na>", "null", ".", "-", "?", "#value!"];

/// Names the kind of a cell's text, with the text itself (at most 40 characters of it) in quotes, for an error message.
pub fn describe(cell: &str) -> String {
    let kind = match Text::of(cell) {
        Text::Number(number) if number.fract() == 0.0 => "the integer",
        Text::Number(_) => "the number",
        Text::TooLarge => "a number beyond the range of 64-bit numbers,",
        Text::NotFinite => "the non-finite number",
        Text::MissingCode => "the code for missing",
        Text::Word => "the text",
    };
    format!("{kind} {}", quote(cell))
}

/// The text in quotes with control characters escaped, cut after 40 characters.
pub fn quote(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{:?} (cut)", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// The fewest digits after the point with which a finite `value` can be printed and read back as the same number.
///
/// Trailing zeros of the text do not count, and scientific notation needs no care: 1.249999e-04 has 10 decimals.
pub fn decimals(value: f64) -> usize {
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').expect("Rust prints an exponent for {:e}");
    let digits = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len()) as i32;
    let exponent: i32 = exponent.parse().expect("Rust prints a whole exponent for {:e}");
    (digits - exponent).max(0) as usize
}

/// The number that reading `value` printed with so many decimals would give; never -0.
pub fn round(value: f64, decimals: usize) -> f64 {
    // Up to 10^22 a power of ten is an exact f64, and below 2^53 so is a whole number: their quotient is then rounded
    // once, to the same number that a reader of the text gets.
    let scaled = value * 10f64.powi(decimals as i32);
    if decimals <= 22 && scaled.abs() < 9_007_199_254_740_992.0 {
        return scaled.round() / 10f64.powi(decimals as i32) + 0.0;
    }
    format!("{value:.decimals$}").parse().unwrap_or(value) + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_classified() {
        assert_eq!(Text::of("-1.5e3"), Text::Number(-1500.0));
        assert_eq!(Text::of("1e999"), Text::TooLarge);
        assert_eq!(Text::of("NaN"), Text::NotFinite);
        assert_eq!(Text::of("-inf"), Text::NotFinite);
        assert_eq!(Text::of("N/A"), Text::MissingCode);
        assert_eq!(Text::of("3,14"), Text::Word);
        let Text::Number(zero) = Text::of("-0.0") else { panic!("-0.0 is a number") };
        assert!(zero.is_sign_positive());
    }

    #[test]
    fn decimals_restore_what_was_printed() {
        for (text, expected) in [
            ("9715.000", 0),
            ("62.84998", 5),
            ("1.249999e-04", 10),
            ("5.000000e-01", 1),
            ("0", 0),
            ("1e20", 0),
            ("5e-324", 324),
        ] {
            let value: f64 = text.parse().unwrap();
            assert_eq!(decimals(value), expected, "{text}");
            assert_eq!(format!("{value:.expected$}").parse::<f64>().unwrap(), value, "{text}");
        }
        assert!(decimals(2.2250738585072014e-308) <= MAX_DECIMALS);
    }

    #[test]
    fn rounding_gives_the_number_that_the_text_means() {
        assert_eq!(round(0.1 + 0.2, 1), 0.3);
        assert_eq!(round(55_629.281_199_999, 4), 55_629.281_2);
        assert_eq!(round(1e300, 2), 1e300);
        assert_eq!(round(1.249_999_000_1e-30, 36), 1.249999e-30);
        assert!(round(-0.001, 2).is_sign_positive());
    }

    #[test]
    fn a_description_is_short_and_safe_to_print() {
        assert_eq!(describe("abc\u{7}"), "the text \"abc\\u{7}\"");
        assert!(describe(&"é".repeat(500)).len() < 120);
    }
}
