//! Columns that cannot be used as they are: what is wrong with each, and one message for all of
//! them.

use crate::read::Sheet;
use ground::error::Error;

/// Between two pieces of advice for a column.
const OR: &str = ", or ";

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
    let remedy = format!("leave them out with {option}, or {}", remedies(troubles));
    Error::input(sheet.place(), problem, remedy)
}

/// Each piece of advice once, with the columns that it is for.
fn remedies(troubles: &[Trouble]) -> String {
    let mut all: Vec<(&str, Vec<String>)> = Vec::new();
    for Trouble { column, remedy, .. } in troubles {
        for one in remedy.split(OR) {
            let column = format!("{column:?}");
            match all.iter_mut().find(|(known, _)| *known == one) {
                Some((_, columns)) => columns.push(column),
                None => all.push((one, vec![column])),
            }
        }
    }
    let said = all.iter().map(|(one, columns)| format!("for {}: {one}", columns.join(", ")));
    said.collect::<Vec<_>>().join("; ")
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
    fn each_advice_is_said_once_with_its_columns() {
        let trouble = |column: &str, remedy: &str| Trouble {
            column: column.into(),
            problem: String::new(),
            remedy: remedy.into(),
        };
        let all = [
            trouble("a", "list its levels, or say that it is a number"),
            trouble("b", "name the unit"),
            trouble("c", "list its levels"),
        ];
        assert_eq!(
            remedies(&all),
            "for \"a\", \"c\": list its levels; for \"a\": say that it is a number; \
             for \"b\": name the unit"
        );
    }

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
