//! Tables that a hospital may hand in and that define no score: none of them may stop an
//! evaluation.

use super::small::{NONE, assert_close, table};
use judge::metrics::associations::associations;
use judge::metrics::conditional::worst_points;
use judge::metrics::coverage::{boundary_adherence, category_coverage, range_coverage};
use judge::metrics::missingness::{missing_per_row_ks, missing_similarity};
use judge::metrics::pairs::{Binning, pair_trends};
use judge::metrics::scaled::{joint_frechet, marginal_frechet};
use judge::metrics::shapes::column_shapes;
use judge::metrics::spearman::spearman_mae;
use table::Table;

/// A number, a constant number, a column without values, levels, one level, levels without values.
fn odd(rows: usize) -> Table {
    let varied: Vec<f64> = (0..rows).map(|row| row as f64).collect();
    let levels: Vec<f64> = (0..rows).map(|row| (row % 2) as f64).collect();
    let (constant, one, none) = (vec![3.0; rows], vec![0.0; rows], vec![NONE; rows]);
    table(&[(0, &varied), (0, &constant), (0, &none), (2, &levels), (1, &one), (2, &none)])
}

/// Calls every metric; what they return is another test's matter.
fn all_metrics(real: &Table, synthetic: &Table) {
    column_shapes(real, synthetic);
    for binning in [Binning::Library, Binning::Plain] {
        pair_trends(real, synthetic, binning);
    }
    associations(synthetic);
    missing_similarity(real, synthetic);
    missing_per_row_ks(real, synthetic);
    range_coverage(real, synthetic);
    category_coverage(real, synthetic);
    boundary_adherence(real, synthetic);
    spearman_mae(real, synthetic);
    joint_frechet(real, synthetic);
    marginal_frechet(real, synthetic);
    worst_points(real, synthetic, 3, 5);
}

#[test]
fn no_size_of_table_stops_a_metric() {
    for real in [0, 1, 2, 7] {
        for synthetic in [0, 1, 2, 7] {
            all_metrics(&odd(real), &odd(synthetic));
        }
    }
}

#[test]
fn scores_that_do_not_exist() {
    let (real, synthetic) = (odd(6), odd(8));
    let shapes = column_shapes(&real, &synthetic).columns;
    assert_eq!(
        shapes.iter().map(Option::is_some).collect::<Vec<_>>(),
        [true, true, false, true, true, false]
    );
    let ranges = range_coverage(&real, &synthetic);
    assert_eq!(ranges, [Some(1.0), None, None, None, None, None]);
    assert_eq!(
        category_coverage(&real, &synthetic),
        [None, None, None, Some(1.0), Some(1.0), None]
    );
    assert_eq!(
        boundary_adherence(&real, &synthetic),
        [Some(0.75), Some(1.0), None, None, None, None]
    );
    let trends = pair_trends(&real, &synthetic, Binning::Library);
    let undefined: Vec<(usize, usize)> = trends
        .pairs
        .iter()
        .filter(|pair| pair.score.is_nan())
        .map(|pair| (pair.a, pair.b))
        .collect();
    // Correlations with a constant or without values; contingency tables always have a score.
    assert_eq!(undefined, [(0, 1), (0, 2), (1, 2)]);
    assert!(trends.pairs.iter().all(|pair| pair.strength.is_nan() || (pair.a, pair.b) == (0, 3)));
}

#[test]
fn one_row_has_no_spread() {
    let (one, seven) = (odd(1), odd(7));
    assert!(joint_frechet(&one, &seven).is_nan() && marginal_frechet(&seven, &one).is_nan());
    assert_close(spearman_mae(&one, &seven), f64::NAN);
    assert!(associations(&one).values().iter().all(|value| value.is_nan()));
    // The distribution of one patient is a distribution.
    assert!(column_shapes(&one, &seven).mean < 1.0);
    assert_close(column_shapes(&one, &one).mean, 1.0);
}

#[test]
fn an_empty_table_has_no_score() {
    let (empty, real) = (odd(0), odd(7));
    assert!(
        column_shapes(&real, &empty).mean.is_nan() && missing_per_row_ks(&empty, &real).is_nan()
    );
    assert!(missing_similarity(&real, &empty).iter().all(|score| score.is_nan()));
    assert!(
        pair_trends(&real, &empty, Binning::Library).pairs.iter().all(|pair| pair.score.is_nan())
    );
}

#[test]
#[should_panic(expected = "a real table of 6 columns, a synthetic one of 1")]
fn different_columns_are_a_programmer_s_mistake() {
    column_shapes(&odd(3), &table(&[(0, &[1.0])]));
}

#[test]
#[should_panic(expected = "stands beside the synthetic column")]
fn different_levels_are_a_programmer_s_mistake() {
    pair_trends(&table(&[(2, &[1.0])]), &table(&[(3, &[1.0])]), Binning::Library);
}
