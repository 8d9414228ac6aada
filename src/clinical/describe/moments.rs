//! Mean and standard deviation in one pass, without the cancellation of a sum of squares.

/// Count, mean and summed squared deviations of numbers that come one by one (Welford 1962; weights
/// as in Chan, Golub, LeVeque 1983).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Adds a number that occurs `weight` times.
    pub fn add(&mut self, value: f64, weight: u64) {
        if weight == 0 {
            return;
        }
        let count = self.count + weight;
        let part = weight as f64 / count as f64;
        let difference = value - self.mean;
        self.mean += difference * part;
        self.squares += difference * difference * part * self.count as f64;
        self.count = count;
    }

    /// How many numbers there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; none of no numbers.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Their standard deviation with divisor n - 1; none of fewer than two.
    pub fn deviation(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.squares / (self.count - 1) as f64).sqrt())
    }

    /// The standard error of the mean: the deviation by the root of n.
    pub fn standard_error(&self) -> Option<f64> {
        self.deviation().map(|deviation| deviation / (self.count as f64).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_offset_costs_no_digits() {
        // numpy.std([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16], ddof=1) = 5.477225575051661
        let mut moments = Moments::default();
        for value in [4.0, 7.0, 13.0, 16.0] {
            moments.add(1e9 + value, 1);
        }
        assert_eq!(moments.mean(), Some(1e9 + 10.0));
        assert!((moments.deviation().unwrap() - 5.477_225_575_051_661).abs() < 1e-12);
    }

    #[test]
    fn a_weight_is_a_repetition() {
        let (mut weighted, mut repeated) = (Moments::default(), Moments::default());
        for (value, weight) in [(2.5, 3), (-1.0, 1), (8.0, 5)] {
            weighted.add(value, weight);
            (0..weight).for_each(|_| repeated.add(value, 1));
        }
        assert_eq!(weighted.count(), repeated.count());
        assert!((weighted.mean().unwrap() - repeated.mean().unwrap()).abs() < 1e-14);
        assert!((weighted.deviation().unwrap() - repeated.deviation().unwrap()).abs() < 1e-14);
        assert_eq!(Moments::default().mean(), None);
    }
}
