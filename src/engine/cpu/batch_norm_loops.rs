//! The passes over blocks of rows as loops with the processor's vectors, for the kernel of batch
//! normalisation alone.

use super::Real;
use super::batch_norm_blocks::{Scale, gradient, moments, normalise, sums};
use super::vectorise::Loop;

/// [`moments`], with the processor's vectors.
pub(super) struct Moments;

impl<'a, T: Real, I: ExactSizeIterator<Item = &'a [T]> + Clone> Loop<(I, &[T], &mut [T])>
    for Moments
{
    #[inline(always)]
    fn run(operands: (I, &[T], &mut [T])) {
        moments(operands);
    }
}

/// [`normalise`], with the processor's vectors.
pub(super) struct Normalise;

impl<'a, 's, T: Real, I: Iterator<Item = (&'a mut [T], &'a [T])>> Loop<(I, Scale<'s, T>, T)>
    for Normalise
{
    #[inline(always)]
    fn run(operands: (I, Scale<'s, T>, T)) {
        normalise(operands);
    }
}

/// [`sums`], with the processor's vectors.
pub(super) struct Sums;

impl<'a, 's, T: Real, I: Iterator<Item = (&'a [T], &'a [T])>> Loop<(I, Scale<'s, T>, &mut [T], T)>
    for Sums
{
    #[inline(always)]
    fn run(operands: (I, Scale<'s, T>, &mut [T], T)) {
        sums(operands);
    }
}

/// [`gradient`], with the processor's vectors.
pub(super) struct Gradient;

impl<'a, 's, T: Real, I: Iterator<Item = (&'a mut [T], (&'a [T], &'a [T]))>>
    Loop<(I, Scale<'s, T>, &[T], T)> for Gradient
{
    #[inline(always)]
    fn run(operands: (I, Scale<'s, T>, &[T], T)) {
        gradient(operands);
    }
}
