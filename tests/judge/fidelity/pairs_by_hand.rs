//! Metrics of pairs of columns on tables small enough for pencil and paper.

use super::small::{NONE, assert_close, table};
use judge::metrics::associations::associations;
use judge::metrics::pairs::{Binning, expected_maximum, pair_trends};
use judge::metrics::shapes::column_shapes;
use judge::metrics::spearman::spearman_mae;
use table::Table;

fn score(real: &Table, synthetic: &Table, binning: Binning) -> f64 {
    pair_trends(real, synthetic, binning).all
}

#[test]
fn correlations() {
    let real = table(&[(0, &[1.0, 2.0, 3.0, NONE]), (0, &[1.0, 2.0, 3.0, 9.0])]);
    let reversed = table(&[(0, &[1.0, 2.0, 3.0]), (0, &[3.0, 2.0, 1.0])]);
    let trends = pair_trends(&real, &reversed, Binning::Library);
    assert_close(trends.pairs[0].score, 0.0);
    assert_close(trends.pairs[0].strength, 1.0);
    assert_close(trends.strong, 0.0);
    // rho of (1, 2, 3) with (1, 3, 2) is a half: not above the threshold, so no pair is strong.
    let half = table(&[(0, &[1.0, 2.0, 3.0]), (0, &[1.0, 3.0, 2.0])]);
    let trends = pair_trends(&half, &real, Binning::Library);
    assert_close(trends.all, 0.75);
    assert!(!trends.pairs[0].strong && trends.strong.is_nan());
}

#[test]
fn contingency_tables() {
    let together = table(&[(2, &[0.0, 0.0, 1.0, 1.0]), (2, &[0.0, 0.0, 1.0, 1.0])]);
    let apart = table(&[(2, &[0.0, 0.0, 1.0, 1.0]), (2, &[0.0, 1.0, 0.0, 1.0])]);
    let trends = pair_trends(&together, &apart, Binning::Library);
    assert_close(trends.all, 0.5);
    assert_close(trends.pairs[0].strength, 1.0);
    assert_eq!(pair_trends(&apart, &apart, Binning::Library).pairs[0].strength, 0.0);
    // chi² of [[3, 1], [1, 3]] is 2 of 8 rows: V = 1/2, with missing as the second category of both
    // columns.
    let cells = [0.0, 0.0, 0.0, 0.0, NONE, NONE, NONE, NONE];
    let missing = table(&[(1, &cells), (1, &[0.0, 0.0, 0.0, NONE, 0.0, NONE, NONE, NONE])]);
    let trends = pair_trends(&missing, &missing, Binning::Library);
    assert_close(trends.pairs[0].strength, 0.5);
    assert_close(trends.strong, 1.0);
}

#[test]
fn numbers_in_the_library_s_bins_and_in_plain_ones() {
    let real = table(&[(0, &[0.0, 10.0, NONE]), (2, &[0.0, 1.0, 1.0])]);
    // The maximum shares its bin with missing cells, so the library sees no difference.
    let filled = table(&[(0, &[0.0, 10.0, 10.0]), (2, &[0.0, 1.0, 1.0])]);
    assert_close(score(&real, &filled, Binning::Library), 1.0);
    assert_close(score(&real, &filled, Binning::Plain), 2.0 / 3.0);
    // Every table has its own bins, so the library sees no shift either.
    let shifted = table(&[(0, &[100.0, 200.0, NONE]), (2, &[0.0, 1.0, 1.0])]);
    assert_close(score(&real, &shifted, Binning::Library), 1.0);
    assert_close(score(&real, &shifted, Binning::Plain), 2.0 / 3.0);
}

#[test]
fn columns_of_many_levels_are_counted_too() {
    let cells: Vec<f64> = (0..300).map(f64::from).collect();
    let next: Vec<f64> = (0..300).map(|level| f64::from((level + 1) % 300)).collect();
    let same = table(&[(300, &cells), (300, &cells)]);
    let shifted = table(&[(300, &cells), (300, &next)]);
    let trends = pair_trends(&same, &shifted, Binning::Library);
    assert_close(trends.pairs[0].strength, 1.0);
    assert_close(trends.all, 0.0);
    assert_close(score(&same, &same, Binning::Library), 1.0);
}

#[test]
fn shuffled_columns_keep_their_shapes_and_lose_their_trends() {
    let cells: Vec<f64> = (0..100).map(|row| f64::from(row * row)).collect();
    let mixed: Vec<f64> = (0..100).map(|row| cells[row * 37 % 100]).collect();
    let (real, shuffled) = (table(&[(0, &cells), (0, &cells)]), table(&[(0, &cells), (0, &mixed)]));
    assert_close(column_shapes(&real, &shuffled).mean, 1.0);
    assert!(score(&real, &shuffled, Binning::Library) < 0.6);
    assert!(spearman_mae(&real, &shuffled) > 0.8);
}

#[test]
fn rank_correlations() {
    // Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: rho = 4.5 / √(4.5 · 5).
    // The row with a missing cell takes no rank.
    let ties = table(&[(0, &[10.0, 20.0, 20.0, 40.0, 15.0]), (5, &[1.0, 3.0, 2.0, 4.0, NONE])]);
    let opposite = table(&[(0, &[1.0, 2.0]), (5, &[4.0, 0.0])]);
    assert_close(spearman_mae(&ties, &opposite), 1.0 + 4.5 / 22.5_f64.sqrt());
    assert_close(spearman_mae(&ties, &ties), 0.0);
    // A synthetic column that became constant has lost its dependence; a real one had none to lose.
    let constant = table(&[(0, &[1.0, 2.0]), (5, &[4.0, 4.0])]);
    assert_close(spearman_mae(&opposite, &constant), 1.0);
    assert_close(spearman_mae(&constant, &opposite), f64::NAN);
}

#[test]
fn associations_of_every_kind() {
    let mixed = table(&[
        (0, &[1.0, 3.0, 5.0, 7.0, NONE]),
        (2, &[0.0, 0.0, 1.0, 1.0, 1.0]),
        (2, &[1.0, 1.0, 0.0, 0.0, NONE]),
        (0, &[9.0, 7.0, 5.0, 3.0, 0.0]),
        (0, &[2.0; 5]),
    ]);
    let matrix = associations(&mixed);
    // Between the levels lie 2 · 2² + 2 · 2² = 16 of 9 + 1 + 1 + 9 = 20.
    assert_close(matrix[(0, 1)], 0.8_f64.sqrt());
    assert_close(matrix[(1, 0)], matrix[(0, 1)]);
    assert_close(matrix[(1, 2)], 1.0);
    assert_close(matrix[(0, 3)], -1.0);
    (0..4).for_each(|column| assert_close(matrix[(column, column)], 1.0));
    (0..5).for_each(|column| assert_close(matrix[(4, column)], f64::NAN));
}

#[test]
fn expected_maximum_of_a_table_of_proportions() {
    // ½ · 2 · √(2/π · ¼ · 2/100)
    assert_close(
        expected_maximum(&[0.5, 0.5], 100, 100),
        1.0 - (0.01 / std::f64::consts::PI).sqrt(),
    );
    assert_close(expected_maximum(&[1.0, 0.0], 10, 10), 1.0);
    // Fresh samples of one population reach it on average (0.003: three standard errors of the mean
    // of 400).
    let (p, mut state) = ([0.1, 0.2, 0.3, 0.4], 7_u64);
    let mut sample = |rows: usize| -> Vec<f64> {
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let mut rest = (state >> 11) as f64 / (1_u64 << 53) as f64;
            f64::from(
                p.iter()
                    .take_while(|&&share| {
                        rest -= share;
                        rest >= 0.0
                    })
                    .count()
                    .min(3) as u8,
            )
        };
        (0..rows).map(|_| draw()).collect()
    };
    let scores = (0..400).map(|_| {
        let (real, synthetic) = (sample(150), sample(300));
        column_shapes(&table(&[(4, &real)]), &table(&[(4, &synthetic)])).mean
    });
    let mean = scores.sum::<f64>() / 400.0;
    assert!(
        (mean - expected_maximum(&p, 150, 300)).abs() < 0.003,
        "{mean} against {}",
        expected_maximum(&p, 150, 300)
    );
}
