//! How far the rank correlations of all pairs of columns are off; levels count by their order.

use crate::metrics::columns::{assert_same_columns, by_column, mean_of_known};
use crate::metrics::ranks::{Order, Scratch, spearman};
use rayon::prelude::*;
use table::Table;

/// Mean over pairs of columns of `|rho_r - rho_s|` in [0, 2], 0 for equal dependence; rho is
/// Spearman's over the rows complete in the pair.
///
/// A level counts as its index.
/// Pairs without a rho in the real table are left out.
/// Where only the synthetic table has none (a column became constant there), the relation is lost
/// and its rho counts as 0.
/// NaN when no pair is left.
/// Panics when the tables have different columns.
pub fn spearman_mae(real: &Table, synthetic: &Table) -> f64 {
    assert_same_columns(real, synthetic);
    let apart =
        spearman_pairs(real).into_iter().zip(spearman_pairs(synthetic)).map(|(real, synthetic)| {
            let synthetic = if synthetic.is_nan() { 0.0 } else { synthetic };
            (real - synthetic).abs()
        });
    mean_of_known(apart)
}

/// Spearman's rho of the pairs (0, 1), (0, 2), ..., (1, 2), ... of a table's columns.
fn spearman_pairs(table: &Table) -> Vec<f64> {
    let orders: Vec<Order> = by_column(table).par_iter().map(|cells| Order::of(cells)).collect();
    let pairs: Vec<(usize, usize)> =
        (0..orders.len()).flat_map(|a| (a + 1..orders.len()).map(move |b| (a, b))).collect();
    pairs
        .into_par_iter()
        .map_init(Scratch::default, |scratch, (a, b)| spearman(&orders[a], &orders[b], scratch))
        .collect()
}
