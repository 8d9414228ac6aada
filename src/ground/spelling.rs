//! Names that were probably meant: for errors about a name that is not there.

/// The name that is nearest to a wanted one by letters that were left out, added, exchanged or
/// swapped (Damerau and Levenshtein), upper or lower case; none where all are far.
///
/// ```
/// use mellizo_ground::spelling::nearest;
///
/// assert_eq!(nearest(["age", "sex", "stage"], "Aeg"), Some("age"));
/// assert_eq!(nearest(["age", "sex", "stage"], "creatinine"), None);
/// ```
pub fn nearest<'n>(names: impl IntoIterator<Item = &'n str>, wanted: &str) -> Option<&'n str> {
    let lower = wanted.to_lowercase();
    let most = (wanted.chars().count() / 3).max(2).min(wanted.chars().count().saturating_sub(1));
    let far = |name: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &lower);
    let scored = names.into_iter().map(|name| (far(name), name));
    scored.filter(|(far, _)| *far <= most).min_by_key(|(far, _)| *far).map(|(_, name)| name)
}

/// What to do about a name that is not there: the nearest one as a question, else a look at its
/// spelling.
pub fn advice<'n>(names: impl IntoIterator<Item = &'n str>, wanted: &str) -> String {
    match nearest(names, wanted) {
        Some(name) => format!("did you mean {name:?}?"),
        None => "check its spelling".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_near_in_its_own_length() {
        let names = ["admission", "discharge", "hospital death", "k"];
        for (wanted, found) in [
            ("admision", Some("admission")),
            ("Discahrge", Some("discharge")),
            ("hospital_death", Some("hospital death")),
            ("hospital", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(names, wanted), found, "{wanted}");
        }
        assert_eq!(advice(names, "admision"), "did you mean \"admission\"?");
        assert_eq!(advice(names, "x"), "check its spelling");
    }
}
