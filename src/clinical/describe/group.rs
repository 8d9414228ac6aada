//! The parts of a wide export, from the names of its variables.

use std::collections::HashMap;

/// The group of variables whose beginning no other name shares.
pub(crate) const ALONE: &str = "(others)";

/// The group of every name.
/// - OpenClinica's event and form at its end: `FVC_E2_C5` is in `E2_C5`.
/// - Else its beginning before the first `_`, `.`, `-`, `:`, `/` or blank, if another name begins
///   alike.
/// - Else [`ALONE`].
pub(crate) fn groups(names: &[String]) -> Vec<String> {
    let mut count: HashMap<&str, usize> = HashMap::new();
    let beginning = |name: &'_ str| {
        name.find(['_', '.', '-', ':', '/', ' ']).filter(|end| *end > 0).unwrap_or(name.len())
    };
    for name in names {
        *count.entry(&name[..beginning(name)]).or_default() += 1;
    }
    let group = |name: &String| {
        let start = &name[..beginning(name)];
        match event_and_form(name) {
            Some(suffix) => suffix.to_owned(),
            None if count[start] > 1 => start.to_owned(),
            None => ALONE.to_owned(),
        }
    };
    names.iter().map(group).collect()
}

/// `E2_C5` at the end of a name, after another `_`.
fn event_and_form(name: &str) -> Option<&str> {
    let (rest, form) = name.rsplit_once('_')?;
    let (before, event) = rest.rsplit_once('_')?;
    let numbered = |text: &str, letter: char| {
        text.strip_prefix(letter)
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    (numbered(event, 'E') && numbered(form, 'C')).then(|| &name[before.len() + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_grouped() {
        let names =
            ["FVC_E2_C5", "PIF_E2_C5PIF_E2_C5", "qol_pain", "qol.fatigue", "age", "_x", "E1_C2"];
        let names: Vec<String> = names.map(str::to_owned).to_vec();
        assert_eq!(groups(&names), ["E2_C5", "E2_C5", "qol", "qol", ALONE, ALONE, ALONE]);
    }
}
