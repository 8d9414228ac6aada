//! What a schema says that everybody may know of a column of numbers: its range, scale, step and
//! the values that many share.
//!
//! A private recipe needs it, because nothing of the kind may be taken from patients.

use super::Column;
use ground::error::{Error, Place, Result};
use serde::{Deserialize, Serialize};

/// An end of a range: a number, or a day or time as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum End {
    /// A number.
    Number(f64),
    /// A day or a time, in the column's format or as ISO text.
    Text(String),
}

/// How values spread over a range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// Evenly.
    #[default]
    Linear,
    /// Their logarithms evenly.
    Log,
}

impl Column {
    /// The public range, if the schema gives one.
    pub fn public_range(&self) -> Option<[f64; 2]> {
        let ends = self.range.as_ref()?;
        let number = |end: &End| match end {
            End::Number(number) => Some(*number),
            End::Text(text) => self.number_of(text),
        };
        Some([number(&ends[0])?, number(&ends[1])?])
    }

    /// Refuses public keys that the kind does not allow or that contradict each other.
    pub(super) fn check_public(&self, place: &Place) -> Result<()> {
        let fail =
            |problem: String, remedy: &str| Err(Error::input(place.clone(), problem, remedy));
        let keys = [
            ("range", self.range.is_some()),
            ("scale", self.scale != Scale::Linear),
            ("offset", self.offset.is_some()),
            ("step", self.step.is_some()),
            ("spikes", !self.spikes.is_empty()),
            ("heaps", self.heaps.is_some()),
            ("values", !self.values.is_empty()),
        ];
        let given = keys.iter().find(|(_, given)| *given);
        if let (Some((key, _)), true) = (given, self.kind.is_coded()) {
            let problem = format!("`{key}` on a column of kind {}", self.kind);
            return fail(problem, "remove it: the levels are what is public of such a column");
        }
        if let (Some((key, _)), true) =
            (given.filter(|(key, _)| *key != "values"), !self.values.is_empty())
        {
            let problem = format!("`values` beside `{key}`");
            return fail(problem, "keep one of the two: `values` are all that the column may have");
        }
        let ascending = self.values.windows(2).all(|pair| pair[0] < pair[1]);
        if self.values.len() == 1 || !ascending || self.values.iter().any(|x| !x.is_finite()) {
            let problem = "`values` that are not two numbers or more, ascending";
            return fail(problem.into(), "list all values that the column may have");
        }
        let range = match (&self.range, self.public_range()) {
            (Some(_), None) => {
                let problem = "a `range` with an end that is no value of the column";
                return fail(problem.into(), "give numbers, or days as the column has them");
            }
            (_, range) => range,
        };
        if let Some([low, high]) = range
            && !(low.is_finite() && high.is_finite() && low < high)
        {
            return fail(
                "a `range` that is not two numbers, the lower one first".into(),
                "swap them",
            );
        }
        if self.step.is_some_and(|step| !(step.is_finite() && step > 0.0)) {
            return fail("a `step` that is not above 0".into(), "give the distance of two values");
        }
        if self.heaps.is_some_and(|heaps| !(heaps.is_finite() && heaps > 0.0)) {
            let remedy = "give the number whose multiples are more frequent, such as 5";
            return fail("`heaps` that are not above 0".into(), remedy);
        }
        if self.scale == Scale::Log
            && let Some([low, _]) = range
            && low + self.offset.unwrap_or(0.0) <= 0.0
        {
            let problem = "a scale of logarithms over a range that is not above 0";
            return fail(problem.into(), "give an `offset` that is added before the logarithm");
        }
        if self.offset.is_some() && self.scale != Scale::Log {
            return fail(
                "an `offset` without `scale = \"log\"`".into(),
                "remove one or add the other",
            );
        }
        if let Some([low, high]) = range
            && self.spikes.iter().any(|spike| !(low..=high).contains(spike))
        {
            return fail(
                "`spikes` outside the `range`".into(),
                "widen the range or leave them out",
            );
        }
        Ok(())
    }
}
