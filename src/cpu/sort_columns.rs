//! Order statistics and ranks of every column: twin of `shaders/sort_columns.wgsl`.
//!
//! Neighbouring columns are sorted side by side, each in a lane of the processor's vectors, by a network of comparators that does not depend
//! on the numbers: no branch to guess and no column read for itself.

use super::Real;
use super::strips::{Columns, for_each_strip};
use super::vectorise::{Loop, vectorise};

/// Columns that are sorted side by side: a cache line of keys. A strip has a multiple of it.
const LANES: usize = 8;

/// Most rows of a column for the network: the keys of as many in all lanes fit a level-2 cache, and a network grows faster than other sorts.
const LONGEST: usize = 2048;

/// Bytes that a row of keys should start at a multiple of.
const LINE: usize = 64;

/// Keys of scratch for `rows` rows in all groups: a group of every column at a time, and some to start at a cache line.
pub(super) fn keys_len(rows: usize, features: usize, groups: usize) -> usize {
    rows / groups * features.next_multiple_of(LANES) + LANES
}

/// [`Op::SortColumns`](crate::op::Op::SortColumns) for one model. `keys` is scratch of [`keys_len`].
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
    let skipped = keys.as_ptr().align_offset(LINE).min(LANES);
    let keys = Columns::new(&mut keys[skipped..][..rows * features.next_multiple_of(LANES)], rows * LANES);
    for_each_strip(features, |first, last| {
        for first in (first..last).step_by(LANES) {
            // SAFETY: strips are disjoint, and their columns lie in different rows of the keys.
            let keys = unsafe { keys.row(first / LANES, 0, rows * LANES) };
            for group in 0..groups {
                let last = last.min(first + LANES);
                let out = Out { sorted: &sorted, rank: &rank, base: group * rows, first, last };
                let x = &x[group * rows * features..][..rows * features];
                if rows <= LONGEST {
                    vectorise::<SideBySide, _>((x, keys.as_chunks_mut().0, out));
                } else {
                    one_by_one(x, &mut keys[..rows], out);
                }
            }
        }
    });
}

/// Where the results of some columns of a group belong. The columns are nobody else's.
struct Out<'a, 'm, T> {
    sorted: &'a Columns<'m, T>,
    rank: &'a Columns<'m, T>,
    base: usize,
    first: usize,
    last: usize,
}

impl<T: Real> Out<'_, '_, T> {
    /// The key that stands at a place of the order of one of the columns.
    #[inline(always)]
    fn put(&self, place: usize, column: usize, key: T::Key) {
        let (value, row) = T::from_key(key);
        // SAFETY: see the type; both places lie inside.
        unsafe {
            *self.sorted.place(self.base + place, column) = value;
            *self.rank.place(self.base + row as usize, column) = T::from_f64(place as f64);
        }
    }
}

struct SideBySide;

impl<T: Real> Loop<(&[T], &mut [[T::Key; LANES]], Out<'_, '_, T>)> for SideBySide {
    #[inline(always)]
    fn run((x, keys, out): (&[T], &mut [[T::Key; LANES]], Out<'_, '_, T>)) {
        let features = x.len() / keys.len();
        for (row, (x, keys)) in x.chunks_exact(features).zip(keys.iter_mut()).enumerate() {
            // A lane without a column holds any keys.
            keys.iter_mut().zip(&x[out.first..out.last]).for_each(|(key, x)| *key = x.key(row as u32));
        }
        network::<T>(keys);
        for (place, keys) in keys.iter().enumerate() {
            (out.first..out.last).zip(keys).for_each(|(column, key)| out.put(place, column, *key));
        }
    }
}

/// Merge exchange (Batcher 1968; algorithm M of Knuth, The Art of Computer Programming, volume 3, section 5.2.2) for any number of rows.
#[inline(always)]
fn network<T: Real>(keys: &mut [[T::Key; LANES]]) {
    let rows = keys.len();
    let top = rows.next_power_of_two() / 2;
    let mut run = top;
    while run > 0 {
        let (mut reach, mut from, mut distance) = (top, 0, run);
        loop {
            for start in (from..rows - distance).step_by(2 * run) {
                let (low, high) = keys.split_at_mut(start + distance);
                for (low, high) in low[start..].iter_mut().zip(high).take(run) {
                    // Copies, so that the compiler need not think that one lane's result is another one's key.
                    let (a, b) = (*low, *high);
                    for lane in 0..LANES {
                        [low[lane], high[lane]] = T::in_order(a[lane], b[lane]);
                    }
                }
            }
            if reach == run {
                break;
            }
            (distance, reach, from) = (reach - run, reach / 2, run);
        }
        run /= 2;
    }
}

fn one_by_one<T: Real>(x: &[T], keys: &mut [T::Key], out: Out<T>) {
    let features = x.len() / keys.len();
    for column in out.first..out.last {
        for (row, (key, x)) in keys.iter_mut().zip(x.iter().skip(column).step_by(features)).enumerate() {
            *key = x.key(row as u32);
        }
        keys.sort_unstable();
        keys.iter().enumerate().for_each(|(place, key)| out.put(place, column, *key));
    }
}
