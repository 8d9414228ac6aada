//! A small table under a few rules, and what came out: the cohort as text, the log and the changes.

use clinical::cleaning::log::Entry;
use clinical::cleaning::{CleaningLog, Rules, clean};
use ground::error::{Error, Result};
use table::read::Sheet;

/// What came out.
pub struct Outcome {
    pub cohort: String,
    pub log: CleaningLog,
    pub changes: String,
    pub statistics: String,
}

impl Outcome {
    /// The entry of the last rule.
    pub fn last(&self) -> &Entry {
        self.log.rules.last().expect("a rule")
    }

    /// "column: filled replaced emptied unreadable" of the last rule.
    pub fn counts(&self) -> Vec<String> {
        let line = |c: &clinical::cleaning::log::CellCounts| {
            format!("{}: {} {} {} {}", c.column, c.filled, c.replaced, c.emptied, c.unreadable)
        };
        self.last().by_column.iter().map(line).collect()
    }
}

/// Rules that get a reason where they have none.
pub fn rules(text: &str) -> Result<Rules> {
    let text = text.replace("[[rule]]\n", "[[rule]]\nreason = \"because\"\n");
    Rules::from_toml(&text, "rules.toml")
}

/// Applies rules.
pub fn apply(csv: &str, text: &str, lenient: bool) -> Result<Outcome> {
    let sheet = Sheet::from_bytes(csv.as_bytes(), "export.csv")?;
    let rules = rules(text)?;
    let cleaned = clean(&sheet, &rules, lenient)?;
    let text = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = Vec::new();
        write(&mut bytes);
        String::from_utf8(bytes).expect("UTF-8")
    };
    Ok(Outcome {
        cohort: text(&|to| cleaned.write_cohort(to).unwrap()),
        changes: text(&|to| cleaned.write_changes(to).unwrap()),
        statistics: text(&|to| cleaned.write_statistics(to).unwrap()),
        log: cleaned.log,
    })
}

/// Applies rules that fit.
pub fn cleaned(csv: &str, text: &str) -> Outcome {
    apply(csv, text, false).unwrap()
}

/// The same with `--lenient`.
pub fn lenient(csv: &str, text: &str) -> Outcome {
    apply(csv, text, true).unwrap()
}

/// Applies rules that do not fit: the error, which must be one of input.
pub fn refused(csv: &str, text: &str) -> String {
    let error = apply(csv, text, false).err().expect("this must be refused");
    assert!(matches!(error, Error::Input { .. }), "{error:?}");
    error.to_string()
}

/// An error must say all of `parts`, and nothing of a patient.
pub fn says(error: &str, parts: &[&str], secret: &str) {
    for part in parts {
        assert!(error.contains(part), "{part:?} is not in: {error}");
    }
    assert!(secret.is_empty() || !error.contains(secret), "a patient's value is in: {error}");
}
