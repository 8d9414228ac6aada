//! A found relation as a model file has it: its text and its counts.

use super::{Combination, DecisionTable, Found, Lookup, Relation};
use crate::Schema;
use crate::quantile::TOGETHER;
use serde::{Deserialize, Serialize};

/// A found relation in a model file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stored {
    relation: String,
    support: usize,
    exceptions: usize,
    follows: bool,
    ties: bool,
    /// Of combinations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    known: Vec<Vec<f64>>,
    /// Of a column that follows from another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lookup: Option<Lookup>,
    /// Of a column that several others decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionTable>,
    /// Of a formula that the printed numbers keep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exact: Option<f64>,
}

impl Found {
    /// For a model file, without what fewer than five patients say.
    pub fn stored(&self, schema: &Schema) -> Stored {
        let Self { support, exceptions, follows, ties, .. } = *self;
        let (mut known, mut lookup, mut exact) = (Vec::new(), None, None);
        let mut decision = None;
        match &self.relation {
            Relation::Combinations { known: all, .. } => {
                let many = all.iter().filter(|one| one.patients >= TOGETHER);
                known = many.map(|one| one.cells.clone()).collect();
            }
            Relation::Follows { lookup: all, .. } => lookup = Some(all.of_many()),
            Relation::Decision { table, .. } => decision = Some(table.of_many()),
            Relation::Formula(formula) => exact = formula.exact,
            _ => {}
        }
        let relation = self.relation.text(schema);
        Stored { relation, support, exceptions, follows, ties, known, lookup, decision, exact }
    }

    /// From a model file; says what is wrong with it.
    pub fn of(stored: &Stored, schema: &Schema) -> Result<Self, String> {
        let Stored { support, exceptions, follows, ties, .. } = *stored;
        let mut relation = Relation::parse(&stored.relation, schema)?;
        match &mut relation {
            Relation::Combinations { columns, known } => {
                let fits = |cells: &Vec<f64>| cells.len() == columns.len();
                if !stored.known.iter().all(fits) {
                    return Err("a combination of other columns".into());
                }
                let one = |cells: &Vec<f64>| Combination {
                    cells: cells.clone(),
                    rows: TOGETHER,
                    patients: TOGETHER,
                };
                *known = stored.known.iter().map(one).collect();
            }
            Relation::Follows { lookup, .. } => {
                *lookup = stored.lookup.clone().unwrap_or_default();
                if !lookup.is_sound() {
                    return Err("cells that follow from others and do not ascend".into());
                }
            }
            Relation::Decision { sources, table, .. } => {
                *table = stored.decision.clone().unwrap_or_default();
                if !table.is_sound(sources.len()) {
                    return Err("cases of other columns, or that do not ascend".into());
                }
            }
            Relation::Formula(formula) => formula.exact = stored.exact.or(formula.exact),
            _ => {}
        }
        Ok(Self { relation, support, exceptions, follows, ties })
    }
}
