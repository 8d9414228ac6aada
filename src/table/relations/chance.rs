//! Whether rows can keep a relation by chance: what independent columns would do.

/// A relation is believed when, were its columns independent, fewer than one table in a thousand
/// would show any such.
const BELIEVED: f64 = 1e-3;

/// Rows that a relation must say something about.
pub(super) const FEWEST: usize = 20;

/// Whether an event of the natural logarithm `chance` is too rare to be the luckiest of
/// `candidates`.
pub(super) fn is_believed(chance: f64, candidates: usize) -> bool {
    chance + (candidates.max(1) as f64).ln() < BELIEVED.ln()
}

/// Logarithm of the chance that `drawn` rows of `all`, of which `marked` have a mark, are all
/// marked.
pub(super) fn all_marked(drawn: usize, marked: usize, all: usize) -> f64 {
    if drawn > marked {
        return f64::NEG_INFINITY;
    }
    (0..drawn).map(|i| ((marked - i) as f64 / (all - i) as f64).ln()).sum()
}

/// Logarithm of the chance that all of `rows` pass what a random pair passes with this probability.
pub(super) fn all_pass(rows: usize, probability: f64) -> f64 {
    rows as f64 * probability.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_of_small_urns() {
        // Two of four are marked: both of two drawn with the chance 1/6.
        assert!((all_marked(2, 2, 4).exp() - 1.0 / 6.0).abs() < 1e-12);
        assert_eq!(all_marked(3, 2, 4), f64::NEG_INFINITY);
        assert_eq!(all_marked(5, 9, 9), 0.0);
        assert!((all_pass(10, 0.5).exp() - 1.0 / 1024.0).abs() < 1e-12);
        assert!(!is_believed(1e-4_f64.ln(), 100) && is_believed(1e-6_f64.ln(), 100));
    }
}
