//! `units`: `12 mg` becomes 12, and `2 g` becomes 2000 where the rule says so.

use super::action::Action;
use super::selection::{Names, described};
use super::work::{Ruling, Work};
use ground::error::Result;
use serde::Deserialize;
use std::collections::BTreeMap;
use table::quantity::with_unit;

/// Significant digits of a converted number.
const DIGITS: usize = 12;

/// The rule's keys.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Units {
    columns: Names,
    #[serde(default)]
    except: Names,
    /// The unit of the numbers that are left.
    unit: String,
    /// What a number of another unit is multiplied by.
    #[serde(default)]
    factors: BTreeMap<String, f64>,
}

impl Action for Units {
    fn check(&self) -> std::result::Result<(), String> {
        if self.unit.trim().is_empty() {
            return Err("`unit` names no unit".into());
        }
        match self.factors.iter().find(|(_, factor)| !factor.is_finite() || **factor <= 0.0) {
            Some((unit, _)) => Err(format!("the factor of {unit:?} is not above 0")),
            None if self.factors.contains_key(&self.unit) => {
                Err("`factors` names the unit itself".into())
            }
            None => Ok(()),
        }
    }

    fn what(&self) -> String {
        let columns = described(Some(&self.columns), &self.except);
        let factors: Vec<String> =
            self.factors.iter().map(|(unit, factor)| format!("; 1 {unit} = {factor}")).collect();
        format!("numbers of {} without their unit in {columns}{}", self.unit, factors.concat())
    }

    fn apply<'a>(&'a self, work: &mut Work<'a>) -> Result<()> {
        let remedy = "give the unit a factor in the rule, or correct the cell";
        for column in work.choose(Some(&self.columns), &self.except)? {
            work.revise(column, remedy, |cell| {
                let Some((number, unit)) = with_unit(cell) else { return Ruling::Keep };
                if unit == self.unit {
                    return Ruling::Become(number.to_string().into());
                }
                match self.factors.get(unit) {
                    Some(factor) => Ruling::Become(converted(number * factor).into()),
                    None => Ruling::Unreadable(
                        "a number with a unit that the rule does not name".into(),
                    ),
                }
            })?;
        }
        Ok(())
    }
}

/// A number without the digits that a multiplication adds: 1.1 x 1000 is 1100.
fn converted(number: f64) -> String {
    let rounded = format!("{number:.*e}", DIGITS - 1);
    rounded.parse::<f64>().unwrap_or(number).to_string()
}
