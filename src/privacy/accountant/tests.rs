//! Known values of the accountant, and what may never be claimed.

use super::*;

fn near(a: f64, b: f64, by: f64) {
    assert!((a - b).abs() < by, "{a} instead of {b}");
}

/// Figures of Dong, Roth and Su's formula, by scipy's normal distribution.
#[test]
fn gaussian_figures_are_the_known_ones() {
    near(gaussian_epsilon(1.0, 1e-5), 4.377, 5e-4);
    near(gaussian_epsilon(0.719, 1e-5), 3.0, 5e-3);
    near(gaussian_epsilon(0.268, 1e-5), 1.0, 5e-3);
    near(gaussian_delta(1.0, 1.0), 0.126_936_737_5, 1e-9);
}

/// zCDP proves no more than continuous noise of the same width has, and no less than the usual
/// bound.
#[test]
fn zcdp_proves_between_the_exact_and_the_usual_bound() {
    for rho in [0.005, 0.03, 0.25, 0.5, 2.0, 8.0] {
        for delta in [1e-3, 1e-5, 1e-8] {
            let epsilon = concentrated_epsilon(rho, delta);
            let usual = rho + 2.0 * (rho * (1.0f64 / delta).ln()).sqrt();
            let exact = gaussian_epsilon((2.0 * rho).sqrt(), delta);
            assert!(exact < epsilon && epsilon < usual, "{exact} {epsilon} {usual}");
        }
    }
}

#[test]
fn a_budget_is_proved_and_nearly_used_up() {
    for (epsilon, delta) in [(0.1, 1e-5), (1.0, 1e-5), (3.0, 1e-5), (10.0, 1e-6)] {
        let budget = Budget::new(epsilon, delta).unwrap();
        assert!(gaussian_delta(budget.mu, epsilon) <= 0.9 * delta);
        assert!(gaussian_delta(budget.mu * 1.02, epsilon) > delta);
    }
    let large = Budget::new(30.0, 1e-5).unwrap();
    assert!(large.membership_auc() > 0.999 && large.membership_auc() <= 1.0);
    let slow = Budget::new(3.0, 1e-5).unwrap().concentrated();
    near(concentrated_epsilon(slow.mu * slow.mu / 2.0, 1e-5), 3.0, 1e-3);
    // What (3, 1e-5) alone says: a corner at 1 / (1 + e^3) on both axes.
    near(slow.membership_auc(), 1.0 - 1.0 / (1.0 + 3f64.exp()), 1e-3);
    near(concentrated_epsilon(large.mu * large.mu / 2.0, 1e-5), 30.0, 1e-3);
    near(Budget::new(3.0, 1e-5).unwrap().membership_auc(), 0.694, 2e-3);
    let parts = [0.4, 0.6].map(|share| large.share(share).powi(2));
    near(parts.iter().sum::<f64>().sqrt(), large.mu, 1e-12);
}

/// Releases together prove no less than the largest, and as much as one of their mu.
#[test]
fn budgets_add_up() {
    let spent = |epsilon| {
        let mu = Budget::new(epsilon, 1e-5).unwrap().mu;
        Spent { epsilon, mu, apart: 1e-11 }
    };
    assert_eq!(together(&[], 1e-5), 0.0);
    near(together(&[spent(3.0)], 1e-5), 3.0, 1e-9);
    let four = together(&[spent(3.0); 4], 1e-5);
    let exact = gaussian_epsilon(2.0 * spent(3.0).mu, 1e-5);
    assert!(exact <= four && four < exact + 0.01, "{four} for {exact}");
    // Noise that is too coarse is proved by zCDP.
    let coarse = Spent { apart: 1e-7, ..spent(3.0) };
    let squares = 4.0 * coarse.mu.powi(2);
    near(together(&[coarse; 4], 1e-5), concentrated_epsilon(squares / 2.0, 1e-5), 1e-6);
    assert!(together(&[spent(3.0), spent(20.0)], 1e-5) > 20.0);
}

#[test]
fn senseless_budgets_are_refused() {
    for (epsilon, delta) in [
        (0.0, 1e-5),
        (-1.0, 1e-5),
        (f64::NAN, 1e-5),
        (f64::INFINITY, 1e-5),
        (1.0, 0.0),
        (1.0, 0.002),
        (1.0, f64::NAN),
        (1e-9, 1e-12),
    ] {
        assert!(Budget::new(epsilon, delta).is_err(), "{epsilon} {delta}");
    }
}

/// The bound against the sum itself, and its share of `delta`.
#[test]
fn discrete_noise_is_near_rounded_continuous_noise() {
    for sd in [2.0, 5.0, 40.0f64] {
        let normal = Normal::new(0.0, sd).unwrap();
        let weight = |k: i32| (-f64::from(k * k) / (2.0 * sd * sd)).exp();
        let most = (12.0 * sd) as i32;
        let total: f64 = (-most..=most).map(weight).sum();
        let apart: f64 = (-most..=most)
            .map(|k| {
                let rounded = normal.cdf(f64::from(k) + 0.5) - normal.cdf(f64::from(k) - 0.5);
                (weight(k) / total - rounded).abs()
            })
            .sum();
        let bound = discreteness(sd * sd);
        // The one that is proved, and no smaller one that happens to hold.
        assert_eq!(bound, 1.0 / (2.0 * sd * sd));
        assert!(apart / 2.0 <= bound, "{} above {bound}", apart / 2.0);
    }
    let budget = Budget::new(10.0, 1e-5).unwrap();
    let most = 0.1 * 1e-5 / (1.0 + 10f64.exp());
    assert!(budget.covers(0.99 * most) && !budget.covers(1.01 * most));
    assert!(budget.concentrated().covers(1.0));
}
