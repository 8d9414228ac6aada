//! A column of numbers before and after a rule emptied some of them: what may be printed, and what
//! stays in the private folder.

use csv::Writer;
use ground::quantile::quantile;
use serde::{Deserialize, Serialize};
use std::io::Write;
use table::formula::FormulaGuard;

/// Fewest values whose quartiles are printed.
/// With fewer values a quartile tells about single patients.
pub const FEWEST: usize = 20;

/// What the log says of a column.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quartiles {
    /// Cells with a value (the paper's N).
    pub values: usize,
    /// Empty cells (N*).
    pub missing: usize,
    /// 25, 50 and 75 % quantile with three digits; none for fewer than [`FEWEST`] values.
    pub quartiles: Option<[f64; 3]>,
}

/// Everything that is known of a column of numbers, as in the paper's Table 1.
/// NaN where there are too few values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Cells with a value.
    pub values: usize,
    /// Empty cells.
    pub missing: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation (divisor n - 1).
    pub sd: f64,
    /// Smallest value.
    pub min: f64,
    /// 25, 50 and 75 % quantile (linear interpolation).
    pub quartiles: [f64; 3],
    /// Largest value.
    pub max: f64,
}

impl Summary {
    /// Summarises `numbers` in any order, beside so many empty cells.
    pub fn of(mut numbers: Vec<f64>, missing: usize) -> Self {
        numbers.sort_unstable_by(f64::total_cmp);
        let values = numbers.len();
        let mean = numbers.iter().sum::<f64>() / values as f64;
        let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
        Self {
            values,
            missing,
            mean,
            sd: if values > 1 { (squares / (values as f64 - 1.0)).sqrt() } else { f64::NAN },
            min: numbers.first().copied().unwrap_or(f64::NAN),
            quartiles: [0.25, 0.5, 0.75].map(|p| quantile(&numbers, p)),
            max: numbers.last().copied().unwrap_or(f64::NAN),
        }
    }

    /// What the log may say.
    pub fn public(&self) -> Quartiles {
        let quartiles = (self.values >= FEWEST).then(|| self.quartiles.map(three_digits));
        Quartiles { values: self.values, missing: self.missing, quartiles }
    }
}

/// The number with three significant digits.
fn three_digits(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}

/// A column's summaries around one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Around {
    /// Number of the rule.
    pub rule: usize,
    /// The column.
    pub column: String,
    /// Before the rule.
    pub before: Summary,
    /// After it.
    pub after: Summary,
}

/// Writes `private/statistics.csv`: two lines per column and rule.
///
/// Errors: those of `sink`.
pub fn write(around: &[Around], guard: FormulaGuard, sink: impl Write) -> std::io::Result<()> {
    let mut writer = Writer::from_writer(sink);
    writer.write_record([
        "rule",
        "column",
        "when",
        "values",
        "missing",
        "missing_share",
        "mean",
        "sd",
        "min",
        "q1",
        "median",
        "q3",
        "max",
    ])?;
    for line in around {
        for (when, summary) in [("before", &line.before), ("after", &line.after)] {
            let [q1, median, q3] = summary.quartiles;
            let share = summary.missing as f64 / (summary.values + summary.missing) as f64;
            let numbers =
                [share, summary.mean, summary.sd, summary.min, q1, median, q3, summary.max];
            let texts =
                [line.rule.to_string(), guard.apply(&line.column).into_owned(), when.to_owned()];
            let counts = [summary.values.to_string(), summary.missing.to_string()];
            writer.write_record(texts.into_iter().chain(counts).chain(numbers.map(text)))?;
        }
    }
    writer.flush()
}

fn text(number: f64) -> String {
    if number.is_finite() { number.to_string() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_have_no_quartiles_in_the_log() {
        let numbers = |n: usize| (1..=n).map(|value| value as f64 * 1.2345).collect::<Vec<_>>();
        assert_eq!(Summary::of(numbers(FEWEST - 1), 3).public().quartiles, None);
        let many = Summary::of(numbers(21), 3);
        assert_eq!(many.public().quartiles, Some([7.41, 13.6, 19.8]));
        // 1, ..., 21 have the variance 38.5.
        assert!((many.sd - 1.2345 * 38.5_f64.sqrt()).abs() < 1e-12);
        assert_eq!((many.min, many.max, many.missing), (1.2345, 21.0 * 1.2345, 3));
        assert!(Summary::of(Vec::new(), 2).mean.is_nan());
    }
}
