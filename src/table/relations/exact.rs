//! Linear functions of decimals as they are printed, without the rounding of floating point.

use super::solve::Fit;

/// Significant digits up to which a number is what somebody wrote; more are those of a computed
/// 32-bit number, or from [`DOUBLE`] on of a 64-bit one.
const WRITTEN: usize = 9;
const DOUBLE: usize = 15;

/// What rounding has done at most to computed numbers, as a part of them.
const SINGLE_ROUNDING: f64 = f32::EPSILON as f64;
const DOUBLE_ROUNDING: f64 = 1e-14;

/// `digits` times ten to the power of `-places`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Decimal {
    digits: i128,
    places: i32,
}

impl Decimal {
    /// The shortest decimal that reads back as a number: what was printed, if that had 15 digits at
    /// most.
    fn of(value: f64) -> Option<Self> {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e')?;
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{part}").parse().ok()?;
        Some(Self { digits, places: part.len() as i32 - exponent.parse::<i32>().ok()? })
    }

    fn times(self, other: Self) -> Option<Self> {
        let digits = self.digits.checked_mul(other.digits)?;
        Some(Self { digits, places: self.places + other.places })
    }

    fn plus(self, other: Self) -> Option<Self> {
        let places = self.places.max(other.places);
        let digits = self.at(places)?.checked_add(other.at(places)?)?;
        Some(Self { digits, places })
    }

    /// Its digits with at least so many places as it has.
    fn at(self, places: i32) -> Option<i128> {
        if self.digits == 0 {
            return Some(0);
        }
        let power = 10i128.checked_pow(u32::try_from(places - self.places).ok()?)?;
        self.digits.checked_mul(power)
    }

    fn value(self) -> f64 {
        self.digits as f64 * 10f64.powi(-self.places)
    }
}

/// Where a function lies beside the number that is printed with some decimals.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Side {
    /// Nearer to it than to any other.
    Near,
    /// In the middle between it and the next one, which is above or below.
    Middle { above: bool },
    /// Nearer to another number.
    Far,
}

impl Side {
    fn of(off: Decimal, decimals: usize) -> Option<Self> {
        let places = off.places.max(decimals as i32 + 1);
        let digits = off.at(places)?;
        let half = 5i128.checked_mul(10i128.checked_pow((places - decimals as i32 - 1) as u32)?)?;
        Some(match digits.abs().cmp(&half) {
            std::cmp::Ordering::Less => Self::Near,
            std::cmp::Ordering::Equal => Self::Middle { above: digits > 0 },
            std::cmp::Ordering::Greater => Self::Far,
        })
    }
}

/// How much of a relation's terms the rounding of its columns explains, beside that of the printed
/// decimals: nothing where people wrote the numbers.
pub(super) fn rounding(columns: &[&[f64]]) -> f64 {
    let of = |cells: &&[f64]| {
        // Whole numbers are exact, however long.
        let parts = cells.iter().filter(|cell| cell.is_finite() && cell.fract() != 0.0);
        let long = parts.map(|cell| (cell, significant(*cell)));
        let long: Vec<(&f64, usize)> = long.filter(|(_, digits)| *digits > WRITTEN).collect();
        let is_single =
            |cell: f64| (f64::from(cell as f32) - cell).abs() <= DOUBLE_ROUNDING * cell.abs();
        match long.iter().map(|(_, digits)| *digits).max() {
            None => 0.0,
            Some(_) if long.iter().all(|(cell, _)| is_single(**cell)) => SINGLE_ROUNDING,
            Some(digits) if digits >= DOUBLE => DOUBLE_ROUNDING,
            Some(_) => 0.0,
        }
    };
    columns.iter().map(of).fold(0.0, f64::max)
}

/// Whether numbers are computed 32-bit ones.
pub(crate) fn is_single(cells: &[f64]) -> bool {
    rounding(&[cells]) == SINGLE_ROUNDING
}

fn significant(value: f64) -> usize {
    crate::number::precision(value).0
}

/// Whether a linear function of columns `x`, rounded to so many decimals, is what is printed in
/// column `y` in every row.
/// If so, the part of its terms by which computed numbers may be off, 0 for numbers that were
/// written.
///
/// A middle between two numbers is rounded up by some and down by others.
/// Where every row is such a middle and both occur, the function does not say which number comes.
pub(super) fn reproduces(fit: &Fit, x: &[Vec<f64>], y: &[f64], decimals: usize) -> Option<f64> {
    let columns: Vec<&[f64]> = x.iter().map(Vec::as_slice).chain([y]).collect();
    let part = rounding(&columns);
    let factors: Option<Vec<Decimal>> = fit.factors.iter().map(|f| Decimal::of(*f)).collect();
    let (factors, constant) = (factors?, Decimal::of(fit.constant)?);
    let mut middles = [0, 0];
    for (row, cell) in y.iter().enumerate() {
        let mut off = constant.plus(Decimal::of(-cell)?)?;
        for (factor, x) in factors.iter().zip(x) {
            off = off.plus(factor.times(Decimal::of(x[row])?)?)?;
        }
        match Side::of(off, decimals)? {
            Side::Near => {}
            Side::Middle { above } => middles[usize::from(above)] += 1,
            Side::Far if part > 0.0 && off.value().abs() <= part * fit.size(x, row) => {}
            Side::Far => return None,
        }
    }
    let unsaid = middles[0] > 0 && middles[1] > 0 && middles[0] + middles[1] == y.len();
    (!unsaid).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(a: &[f64], b: &[f64], y: &[f64], decimals: usize) -> Option<f64> {
        let fit = Fit { factors: vec![1.0, 1.0], constant: 0.0 };
        reproduces(&fit, &[a.to_vec(), b.to_vec()], y, decimals)
    }

    #[test]
    fn a_unit_of_the_last_decimal_is_a_difference() {
        let (a, b) = ([12_345_678.91, 1.1], [87_654_321.23, 2.2]);
        assert_eq!(sum(&a, &b, &[100_000_000.14, 3.3], 2), Some(0.0));
        assert_eq!(sum(&a, &b, &[100_000_000.15, 3.3], 2), None);
        // 0.1 + 0.2 is not 0.3 in floating point.
        assert_eq!(sum(&[0.1], &[0.2], &[0.3], 1), Some(0.0));
        assert_eq!(sum(&[4e15], &[2.0], &[4_000_000_000_000_003.0], 0), None);
    }

    #[test]
    fn computed_numbers_may_be_off_by_their_rounding() {
        assert_eq!(sum(&[0.1, 1.0], &[0.2, 2.0], &[0.1 + 0.2, 3.0], 17), Some(DOUBLE_ROUNDING));
        assert_eq!(sum(&[0.1, 1.0], &[0.2, 2.0], &[0.1 + 0.2, 3.1], 17), None);
        let single = |value: f64| f64::from(value as f32);
        let (a, b) = ([single(0.1), 1.0], [single(0.2), 2.0]);
        let y = [f64::from(0.1f32 + 0.2f32), 3.0];
        assert_eq!(sum(&a, &b, &y, 20), Some(SINGLE_ROUNDING));
        assert_eq!(sum(&a, &b, &[y[0], 3.001], 20), None);
    }

    #[test]
    fn what_is_always_a_middle_says_nothing() {
        let half = Fit { factors: vec![1.0], constant: 0.5 };
        let x = [vec![1.0, 2.0, 3.0]];
        assert_eq!(reproduces(&half, &x, &[2.0, 3.0, 4.0], 0), Some(0.0));
        assert_eq!(reproduces(&half, &x, &[2.0, 2.0, 4.0], 0), None);
        // A mean is a middle in some rows, and rounded either way there.
        let mean = Fit { factors: vec![0.5], constant: 0.0 };
        assert_eq!(reproduces(&mean, &x, &[0.0, 1.0, 2.0], 0), Some(0.0));
    }
}
