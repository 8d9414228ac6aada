//! A text in a file of rules, which may be written as a number: `-9` as well as `"-9"`.

use serde::{Deserialize, Deserializer};

/// The trimmed text of a TOML string, number or truth value, as a cell would hold it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Word(pub String);

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a text or a number")]
enum Scalar {
    Whole(i64),
    Number(f64),
    Text(String),
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Scalar::deserialize(deserializer)? {
            Scalar::Whole(number) => number.to_string(),
            Scalar::Number(number) => number.to_string(),
            Scalar::Text(text) => text.trim().to_owned(),
        }))
    }
}

/// `"a", "b", "c"`, with at most eight of the words.
pub(crate) fn listed<S: AsRef<str>>(words: &[S]) -> String {
    const MOST: usize = 8;
    let shown: Vec<String> =
        words.iter().take(MOST).map(|word| format!("{:?}", word.as_ref())).collect();
    let more = words.len().saturating_sub(MOST);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

impl AsRef<str> for Word {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
