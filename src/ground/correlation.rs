//! Pearson's correlation over the rows in which both columns have a value.

/// Pearson's rho in [-1, 1] over the rows complete in both; NaN for fewer than two such rows or
/// when one of the columns is constant in them.
pub fn pearson(x: &[f64], y: &[f64]) -> f64 {
    let complete =
        || x.iter().zip(y).map(|(&x, &y)| (x, y)).filter(|(x, y)| !x.is_nan() && !y.is_nan());
    let Some(first) = complete().next() else { return f64::NAN };
    let (mut rows, mut sum_x, mut sum_y) = (0.0, 0.0, 0.0);
    // The rounding of the mean makes a constant column vary, so it is recognised by its values.
    let (mut varies_x, mut varies_y) = (false, false);
    for (x, y) in complete() {
        rows += 1.0;
        sum_x += x;
        sum_y += y;
        varies_x |= x != first.0;
        varies_y |= y != first.1;
    }
    if !varies_x || !varies_y {
        return f64::NAN;
    }
    let (mean_x, mean_y) = (sum_x / rows, sum_y / rows);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in complete() {
        let (x, y) = (x - mean_x, y - mean_y);
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    (xy / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0)
}
