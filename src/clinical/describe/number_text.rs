//! Numbers for people: five significant digits, as in the paper's Table 1.

/// Digits that are shown.
const DIGITS: i32 = 5;

/// The number with five significant digits; whole numbers below ten million as they are.
pub(crate) fn number(value: f64) -> String {
    let size = value.abs();
    if value.fract() == 0.0 && size < 1e7 {
        return format!("{value}");
    }
    if !(1e-4..1e7).contains(&size) {
        return format!("{value:.*e}", DIGITS as usize - 1);
    }
    let decimals = (DIGITS - 1 - size.log10().floor() as i32).max(0) as usize;
    format!("{value:.decimals$}")
}

/// The number, or a dash.
pub(crate) fn number_or_dash(value: Option<f64>) -> String {
    value.map_or("-".into(), number)
}

/// A share in percent with one decimal. All and none are said only of all and none.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    match format!("{share:.1} %") {
        text if part < whole && text == "100.0 %" => "> 99.9 %".into(),
        text if part > 0 && text == "0.0 %" => "< 0.1 %".into(),
        text => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_in_table_1() {
        for (value, text) in [
            (25.46, "25.460"),
            (1.24, "1.2400"),
            (1.0461, "1.0461"),
            (0.0, "0"),
            (0.00036, "0.00036000"),
            (31.0, "31"),
            (123_456.78, "123457"),
            (1.5e8, "1.5000e8"),
            (-2.5e-7, "-2.5000e-7"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(
            (percent(0, 9), percent(1, 3), percent(99_999, 100_000)),
            ("0.0 %".into(), "33.3 %".into(), "> 99.9 %".into())
        );
    }
}
