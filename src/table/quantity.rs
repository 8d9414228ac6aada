//! Numbers with something beside them: a detection limit (`<0.5`, `> 20`) or a unit (`12 mg`).

/// The side of a limit on which the true value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `<0.5`, `≤5`.
    Below,
    /// `>20`, `≥100`.
    Above,
}

/// The letters that most units have at most.
const LONGEST_UNIT: usize = 16;

/// The side and the number of a detection limit: `<0.5`, `<= 5`, `≥100`.
pub fn limit(cell: &str) -> Option<(Side, f64)> {
    let side = match cell.chars().next()? {
        '<' | '≤' => Side::Below,
        '>' | '≥' => Side::Above,
        _ => return None,
    };
    let number = cell.trim_start_matches(['<', '>', '≤', '≥']);
    let marks = cell.chars().count() - number.chars().count();
    let number = number.strip_prefix('=').filter(|_| marks == 1).unwrap_or(number);
    (marks == 1).then_some(())?;
    Some((side, plain(number.trim())?))
}

/// The number and the unit of a cell: `12 mg`, `7.5%`, `-3 °C`; none for a number alone.
pub fn with_unit(cell: &str) -> Option<(f64, &str)> {
    let end = cell.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '+' | '-'))?;
    let (number, unit) = cell.split_at(end);
    let unit = unit.trim();
    let first = unit.chars().next()?;
    let is_unit = (first.is_alphabetic() || matches!(first, '%' | '°' | '‰'))
        && unit.chars().count() <= LONGEST_UNIT
        && !unit.contains(char::is_whitespace);
    is_unit.then_some(())?;
    Some((plain(number.trim())?, unit))
}

/// A finite number in plain digits, with a point or a comma.
fn plain(text: &str) -> Option<f64> {
    if !text.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number: f64 = text.parse().or_else(|_| text.replacen(',', ".", 1).parse()).ok()?;
    number.is_finite().then_some(number + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_and_nothing_else() {
        for (cell, side, number) in [
            ("<0.5", Side::Below, 0.5),
            ("< 0,5", Side::Below, 0.5),
            ("<=5", Side::Below, 5.0),
            ("≤5", Side::Below, 5.0),
            (">20", Side::Above, 20.0),
            (">= 1e3", Side::Above, 1000.0),
            ("≥100", Side::Above, 100.0),
        ] {
            assert_eq!(limit(cell), Some((side, number)), "{cell}");
        }
        for cell in ["", "<", "5", "<LOD", "<>5", "<<5", "5-10", "<5 mg", "=5", "<inf"] {
            assert_eq!(limit(cell), None, "{cell}");
        }
    }

    #[test]
    fn units_are_read_and_nothing_else() {
        for (cell, number, unit) in [
            ("12 mg", 12.0, "mg"),
            ("7.5%", 7.5, "%"),
            ("-3 °C", -3.0, "°C"),
            ("1,5mmol/L", 1.5, "mmol/L"),
            ("3 mg/m2", 3.0, "mg/m2"),
        ] {
            assert_eq!(with_unit(cell), Some((number, unit)), "{cell}");
        }
        for cell in [
            "",
            "12",
            "mg",
            "10-Sep-2021",
            "1.2.3 mg",
            "12 (high)",
            "4 or more",
            "3 of the many things in a text",
        ] {
            assert_eq!(with_unit(cell), None, "{cell}");
        }
    }
}
