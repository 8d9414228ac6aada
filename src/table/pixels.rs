//! The paper's number for a cell (`docs/method.md` section 2): a pixel from 1 to 255, moved away
//! from the 0 of a missing cell, then to [-1, 1].

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// The encoded value of a missing cell.
pub const MISSING: f64 = -1.0;
/// The encoded value of a feature's observed minimum: pixel 90, -0.294118.
pub const LOWEST: f64 = 90.0 / 127.5 - 1.0;
/// Below this (pixel 70, -0.45098) a generated value means missing.
pub const MISSING_BELOW: f64 = 70.0 / 127.5 - 1.0;

/// Whether observed values are rounded to the levels of a grey image; `256` or `"none"` in a
/// recipe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pixels {
    /// Rounded, as the paper does: half a pixel, 1/508 of the range, is lost.
    Levels256,
    /// Not rounded.
    #[default]
    None,
}

impl Pixels {
    /// The encoded value of an observed `value`: p = 1 + 254 (v - lo) / (hi - lo), rounded with 256
    /// levels; q = 90 + (p - 1) 165/254; x = q / 127.5 - 1.
    ///
    /// `lo < hi` are the feature's observed extremes.
    /// A value outside of them gets the encoding of the nearer one.
    /// So an observed value of another table can never look missing.
    pub fn encode(self, value: f64, lo: f64, hi: f64) -> f64 {
        let share = if (hi - lo).is_finite() {
            (value - lo) / (hi - lo)
        } else {
            (value / 2.0 - lo / 2.0) / (hi / 2.0 - lo / 2.0)
        };
        let step = 254.0 * share.clamp(0.0, 1.0);
        let step = if self == Self::Levels256 { step.round() } else { step };
        (90.0 + step * (165.0 / 254.0)) / 127.5 - 1.0
    }
}

/// The observed value that `x` encodes, the inverse of [`Pixels::encode`] without its rounding; `x`
/// is first brought into [-0.294118, 1].
pub fn decode(x: f64, lo: f64, hi: f64) -> f64 {
    let share = (((x + 1.0) * 127.5 - 90.0) / 165.0).clamp(0.0, 1.0);
    // Two products instead of one difference: nothing overflows, and both ends come back exactly.
    lo * (1.0 - share) + hi * share
}

impl Serialize for Pixels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Levels256 => serializer.serialize_u64(256),
            Self::None => serializer.serialize_str("none"),
        }
    }
}

impl<'de> Deserialize<'de> for Pixels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl de::Visitor<'_> for Visitor {
    type Value = Pixels;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("256 or \"none\"")
    }

    fn visit_u64<E: de::Error>(self, levels: u64) -> Result<Pixels, E> {
        if levels == 256 {
            Ok(Pixels::Levels256)
        } else {
            Err(E::invalid_value(de::Unexpected::Unsigned(levels), &self))
        }
    }

    fn visit_i64<E: de::Error>(self, levels: i64) -> Result<Pixels, E> {
        if levels == 256 {
            Ok(Pixels::Levels256)
        } else {
            Err(E::invalid_value(de::Unexpected::Signed(levels), &self))
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Pixels, E> {
        if text == "none" {
            Ok(Pixels::None)
        } else {
            Err(E::invalid_value(de::Unexpected::Str(text), &self))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The levels 1 to 12 of Clinical stage, from `docs/method.md` section 2.
    const STAGES: [f64; 12] = [
        -0.294118, -0.176934, -0.059750, 0.057434, 0.174618, 0.291802, 0.414081, 0.531264,
        0.648448, 0.765632, 0.882816, 1.0,
    ];

    #[test]
    fn the_stages_of_the_paper_are_met() {
        for (level, expected) in (1..=12).zip(STAGES) {
            let x = Pixels::Levels256.encode(level as f64, 1.0, 12.0);
            assert!((x - expected).abs() < 1e-6, "level {level}: {x} is not {expected}");
        }
    }

    #[test]
    fn decoding_inverts_encoding() {
        for (value, lo, hi) in
            [(37.2, 32.89844, 41.0), (0.0, -1e308, 1e308), (9.0, 0.0, 10.0), (3e-310, 0.0, 1e-309)]
        {
            let exact = decode(Pixels::None.encode(value, lo, hi), lo, hi);
            assert!(
                (exact / 4.0 - value / 4.0).abs() <= 1e-15 * (hi / 4.0 - lo / 4.0),
                "{value} became {exact}"
            );
            let rounded = decode(Pixels::Levels256.encode(value, lo, hi), lo, hi);
            assert!(
                (rounded / 4.0 - value / 4.0).abs() <= (hi / 4.0 - lo / 4.0) * 0.5001 / 254.0,
                "{value} became {rounded}"
            );
        }
    }

    #[test]
    fn values_beyond_the_extremes_stay_observed() {
        assert_eq!(Pixels::None.encode(-1e9, 0.0, 1.0), LOWEST);
        assert_eq!(Pixels::None.encode(1e9, 0.0, 1.0), 1.0);
        assert_eq!(decode(-0.4, 2.0, 3.0), 2.0);
        assert_eq!(decode(1.7, 2.0, 3.0), 3.0);
    }

    #[test]
    fn recipes_say_256_or_none() {
        #[derive(Serialize, Deserialize)]
        struct Recipe {
            pixels: Pixels,
        }
        for text in ["pixels = 256\n", "pixels = \"none\"\n"] {
            let recipe: Recipe = toml::from_str(text).unwrap();
            assert_eq!(toml::to_string(&recipe).unwrap(), text);
        }
        for text in ["pixels = 255", "pixels = \"256\"", "pixels = true"] {
            assert!(toml::from_str::<Recipe>(text).is_err(), "{text}");
        }
    }
}
