//! Recipes by name or file: what the networks learn by, and what happens to the table before and
//! after.

use super::parts::{Constraints, Parts, whole};
use super::reading::text;
use ground::error::{Error, Result};
use ground::spelling::nearest;
use std::path::Path;
use table::clean::Thresholds;
use training::gan;
use training::gan::recipe::{Change, JOINT, MOST_EPOCHS, Origin, PAPER, PRIVATE};

/// A recipe that is part of the program.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// What [`Recipe::load`] knows it by.
    pub name: &'static str,
    /// Its TOML text.
    pub text: &'static str,
    /// One line about it.
    pub about: &'static str,
}

/// Every built-in recipe.
pub const BUILT_IN: [BuiltIn; 3] = [
    BuiltIn {
        name: "paper",
        text: PAPER,
        about: "the GAN of Gonzalez-Abril et al. 2021: a percentile loss on every column",
    },
    BuiltIn {
        name: "joint",
        text: JOINT,
        about: "whole patients: typed heads, projections in many directions and the covariance; \
                no discriminator",
    },
    BuiltIn {
        name: "private",
        text: PRIVATE,
        about: "as joint, but from two noisy releases with a proof: patients that may leave the \
                house",
    },
];

/// Every hyper-parameter of a run, checked.
#[derive(Clone, Debug)]
pub struct Recipe {
    training: gan::Recipe,
    parts: Parts,
}

impl Recipe {
    /// The recipe of joint distributions, the default.
    pub fn joint() -> Self {
        Self::from_toml(JOINT, "joint").expect("the built-in recipe is valid")
    }

    /// The recipe of the paper.
    pub fn paper() -> Self {
        Self::from_toml(PAPER, "paper").expect("the built-in recipe is valid")
    }

    /// The recipe of private releases.
    pub fn private() -> Self {
        Self::from_toml(PRIVATE, "private").expect("the built-in recipe is valid")
    }

    /// Reads a recipe. `source` names it in errors ([`Error::Usage`]).
    pub fn from_toml(text: &str, source: &str) -> Result<Self> {
        Self::of(gan::Recipe::from_toml(text, source)?, source)
    }

    /// The built-in recipe of that name, or the one in the file of that name.
    pub fn load(name: &str) -> Result<Self> {
        if let Ok(text) = Self::built_in(name) {
            return Self::from_toml(text, name);
        }
        let path = Path::new(name);
        if !path.exists() && !name.contains(['.', '/', '\\']) {
            Self::built_in(name)?;
        }
        Self::from_toml(&text(path)?, name)
    }

    /// The recipe of that name with changes, later ones before earlier ones.
    ///
    /// Errors ([`Error::Usage`]): those of [`Recipe::load`], and what the changes make wrong.
    pub fn load_changed(name: &str, changes: &[Change]) -> Result<Self> {
        // What is wrong without the changes is told by the lines of its own text.
        let plain = Self::load(name)?;
        if changes.is_empty() {
            return Ok(plain);
        }
        let changed = gan::Recipe::changed_text(&Self::text_of(name)?, changes);
        let changed =
            changed.map_err(|problem| Error::Usage(format!("recipe {name}: {problem}")))?;
        Self::from_toml(&changed, &format!("{name}, changed"))
    }

    /// Every key of the recipe of that name with these changes, and what set it.
    /// Errors: those of [`Recipe::load_changed`].
    pub fn origins(name: &str, changes: &[Change]) -> Result<Vec<Origin>> {
        let recipe = Self::load_changed(name, changes)?;
        let source = match Self::built_in(name) {
            Ok(_) => format!("recipe {name}"),
            Err(_) => name.to_owned(),
        };
        let whole = whole(recipe.training, &source)?;
        Ok(whole.origins(&Self::text_of(name)?, &source, changes))
    }

    /// The text of the built-in recipe of that name, or of the file.
    fn text_of(name: &str) -> Result<String> {
        Self::built_in(name).map_or_else(|_| text(Path::new(name)), |known| Ok(known.to_owned()))
    }

    /// The text of a built-in recipe. Errors: [`Error::Usage`] with all their names.
    pub fn built_in(name: &str) -> Result<&'static str> {
        let found = BUILT_IN.iter().find(|known| known.name == name);
        found.map(|known| known.text).ok_or_else(|| {
            let names = BUILT_IN.map(|known| known.name);
            let meant = nearest(names, name).map(|name| format!("did you mean {name:?}? "));
            let (meant, names) = (meant.unwrap_or_default(), names.join(", "));
            Error::Usage(format!(
                "there is no recipe {name:?}; {meant}built in: {names}; or give a TOML file"
            ))
        })
    }

    /// The same with the parts of the table side read and checked.
    pub(super) fn of(training: gan::Recipe, source: &str) -> Result<Self> {
        let parts = Parts::of(&training, source)?;
        Ok(Self { training, parts })
    }

    /// With another number of epochs at most, however many steps they have.
    /// Errors: [`Error::Usage`] for none.
    pub fn with_epochs(mut self, epochs: usize) -> Result<Self> {
        (self.training.training.epochs, self.training.training.steps) = (epochs, 0);
        self.checked()
    }

    /// With another number of steps at most, however many epochs they are.
    /// Errors: [`Error::Usage`] for none.
    pub fn with_steps(mut self, steps: usize) -> Result<Self> {
        if steps == 0 {
            return Err(Error::Usage("training needs at least 1 step".into()));
        }
        (self.training.training.epochs, self.training.training.steps) = (MOST_EPOCHS, steps);
        self.training.training.per_patient = 0;
        self.checked()
    }

    fn checked(self) -> Result<Self> {
        let wrong = |problem| Error::Usage(format!("recipe {}: {problem}", self.name()));
        self.training.check().map_err(wrong)?;
        Ok(self)
    }

    /// With other thresholds of missing cells; a model file keeps those of the recipe's text.
    pub fn with_thresholds(mut self, thresholds: Thresholds) -> Self {
        self.parts.thresholds = thresholds;
        self
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.training.name
    }

    /// What the networks learn by.
    pub fn training(&self) -> &gan::Recipe {
        &self.training
    }

    /// What happens to the table before and after.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Whether synthetic patients are to keep relations between columns.
    pub fn keeps_relations(&self) -> bool {
        self.parts.sampling.constraints != Constraints::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys that a reader of a section knows, from what it says of one that it does not.
    fn known(text: &str, section: &str) -> Vec<String> {
        let (head, found) = (format!("[{section}]"), text.contains(&format!("[{section}]")));
        assert!(found, "{section} in {text}");
        let wrong = text.replacen(&head, &format!("{head}\nzzzzzz = 1"), 1);
        let problem = Recipe::from_toml(&wrong, "wrong").unwrap_err().to_string();
        let names = problem.split('`').skip(1).step_by(2).map(str::to_owned);
        names.filter(|name| name != "zzzzzz" && !name.contains('=')).collect()
    }

    /// Every key that a recipe may have is listed with its value, said or not.
    #[test]
    fn origins_are_of_every_key() {
        for (name, text) in BUILT_IN.map(|built_in| (built_in.name, built_in.text)) {
            let origins = Recipe::origins(name, &[]).unwrap();
            let table: std::collections::BTreeMap<_, Vec<_>> =
                origins.iter().fold(Default::default(), |mut of, origin| {
                    let section = origin.section.as_deref().unwrap_or_default();
                    of.entry(section).or_insert_with(Vec::new).push(origin.key.as_str());
                    of
                });
            let grey = text.contains("representation = \"grey\"") || name == "paper";
            for section in table.keys().filter(|section| !section.is_empty()) {
                let known = known(text, section);
                assert!(known.len() > 1, "{section}: {known:?}");
                // What is for typed columns alone has no value without them.
                let of_typed = ["levels_up_to", "nominal_up_to", "numbers_as_levels", "rare_below"];
                let lacks = |key: &&String| !table[section].contains(&key.as_str());
                let lacking: Vec<&String> = known.iter().filter(lacks).collect();
                let allowed =
                    |key: &&String| grey && (of_typed.contains(&key.as_str()) || *key == "forms");
                assert!(lacking.iter().all(allowed), "{name}: {section} lacks {lacking:?}");
            }
        }
        let short = PAPER.lines().filter(|line| !line.starts_with("snap"));
        let file = std::env::temp_dir().join(format!("mellizo-recipe-{}.toml", std::process::id()));
        std::fs::write(&file, short.collect::<Vec<_>>().join("\n")).unwrap();
        let origins = Recipe::origins(file.to_str().unwrap(), &[]).unwrap();
        std::fs::remove_file(file).unwrap();
        let snap = origins.iter().find(|of| of.key == "snap").unwrap();
        assert_eq!((snap.value.as_str(), snap.origin.as_str()), ("false", "default"));
    }
}
