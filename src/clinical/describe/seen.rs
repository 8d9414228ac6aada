//! A column after the first reading.

use super::column::{Column, Facts};
use super::kind::VariableType;
use super::variable::Dates;

/// What the first reading found out about a column.
pub(super) struct Seen {
    pub(super) kind: VariableType,
    pub(super) filled: u64,
    pub(super) n: u64,
    pub(super) texts: Option<Vec<(String, u64)>>,
    pub(super) facts: Facts,
}

impl Seen {
    /// A column after its last cell; `schema` gives its type, if there is one.
    pub(super) fn of(column: Column, schema: Option<&table::Column>, patients: u64) -> Self {
        let (filled, texts, facts) = column.finish();
        debug_assert!(filled <= patients);
        let suggested = VariableType::of_cells(filled, texts.as_ref().map(Vec::len), &facts);
        let kind = schema.map_or(suggested, VariableType::of_schema);
        let of_numbers = facts.words + facts.too_large == 0;
        let n = match kind {
            VariableType::Numerical => facts.moments.count(),
            VariableType::Date => facts.date_form().1,
            // Codes among numbers mean that a number is missing; among texts they are levels.
            VariableType::Boolean | VariableType::Ordinal if of_numbers => facts.moments.count(),
            _ => filled,
        };
        Self { kind, filled, n, texts, facts }
    }

    /// Whether the levels are numbers.
    pub(super) fn is_numeric(&self) -> bool {
        self.facts.words + self.facts.too_large == 0 && self.facts.moments.count() > 0
    }

    /// How many different values there are, if they could be counted.
    pub(super) fn distinct(&self) -> Option<u64> {
        match self.kind {
            VariableType::Numerical => self.facts.counts.distinct_keys(),
            VariableType::Boolean | VariableType::Ordinal if self.is_numeric() => {
                self.facts.counts.distinct_keys()
            }
            _ => self.texts.as_ref().map(Vec::len),
        }
        .map(|distinct| distinct as u64)
    }

    /// The form of the dates, the earliest and the latest.
    pub(super) fn dates(&self) -> Option<Dates> {
        let (form, _) = self.facts.date_form();
        let (earliest, latest) = self.facts.dates_of(form)?;
        Some(Dates {
            form: form.name().into(),
            earliest: earliest.to_string(),
            latest: latest.to_string(),
        })
    }
}
