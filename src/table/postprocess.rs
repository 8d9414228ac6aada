//! The paper's post-processing of generated values (`docs/method.md` section 6), and one rule that
//! the paper lacks.

use super::encode::Encoder;
use super::pixels::{LOWEST, MISSING, MISSING_BELOW};
use ground::matrix::Matrix;

/// All three steps in their order: [`compress`], [`snap`], [`complete`].
pub fn postprocess(matrix: &mut Matrix, encoder: &Encoder) {
    compress(matrix);
    snap(matrix, encoder);
    complete(matrix, encoder);
}

/// Brings every value into the range of encoded values: below -0.45098 (pixel 70) it is -1,
/// missing; from there to -0.294118 it is -0.294118; above 1 it is 1.
pub fn compress(matrix: &mut Matrix) {
    for x in matrix.values_mut() {
        *x = if *x < MISSING_BELOW { MISSING } else { x.clamp(LOWEST, 1.0) };
    }
}

/// Moves every value of a Boolean, ordinal or nominal feature to the nearest value of the cohort.
///
/// The values are the encoded levels that occur in the cohort and, if the cohort has missing cells
/// in this feature, -1.
/// A level that the schema allows and no patient has is not one of them.
/// Halfway between two values the lower one wins.
/// So a level or a missing cell that the cohort never has is never generated.
/// Numbers stay as they are.
pub fn snap(matrix: &mut Matrix, encoder: &Encoder) {
    check(matrix, encoder);
    let values = encoder.feature_values();
    for row in 0..matrix.rows() {
        for (x, values) in matrix.row_mut(row).iter_mut().zip(&values) {
            if let Some(values) = values {
                *x = nearest(*x, values);
            }
        }
    }
}

/// Gives a missing value of a feature that is never missing in the cohort the lowest observed
/// value, -0.294118.
///
/// The paper's formula would leave such a number empty.
/// But an empty cell of a column that the hospital always fills (age, days of follow-up) is plainly
/// wrong.
/// The generated value lies below everything observed, so the lowest observed value is the nearest
/// possible one.
/// The paper's cohort is not affected: its features without missing cells are all Boolean, where
/// [`snap`] does the same.
pub fn complete(matrix: &mut Matrix, encoder: &Encoder) {
    check(matrix, encoder);
    let has_missing = encoder.feature_has_missing();
    for row in 0..matrix.rows() {
        for (x, has_missing) in matrix.row_mut(row).iter_mut().zip(&has_missing) {
            if !has_missing && *x < LOWEST {
                *x = LOWEST;
            }
        }
    }
}

fn check(matrix: &Matrix, encoder: &Encoder) {
    let (columns, features) = (matrix.columns(), encoder.features());
    assert_eq!(columns, features, "a matrix of {columns} features for an encoder of {features}");
}

/// The nearest of the ascending `values`; the lower one of two that are equally near.
fn nearest(x: f64, values: &[f64]) -> f64 {
    let above = values.partition_point(|value| *value < x);
    match (above.checked_sub(1).map(|below| values[below]), values.get(above)) {
        (Some(below), Some(&above)) => {
            if x - below <= above - x {
                below
            } else {
                above
            }
        }
        (Some(below), None) => below,
        (None, Some(&above)) => above,
        (None, None) => x,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_is_the_formula_of_the_paper() {
        let raw = [-3.0, -0.46, -0.4509, -0.3, -0.2, 0.99, 1.0, 7.0];
        let expected = [-1.0, -1.0, -0.294118, -0.294118, -0.2, 0.99, 1.0, 1.0];
        let mut matrix = Matrix::from_values(2, 4, raw.to_vec());
        compress(&mut matrix);
        for (x, expected) in matrix.values().iter().zip(expected) {
            assert!((x - expected).abs() < 1e-6, "{x} is not {expected}");
        }
    }

    #[test]
    fn the_nearest_value_is_found_on_both_sides() {
        let values = [-1.0, 0.0, 1.0];
        for (x, expected) in
            [(-9.0, -1.0), (-0.5, -1.0), (-0.49, 0.0), (0.0, 0.0), (0.51, 1.0), (9.0, 1.0)]
        {
            assert_eq!(nearest(x, &values), expected, "{x}");
        }
    }
}
