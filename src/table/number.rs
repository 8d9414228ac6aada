//! What the text of a cell is, and how many decimals print a number as it was.

use std::io::Write;

/// The most decimals that a 64-bit number can need: the smallest one is 5e-324, with up to 17
/// digits.
pub(crate) const MAX_DECIMALS: usize = 341;

/// What a cell's text is, before its column's kind is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Text {
    /// A finite number.
    Number(f64),
    /// A number beyond the range of 64-bit numbers, such as `1e999`.
    TooLarge,
    /// `nan`, `inf` and the like: what programs print for a number that they could not compute.
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
            Err(_) if MISSING_CODES.contains(&cell.to_ascii_lowercase().as_str()) => {
                Self::MissingCode
            }
            Err(_) => Self::Word,
        }
    }
}

const MISSING_CODES: [&str; 10] =
    ["na", "n/a", "#n/a", "#na", "<na>", "null", ".", "-", "?", "#value!"];

/// What a cell's text is, without the text, because an error must not repeat a patient's value.
pub fn kind_of(cell: &str) -> String {
    match Text::of(cell) {
        Text::Number(number) if number.fract() == 0.0 => "a whole number".into(),
        Text::Number(_) => "a number".into(),
        Text::TooLarge => "a number beyond the range of 64-bit numbers".into(),
        Text::NotFinite => "a number that is not finite".into(),
        Text::MissingCode => "a code for a missing value".into(),
        Text::Word => match cell.chars().count() {
            1 => "a text of 1 character".into(),
            characters => format!("a text of {characters} characters"),
        },
    }
}

/// The text in quotes with control characters escaped, cut after 40 characters.
pub fn quote(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{:?} (cut)", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// The fewest digits after the point with which a finite `value` can be printed and read back as
/// the same number.
///
/// Trailing zeros of the text do not count.
/// Scientific notation makes no difference: 1.249999e-04 has 10 decimals.
pub fn decimals(value: f64) -> usize {
    precision(value).1
}

/// The fewest significant digits, and the fewest digits after the point, that bring a finite
/// `value` back.
pub(crate) fn precision(value: f64) -> (usize, usize) {
    let scientific = format!("{value:e}");
    let (mantissa, exponent) =
        scientific.split_once('e').expect("Rust prints an exponent for {:e}");
    let digits = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len()) as i32;
    let exponent: i32 = exponent.parse().expect("Rust prints a whole exponent for {:e}");
    (digits as usize + 1, (digits - exponent).max(0) as usize)
}

/// Whether a text is a code in digits that no number holds: a zero stands before others, or it is
/// beyond 2^53 and would come back as another one.
pub fn is_code(cell: &str) -> bool {
    if !cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    (cell.len() > 1 && cell.starts_with('0')) || is_beyond(cell)
}

/// Whether the digits of a whole number are more than a 64-bit number keeps.
pub(crate) fn is_beyond(cell: &str) -> bool {
    let digits = cell.trim_start_matches(['+', '-']).trim_start_matches('0');
    digits.len() >= 16
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits.len(), digits) > (16, "9007199254740992")
}

/// The powers of ten that are exact 64-bit numbers.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// The number that reading `value` printed with so many decimals would give; never -0.
pub fn round(value: f64, decimals: usize) -> f64 {
    // Up to 10^22 a power of ten is an exact f64, and so is a whole number below 2^53.
    // Their quotient is rounded once, to the same number that a reader of the text gets.
    if let Some(power) = POWERS.get(decimals)
        && (value * power).abs() < 9_007_199_254_740_992.0
    {
        return (value * power).round() / power + 0.0;
    }
    format!("{value:.decimals$}").parse().unwrap_or(value) + 0.0
}

/// Appends a finite `value` with so many decimals: the bytes of `format!("{value:.decimals$}")`,
/// several times faster for a number that [`round`] gave.
pub fn print(text: &mut Vec<u8>, value: f64, decimals: usize) {
    match whole(value, decimals) {
        Some(whole) => {
            if value < 0.0 {
                text.push(b'-');
            }
            point(text, itoa::Buffer::new().format(whole).as_bytes(), decimals);
        }
        None => write!(text, "{value:.decimals$}").expect("memory takes everything"),
    }
}

/// The digits of `value` as a whole number, if its text is certain to have just these digits and a
/// point among them.
fn whole(value: f64, decimals: usize) -> Option<u64> {
    let power = POWERS.get(decimals)?;
    let scaled = (value * power).round();
    // Below 2^51 the number nearest to scaled / power is less than a quarter of the last decimal
    // away from it, so that the exact rounding of its binary value gives the same digits.
    // -0 is left out, because its sign has to be written.
    let sure = scaled.abs() < 2_251_799_813_685_248.0 && scaled / power == value;
    (sure && (scaled != 0.0 || value.is_sign_positive())).then_some(scaled.abs() as u64)
}

/// Appends digits with a point before the last `decimals` of them.
fn point(text: &mut Vec<u8>, digits: &[u8], decimals: usize) {
    if decimals == 0 {
        return text.extend_from_slice(digits);
    }
    let (before, after) = digits.split_at(digits.len().saturating_sub(decimals));
    text.extend_from_slice(if before.is_empty() { b"0" } else { before });
    text.push(b'.');
    text.extend(std::iter::repeat_n(b'0', decimals - after.len()));
    text.extend_from_slice(after);
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
    fn printing_gives_the_bytes_of_the_standard_library() {
        let check = |value: f64, decimals: usize| {
            let mut text = Vec::new();
            print(&mut text, value, decimals);
            assert_eq!(
                String::from_utf8(text).unwrap(),
                format!("{value:.decimals$}"),
                "{value:e} to {decimals}"
            );
        };
        let edge = 2f64.powi(51);
        let odd = [
            0.0,
            -0.0,
            0.5,
            -0.5,
            1.5,
            2.5,
            1e-9,
            1e22,
            1e300,
            5e-324,
            edge,
            edge - 1.0,
            edge + 1.0,
            -edge,
        ];
        for value in odd {
            (0..=MAX_DECIMALS).for_each(|decimals| check(value, decimals));
        }
        let mut state = 1u64;
        for _ in 0..200_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let decimals = (state >> 60) as usize + (state >> 58 & 1) as usize * 8;
            let value = ((state >> 11) as f64 / 2f64.powi(52) - 1.0)
                * 10f64.powi((state >> 40 & 15) as i32 - 3);
            check(value, decimals);
            check(round(value, decimals), decimals);
            // Just beside the number that a text means.
            check(f64::from_bits(round(value, decimals).to_bits() ^ 1), decimals);
        }
    }

    #[test]
    fn codes_are_digits_that_no_number_holds() {
        for code in ["007", "00", "9007199254740993", "12345678901234567890"] {
            assert!(is_code(code), "{code}");
        }
        for number in ["0", "7", "0.7", "-07", "1e20", "9007199254740992", "", "7a"] {
            assert!(!is_code(number), "{number}");
        }
        assert!(is_beyond("-9007199254740993") && is_beyond("0009007199254740993"));
    }

    #[test]
    fn a_kind_does_not_repeat_the_value() {
        for (cell, kind) in [
            ("7", "a whole number"),
            ("7.5", "a number"),
            ("1e999", "a number beyond the range of 64-bit numbers"),
            ("nan", "a number that is not finite"),
            ("?", "a code for a missing value"),
            ("x", "a text of 1 character"),
            ("Müller\u{7}", "a text of 7 characters"),
        ] {
            assert_eq!(kind_of(cell), kind, "{cell:?}");
        }
        assert!(quote(&"é".repeat(500)).len() < 120);
        assert_eq!(quote("abc\u{7}"), "\"abc\\u{7}\"");
    }
}
