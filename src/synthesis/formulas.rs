//! Formulas of a schema, checked on the cohort.

use ground::error::{Error, Place, Result};
use std::path::Path;
use table::Table;
use table::relations::{Found, Relation};

/// The share of rows, one in so many, that may break a formula: more than typing errors explain.
const ONE_IN: usize = 20;

/// What the user should know about the formulas of a table.
///
/// Errors: [`Error::Input`] for a formula that more than 5 % of the rows break.
pub(super) fn check(table: &Table, relations: &[Found], file: &Path) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    for found in relations {
        let Relation::Formula(formula) = &found.relation else { continue };
        let column = &table.schema.columns[formula.column];
        let (broken, rows) = (found.exceptions, found.support);
        if broken == 0 {
            continue;
        }
        let problem =
            format!("the formula does not give the column in {broken} of {rows} patients");
        if broken * ONE_IN > rows {
            let remedy = "correct the formula of the schema, or leave it out";
            return Err(Error::input(Place::file(file).column(&column.name), problem, remedy));
        }
        warnings.push(format!("column {:?}: {problem}; it is computed in all", column.name));
    }
    let lost = table.schema.columns.iter().enumerate().filter(|(place, column)| {
        let of_formula = |text| Relation::of_formula(*place, text, &table.schema);
        column.formula.as_deref().is_some_and(|text| of_formula(text).is_err())
    });
    warnings.extend(lost.map(|(_, column)| {
        let name = &column.name;
        format!(
            "column {name:?}: its formula needs a column that is left out; it is learned as it is"
        )
    }));
    Ok(warnings)
}
