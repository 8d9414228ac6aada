//! How many digits a column of numbers is printed with: as many decimals as its values have, or as
//! many significant digits.
//!
//! Titres and concentrations from 0.00001 to 676 are printed with four digits each; decimals enough
//! for the smallest would give the largest a dozen that nobody measured.

use super::number;

/// Cells below which nothing is said.
const FEWEST: usize = 5;
/// Digits by which decimals must be the worse description of a usual cell.
const CLEAR: f64 = 1.0;
/// Digits that a 64-bit number has at most.
const MOST: f64 = 17.0;

/// What printing with seven digits takes from a number at most, as a part of it.
const PRINTED: f64 = 1e-7;

/// Decimals and significant digits of the numbers of a column, as far as they need them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Precision {
    cells: usize,
    /// The most decimals, and their sum.
    pub(crate) decimals: usize,
    all_decimals: usize,
    /// The most significant digits, and their sum.
    pub(crate) digits: usize,
    all_digits: usize,
    largest: f64,
}

impl Precision {
    /// Adds a number; 0 has no digits that count.
    pub(crate) fn add(&mut self, value: f64) {
        let (digits, decimals) = number::precision(value);
        self.decimals = self.decimals.max(decimals);
        if value != 0.0 {
            self.cells += 1;
            self.digits = self.digits.max(digits);
            self.all_decimals += decimals;
            self.all_digits += digits;
            self.largest = self.largest.max(value.abs());
        }
    }

    /// Significant digits, if decimals would also give the largest number more digits than a number
    /// has: what a schema that says nothing of digits cannot have meant.
    pub(crate) fn significant_if_absurd(&self) -> Option<usize> {
        let absurd = self.largest.log10().ceil() + self.decimals as f64 > MOST;
        absurd.then(|| self.significant()).flatten()
    }

    /// Significant digits, if these describe the numbers better than decimals do: the zeros that a
    /// usual cell would get behind its own digits are fewer, by more than one.
    pub(crate) fn significant(&self) -> Option<usize> {
        let zeros = |most: usize, all: usize| (most * self.cells - all) as f64 / self.cells as f64;
        (self.cells >= FEWEST
            && zeros(self.decimals, self.all_decimals)
                > zeros(self.digits, self.all_digits) + CLEAR)
            .then_some(self.digits)
    }
}

/// The nearest number of so many significant digits.
pub(crate) fn significant(value: f64, digits: usize) -> f64 {
    if !value.is_finite() || digits == 0 {
        return value;
    }
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value) + 0.0
}

/// A number without the bits of its mantissa that a shorter format has no place for; of a number
/// that was cut before and printed with seven digits or more, the same one.
pub(crate) fn cut(value: f64, bits: u32) -> f64 {
    if !value.is_normal() {
        return value;
    }
    let unit = unit(value, bits);
    (value * (1.0 + PRINTED) / unit).trunc() * unit
}

/// From one number of a format with so many bits of mantissa to the next, where a number lies that is
/// not 0.
pub(crate) fn unit(value: f64, bits: u32) -> f64 {
    2f64.powi(value.abs().log2().floor() as i32 - bits as i32)
}

/// A number as a format with so many bits stored it; one that is a multiple of `step`, cut and then
/// printed with six digits or more, is what it was when it was cut.
pub(crate) fn stored(value: f64, bits: u32, step: Option<f64>) -> f64 {
    let multiple = step.map(|step| cut((value / step).round() * step, bits));
    let known = multiple.filter(|known| (value - known).abs() <= 10.0 * PRINTED * known.abs());
    known.unwrap_or_else(|| cut(value, bits))
}

/// The number that is read back from a text of so many decimals, and significant digits at most.
/// Halves go to the even digit, as programs print them: 9.298828125 to 9.29882812.
pub(crate) fn printed(value: f64, decimals: usize, digits: Option<usize>) -> f64 {
    let value = digits.map_or(value, |digits| significant(value, digits));
    format!("{value:.decimals$}").parse().unwrap_or(value) + 0.0
}

/// The shortest text that a number is read back from: in plain digits unless these are many.
pub(crate) fn print(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-5..1e16).contains(&size) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[f64]) -> Option<usize> {
        let mut precision = Precision::default();
        cells.iter().for_each(|&cell| precision.add(cell));
        precision.significant()
    }

    #[test]
    fn numbers_over_many_sizes_have_digits_and_others_decimals() {
        assert_eq!(of(&[1.031e-5, 3.205e-9, 676.3, 6.514e7, 0.03127, 2.25]), Some(4));
        assert_eq!(of(&[0.0512, 1.23, 15.2, 1210.0, 0.77, 348.0]), Some(3));
        // A scale with two decimals, one that loses its zeros, and one with few cells.
        assert_eq!(of(&[0.05, 1.25, 15.5, 1200.75, 3.0, 80.1]), None);
        assert_eq!(of(&[0.5, 1.0, 2.0, 10.0, 100.0, 2.5]), None);
        assert_eq!(of(&[1.2345, 10.0, 20.0, 30.0, 40.0, 50.0]), None);
        assert_eq!(of(&[1.031e-5, 676.3]), None);
        assert_eq!(of(&[0.0; 9]), None);
    }

    #[test]
    fn a_number_is_cut_as_a_shorter_format_cuts_it() {
        // Numbers of length 3 and 4 in SAS, as tables have them.
        for (value, bits, expected) in [
            (0.9, 12, 0.89990234),
            (0.8, 12, 0.79992676),
            (36.4, 12, 36.39844),
            (-10.8, 12, -10.79882812),
            (0.5, 12, 0.5),
            (8192.0, 12, 8192.0),
            (0.95, 20, 0.949999809),
            (0.0, 12, 0.0),
        ] {
            let found = cut(value, bits);
            assert!((found - expected).abs() <= 1e-6 * expected.abs(), "{value}: {found}");
            // What was cut and printed stays.
            assert!((cut(expected, bits) - found).abs() < 1e-12, "{expected}");
        }
    }

    #[test]
    fn a_cut_number_is_printed_as_the_study_printed_it() {
        for (value, decimals, digits, expected) in [
            (9.3, 8, Some(9), 9.29882812),
            (10.8, 8, Some(9), 10.7988281),
            (0.4, 8, Some(9), 0.39996338),
            (0.786, 10, Some(9), 0.785888672),
            (36.2, 5, None, 36.19531),
        ] {
            assert_eq!(printed(cut(value, 12), decimals, digits), expected, "{value}");
        }
    }

    #[test]
    fn a_guess_of_seven_digits_stays_what_it_was() {
        // Cut to 20 bits, and printed as 1.999999e-01.
        for (value, expected) in
            [(0.1999999, 0.1999999), (0.2, 0.1999999), (0.09999996, 0.09999996), (0.5, 0.5)]
        {
            assert_eq!(printed(stored(value, 20, Some(0.05)), 13, Some(7)), expected, "{value}");
        }
        assert_eq!(stored(0.9, 12, None), cut(0.9, 12));
    }

    #[test]
    fn significant_digits_are_kept_at_any_size() {
        for (value, expected) in [
            (65_138_431.558_4, "65140000"),
            (3.205_49e-9, "3.205e-9"),
            (-0.012_344, "-0.01234"),
            (0.0, "0"),
            (9.999_9, "10"),
            (1.031e-5, "0.00001031"),
            (4.2e17, "4.2e17"),
        ] {
            let text = print(significant(value, 4));
            assert_eq!(text, expected, "{value}");
            assert_eq!(text.parse::<f64>().unwrap(), significant(value, 4));
        }
    }
}
