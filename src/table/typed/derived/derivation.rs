//! How one column is made of others and of what is learned in its place.

use super::apart::Apart;
use super::bounded::Bounded;
use super::chosen::Chosen;
use super::computed::Computed;
use super::part::Part;
use super::replaced::{Decided, Either, Follows};
use crate::{Kind, Schema, number};
use serde::{Deserialize, Serialize};

/// How one column is learned; columns by their positions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase", deny_unknown_fields)]
pub(in crate::typed) enum Derivation {
    /// The cell of `source` where that is present.
    Copy { column: usize, source: usize },
    /// The sum of both parts where both are present; of models that know no formula for it.
    Sum { column: usize, parts: [usize; 2] },
    /// `base` plus a distance, which is missing where it is 0; at most `most`, a smoothed extreme
    /// of the training rows.
    /// A column with missing cells has a learned column of its own, `gap`, that is missing where it
    /// is.
    Distance { column: usize, base: usize, most: f64, gap: Option<usize> },
    /// At most `base`, and learned as missing where it is equal; with a `gap` as above.
    Below { column: usize, base: usize, gap: Option<usize> },
    /// A distance from the nearest of some columns, however rarely they are equal.
    Apart(Apart),
    /// Its own value, between what other columns leave.
    Bounded(Bounded),
    /// What a formula makes of other columns.
    Computed(Computed),
    /// One of a few values that many patients share, another column's cell, or a number.
    Chosen(Chosen),
    /// One of a group of columns that have few combinations.
    Part(Part),
    /// What another column's cell says.
    Follows(Follows),
    /// What other columns' cells decide.
    Decided(Decided),
    /// Whether one of other columns has a value.
    Either(Either),
}

/// A learned column behind those of the table, and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::typed) enum Extra {
    /// Missing where the derived column is; else 0.
    Gap(usize),
    /// The cell where nothing is there to make it of.
    Own(usize),
    /// Which of so many states it is in; missing where the column is.
    Choice(usize, usize),
}

impl Extra {
    /// Its position among the learned columns.
    pub(in crate::typed) fn position(self) -> usize {
        match self {
            Self::Gap(at) | Self::Own(at) | Self::Choice(at, _) => at,
        }
    }
}

impl Derivation {
    /// The derived column.
    pub(in crate::typed) fn column(&self) -> usize {
        match self {
            Self::Copy { column, .. }
            | Self::Sum { column, .. }
            | Self::Distance { column, .. }
            | Self::Below { column, .. } => *column,
            Self::Apart(apart) => apart.column,
            Self::Bounded(bounded) => bounded.column,
            Self::Computed(computed) => computed.column,
            Self::Chosen(chosen) => chosen.column,
            Self::Part(part) => part.column,
            Self::Follows(follows) => follows.column,
            Self::Decided(decided) => decided.column,
            Self::Either(either) => either.column,
        }
    }

    pub(in crate::typed) fn sources(&self) -> Vec<usize> {
        match self {
            Self::Copy { source, .. } => vec![*source],
            Self::Sum { parts, .. } => parts.to_vec(),
            Self::Distance { base, .. } | Self::Below { base, .. } => vec![*base],
            Self::Apart(apart) => apart.sources(),
            Self::Bounded(bounded) => bounded.sources(),
            Self::Computed(computed) => computed.expression.columns(),
            Self::Chosen(chosen) => chosen.sources(),
            Self::Part(_) => Vec::new(),
            Self::Follows(follows) => vec![follows.source],
            Self::Decided(decided) => decided.sources.clone(),
            Self::Either(either) => either.when.iter().map(|(column, _)| *column).collect(),
        }
    }

    /// What the sources leave open of a cell, which is learned in its place.
    pub(super) fn remainder(&self, row: &[f64]) -> f64 {
        match self {
            Self::Copy { column, .. } | Self::Sum { column, .. } => match self.made(row) {
                Some(_) => f64::NAN,
                None => row[*column],
            },
            Self::Distance { column, base, .. } | Self::Below { column, base, .. }
                if row[*column] == row[*base] =>
            {
                f64::NAN
            }
            Self::Distance { column, base, .. } => row[*column] - row[*base],
            Self::Below { column, .. } => row[*column],
            Self::Apart(apart) => apart.remainder(row),
            Self::Bounded(bounded) => bounded.remainder(row),
            Self::Computed(computed) => computed.remainder(row),
            Self::Chosen(chosen) => chosen.remainder(row),
            Self::Part(_) => f64::NAN,
            Self::Follows(_) | Self::Decided(_) | Self::Either(_) => row[self.column()],
        }
    }

    /// What the further learned column of a derivation holds.
    pub(super) fn extra(&self, extra: Extra, row: &[f64]) -> f64 {
        match (self, extra) {
            (_, Extra::Gap(_)) if row[self.column()].is_nan() => f64::NAN,
            (_, Extra::Gap(_)) => 0.0,
            (Self::Apart(apart), Extra::Own(_)) => apart.own(row),
            (Self::Chosen(chosen), Extra::Choice(..)) => chosen.state(row),
            (Self::Part(part), Extra::Choice(..)) => part.state(row),
            _ => f64::NAN,
        }
    }

    /// Its further learned columns, in the order in which they stand.
    pub(in crate::typed) fn extras(&self) -> Vec<Extra> {
        match self {
            Self::Apart(apart) => {
                apart.own.map(Extra::Own).into_iter().chain(apart.gap.map(Extra::Gap)).collect()
            }
            Self::Chosen(chosen) => vec![Extra::Choice(chosen.choice, chosen.states.len() + 1)],
            Self::Part(part) if part.at == 0 => {
                vec![Extra::Choice(part.choice, part.combinations())]
            }
            _ => self.gap().map(Extra::Gap).into_iter().collect(),
        }
    }

    /// The learned column that is 0 where this one is present.
    pub(in crate::typed) fn gap(&self) -> Option<usize> {
        match self {
            Self::Distance { gap, .. } | Self::Below { gap, .. } => *gap,
            Self::Apart(apart) => apart.gap,
            Self::Bounded(bounded) => bounded.gap,
            Self::Computed(computed) => computed.gap,
            _ => None,
        }
    }

    /// The learned column that is missing where this one is, and nowhere else.
    pub(in crate::typed) fn says_missing(&self) -> Option<usize> {
        match self {
            Self::Chosen(chosen) => Some(chosen.choice),
            Self::Part(part) => Some(part.choice),
            Self::Follows(_) | Self::Decided(_) | Self::Either(_) => Some(self.column()),
            Self::Apart(apart) if apart.says_missing() => Some(apart.column),
            Self::Bounded(bounded) if !bounded.ties => Some(bounded.column),
            _ => self.gap(),
        }
    }

    /// What the sources make of a row, if all are present.
    pub(super) fn made(&self, row: &[f64]) -> Option<f64> {
        let made: f64 = self.sources().iter().map(|&source| row[source]).sum();
        (!made.is_nan()).then_some(made)
    }

    /// Puts the cell into a row whose sources are restored.
    pub(super) fn restore(&self, row: &mut [f64], schema: &Schema) {
        let decimals = schema.columns[self.column()].decimals;
        if self.is_in_gap(row) {
            row[self.column()] = f64::NAN;
            return;
        }
        row[self.column()] = match self {
            Self::Copy { column, .. } => self.made(row).unwrap_or(row[*column]),
            Self::Sum { column, .. } => {
                self.made(row).map_or(row[*column], |sum| number::round(sum, decimals))
            }
            // A missing number is no smaller than any other.
            Self::Below { column, base, .. } => row[*column].min(row[*base]),
            Self::Distance { column, base, most, .. } => {
                let distance = row[*column].max(0.0);
                number::round((row[*base] + distance).min(*most), decimals).max(row[*base])
            }
            Self::Apart(apart) => apart.restored(row, decimals),
            Self::Bounded(bounded) => bounded.restored(row, decimals),
            Self::Computed(computed) => computed.restored(row, schema),
            Self::Chosen(chosen) => chosen.restored(row, decimals),
            Self::Part(part) => part.restored(row),
            Self::Follows(follows) => follows.restored(row),
            Self::Decided(decided) => decided.restored(row),
            Self::Either(either) => either.restored(row),
        };
    }

    /// The largest magnitude of the column, from those of the learned ones.
    pub(super) fn largest(&self, largest: &[f64]) -> f64 {
        let made: f64 = self.sources().iter().map(|&source| largest[source]).sum();
        let own = largest[self.column()];
        let extra = |extra: &Extra| match extra {
            Extra::Own(at) => largest[*at],
            _ => 0.0,
        };
        match self {
            Self::Distance { .. } | Self::Apart(_) => {
                own + made + self.extras().iter().map(extra).sum::<f64>()
            }
            Self::Chosen(chosen) if chosen.middle().is_some() => chosen.largest() + own,
            Self::Chosen(chosen) => chosen.largest().max(own).max(made),
            Self::Computed(computed) => computed.largest().max(own),
            Self::Part(part) => part.largest(),
            Self::Follows(follows) => follows.largest().max(own),
            Self::Decided(decided) => decided.largest().max(own),
            Self::Either(_) => own,
            _ => own.max(made),
        }
    }

    /// Whether it can be one of a table with this schema, and its further columns start at `next`.
    pub(super) fn is_sound(&self, schema: &Schema, next: usize) -> bool {
        let columns = || self.sources().into_iter().chain([self.column()]);
        let placed = self.extras().iter().enumerate().all(|(at, one)| one.position() == next + at);
        if !placed || columns().any(|column| column >= schema.columns.len()) {
            return false;
        }
        let numbers = columns().all(|column| !schema.columns[column].kind.is_coded());
        match self {
            Self::Distance { most, .. } => numbers && most.is_finite(),
            Self::Copy { column, source } => {
                let (column, source) = (&schema.columns[*column], &schema.columns[*source]);
                column.kind.is_coded() == source.kind.is_coded() && column.levels == source.levels
            }
            Self::Sum { .. } | Self::Below { .. } => numbers,
            Self::Apart(apart) => numbers && apart.is_sound(),
            Self::Bounded(bounded) => numbers && bounded.is_sound(),
            Self::Computed(computed) => {
                let column = &schema.columns[self.column()];
                !column.kind.is_coded() && computed.is_sound(schema.columns.len())
            }
            Self::Chosen(chosen) => numbers && chosen.is_sound(),
            Self::Part(part) => part.is_sound(schema.columns.len()),
            Self::Follows(follows) => follows.lookup.is_sound(),
            Self::Decided(decided) => decided.table.is_sound(decided.sources.len()),
            Self::Either(either) => either.when.iter().all(|(_, value)| value.is_finite()),
        }
    }

    /// What a further learned column is, for the schema of what is learned.
    pub(super) fn described(&self, extra: Extra, schema: &Schema) -> crate::Column {
        let column = &schema.columns[self.column()];
        let named = |what: &str| format!("{} ({what})", column.name);
        match extra {
            Extra::Gap(_) => {
                crate::Column { name: named("is it there"), decimals: 0, ..column.clone() }
            }
            Extra::Own(_) => crate::Column { name: named("by itself"), ..column.clone() },
            Extra::Choice(_, states) => crate::Column {
                name: named("which"),
                kind: Kind::Nominal,
                levels: (0..states).map(|state| state.to_string()).collect(),
                decimals: 0,
                ..column.clone()
            },
        }
    }
}
