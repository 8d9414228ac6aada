//! Column strips of a matrix, worked on in parallel: a strip stays in cache for several passes over
//! its rows.

use rayon::prelude::*;
use std::marker::PhantomData;

/// Features of a strip: 268 rows of them fill the level-1 cache once in f32.
pub(super) const STRIP: usize = 32;

/// Calls `work(first, last)` for every strip of `features` columns, in parallel.
/// The strips do not depend on the number of threads.
pub(super) fn for_each_strip(features: usize, work: impl Fn(usize, usize) + Send + Sync) {
    let strips = features.div_ceil(STRIP);
    // The best vector instructions of this processor; no sum is reordered for them, so results are
    // the same on every processor.
    let arch = pulp::Arch::new();
    let run =
        |strip: usize| arch.dispatch(|| work(strip * STRIP, features.min((strip + 1) * STRIP)));
    if strips == 1 { run(0) } else { (0..strips).into_par_iter().for_each(run) }
}

/// A row-major matrix whose column ranges are written by different threads.
pub(super) struct Columns<'a, T> {
    first: *mut T,
    rows: usize,
    features: usize,
    owner: PhantomData<&'a mut [T]>,
}

// SAFETY: `row` hands out disjoint ranges only, by the promise of its callers.
unsafe impl<T: Send> Sync for Columns<'_, T> {}

impl<'a, T> Columns<'a, T> {
    pub(super) fn new(values: &'a mut [T], features: usize) -> Self {
        assert!(features > 0 && values.len().is_multiple_of(features));
        Self {
            first: values.as_mut_ptr(),
            rows: values.len() / features,
            features,
            owner: PhantomData,
        }
    }

    /// Where a number lies, for who writes its own columns by pointer.
    pub(super) fn place(&self, row: usize, column: usize) -> *mut T {
        assert!(row < self.rows && column < self.features);
        self.first.wrapping_add(row * self.features + column)
    }

    /// Columns `first..last` of a row.
    ///
    /// # Safety
    /// No other thread uses these columns, and no other slice of these columns is alive in this
    /// one.
    #[allow(clippy::mut_from_ref)] // that is what the type is for
    pub(super) unsafe fn row(&self, row: usize, first: usize, last: usize) -> &mut [T] {
        assert!(row < self.rows && first <= last && last <= self.features);
        // SAFETY: the range lies inside the borrowed slice by the assertion; the caller rules out
        // overlaps.
        unsafe {
            std::slice::from_raw_parts_mut(
                self.first.add(row * self.features + first),
                last - first,
            )
        }
    }
}
