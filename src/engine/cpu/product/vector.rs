//! What the matrix product needs of a precision: its vectors on the processor at hand, and memory
//! that every thread keeps.

use pulp::{Simd, WithSimd};
use std::cell::RefCell;

/// A number that vectors are made of.
pub trait Lanes: Copy + Sized {
    /// As many numbers as a vector register of the instruction set holds.
    type Vector<S: Simd>: Copy;

    /// A vector of equal numbers.
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;

    /// `a b + c`, in one rounding where the processor can.
    fn multiply_add<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        b: Self::Vector<S>,
        c: Self::Vector<S>,
    ) -> Self::Vector<S>;

    /// Calls `work` with this thread's own memory of that length, which holds anything.
    /// Allocates only when no earlier call on this thread needed as much.
    /// `work` must not call it again.
    fn with_scratch<R>(length: usize, work: impl FnOnce(&mut [Self]) -> R) -> R;
}

macro_rules! lanes {
    ($float:ty, $vector:ident, $splat:ident, $multiply_add:ident) => {
        impl Lanes for $float {
            type Vector<S: Simd> = S::$vector;

            #[inline(always)]
            fn splat<S: Simd>(simd: S, value: Self) -> S::$vector {
                simd.$splat(value)
            }

            #[inline(always)]
            fn multiply_add<S: Simd>(
                simd: S,
                a: S::$vector,
                b: S::$vector,
                c: S::$vector,
            ) -> S::$vector {
                simd.$multiply_add(a, b, c)
            }

            fn with_scratch<R>(length: usize, work: impl FnOnce(&mut [Self]) -> R) -> R {
                thread_local! {
                    static SCRATCH: RefCell<Vec<$float>> = const { RefCell::new(Vec::new()) };
                }
                SCRATCH.with_borrow_mut(|scratch| {
                    let enough = scratch.len().max(length);
                    scratch.resize(enough, 0.0);
                    work(&mut scratch[..length])
                })
            }
        }
    };
}

lanes!(f32, f32s, splat_f32s, mul_add_e_f32s);
lanes!(f64, f64s, splat_f64s, mul_add_e_f64s);

/// The vector registers of this processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Registers {
    pub lanes: usize,
    pub count: usize,
}

impl Registers {
    /// Those that vectors of this precision are kept in.
    pub fn of<T: Lanes>() -> Self {
        struct Ask<T>(std::marker::PhantomData<T>);
        impl<T: Lanes> WithSimd for Ask<T> {
            type Output = Registers;
            #[inline(always)]
            fn with_simd<S: Simd>(self, _: S) -> Registers {
                Registers {
                    lanes: size_of::<T::Vector<S>>() / size_of::<T>(),
                    count: S::REGISTER_COUNT,
                }
            }
        }
        pulp::Arch::new().dispatch(Ask::<T>(std::marker::PhantomData))
    }
}
