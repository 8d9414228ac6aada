//! `mellizo recipe [NAME]`, and what changes a recipe.

use super::args::{ChangeOptions, RecipeOptions};
use super::stdout;
use ground::error::{Error, Result};
use mellizo::synthesis::{BUILT_IN, Recipe};
use std::fmt::Write;
use training::gan::recipe::{Change, MOST_EPOCHS, Origin};

/// Sets keys of every recipe, as `--set` does, separated by semicolons.
const VARIABLE: &str = "MELLIZO_SET";

/// Prints a built-in recipe, a line about each, or every key of one with what set it.
pub(super) fn print(options: &RecipeOptions) -> Result<()> {
    let line = |known: &mellizo::synthesis::BuiltIn| format!("{}  {}\n", known.name, known.about);
    let changes = changes(&options.changes)?;
    let text = match &options.name {
        None => BUILT_IN.iter().map(line).collect(),
        Some(name) if options.resolved || !changes.is_empty() => {
            resolved(&Recipe::origins(name, &changes)?)
        }
        Some(name) => Recipe::built_in(name)?.to_owned(),
    };
    stdout::write(|out| out.write_all(text.as_bytes()))
}

/// A recipe again, with a comment on every key.
fn resolved(origins: &[Origin]) -> String {
    let (mut text, mut section) = (String::new(), None);
    for of in origins {
        if of.section != section {
            section.clone_from(&of.section);
            let _ = writeln!(text, "\n[{}]", of.section.as_deref().unwrap_or_default());
        }
        let entry = format!("{} = {}", of.key, of.value);
        let _ = writeln!(text, "{entry:40} # {}", of.origin);
    }
    text
}

/// Says on stderr what the environment changes: the command line does not show it.
pub(super) fn tell_variable() {
    if let Ok(changes) = std::env::var(VARIABLE)
        && !changes.trim().is_empty()
    {
        eprintln!("{VARIABLE} changes the recipe: {changes}");
    }
}

/// What the environment and, before it, options change in a recipe.
/// Errors ([`Error::Usage`]): a text that is no change.
pub(super) fn changes(options: &ChangeOptions) -> Result<Vec<Change>> {
    let variable = std::env::var(VARIABLE).unwrap_or_default();
    let of_variable = variable.split(';').map(str::trim).filter(|text| !text.is_empty());
    let of_variable = of_variable.map(|text| Change::parse(text, VARIABLE));
    let given = options.set.iter().map(|text| Change::parse(text, "--set"));
    let changes: std::result::Result<Vec<Change>, String> = of_variable.chain(given).collect();
    let mut changes = changes.map_err(Error::Usage)?;
    if let Some(epochs) = options.epochs {
        changes.push(Change::new("training.epochs", epochs, "--epochs"));
        changes.push(Change::new("training.steps", 0, "--epochs"));
    }
    if let Some(steps) = options.steps {
        changes.push(Change::new("training.epochs", MOST_EPOCHS as i64, "--steps"));
        changes.push(Change::new("training.steps", steps, "--steps"));
        changes.push(Change::new("training.per_patient", 0, "--steps"));
    }
    if let Some(text) = &options.batch {
        changes.push(batch(text)?);
    }
    Ok(changes)
}

/// `--batch`.
fn batch(text: &str) -> Result<Change> {
    let path = "training.batch";
    match (text, text.parse()) {
        ("auto" | "all", _) => Ok(Change::new(path, text, "--batch")),
        (_, Ok(rows @ 2_u32..)) => Ok(Change::new(path, rows, "--batch")),
        _ => Err(Error::Usage(format!(
            "--batch {text:?} must be a number of rows of at least 2, auto or all"
        ))),
    }
}
