//! Whole numbers that number patients, told from those that measure them.
//!
//! Values that were drawn, from whatever distribution, repeat: of `n` values among `s` possible
//! ones about `n (n - 1) / 2s` pairs are equal, and more where some values are more usual than
//! others.
//! So a column whose values hardly repeat where they would have to is a list of numbers that were
//! given out.
//! Where the range is so wide that nothing would repeat, the digits tell: nothing clinical is
//! measured to eight of them.

use std::cmp::Ordering;

/// Cells below which nothing is said.
const FEWEST: usize = 20;
/// Chance of a false alarm in a table.
const CHANCE: f64 = 1e-3;
/// Significant digits of numbers that nobody measures.
const DIGITS: usize = 8;
/// Significant digits from which different numbers of one length are worth a warning.
const MANY_DIGITS: usize = 6;

/// What a column of whole numbers looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Looks {
    /// A measurement, or a count.
    Measured,
    /// Perhaps an identifier: all are different, and of one length with so many digits.
    Perhaps(usize),
    /// An identifier.
    Identifier,
}

/// What whole numbers look like, given top to bottom and ascending; `columns` is the number of
/// columns that are asked about.
pub(super) fn looks(cells: &[f64], sorted: &[f64], columns: usize) -> Looks {
    let repeats: usize = sorted.chunk_by(|a, b| a == b).map(|run| run.len() - 1).sum();
    if sorted.len() < FEWEST || 10 * repeats > sorted.len() {
        return Looks::Measured;
    }
    // A file may be sorted by a measurement, but by one only.
    let candidates = if is_in_order(cells) { 1 } else { columns.max(1) };
    if chance_of_so_few_repeats(sorted) < CHANCE / candidates as f64 {
        return Looks::Identifier;
    }
    let digits = usual_digits(sorted);
    match digits {
        DIGITS.. => Looks::Identifier,
        MANY_DIGITS.. if repeats == 0 && one_length(sorted) => Looks::Perhaps(digits),
        _ => Looks::Measured,
    }
}

fn is_in_order(cells: &[f64]) -> bool {
    let all = |order: Ordering| cells.windows(2).all(|pair| pair[0].total_cmp(&pair[1]) == order);
    all(Ordering::Less) || all(Ordering::Greater)
}

/// The probability that as many values as these, drawn from all of their range at its resolution,
/// have no more equal pairs than these have.
/// No distribution on that range makes it larger.
fn chance_of_so_few_repeats(sorted: &[f64]) -> f64 {
    let (n, range) = (sorted.len() as f64, sorted[sorted.len() - 1] - sorted[0]);
    let step = sorted.windows(2).map(|pair| pair[1] - pair[0]).fold(0.0, divisor);
    if step == 0.0 {
        return 1.0;
    }
    let possible = range / step + 1.0;
    let pairs: usize =
        sorted.chunk_by(|a, b| a == b).map(|run| run.len() * (run.len() - 1) / 2).sum();
    if pairs == 0 {
        let free: f64 = (0..sorted.len()).map(|taken| (1.0 - taken as f64 / possible).ln()).sum();
        return free.exp();
    }
    // The number of equal pairs is nearly one of Poisson where they are rare.
    let expected = n * (n - 1.0) / (2.0 * possible);
    let mut term = -expected;
    let mut sum = term.exp();
    for count in 1..=pairs {
        term += (expected / count as f64).ln();
        sum += term.exp();
    }
    sum
}

/// The greatest common divisor of two whole numbers.
fn divisor(a: f64, b: f64) -> f64 {
    let (mut a, mut b) = (a, b);
    while b > 0.0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Significant digits of the middle number: trailing zeros do not count.
fn usual_digits(sorted: &[f64]) -> usize {
    let mut digits: Vec<usize> = sorted
        .iter()
        .map(|value| format!("{:.0}", value.abs()).trim_end_matches('0').len())
        .collect();
    let middle = digits.len() / 2;
    *digits.select_nth_unstable(middle).1
}

/// Whether nearly all numbers have as many digits.
fn one_length(sorted: &[f64]) -> bool {
    let length = |value: f64| format!("{:.0}", value.abs()).len();
    let usual = length(sorted[sorted.len() / 2]);
    let same = sorted.iter().filter(|value| length(**value) == usual).count();
    20 * same >= 19 * sorted.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lots(count: usize, seed: u64) -> impl Iterator<Item = f64> {
        let mut state = seed;
        (0..count).map(move |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / 2f64.powi(53)
        })
    }

    fn of(cells: Vec<f64>, columns: usize) -> Looks {
        let mut sorted = cells.clone();
        sorted.sort_by(f64::total_cmp);
        looks(&cells, &sorted, columns)
    }

    #[test]
    fn numbers_that_were_given_out_are_identifiers() {
        // One after the other, with gaps, in another order, and with two patients twice.
        assert_eq!(of((1..=30).map(f64::from).collect(), 40), Looks::Identifier);
        let gaps: Vec<f64> = lots(40, 1)
            .scan(5000.0, |id, lot| {
                *id += 1.0 + (lot * 4.0).floor();
                Some(*id)
            })
            .collect();
        assert_eq!(of(gaps.clone(), 40), Looks::Identifier);
        let turned = (0..300).map(|row| f64::from(700 + row * 7 % 300)).collect();
        assert_eq!(of(turned, 40), Looks::Identifier);
        let mut twice: Vec<f64> = (0..300).map(|row| f64::from(700 + row * 7 % 300)).collect();
        twice.extend([710.0, 900.0]);
        assert_eq!(of(twice, 40), Looks::Identifier);
        // By tens.
        assert_eq!(of((1..=60).map(|row| f64::from(row * 10)).collect(), 9), Looks::Identifier);
        // Telephone numbers.
        let phone = lots(39, 7).map(|lot| (6e8 + 2e8 * lot).floor()).collect();
        assert_eq!(of(phone, 1), Looks::Identifier);
        let record = lots(200, 7).map(|lot| (1e6 + 9e6 * lot).floor()).collect();
        assert_eq!(of(record, 1), Looks::Perhaps(7));
    }

    #[test]
    fn measurements_are_not_however_seldom_they_repeat() {
        // Forty values of cholesterol that are all different, as one table of forty has them, and
        // the same sorted.
        let mut cholesterol: Vec<f64> =
            (0..40).map(|row| f64::from(130 + row * 37 % 211)).collect();
        assert_eq!(of(cholesterol.clone(), 20), Looks::Measured);
        cholesterol.sort_by(f64::total_cmp);
        assert_eq!(of(cholesterol, 20), Looks::Measured);
        // Platelets, days, viral loads, costs, in tables of many sizes.
        for seed in 0..40 {
            for count in [20, 40, 100, 400, 2000] {
                let platelets = lots(count, seed).zip(lots(count, seed + 99));
                let platelets = platelets.map(|(a, b)| (120.0 + 150.0 * (a + b)).floor()).collect();
                assert_eq!(of(platelets, 10), Looks::Measured, "platelets {count} {seed}");
                let days =
                    lots(count, seed).map(|lot| (-800.0 * (1.0 - lot).ln()).floor()).collect();
                assert_eq!(of(days, 10), Looks::Measured, "days {count} {seed}");
                let load =
                    lots(count, seed).map(|lot| 10f64.powf(1.6 + 5.0 * lot).floor()).collect();
                assert_eq!(of(load, 10), Looks::Measured, "load {count} {seed}");
                let counts = lots(count, seed).map(|lot| 1000.0 * (150.0 + 300.0 * lot).floor());
                assert_eq!(of(counts.collect(), 10), Looks::Measured, "counts {count} {seed}");
                let day = lots(count, seed).map(|lot| (18_000.0 + 900.0 * lot).floor()).collect();
                assert_eq!(of(day, 10), Looks::Measured, "day numbers {count} {seed}");
            }
        }
    }
}
