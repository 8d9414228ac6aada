//! The numbers behind the handles. The one place that turns a Tensor into a slice.

use super::Real;
use crate::op::{BufferId, Tensor};
use ground::error::{Error, Result};
use std::cell::UnsafeCell;

#[repr(transparent)]
struct Cell<T>(UnsafeCell<T>);

// SAFETY: slices of cells are handed out by `Memory::slice` and `Memory::slice_mut` only, whose
// callers promise that no written slice overlaps another one in use.
unsafe impl<T: Send + Sync> Sync for Cell<T> {}

/// All allocations of one CPU backend.
pub(super) struct Memory<T> {
    buffers: Vec<Box<[Cell<T>]>>,
}

impl<T: Real> Memory<T> {
    pub(super) fn new() -> Self {
        Self { buffers: Vec::new() }
    }

    /// Zeros of the given shape. Errors when the system has not so much memory.
    pub(super) fn alloc(&mut self, shape: [usize; 3]) -> Result<Tensor> {
        let refuse =
            || Error::Device(format!("no memory for a tensor of {shape:?} numbers on the CPU"));
        let product = |a: usize, b: &usize| a.checked_mul(*b);
        let length = shape.iter().try_fold(1, product).ok_or_else(refuse)?;
        let mut cells = Vec::new();
        cells.try_reserve_exact(length).map_err(|_| refuse())?;
        cells.extend((0..length).map(|_| Cell(UnsafeCell::new(T::zero()))));
        self.buffers.push(cells.into_boxed_slice());
        Ok(Tensor::whole(BufferId(self.buffers.len() as u32 - 1), shape))
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
        // SAFETY: the numbers lie in UnsafeCells, so they may be written through a shared
        // reference; the caller rules out everybody else.
        unsafe {
            std::slice::from_raw_parts_mut(window.as_ptr().cast::<T>().cast_mut(), window.len())
        }
    }
}
