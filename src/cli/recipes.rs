//! Recipes by name or file.

use ground::error::{Error, Result};
use std::path::Path;
use training::gan::Recipe;
use training::gan::recipe::{Batch, JOINT, PAPER};

/// Name, text and one line about every built-in recipe.
const BUILT_IN: [(&str, &str, &str); 2] = [
    ("paper", PAPER, "the GAN of Gonzalez-Abril et al. 2021: a percentile loss on every column"),
    (
        "joint",
        JOINT,
        "whole patients: typed heads, projections in many directions and the covariance; no discriminator",
    ),
];

/// `mellizo recipe [NAME]`.
pub(super) fn print(name: Option<&str>) -> Result<()> {
    let text = match name {
        None => BUILT_IN.iter().map(|(name, _, about)| format!("{name}  {about}\n")).collect(),
        Some(name) => text(name).ok_or_else(|| unknown(name))?.to_owned(),
    };
    super::stdout::write(|out| out.write_all(text.as_bytes()))
}

fn text(name: &str) -> Option<&'static str> {
    BUILT_IN.iter().find(|(known, ..)| *known == name).map(|(_, text, _)| *text)
}

fn unknown(name: &str) -> Error {
    let names: Vec<_> = BUILT_IN.iter().map(|(name, ..)| *name).collect();
    Error::Usage(format!(
        "there is no recipe {name:?}; built in: {}; or give a TOML file",
        names.join(", ")
    ))
}

/// The recipe called `name`, or in the file `name`.
pub(super) fn load(name: &str) -> Result<Recipe> {
    if let Some(text) = text(name) {
        return Recipe::from_toml(text, name);
    }
    let path = Path::new(name);
    if !path.exists() && !name.contains(['.', '/', '\\']) {
        return Err(unknown(name));
    }
    Recipe::from_toml(&super::input::text(path)?, name)
}

/// `--batch`.
pub(super) fn batch(text: &str) -> Result<Batch> {
    match (text, text.parse()) {
        ("auto" | "all", _) => Ok(Batch::Word(text.into())),
        (_, Ok(rows)) if rows >= 2 => Ok(Batch::Rows(rows)),
        _ => Err(Error::Usage(format!(
            "--batch {text:?} must be a number of rows of at least 2, auto or all"
        ))),
    }
}
