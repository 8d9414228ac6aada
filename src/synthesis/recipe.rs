//! Recipes by name or file: what the networks learn by, and what happens to the table before and
//! after.

use super::parts::{Constraints, Parts};
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
        Ok(recipe.training.origins(&Self::text_of(name)?, &source, changes))
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
