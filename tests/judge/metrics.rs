//! Metrics against the numbers printed in the paper, numpy's, and closed forms that the
//! implementation does not use.

use ground::matrix::Matrix;
use ground::moments::{covariance, moments};
use ground::quantile::quantile;
use ground::spectrum::{semidefinite_factor, symmetric_eigenvalues};
use judge::metrics::conditional::{conditional, level_shares, points};
use judge::metrics::percentile_fit::percentile_fit;
use judge::metrics::percentiles::{PAPER_LEVELS, percentiles};
use judge::metrics::summary_statistics::summary_statistics;
use nalgebra::DMatrix;
use table::{Column, Kind, Schema, Table};

pub(super) fn assert_close(got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance,
        "got {got}, expected {expected} within {tolerance}"
    );
}

pub(super) fn uniform(rows: usize, columns: usize, seed: u64) -> Matrix {
    let mut state = seed;
    Matrix::from_fn(rows, columns, |_, _| {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    })
}

/// The two fixtures that numpy saw too: rank-deficient on both sides (a duplicated and a constant
/// column).
pub(super) fn numpy_fixtures() -> (Matrix, Matrix) {
    let mut a =
        Matrix::from_fn(12, 6, |i, j| ((i * 7919 + 13 * j * j + i * j * 31) % 97) as f64 / 97.0);
    let mut b =
        Matrix::from_fn(15, 6, |i, j| ((i * 104729 + 17 * j * j + i * j * 53) % 89) as f64 / 89.0);
    (0..12).for_each(|row| a[(row, 5)] = a[(row, 2)]);
    (0..15).for_each(|row| b[(row, 4)] = 0.25);
    (a, b)
}

#[test]
fn quantiles_are_numpys() {
    let values = [3.0, -1.0, 0.5, 10.0, 2.25, 7.0, -4.5];
    let expected =
        [-4.5, -3.4499999999999997, -0.25, 0.47, 2.25, 2.9699999999999998, 9.099999999999998, 10.0];
    assert_eq!(percentiles(&values, &[0.0, 5.0, 25.0, 33.0, 50.0, 66.0, 95.0, 100.0]), expected);
    // Interpolation from the lower end alone differs from numpy in the last bit here.
    let values = [0.1, 0.7, -0.3, 0.35, 1.1, 0.9, -0.85];
    assert_eq!(percentiles(&values, &[25.0, 65.0]), [-0.1, 0.665]);
    assert_eq!(quantile(&[2.5], 0.3), 2.5);
    assert!(quantile(&[], 0.3).is_nan());
    assert!(percentiles(&[1.0, f64::NAN], &PAPER_LEVELS).iter().all(|value| value.is_nan()));
}

#[test]
fn moments_and_covariance_agree_with_numpy() {
    let (a, _) = numpy_fixtures();
    let (mean, variance) = moments(&a);
    let (mean_too, covariance) = covariance(&a);
    for (got, expected) in
        mean.iter().zip([0.43213058, 0.57388316, 0.48367698, 0.49484536, 0.52405498, 0.48367698])
    {
        assert_close(*got, expected, 1e-8);
    }
    let first_row = [0.09919822, -0.00556849, -0.03770165, -0.00626093, 0.02869432, -0.03770165];
    for (column, expected) in first_row.into_iter().enumerate() {
        assert_close(covariance[(0, column)], expected, 1e-8);
        assert_close(covariance[(column, column)], variance[column], 1e-14);
        assert_close(mean_too[column], mean[column], 1e-15);
    }
    assert!(
        moments(&Matrix::zeros(1, 2)).1.iter().all(|value| value.is_nan()),
        "one row has no variance"
    );
}

#[test]
fn factor_and_eigenvalues_belong_to_the_matrix() {
    for (rows, d) in [(2, 5), (40, 17), (200, 63), (30, 64)] {
        let (_, real) = covariance(&uniform(rows, d, d as u64));
        let dense = DMatrix::from_row_slice(d, d, real.values());
        let factor = semidefinite_factor(&dense);
        assert_eq!(factor.ncols(), d.min(rows - 1), "rank of the covariance of {rows} rows");
        assert!((&factor * factor.transpose() - &dense).amax() < 1e-13);
        let eigenvalues = symmetric_eigenvalues(dense.clone()).expect("converges");
        assert_close(eigenvalues.iter().sum(), dense.trace(), 1e-12);
        let squares: f64 = eigenvalues.iter().map(|value| value * value).sum();
        assert_close(squares, dense.norm_squared(), 1e-12 * squares);
        // The third invariant moves when single eigenvalues are wrong but their sum and squares are
        // not.
        let cubes: f64 = eigenvalues.iter().map(|value| value.powi(3)).sum();
        assert_close(cubes, (&dense * &dense * &dense).trace(), 1e-12 * cubes);
    }
    // 2 - 2 cos(k pi / (n + 1)): the second difference operator.
    let n = 50;
    let second =
        DMatrix::from_fn(n, n, |i, j| [2.0, -1.0].get(i.abs_diff(j)).copied().unwrap_or(0.0));
    let mut eigenvalues = symmetric_eigenvalues(second).expect("converges");
    eigenvalues.sort_by(f64::total_cmp);
    for (k, value) in eigenvalues.iter().enumerate() {
        let angle = (k + 1) as f64 * std::f64::consts::PI / (n + 1) as f64;
        assert_close(*value, 2.0 - 2.0 * angle.cos(), 1e-13);
    }
}

/// Status and Stage of 804 patients with counts rebuilt from the paper's tables.
fn paper_table() -> Table {
    let coded = |name: &str, kind, levels: &[&str]| Column {
        name: name.into(),
        kind,
        unit: None,
        label: None,
        levels: levels.iter().map(|level| level.to_string()).collect(),
        decimals: 0,
        missing: Vec::new(),
        ..Column::default()
    };
    let schema = Schema {
        columns: vec![
            coded("status", Kind::Boolean, &["dead", "alive"]),
            coded("stage", Kind::Ordinal, &["IIIA", "IIIB", "IV", "another"]),
        ],
        status: Some("status".into()),
        stage: Some("stage".into()),
        ..Schema::default()
    };
    let groups =
        [(0.0, [145, 191, 85, 40, 6]), (1.0, [107, 121, 29, 60, 5]), (f64::NAN, [3, 3, 2, 7, 0])];
    let mut cells = Vec::new();
    for (status, counts) in groups {
        for (stage, count) in [0.0, 1.0, 2.0, 3.0, f64::NAN].into_iter().zip(counts) {
            (0..count).for_each(|_| cells.extend([status, stage]));
        }
    }
    Table { schema, cells: Matrix::from_values(804, 2, cells), patients: None }
}

#[test]
fn tables_six_and_seven_of_the_paper() {
    let table = paper_table();
    let status = level_shares(&table, 0);
    assert_eq!(
        (status.counts.as_slice(), status.missing, status.known()),
        ([467, 322].as_slice(), 15, 789)
    );
    assert_close(100.0 * status.share_of_known(0), 59.19, 0.005);
    assert_close(points(status.share_of_known(0), 14342.0 / 23820.0), 1.02, 0.005);
    let dead = conditional(&table, 1, 0, 0);
    assert_eq!((dead.total(), dead.missing, dead.names[2].as_str()), (467, 6, "IV"));
    for (level, share) in [31.05, 40.90, 18.20].into_iter().enumerate() {
        assert_close(100.0 * dead.share_of_all(level), share, 0.005);
    }
    let alive = conditional(&table, 1, 0, 1);
    assert_close(100.0 * alive.share_of_all(2), 9.01, 0.005);
    assert!(conditional(&table, 1, 0, 7).share_of_all(0).is_nan(), "nobody has that level");
}

#[test]
fn table_five_of_the_paper() {
    let status: Vec<f64> = [(-1.0, 15), (90.0 / 127.5 - 1.0, 467), (1.0, 322)]
        .into_iter()
        .flat_map(|(value, count)| vec![value; count])
        .collect();
    let summary = summary_statistics(&status);
    assert_eq!((summary.different, summary.count, summary.missing), (3, 804, 15));
    for (got, expected) in [
        (summary.mean, 0.211004),
        (summary.std, 0.652233),
        (summary.min, -1.0),
        (summary.quartiles[0], -0.294118),
        (summary.quartiles[1], -0.294118),
        (summary.quartiles[2], 1.0),
        (summary.max, 1.0),
    ] {
        assert_close(got, expected, 2e-6);
    }
}

#[test]
fn table_five_of_the_paper_for_stage() {
    // Patients at the levels 1 to 12 (IIIA = 7, IIIB = 8, IV = 10): Table 7's counts and the rest
    // that the paper does not print.
    let known = [(7, 145 + 107), (8, 191 + 121), (10, 85 + 29)];
    let others = [(1, 1), (2, 9), (3, 15), (4, 20), (5, 30), (6, 10), (9, 11), (11, 11), (12, 8)];
    let mut stage = vec![-1.0; 11];
    for (level, count) in known.into_iter().chain(others) {
        let pixel = (1.0 + 254.0 * f64::from(level - 1) / 11.0_f64).round();
        stage.extend(vec![(90.0 + (pixel - 1.0) * 165.0 / 254.0) / 127.5 - 1.0; count]);
    }
    let summary = summary_statistics(&stage);
    assert_eq!((summary.different, summary.count, summary.missing), (13, 804, 11));
    assert_close(summary.mean, 0.469838, 2e-6);
    assert_close(summary.std, 0.261863, 2e-6);
    assert_close(summary.quartiles[0], 0.414081, 1e-6);
    assert_close(summary.quartiles[2], 0.531264, 1e-6);
}

#[test]
fn percentile_fit_measures_each_column_alone() {
    let real = uniform(101, 3, 5);
    let reversed = Matrix::from_fn(101, 3, |row, column| {
        real[(100 - row, column)] + if column == 1 { 0.25 } else { 0.0 }
    });
    let fit = percentile_fit(&real, &reversed, &PAPER_LEVELS);
    assert_eq!((fit[0], fit[2]), (0.0, 0.0));
    assert_close(fit[1], 0.0625, 1e-12);
}
