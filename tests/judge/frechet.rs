//! Both Fréchet distances against numpy's, and closed forms that the implementation does not use.

use super::metrics::{assert_close, numpy_fixtures, uniform};
use ground::frechet::{JointFrechet, marginal, marginal_noise_floor};
use ground::matrix::Matrix;
use ground::moments::{covariance, moments};

fn diagonal(values: &[f64]) -> Matrix {
    Matrix::from_fn(
        values.len(),
        values.len(),
        |row, column| if row == column { values[row] } else { 0.0 },
    )
}

fn joint(a: &Matrix, b: &Matrix) -> f64 {
    let (mean_a, covariance_a) = covariance(a);
    let (mean_b, covariance_b) = covariance(b);
    JointFrechet::new(&mean_a, &covariance_a).distance(&mean_b, &covariance_b)
}

#[test]
fn marginal_distance_by_hand() {
    // (1 - 3)² + (2 - 5)² = 13 and (0 - 1)² + (3 - 3)² = 1.
    assert_eq!(marginal(&[1.0, 0.0], &[4.0, 9.0], &[3.0, 1.0], &[25.0, 9.0]), 7.0);
    assert_eq!(marginal(&[1.0], &[-1e-18], &[1.0], &[0.0]), 0.0);
    assert!(marginal(&[1.0], &[f64::NAN], &[1.0], &[0.0]).is_nan());
    assert_close(marginal_noise_floor(804), 6e-4, 1e-18);
}

#[test]
fn joint_distance_agrees_with_numpy_on_rank_deficient_tables() {
    let (a, b) = numpy_fixtures();
    assert_close(joint(&a, &b), 0.26394919162757324, 1e-7);
    assert_close(joint(&b, &a), 0.26394919162757324, 1e-7);
}

#[test]
fn joint_distance_of_diagonal_covariances_is_the_sum_of_marginal_terms() {
    let real = JointFrechet::new(&[0.5, -1.0, 2.0, 0.0], &diagonal(&[4.0, 0.25, 0.0, 1.0]));
    // (2-3)² + (.5-0)² + (0-2)² + (1-1)² of the spreads and 1² + 0 + 2² + 0 of the means.
    let distance = real.distance(&[1.5, -1.0, 0.0, 0.0], &diagonal(&[9.0, 0.0, 4.0, 1.0]));
    assert_close(distance, 1.0 + 0.25 + 4.0 + 5.0, 1e-12);
    assert_close(
        JointFrechet::new(&[1.0], &diagonal(&[4.0])).distance(&[4.0], &diagonal(&[1.0])),
        10.0,
        1e-12,
    );
}

#[test]
fn joint_distance_in_two_dimensions_has_a_closed_form() {
    // tr (A B)^½ = (tr AB + 2 (det A det B)^½)^½ for 2 x 2.
    for seed in 0..20 {
        let (mean_a, a) = covariance(&uniform(9, 2, seed));
        let (mean_b, b) = covariance(&uniform(7, 2, seed + 100));
        let determinant = |m: &Matrix| m[(0, 0)] * m[(1, 1)] - m[(0, 1)] * m[(1, 0)];
        let product = a[(0, 0)] * b[(0, 0)] + 2.0 * a[(0, 1)] * b[(0, 1)] + a[(1, 1)] * b[(1, 1)];
        let cross = (product + 2.0 * (determinant(&a) * determinant(&b)).sqrt()).sqrt();
        let means = (mean_a[0] - mean_b[0]).powi(2) + (mean_a[1] - mean_b[1]).powi(2);
        let expected = means + a[(0, 0)] + a[(1, 1)] + b[(0, 0)] + b[(1, 1)] - 2.0 * cross;
        assert_close(JointFrechet::new(&mean_a, &a).distance(&mean_b, &b), expected, 1e-10);
    }
}

#[test]
fn joint_distance_is_a_symmetric_square_of_a_metric() {
    // Few rows and many columns: covariances of rank 20 in 63 dimensions.
    let tables: Vec<Matrix> = (0..3).map(|seed| uniform(21, 63, seed)).collect();
    let distance = |a: usize, b: usize| joint(&tables[a], &tables[b]);
    assert_close(distance(0, 0), 0.0, 1e-6);
    assert!(distance(0, 1) > 1.0, "different tables are apart");
    assert_close(distance(0, 1), distance(1, 0), 1e-6);
    assert!(distance(0, 1).sqrt() <= distance(0, 2).sqrt() + distance(2, 1).sqrt());
}

#[test]
fn joint_distance_sees_dependence_and_shifts() {
    let real = Matrix::from_fn(400, 2, |row, _| row as f64 / 400.0);
    let shuffled =
        Matrix::from_fn(400, 2, |row, column| ((row * (1 + 148 * column)) % 400) as f64 / 400.0);
    let (mean_r, variance_r) = moments(&real);
    let (mean_s, variance_s) = moments(&shuffled);
    assert_close(marginal(&mean_r, &variance_r, &mean_s, &variance_s), 0.0, 1e-20);
    assert!(joint(&real, &shuffled) > 0.01, "the same columns without their relation");
    let mut shifted = real.clone();
    shifted.values_mut().iter_mut().for_each(|value| *value += 0.5);
    assert_close(joint(&real, &shifted), 0.5, 1e-7);
}

#[test]
fn joint_distance_of_what_is_not_finite_is_nan() {
    let (mean, mut broken) = covariance(&uniform(80, 63, 1));
    let real = JointFrechet::new(&mean, &broken);
    broken[(3, 5)] = f64::NAN;
    assert!(real.distance(&mean, &broken).is_nan());
    assert!(JointFrechet::new(&mean, &broken).distance(&mean, &diagonal(&[1.0; 63])).is_nan());
    assert!(real.distance(&[f64::INFINITY; 63], &diagonal(&[1.0; 63])).is_nan());
    assert_close(
        JointFrechet::new(&[1.0], &diagonal(&[0.0])).distance(&[1.0], &diagonal(&[0.0])),
        0.0,
        0.0,
    );
}
