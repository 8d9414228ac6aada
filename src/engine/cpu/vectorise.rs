//! Loops compiled once for every instruction set, the best one chosen while running; no sum is
//! reordered for it, so results are the same on every processor.

use pulp::{Arch, NullaryFnOnce};
use std::marker::PhantomData;

/// A loop over operands whose `run` is marked `#[inline(always)]`.
/// A closure or a function would not do: the compiler leaves a large one outside the code that may
/// use the processor's vectors, and compiles it for the oldest processor.
pub(super) trait Loop<A> {
    /// Does it.
    fn run(operands: A);
}

/// Runs the loop with the vector instructions of this processor.
#[inline(always)]
pub(super) fn vectorise<L: Loop<A>, A>(operands: A) {
    Arch::new().dispatch(Vectorised(operands, PhantomData::<L>));
}

struct Vectorised<L, A>(A, PhantomData<L>);

impl<A, L: Loop<A>> NullaryFnOnce for Vectorised<L, A> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        L::run(self.0);
    }
}
