//! How many missing cells are too many: a count, a fraction of the size, or the point where the
//! curve flattens.

use super::flattening::flattening;
use ground::error::{Error, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// The largest number of missing cells that is accepted.
/// A recipe writes it as an integer, a string `a/b` or the word `auto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// So many cells.
    Count(usize),
    /// The fraction numerator / denominator of the size, at most 1.
    Fraction(usize, usize),
    /// Where the cumulative curve of the table's own counts flattens ([`flattening`]).
    Auto,
}

impl Threshold {
    /// The largest accepted count among `size` cells: round(fraction x size), halves up.
    /// `auto` chooses by `counts`, the missing cells of all rows (or of all columns).
    pub fn limit(self, size: usize, counts: &[usize]) -> usize {
        match self {
            Self::Count(count) => count,
            Self::Auto => flattening(counts, size).map_or(size, |plateau| plateau.from),
            Self::Fraction(numerator, denominator) => {
                // In 128 bits no product of two sizes overflows.
                let (numerator, denominator) = (numerator as u128, denominator as u128);
                ((numerator * size as u128 + denominator / 2) / denominator) as usize
            }
        }
    }
}

impl FromStr for Threshold {
    type Err = Error;

    /// Errors: [`Error::Usage`] unless the text is a whole number, `a/b` with 0 <= a <= b and b >
    /// 0, or `auto`.
    fn from_str(text: &str) -> Result<Self> {
        let refuse = || {
            let remedy = "give a number of missing cells such as 21, a fraction up to 1 such as \
                \"3/5\", or \"auto\"";
            Error::Usage(format!("{text:?} is not a threshold; {remedy}"))
        };
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let number = |part: &str| part.trim().parse::<usize>().map_err(|_| refuse());
        let Some((numerator, denominator)) = text.split_once('/') else {
            return Ok(Self::Count(number(text)?));
        };
        let (numerator, denominator) = (number(numerator)?, number(denominator)?);
        if denominator == 0 || numerator > denominator {
            return Err(refuse());
        }
        Ok(Self::Fraction(numerator, denominator))
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Fraction(numerator, denominator) => write!(f, "{numerator}/{denominator}"),
            Self::Auto => f.write_str("auto"),
        }
    }
}

impl Serialize for Threshold {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => serializer.serialize_u64(*count as u64),
            Self::Fraction(..) | Self::Auto => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Threshold {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl de::Visitor<'_> for Visitor {
    type Value = Threshold;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number of missing cells, a fraction such as \"3/5\", or \"auto\"")
    }

    fn visit_u64<E: de::Error>(self, count: u64) -> std::result::Result<Threshold, E> {
        usize::try_from(count)
            .map(Threshold::Count)
            .map_err(|_| E::custom(format!("{count} is too large")))
    }

    fn visit_i64<E: de::Error>(self, count: i64) -> std::result::Result<Threshold, E> {
        u64::try_from(count)
            .map_err(|_| E::custom(format!("{count} is negative")))
            .and_then(|count| self.visit_u64(count))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Threshold, E> {
        text.parse().map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Recipe {
        most: Threshold,
    }

    #[test]
    fn limits_round_halves_up() {
        assert_eq!(Threshold::Fraction(1, 2).limit(44, &[]), 22);
        assert_eq!(Threshold::Fraction(1, 2).limit(45, &[]), 23);
        assert_eq!(Threshold::Fraction(3, 5).limit(908, &[]), 545);
        assert_eq!(Threshold::Fraction(0, 7).limit(908, &[]), 0);
        assert_eq!(Threshold::Count(317).limit(804, &[]), 317);
        assert_eq!(Threshold::Fraction(usize::MAX, usize::MAX).limit(usize::MAX, &[]), usize::MAX);
        assert_eq!(Threshold::Auto.limit(9, &[0, 1, 1, 2, 8]), 2);
        assert_eq!(Threshold::Auto.limit(9, &[]), 9);
    }

    #[test]
    fn recipes_write_integers_or_fractions() {
        for text in ["most = 21\n", "most = \"3/5\"\n", "most = \"auto\"\n"] {
            let recipe: Recipe = toml::from_str(text).unwrap();
            assert_eq!(toml::to_string(&recipe).unwrap(), text);
        }
        for text in [
            "most = -1",
            "most = 0.5",
            "most = \"6/5\"",
            "most = \"1/0\"",
            "most = \"half\"",
            "most = true",
        ] {
            assert!(toml::from_str::<Recipe>(text).is_err(), "{text}");
        }
    }
}
