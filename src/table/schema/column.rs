//! A column of a schema file.

use crate::Kind;
use crate::public::{End, Scale};
use crate::telling::Tellable;
use serde::{Deserialize, Serialize};

/// One column of a schema.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Header text in the CSV.
    pub name: String,
    /// What the values are.
    pub kind: Kind,
    /// Physical unit, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Plain words for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Text of every level in coding order (Boolean, ordinal, nominal); empty for numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// Decimals seen in the text of a numerical column: digits after the point when it is written.
    #[serde(default, skip_serializing_if = "without_decimals")]
    pub decimals: usize,
    /// Significant digits of a numerical column whose values are of many sizes; when written, these
    /// count and not the decimals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digits: Option<usize>,
    /// Bits of the mantissa that numbers were cut to where they were stored: 12 for SAS numbers of
    /// length 3, 20 of length 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mantissa_bits: Option<u32>,
    /// Format of dates and times (strftime), such as `%d/%m/%Y`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Detection limits of a column of numbers as their cells say it: one such as `<0.5`, one such
    /// as `>20`, or both.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<String>,
    /// Whether the values of a column of numbers are few and each is a choice, as codes are: a
    /// typed encoding learns them as levels.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub choice: bool,
    /// Codes that mean missing in this column, such as `0` or `-9`, besides those of the schema.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// What other columns make the column of, such as `weight / (height / 100)^2` (numbers only).
    /// It is checked on the training rows, and computed in synthetic ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
    /// Least and greatest value that the column may have, as everybody may know (numbers and times
    /// only). A private recipe needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[End; 2]>,
    /// How values spread over that range.
    #[serde(default, skip_serializing_if = "is_linear")]
    pub scale: Scale,
    /// What is added before the logarithm of a logarithmic scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<f64>,
    /// The public distance of neighbouring values; a unit of the last decimal if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// Values that many patients share, as everybody may know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spikes: Vec<f64>,
    /// Multiples of it are more frequent than other values, as everybody may know: people round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heaps: Option<f64>,
    /// All values that the column may have, ascending, in place of a range.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<f64>,
    /// Which of the levels a message may name.
    #[serde(skip)]
    pub tellable: Tellable,
}

fn is_linear(scale: &Scale) -> bool {
    *scale == Scale::Linear
}

fn without_decimals(decimals: &usize) -> bool {
    *decimals == 0
}
