//! Columns that cannot be used as they are: what is wrong with each, and one message for all of
//! them.

use crate::read::Sheet;
use ground::error::Error;

/// What is wrong with a column, and what can be done besides leaving it out.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trouble {
    pub(super) column: String,
    /// What it is, as the end of "the column is ...".
    pub(super) problem: String,
    pub(super) remedy: String,
}

/// The error of a sheet with such columns: of one all is said, of several one line that names all
/// of them and ends with an option to copy.
pub(super) fn error(sheet: &Sheet, troubles: &[Trouble]) -> Error {
    let option = drop_option(troubles.iter().map(|trouble| trouble.column.as_str()));
    if let [Trouble { column, problem, remedy }] = troubles {
        let remedy = format!("leave the column out with {option}, or {remedy}");
        return Error::input(sheet.place().column(column), problem, remedy);
    }
    let each: Vec<String> = troubles
        .iter()
        .map(|trouble| format!("{:?}: {}", trouble.column, trouble.problem))
        .collect();
    let problem = format!("{} columns cannot be used: {}", troubles.len(), each.join("; "));
    let mut remedies: Vec<&str> = Vec::new();
    for Trouble { remedy, .. } in troubles {
        if !remedies.contains(&remedy.as_str()) {
            remedies.push(remedy);
        }
    }
    let remedy = format!("leave them out with {option}, or {}", remedies.join(", "));
    Error::input(sheet.place(), problem, remedy)
}

/// The option that leaves columns out, as a shell takes it.
pub fn drop_option<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let (apart, together): (Vec<&str>, Vec<&str>) = names.partition(|name| name.contains(','));
    let mut list = together.join(",");
    // The option separates names at commas.
    let renamed = if apart.is_empty() { "" } else { " (rename those with a comma first)" };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ',' | '/' | '+');
    if !list.chars().all(plain) {
        list = format!("'{}'", list.replace('\'', r"'\''"));
    }
    format!("--drop {list}{renamed}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_can_be_pasted_into_a_shell() {
        assert_eq!(drop_option(["id", "birth-date"].into_iter()), "--drop id,birth-date");
        assert_eq!(drop_option(["patient id", "it's"].into_iter()), r"--drop 'patient id,it'\''s'");
        assert_eq!(
            drop_option(["a", "b,c"].into_iter()),
            "--drop a (rename those with a comma first)"
        );
    }
}
