//! The numbers behind the handles. The one place that turns a Tensor into a slice.

use super::Real;
use crate::op::{BufferId, Tensor};
use std::cell::UnsafeCell;

struct Cell<T>(UnsafeCell<T>);

// SAFETY: slices of cells are handed out by `Memory::slice` and `Memory::slice_mut` only, whose callers promise that no written slice
// overlaps another one in use.
unsafe impl<T: Send + Sync> Sync for Cell<T> {}

/// All allocations of one CPU backend.
pub(super) struct Memory<T> {
    buffers: Vec<Box<[Cell<T>]>>,
}

impl<T: Real> Memory<T> {
    pub(super) fn new() -> Self {
        Self { buffers: Vec::new() }
    }

    /// Zeros of the given shape.
    pub(super) fn alloc(&mut self, shape: [usize; 3]) -> Tensor {
        let length = shape.iter().product();
        self.buffers.push((0..length).map(|_| Cell(UnsafeCell::new(T::zero()))).collect());
        Tensor::whole(BufferId(self.buffers.len() as u32 - 1), shape)
    }

    fn window(&self, tensor: &Tensor, model: usize) -> &[Cell<T>] {
        assert!(model < tensor.models);
        let start = tensor.start(model);
        &self.buffers[tensor.buffer.0 as usize][start..start + tensor.len()]
    }

    /// The numbers of one model.
    ///
    /// # Safety
    /// Nothing writes them while the slice is in use.
    pub(super) unsafe fn slice(&self, tensor: &Tensor, model: usize) -> &[T] {
        let window = self.window(tensor, model);
        // SAFETY: a cell has the layout of its number; the caller rules out writers.
        unsafe { std::slice::from_raw_parts(window.as_ptr().cast::<T>(), window.len()) }
    }

    /// The numbers of one model, to be written.
    ///
    /// # Safety
    /// Nothing else reads or writes them while the slice is in use.
    #[allow(clippy::mut_from_ref)] // the cells make it sound
    pub(super) unsafe fn slice_mut(&self, tensor: &Tensor, model: usize) -> &mut [T] {
        let window = self.window(tensor, model);
        // SAFETY: the numbers lie in UnsafeCells, so they may be written through a shared reference; the caller rules out everybody else.
        unsafe { std::slice::from_raw_parts_mut(window.as_ptr().cast::<T>().cast_mut(), window.len()) }
    }
}
