//! Order statistics and ranks of every column: mirror of `shaders/sort_columns.wgsl`.

use super::Real;
use super::strips::{Columns, for_each_strip};

/// [`Op::SortColumns`](crate::op::Op::SortColumns) for one model.
/// `keys` is scratch of the size of x.
pub(super) fn sort_columns<T: Real>(
    x: &[T],
    sorted: &mut [T],
    rank: &mut [T],
    keys: &mut [T::Key],
    features: usize,
    groups: usize,
) {
    let rows = x.len() / features / groups;
    let (sorted, rank) = (Columns::new(sorted, features), Columns::new(rank, features));
    let keys = Columns::new(keys, rows * groups);
    for_each_strip(features, |first, last| {
        for column in first..last {
            for group in 0..groups {
                let base = group * rows;
                // SAFETY: strips are disjoint; the keys of a column are a row of their own.
                let keys = unsafe { keys.row(column, base, base + rows) };
                for (row, key) in keys.iter_mut().enumerate() {
                    *key = x[(base + row) * features + column].key(row as u32);
                }
                keys.sort_unstable();
                for (place, key) in keys.iter().enumerate() {
                    let (value, row) = T::from_key(*key);
                    // SAFETY: as above.
                    unsafe {
                        sorted.row(base + place, column, column + 1)[0] = value;
                        rank.row(base + row as usize, column, column + 1)[0] =
                            T::from_f64(place as f64);
                    }
                }
            }
        }
    });
}
