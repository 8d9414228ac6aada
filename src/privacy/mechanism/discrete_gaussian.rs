//! Exact samples of the discrete Gaussian distribution.
//!
//! Canonne, Kamath and Steinke, The discrete Gaussian for differential privacy (2020), algorithms 1
//! to 3: whole numbers alone, so no rounding of floating-point numbers shifts a probability.

use super::entropy::{Entropy, uniform};

/// The largest variance; with it no product below leaves 128 bits but in a tail that no one ever
/// sees.
pub(super) const MOST_VARIANCE: u128 = 1 << 60;

/// A whole number with probability in proportion to `exp(-x^2 / (2 variance))`.
///
/// Panics unless the variance is from 1 to 2^60.
pub fn discrete_gaussian(entropy: &mut dyn Entropy, variance: u128) -> i128 {
    assert!((1..=MOST_VARIANCE).contains(&variance), "a variance of {variance}");
    let scale = variance.isqrt() + 1;
    loop {
        let candidate = discrete_laplace(entropy, scale);
        // exp(-(|x| - variance / scale)^2 / (2 variance)), with one denominator.
        let Some(far) = candidate.unsigned_abs().checked_mul(scale) else { continue };
        let Some(square) = far.abs_diff(variance).checked_pow(2) else { continue };
        if happens(entropy, square, 2 * variance * scale * scale) {
            return candidate;
        }
    }
}

/// A whole number with probability in proportion to `exp(-|x| / scale)`.
fn discrete_laplace(entropy: &mut dyn Entropy, scale: u128) -> i128 {
    loop {
        let low = uniform(entropy, scale);
        if !happens(entropy, low, scale) {
            continue;
        }
        let mut high = 0;
        while happens(entropy, 1, 1) {
            high += 1;
        }
        let size = (low + scale * high) as i128;
        let negative = entropy.bits() & 1 == 1;
        if !(negative && size == 0) {
            return if negative { -size } else { size };
        }
    }
}

/// Something that happens with probability `exp(-numerator / denominator)`.
fn happens(entropy: &mut dyn Entropy, numerator: u128, denominator: u128) -> bool {
    let (whole, rest) = (numerator / denominator, numerator % denominator);
    (0..whole).all(|_| happens_below_one(entropy, 1, 1))
        && happens_below_one(entropy, rest, denominator)
}

/// The same for a numerator that is no larger than the denominator.
fn happens_below_one(entropy: &mut dyn Entropy, numerator: u128, denominator: u128) -> bool {
    let mut turn = 1u128;
    // With probability numerator / (denominator * turn): two draws, so that no product is needed.
    while uniform(entropy, denominator) < numerator && uniform(entropy, turn) == 0 {
        turn += 1;
    }
    turn % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::super::entropy::OperatingSystem;
    use super::*;
    use statrs::distribution::{ChiSquared, ContinuousCDF};

    /// The probability of so large a chi-square statistic, for counts of -most..=most and beyond.
    fn p_value(sample: impl Fn(&mut OperatingSystem) -> i128, weight: impl Fn(i128) -> f64) -> f64 {
        const DRAWS: usize = 60_000;
        let mut entropy = OperatingSystem::new();
        let far = 4000;
        let total: f64 = (-far..=far).map(&weight).sum();
        let expected = |x: i128| weight(x) / total * DRAWS as f64;
        let most = (0..far).take_while(|&x| expected(x) >= 10.0).count() as i128 - 1;
        let mut counts = vec![0.0; 2 * most as usize + 2];
        for _ in 0..DRAWS {
            let x = sample(&mut entropy);
            let place = if x.abs() <= most { (x + most) as usize } else { counts.len() - 1 };
            counts[place] += 1.0;
        }
        let mut wanted: Vec<f64> = (-most..=most).map(expected).collect();
        wanted.push((DRAWS as f64 - wanted.iter().sum::<f64>()).max(1e-9));
        let pooled = usize::from(wanted[wanted.len() - 1] < 10.0);
        let cells = wanted.len() - pooled;
        let statistic: f64 =
            counts.iter().zip(&wanted).take(cells).map(|(n, e)| (n - e).powi(2) / e).sum();
        1.0 - ChiSquared::new((cells - 1) as f64).unwrap().cdf(statistic)
    }

    /// One of these tests fails by chance once in 100,000 runs.
    #[test]
    fn samples_have_the_exact_probabilities() {
        for variance in [1u128, 2, 5, 30, 700] {
            let weight = |x: i128| (-((x * x) as f64) / (2.0 * variance as f64)).exp();
            let p = p_value(|entropy| discrete_gaussian(entropy, variance), weight);
            assert!(p > 2e-6, "variance {variance}: {p}");
        }
        let p =
            p_value(|entropy| discrete_laplace(entropy, 3), |x| (-(x.abs() as f64) / 3.0).exp());
        assert!(p > 2e-6, "Laplace: {p}");
    }

    /// Mean and variance of wide noise, of which no single number can be counted.
    #[test]
    fn wide_noise_has_its_variance() {
        const DRAWS: usize = 20_000;
        for variance in [10u128.pow(9), 10u128.pow(15), MOST_VARIANCE] {
            let mut entropy = OperatingSystem::new();
            let sd = (variance as f64).sqrt();
            let draws: Vec<f64> =
                (0..DRAWS).map(|_| discrete_gaussian(&mut entropy, variance) as f64 / sd).collect();
            let mean = draws.iter().sum::<f64>() / DRAWS as f64;
            let square = draws.iter().map(|x| x * x).sum::<f64>() / DRAWS as f64;
            // Five standard errors: 1 / sqrt(n) and sqrt(2 / n).
            assert!(mean.abs() < 5.0 / (DRAWS as f64).sqrt(), "{mean}");
            assert!((square - 1.0).abs() < 5.0 * (2.0 / DRAWS as f64).sqrt(), "{square}");
        }
    }

    /// What OpenDP's discrete Gaussian gave (`tests/fixtures/discrete_gaussian.py`).
    #[derive(serde::Deserialize)]
    struct Reference {
        draws: usize,
        of: Vec<Counts>,
    }

    #[derive(serde::Deserialize)]
    struct Counts {
        variance: u128,
        most: i128,
        counts: Vec<f64>,
        beyond: f64,
    }

    impl Counts {
        /// The probability that two samples of one distribution differ by as much.
        fn p_value(&self, draws: usize, sample: impl Fn(&mut OperatingSystem) -> i128) -> f64 {
            let mut entropy = OperatingSystem::new();
            let mut counts = vec![0.0; self.counts.len() + 1];
            for _ in 0..draws {
                let x = sample(&mut entropy);
                let inside = x.abs() <= self.most;
                counts[if inside { (x + self.most) as usize } else { self.counts.len() }] += 1.0;
            }
            let pairs = counts.iter().zip(self.counts.iter().chain([&self.beyond]));
            let of =
                |(a, b): (&f64, &f64)| if a + b > 0.0 { (a - b).powi(2) / (a + b) } else { 0.0 };
            let statistic: f64 = pairs.map(of).sum();
            1.0 - ChiSquared::new(self.counts.len() as f64).unwrap().cdf(statistic)
        }
    }

    /// By chance one of the variances fails in 50,000 runs.
    #[test]
    fn samples_are_those_of_opendp() {
        let text = include_str!("../../../tests/fixtures/discrete_gaussian.json");
        let reference: Reference = serde_json::from_str(text).unwrap();
        for counts in &reference.of {
            let variance = counts.variance;
            let p = counts.p_value(reference.draws, |entropy| discrete_gaussian(entropy, variance));
            assert!(p > 5e-6, "variance {variance}: {p}");
            // Of one draw in ten with twice the variance the test tells.
            let wide = |entropy: &mut OperatingSystem| {
                let times = 1 + u128::from(entropy.bits().is_multiple_of(10));
                discrete_gaussian(entropy, times * variance)
            };
            assert!(counts.p_value(reference.draws, wide) < 1e-3, "variance {variance}");
        }
    }
}
