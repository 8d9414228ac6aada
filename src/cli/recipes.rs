//! `mellizo recipe [NAME]`, and what changes a recipe.

use super::args::{ChangeOptions, RecipeOptions};
use super::stdout;
use ground::error::Result;
use mellizo::synthesis::{BUILT_IN, Changes, Recipe};
use std::fmt::Write;
use training::gan::recipe::{Change, Origin};

/// Prints a built-in recipe, a line about each, or every key of one with what set it.
pub(super) fn print(options: &RecipeOptions) -> Result<()> {
    let line = |known: &mellizo::synthesis::BuiltIn| format!("{:7}  {}", known.name, known.about);
    let changes = changes(&options.changes)?;
    let text = match &options.name {
        None => {
            return stdout::folded(&BUILT_IN.iter().map(line).collect::<Vec<_>>().join("\n"));
        }
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
    Changes::told().iter().for_each(|told| say!("{told}"));
}

/// What the environment and, before it, options change in a recipe.
/// Errors ([`Error::Usage`](ground::error::Error::Usage)): a text that is no change.
pub(super) fn changes(options: &ChangeOptions) -> Result<Vec<Change>> {
    let ChangeOptions { epochs, steps, batch, set } = options;
    let batch = batch.clone();
    Changes { set: set.clone(), epochs: *epochs, steps: *steps, batch }.list()
}
