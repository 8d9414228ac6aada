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

    /// Whether the exponent bits are those of NaN or infinity.
    /// By bits, so that no optimisation can assume it away.
    fn is_broken(self) -> bool;

    /// A key for sorting by value, ties by row; both zeros are one value.
    fn key(self, row: u32) -> Self::Key;

    /// The value and the row of a key.
    fn from_key(key: Self::Key) -> (Self, u32);
}

macro_rules! real {
    ($float:ty, $bits:ty, $signed:ty, $key:ty, $exponent:literal) => {
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
                let mask = (((bits as $signed) >> (<$bits>::BITS - 1)) as $bits)
                    | (1 << (<$bits>::BITS - 1));
                (<$key>::from(bits ^ mask) << 32) | <$key>::from(row)
            }

            fn from_key(key: $key) -> (Self, u32) {
                let ordered = (key >> 32) as $bits;
                let mask = ((((!ordered) as $signed) >> (<$bits>::BITS - 1)) as $bits)
                    | (1 << (<$bits>::BITS - 1));
                (<$float>::from_bits(ordered ^ mask), key as u32)
            }
        }
    };
}

real!(f32, u32, i32, u64, 0x7f80_0000);
real!(f64, u64, i64, u128, 0x7ff0_0000_0000_0000);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_like_values_and_come_back() {
        let mut values = [0.0f32, -0.0, -1.5, 3.25, f32::MIN_POSITIVE, -f32::MAX, f32::MAX, -1e-40];
        let mut keys: Vec<_> =
            values.iter().enumerate().map(|(row, v)| v.key(row as u32)).collect();
        keys.sort_unstable();
        values.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let back: Vec<f32> = keys.iter().map(|key| f32::from_key(*key).0).collect();
        assert_eq!(back, values);
        let zeros: Vec<u32> = keys
            .iter()
            .map(|k| f32::from_key(*k))
            .filter(|(v, _)| *v == 0.0)
            .map(|(_, r)| r)
            .collect();
        assert_eq!(zeros, [0, 1], "both zeros are one value, so rows keep their order");
    }

    #[test]
    fn broken_numbers_are_found_by_their_bits() {
        assert!(f32::NAN.is_broken() && f64::NEG_INFINITY.is_broken());
        assert!(!f32::MAX.is_broken() && !1e-40f32.is_broken() && !0.0f64.is_broken());
    }
}
