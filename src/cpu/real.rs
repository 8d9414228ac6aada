//! The two precisions from one source: f32 for users, f64 for the oracle.

use super::product::Lanes;
use num_traits::Float;
use std::fmt::{Debug, Display};
use std::iter::Sum;
use std::ops::{AddAssign, MulAssign};

/// f32 or f64.
pub trait Real:
    Lanes + Float + AddAssign + MulAssign + Sum + Default + Debug + Display + Send + Sync + 'static
{
    /// Sorts like the number, then like the row: value and row in one integer.
    type Key: Copy + Default + Ord + Send + Sync + 'static;

    /// `f32` or `f64`.
    const NAME: &'static str;

    /// The nearest number of this precision.
    fn from_f64(value: f64) -> Self;

    /// The same number in f64.
    fn widen(self) -> f64;

    /// Whether the exponent bits are those of NaN or infinity. By bits, so that no optimisation can assume it away.
    fn is_broken(self) -> bool;

    /// A key for sorting by value, ties by row; both zeros are one value.
    fn key(self, row: u32) -> Self::Key;

    /// The value and the row of a key.
    fn from_key(key: Self::Key) -> (Self, u32);

    /// Both keys, the smaller one first, without a branch.
    fn in_order(a: Self::Key, b: Self::Key) -> [Self::Key; 2];
}

macro_rules! real {
    ($float:ty, $bits:ty, $signed:ty, $key:ty, $rows:literal, $exponent:literal, $in_order:expr) => {
        impl Real for $float {
            type Key = $key;

            const NAME: &'static str = stringify!($float);

            fn from_f64(value: f64) -> Self {
                value as $float
            }

            fn widen(self) -> f64 {
                f64::from(self)
            }

            fn is_broken(self) -> bool {
                self.to_bits() & $exponent == $exponent
            }

            fn key(self, row: u32) -> $key {
                let bits = (self + 0.0).to_bits();
                let mask = (((bits as $signed) >> (<$bits>::BITS - 1)) as $bits) | (1 << (<$bits>::BITS - 1));
                (<$key>::from(bits ^ mask) << $rows) | <$key>::from(row)
            }

            fn from_key(key: $key) -> (Self, u32) {
                let ordered = (key >> $rows) as $bits;
                let mask = ((((!ordered) as $signed) >> (<$bits>::BITS - 1)) as $bits) | (1 << (<$bits>::BITS - 1));
                (<$float>::from_bits(ordered ^ mask), (key & ((1 << $rows) - 1)) as u32)
            }

            #[inline(always)]
            fn in_order(a: $key, b: $key) -> [$key; 2] {
                $in_order(a, b)
            }
        }
    };
}

real!(f32, u32, i32, u64, 30, 0x7f80_0000, in_order_as_numbers);
real!(f64, u64, i64, u128, 32, 0x7ff0_0000_0000_0000, |a: u128, b: u128| [a.min(b), a.max(b)]);

/// With 30 bits for the row a key of f32 has its two highest bits clear: those of a positive, finite number of f64. Such numbers stand in the
/// order of their bits, and processors have vectors of minima and maxima of them, which many lack for integers of 64 bits.
#[inline(always)]
fn in_order_as_numbers(a: u64, b: u64) -> [u64; 2] {
    let (a, b) = (f64::from_bits(a), f64::from_bits(b));
    [if a < b { a } else { b }.to_bits(), if a < b { b } else { a }.to_bits()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_like_values_and_come_back() {
        let mut values = [0.0f32, -0.0, -1.5, 3.25, f32::MIN_POSITIVE, -f32::MAX, f32::MAX, -1e-40];
        let mut keys: Vec<_> = values.iter().enumerate().map(|(row, v)| v.key(row as u32)).collect();
        keys.sort_unstable();
        values.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let back: Vec<f32> = keys.iter().map(|key| f32::from_key(*key).0).collect();
        assert_eq!(back, values);
        let zeros: Vec<u32> =
            keys.iter().map(|k| f32::from_key(*k)).filter(|(v, _)| *v == 0.0).map(|(_, r)| r).collect();
        assert_eq!(zeros, [0, 1], "both zeros are one value, so rows keep their order");
    }

    #[test]
    fn keys_of_any_bits_are_put_in_order() {
        let bits = [0u32, 1, 0x007f_ffff, 0x3f80_0000, 0x7f80_0000, 0x7fff_ffff, 0x8000_0000, 0xff80_0000, u32::MAX];
        let keys = bits.map(|bits| f32::from_bits(bits).key(bits % 7)).into_iter().chain([(u64::MAX >> 2), 0]);
        let keys: Vec<u64> = keys.collect();
        for a in &keys {
            assert!(f64::from_bits(*a).is_finite());
            for b in &keys {
                assert_eq!(f32::in_order(*a, *b), [*a.min(b), *a.max(b)]);
            }
        }
    }

    #[test]
    fn broken_numbers_are_found_by_their_bits() {
        assert!(f32::NAN.is_broken() && f64::NEG_INFINITY.is_broken());
        assert!(!f32::MAX.is_broken() && !1e-40f32.is_broken() && !0.0f64.is_broken());
    }
}
