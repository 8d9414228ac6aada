//! The roundest product of powers that gives a column within its rounding.

use super::solve::least_squares;
use crate::digits::significant;

/// Powers are multiples of one of these, the first that does.
const STEPS: [f64; 10] = [1.0, 0.5, 1.0 / 3.0, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001];

/// The largest power.
const HIGHEST: f64 = 4.0;

/// Digits of factors that are tried.
const DIGITS: usize = 10;

/// `factor / divisor` times a product of powers of some columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PowerLaw {
    /// One for each column.
    pub(super) powers: Vec<f64>,
    pub(super) factor: f64,
    pub(super) divisor: f64,
    /// Digits of the factor or divisor.
    pub(super) digits: usize,
    /// Whether the columns count as rounded.
    pub(super) rounded: bool,
}

impl PowerLaw {
    /// The law that gives `y` from the logarithms `x` of columns in every row.
    /// `halves` are half a unit of the last decimal, of `y`, then of each column: with them the
    /// columns count as rounded, too, and without them only `y` does.
    pub(super) fn of(x: &[Vec<f64>], y: &[f64], half: f64, halves: Option<&[f64]>) -> Option<Self> {
        let logarithms: Vec<f64> = y.iter().map(|y| y.ln()).collect();
        let weights: Vec<f64> = y.iter().map(|y| y * y).collect();
        let exact = least_squares(x, &logarithms, &weights)?;
        STEPS.iter().find_map(|step| {
            let powers: Vec<f64> =
                exact.factors.iter().map(|power| multiple(*power, *step)).collect();
            if powers.iter().any(|power| power.abs() < 1e-9 || power.abs() > HIGHEST) {
                return None;
            }
            let [least, most] = range(x, y, &powers, half, halves)?;
            let (factor, digits) = roundest(least, most)?;
            let (divisor, fewer) = roundest(1.0 / most, 1.0 / least)?;
            let divides = fewer < digits || (fewer == digits && factor < 1.0);
            let (factor, divisor) = if divides { (1.0, divisor) } else { (factor, 1.0) };
            let digits = digits.min(fewer);
            Some(Self { powers, factor, divisor, digits, rounded: halves.is_some() })
        })
    }
}

/// The nearest multiple of a step, as text has it.
fn multiple(power: f64, step: f64) -> f64 {
    let near = (power / step).round() * step;
    let short = significant(near, 6);
    if (short - near).abs() < 1e-12 { short } else { near }
}

/// The factors with which a product of powers gives `y` in every row.
fn range(
    x: &[Vec<f64>],
    y: &[f64],
    powers: &[f64],
    half: f64,
    halves: Option<&[f64]>,
) -> Option<[f64; 2]> {
    let (mut least, mut most) = (0.0f64, f64::INFINITY);
    for (row, y) in y.iter().enumerate() {
        let product = x.iter().zip(powers).map(|(x, power)| power * x[row]).sum::<f64>().exp();
        let of_sources = |halves: &[f64]| -> f64 {
            let terms = x.iter().zip(powers).zip(halves);
            terms.map(|((x, power), half)| (power * y * half / x[row].exp()).abs()).sum()
        };
        let slack = (half + halves.map_or(0.0, of_sources)) * (1.0 + 1e-6) + 1e-9 * y;
        (least, most) = (least.max((y - slack) / product), most.min((y + slack) / product));
        if least > most {
            return None;
        }
    }
    (least > 0.0 && most.is_finite()).then_some([least, most])
}

/// The number of the fewest digits in a range, and how many those are.
pub(super) fn roundest(least: f64, most: f64) -> Option<(f64, usize)> {
    let middle = f64::midpoint(least, most);
    let within = |digits| {
        Some(significant(middle, digits))
            .filter(|x| (least..=most).contains(x))
            .map(|x| (x, digits))
    };
    (1..=DIGITS).find_map(within).or(Some((middle, DIGITS + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(count: usize, halves: Option<&[f64]>, decimals: usize, noise: f64) -> Option<PowerLaw> {
        let lot = |row: usize, salt: usize| ((row * 7919 + salt) * 104_729 % 10_007) as f64 / 1e4;
        let height = |row: usize| (150.0 + 45.0 * lot(row, 3)).round();
        let weight = |row: usize| (450.0 + 600.0 * lot(row, 7)).round() / 10.0;
        let ten = 10f64.powi(decimals as i32);
        let bmi = |row: usize| {
            let exact = weight(row) / (height(row) / 100.0).powi(2) * (1.0 + noise * lot(row, 9));
            (exact * ten).round() / ten
        };
        let logarithms = |of: &dyn Fn(usize) -> f64| (0..count).map(|row| of(row).ln()).collect();
        let x = [logarithms(&weight), logarithms(&height)];
        PowerLaw::of(&x, &(0..count).map(bmi).collect::<Vec<_>>(), 0.5 / ten, halves)
    }

    #[test]
    fn powers_and_factor_come_out_round() {
        let expected = PowerLaw {
            powers: vec![1.0, -2.0],
            factor: 10_000.0,
            divisor: 1.0,
            digits: 1,
            rounded: false,
        };
        assert_eq!(law(200, None, 1, 0.0), Some(expected.clone()));
        assert_eq!(law(200, None, 3, 0.0), Some(expected));
        assert_eq!(law(200, None, 1, 0.02), None);
        assert_eq!(roundest(1.0 / 60.01, 1.0 / 59.99).map(|x| x.1), Some(5));
        assert_eq!(roundest(59.99, 60.01), Some((60.0, 1)));
    }

    #[test]
    fn powers_are_short() {
        assert_eq!(multiple(0.7249, 0.025), 0.725);
        assert_eq!(multiple(-0.3334, 1.0 / 3.0), -1.0 / 3.0);
    }

    #[test]
    fn columns_may_be_rounded_too() {
        assert_eq!(law(200, None, 3, 0.001), None);
        let loose = law(200, Some(&[0.05, 0.5]), 3, 0.001).expect("a law");
        assert_eq!(loose.powers, [1.0, -2.0]);
    }
}
