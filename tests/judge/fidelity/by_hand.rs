//! Metrics of columns on tables small enough for pencil and paper.

use super::small::{NONE, assert_close, levels, numbers, table};
use judge::metrics::conditional::worst_points;
use judge::metrics::coverage::{boundary_adherence, category_coverage, range_coverage};
use judge::metrics::missingness::{
    missing_per_row_ks, missing_similarity, missing_similarity_mean,
};
use judge::metrics::scaled::{joint_frechet, marginal_frechet};
use judge::metrics::shapes::column_shapes;

#[test]
fn shapes() {
    let shape = |real, synthetic| column_shapes(&real, &synthetic).mean;
    // Below 2 lies a quarter of the real values and no synthetic one; missing cells play no part.
    assert_close(shape(numbers(&[4.0, 1.0, 3.0, 2.0]), numbers(&[5.0, NONE, 2.0, 3.0, 4.0])), 0.75);
    assert_close(shape(numbers(&[1.0, 2.0]), numbers(&[3.0])), 0.0);
    assert_close(shape(numbers(&[1.0, 1.0, 2.0]), numbers(&[1.0, 2.0, 2.0])), 2.0 / 3.0);
    // Apart by less than half of the fourteenth decimal: equal, as in the library.
    assert_close(shape(numbers(&[0.3]), numbers(&[0.1 + 0.2])), 1.0);
    assert_close(shape(levels(2, &[0.0, 0.0, NONE, 1.0]), levels(2, &[0.0, 1.0, 1.0])), 2.0 / 3.0);
    // A level that only the synthetic table has counts as a millionth of a real patient: 4 /
    // 4.000001 against a half.
    assert_close(shape(levels(2, &[0.0; 4]), levels(2, &[0.0, 1.0])), 0.5 + 1e-6 / 4.000001);
}

#[test]
fn a_score_that_does_not_exist_is_left_out_of_the_mean() {
    let real = table(&[(0, &[1.0, 2.0]), (0, &[NONE, NONE]), (2, &[NONE, 1.0])]);
    let synthetic = table(&[(0, &[1.0, 2.0]), (0, &[1.0, 2.0]), (2, &[NONE, NONE])]);
    let shapes = column_shapes(&real, &synthetic);
    assert_eq!(shapes.columns, [Some(1.0), None, None]);
    assert_close(shapes.mean, 1.0);
}

#[test]
fn missing_cells() {
    let real = table(&[(0, &[1.0, NONE, NONE, NONE]), (0, &[1.0, NONE, 1.0, 1.0])]);
    let synthetic = table(&[(0, &[NONE, NONE, 3.0, NONE, 1.0]), (0, &[1.0, 1.0, NONE, 1.0, 1.0])]);
    let scores = missing_similarity(&real, &synthetic);
    assert_close(scores[0], 0.85);
    assert_close(scores[1], 0.95);
    assert_close(missing_similarity_mean(&real, &synthetic), 0.9);
    // Per row: 0, 2, 1, 1 against 1, 1, 1, 1, 0; at most one cell is missing in 3/4 against all.
    assert_close(missing_per_row_ks(&real, &synthetic), 0.25);
}

#[test]
fn coverage() {
    let real = numbers(&[0.0, 10.0, 5.0, NONE]);
    assert_close(range_coverage(&real, &numbers(&[8.0, 1.0]))[0].unwrap(), 0.7);
    assert_close(range_coverage(&real, &numbers(&[-5.0, 20.0]))[0].unwrap(), 1.0);
    assert_close(range_coverage(&real, &numbers(&[50.0]))[0].unwrap(), 0.0);
    assert_eq!(range_coverage(&levels(2, &[0.0, 1.0]), &levels(2, &[0.0, 1.0])), [None]);
    let three_of_four = levels(4, &[0.0, 1.0, 2.0, NONE]);
    assert_close(
        category_coverage(&three_of_four, &levels(4, &[0.0, 2.0, 3.0]))[0].unwrap(),
        2.0 / 3.0,
    );
    assert_eq!(category_coverage(&real, &real), [None]);
}

#[test]
fn boundaries() {
    let synthetic = numbers(&[0.0, 10.0, 10.5, NONE]);
    // A missing cell is outside the range of a column without one.
    assert_close(boundary_adherence(&numbers(&[0.0, 10.0]), &synthetic)[0].unwrap(), 0.5);
    assert_close(
        boundary_adherence(&numbers(&[0.0, NONE, 10.0]), &synthetic)[0].unwrap(),
        2.0 / 3.0,
    );
    assert_eq!(boundary_adherence(&levels(1, &[0.0]), &levels(1, &[0.0])), [None]);
}

#[test]
fn frechet_distances_on_scaled_columns() {
    // Scaled: (0, 1), mean 1/2, variance 1/2, against (0, -1/2), mean -1/4, variance 1/8.
    let (real, synthetic) = (numbers(&[20.0, 30.0]), numbers(&[20.0, NONE]));
    let expected = 0.75_f64.powi(2) + (0.5_f64.sqrt() - 0.125_f64.sqrt()).powi(2);
    assert_close(marginal_frechet(&real, &synthetic), expected);
    assert_close(joint_frechet(&real, &synthetic), expected);
    // A column that is constant among the real patients: 0 at their value, 1 elsewhere.
    assert_close(marginal_frechet(&numbers(&[7.0, 7.0]), &numbers(&[9.0, 9.0])), 1.0);
    // Equal margins, opposite dependence: covariances of 1/2 [[1, ±1], [±1, 1]] have S_r S_s = 0.
    let real = table(&[(0, &[0.0, 1.0]), (2, &[0.0, 1.0])]);
    let synthetic = table(&[(0, &[0.0, 1.0]), (2, &[1.0, 0.0])]);
    assert_close(marginal_frechet(&real, &synthetic), 0.0);
    assert_close(joint_frechet(&real, &synthetic), 2.0);
}

#[test]
fn the_worst_cell_of_a_conditional_table() {
    // Ten real patients of level 0 (6 of them level 0 of the other column, 4 level 1), five of
    // level 1 (all level 1), one of level 2.
    let given = [[0.0; 10].as_slice(), &[1.0; 5], &[2.0]].concat();
    let of = [[0.0; 6].as_slice(), &[1.0; 4], &[1.0; 5], &[0.0]].concat();
    let real = table(&[(2, &of), (3, &given)]);
    let synthetic =
        table(&[(2, &[0.0, 1.0, 1.0, NONE, 0.0, 1.0]), (3, &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0])]);
    // Given 0: 25 and 50 % against 60 and 40; given 1: 50 and 50 % against 0 and 100; given 2: one
    // patient, not compared.
    assert_close(worst_points(&real, &synthetic, 0, 1), 50.0);
    assert_close(worst_points(&real, &real, 0, 1), 0.0);
    let nobody = table(&[(2, &[0.0]), (3, &[NONE])]);
    assert_close(worst_points(&real, &nobody, 0, 1), 100.0);
    assert_close(worst_points(&nobody, &real, 0, 1), f64::NAN);
}
