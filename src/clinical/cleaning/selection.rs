//! Which columns a rule means: names, and patterns with stars.

use super::word::listed;
use super::work::Work;
use ground::error::{Error, Result};
use ground::spelling::nearest;
use serde::Deserialize;

/// What `columns` or `except` names. Without `columns` a rule means all columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Names(pub Vec<String>);

impl Names {
    /// The names in a sentence.
    pub(crate) fn described(&self) -> String {
        listed(&self.0)
    }
}

/// For the log: "all columns", "\"a\", \"b\" except \"c\"".
pub(crate) fn described(columns: Option<&Names>, except: &Names) -> String {
    let mut text = columns.map_or_else(|| "all columns".to_owned(), Names::described);
    if !except.0.is_empty() {
        text.push_str(&format!(" except {}", except.described()));
    }
    text
}

impl Work<'_> {
    /// Positions of the columns that a rule means, in the table's order.
    ///
    /// Errors: [`Error::Input`] for a name or pattern that means no column (with the nearest name),
    /// and when no column is left.
    pub(crate) fn choose(&self, columns: Option<&Names>, except: &Names) -> Result<Vec<usize>> {
        let names = self.names();
        let mut chosen = vec![columns.is_none(); names.len()];
        for entry in columns.into_iter().flat_map(|columns| &columns.0) {
            self.find(&names, entry)?.into_iter().for_each(|position| chosen[position] = true);
        }
        for entry in &except.0 {
            self.find(&names, entry)?.into_iter().for_each(|position| chosen[position] = false);
        }
        let chosen: Vec<usize> = (0..names.len()).filter(|&position| chosen[position]).collect();
        if chosen.is_empty() {
            return Err(
                self.fault("it means no column at all", "name at least one, and mind `except`")
            );
        }
        Ok(chosen)
    }

    /// Positions of the columns that one entry means; an error if it means none.
    pub(crate) fn find(&self, names: &[&str], entry: &str) -> Result<Vec<usize>> {
        let found = positions(names, entry);
        if found.is_empty() { Err(self.unknown(names, entry)) } else { Ok(found) }
    }

    /// Position of one named column.
    pub(crate) fn position(&self, name: &str) -> Result<usize> {
        let names = self.names();
        names.iter().position(|known| *known == name).ok_or_else(|| self.unknown(&names, name))
    }

    fn unknown(&self, names: &[&str], entry: &str) -> Error {
        if entry.contains('*') {
            let problem = format!("no column fits the pattern {entry:?}");
            return self.fault(
                problem,
                "check its spelling, and whether a rule above dropped or renamed the columns",
            );
        }
        let remedy = match nearest(names.iter().copied(), entry) {
            Some(name) => format!("did you mean {name:?}?"),
            None => "check its spelling, and whether a rule above dropped or renamed it".to_owned(),
        };
        self.fault(format!("there is no column {entry:?} at this point"), &remedy)
    }
}

/// Whether a name fits a pattern, in which `*` stands for any number of characters.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().expect("split gives at least one part");
    for part in parts {
        let Some(at) = name.find(part) else { return false };
        name = &name[at + part.len()..];
    }
    name.ends_with(last)
}

/// Positions of the columns that one name or pattern means, in the table's order.
pub(crate) fn positions(names: &[&str], entry: &str) -> Vec<usize> {
    // A header may contain a star.
    match names.iter().position(|name| *name == entry) {
        Some(position) => vec![position],
        None => (0..names.len()).filter(|&position| fits(entry, names[position])).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_characters() {
        for (pattern, name, expected) in [
            ("qol_*", "qol_1", true),
            ("qol_*", "qol_", true),
            ("qol_*", "q", false),
            ("*_date", "birth_date", true),
            ("*_date", "birth_date_2", false),
            ("*a*b*", "xaxbx", true),
            ("*a*b*", "xbxa", false),
            ("a*a", "a", false),
            ("*", "", true),
            ("age", "ages", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
        assert_eq!(positions(&["a*", "ab"], "a*"), [0], "a header with a star is itself");
    }
}
