//! `mellizo recipe [NAME]`.

use ground::error::Result;
use mellizo::synthesis::{BUILT_IN, Recipe};

/// Prints a built-in recipe, or a line about each.
pub(super) fn print(name: Option<&str>) -> Result<()> {
    let line = |known: &mellizo::synthesis::BuiltIn| format!("{}  {}\n", known.name, known.about);
    let text = match name {
        None => BUILT_IN.iter().map(line).collect(),
        Some(name) => Recipe::built_in(name)?.to_owned(),
    };
    super::stdout::write(|out| out.write_all(text.as_bytes()))
}
