//! Keys of a recipe that something else than its text sets, and where every value is from.

use super::Recipe;
use ground::spelling::nearest;
use toml::{Table, Value};

/// Keys that a recipe's text lacks where they are 0.
const OFF: [(&str, &str); 3] =
    [("training", "steps"), ("training", "per_patient"), ("stopping", "settled")];

/// A key with another value than the recipe's text gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The section; none for a key before the first one.
    section: Option<String>,
    key: String,
    value: Value,
    /// What asks for it, such as `--set`.
    origin: String,
}

/// A key of a recipe, its value as TOML, and what set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The section; none for a key before the first one.
    pub section: Option<String>,
    /// The key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// What set it: a change, the recipe's text, or a default of the program.
    pub origin: String,
}

impl Change {
    /// A key of a section and its value.
    pub fn new(path: &str, value: impl Into<Value>, origin: &str) -> Self {
        let (section, key) = match path.split_once('.') {
            Some((section, key)) => (Some(section.trim().to_owned()), key),
            None => (None, path),
        };
        Self { section, key: key.trim().to_owned(), value: value.into(), origin: origin.to_owned() }
    }

    /// From a text such as `training.batch=128`; what is no TOML value is a text.
    /// Errors for a text without `=` or without a key.
    pub fn parse(text: &str, origin: &str) -> Result<Self, String> {
        let (path, value) = text.split_once('=').ok_or_else(|| {
            format!(
                "{text:?} is no change of a recipe; write SECTION.KEY=VALUE, as training.batch=128"
            )
        })?;
        let (path, value) = (path.trim(), value.trim());
        if path.is_empty() || path.ends_with('.') || value.is_empty() {
            return Err(format!("{text:?} lacks a key or a value; write training.batch=128"));
        }
        let word = value;
        let parsed = format!("value = {word}").parse::<Table>().ok();
        let value = parsed.and_then(|mut table| table.remove("value"));
        Ok(Self::new(path, value.unwrap_or_else(|| Value::String(word.to_owned())), origin))
    }

    fn path(&self) -> String {
        match &self.section {
            Some(section) => format!("{section}.{}", self.key),
            None => self.key.clone(),
        }
    }

    fn is_of(&self, section: Option<&str>, key: &str) -> bool {
        self.section.as_deref() == section && self.key == key
    }
}

impl Recipe {
    /// A recipe's text with changes, later ones before earlier ones.
    ///
    /// Errors: a section that the recipe lacks, with the nearest name, and a key without its
    /// section; what the text then says wrong is an error of [`Recipe::from_toml`].
    pub fn changed_text(text: &str, changes: &[Change]) -> Result<String, String> {
        let mut whole: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        for change in changes {
            let table = match &change.section {
                None => match elsewhere(&change.key, &whole) {
                    sections if sections.is_empty() => &mut whole,
                    sections => return Err(in_section(change, &sections)),
                },
                Some(section) => {
                    let names: Vec<String> = whole.keys().cloned().collect();
                    let found = whole.get_mut(section).and_then(Value::as_table_mut);
                    found.ok_or_else(|| lacks(section, &names, change))?
                }
            };
            table.insert(change.key.clone(), change.value.clone());
        }
        Ok(toml::to_string(&whole).expect("what was read can be written"))
    }

    /// Every key of this recipe, which was made of a text that `name` names and of changes.
    pub fn origins(&self, text: &str, name: &str, changes: &[Change]) -> Vec<Origin> {
        let given: Table = text.parse().unwrap_or_default();
        let mut all: Table = self.to_toml().parse().expect("a recipe is TOML");
        // What is off is not written.
        for (section, key) in OFF {
            if let Some(keys) = all.get_mut(section).and_then(Value::as_table_mut) {
                keys.entry(key).or_insert(Value::Integer(0));
            }
        }
        let origin = |section: Option<&str>, key: &str| {
            let of_text = match section {
                Some(section) => given.get(section).and_then(|of| of.get(key)).is_some(),
                None => given.contains_key(key),
            };
            match changes.iter().rev().find(|change| change.is_of(section, key)) {
                Some(change) => change.origin.clone(),
                None if of_text => name.to_owned(),
                None => "default".to_owned(),
            }
        };
        let mut origins = Vec::new();
        let mut push = |section: Option<&str>, key: &str, value: &Value| {
            origins.push(Origin {
                section: section.map(str::to_owned),
                key: key.to_owned(),
                value: value.to_string(),
                origin: origin(section, key),
            });
        };
        for (key, value) in all.iter().filter(|(_, value)| !value.is_table()) {
            push(None, key, value);
        }
        for (section, keys) in all.iter().filter_map(|(name, of)| Some((name, of.as_table()?))) {
            keys.iter().for_each(|(key, value)| push(Some(section), key, value));
        }
        origins
    }
}

/// The sections that have a key which no recipe has before its first section.
fn elsewhere(key: &str, whole: &Table) -> Vec<String> {
    if whole.contains_key(key) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for text in [super::JOINT, super::PAPER, super::PRIVATE] {
        let known: Table = text.parse().expect("a built-in recipe is TOML");
        let has = |of: &Value| of.as_table().is_some_and(|keys| keys.contains_key(key));
        found.extend(known.iter().filter(|(_, of)| has(of)).map(|(name, _)| name.clone()));
    }
    let off = OFF.iter().filter(|(_, known)| *known == key);
    found.extend(off.map(|(section, _)| (*section).to_owned()));
    found.sort();
    found.dedup();
    found
}

/// A key without its section.
fn in_section(change: &Change, sections: &[String]) -> String {
    let (origin, key, value) = (&change.origin, &change.key, &change.value);
    let written = |section: &String| format!("{section}.{key}={value}");
    let forms = sections.iter().map(written).collect::<Vec<_>>().join(" or ");
    format!("{origin} {key}: a key stands in a section of the recipe; write {forms}")
}

fn lacks(section: &str, names: &[String], change: &Change) -> String {
    let meant = nearest(names.iter().map(String::as_str), section)
        .map_or_else(String::new, |name| format!("; did you mean {name:?}?"));
    format!("{} {}: the recipe has no section {section:?}{meant}", change.origin, change.path())
}

#[cfg(test)]
mod tests {
    use super::super::JOINT;
    use super::*;

    fn change(text: &str) -> Change {
        Change::parse(text, "--set").unwrap()
    }

    #[test]
    fn a_value_is_toml_or_a_word() {
        for (text, value) in [
            ("training.batch=128", Value::Integer(128)),
            ("optimiser.learning_rate = 1e-3", Value::Float(1e-3)),
            ("table.forms=false", Value::Boolean(false)),
            ("training.batch=auto", Value::String("auto".into())),
            ("generator.widths=[64, 32]", Value::Array(vec![64.into(), 32.into()])),
            ("name=my own = this", Value::String("my own = this".into())),
        ] {
            assert_eq!(change(text).value, value, "{text}");
        }
        for wrong in ["training.batch", "=5", "training.=5", "training.batch="] {
            assert!(Change::parse(wrong, "--set").is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_last_change_of_a_key_counts_and_is_named() {
        let changes = [
            change("training.batch=64"),
            Change::new("training.batch", 32, "--batch"),
            change("name=mine"),
        ];
        let text = Recipe::changed_text(JOINT, &changes).unwrap();
        let recipe = Recipe::from_toml(&text, "joint").unwrap();
        assert_eq!(recipe.name, "mine");
        let origins = recipe.origins(JOINT, "recipe joint", &changes);
        let of = |section: Option<&str>, key: &str| {
            let same = |of: &&Origin| of.section.as_deref() == section && of.key == key;
            let found = origins.iter().find(same).unwrap();
            (found.value.as_str(), found.origin.as_str())
        };
        assert_eq!(of(Some("training"), "batch"), ("32", "--batch"));
        assert_eq!(of(None, "name"), ("\"mine\"", "--set"));
        assert_eq!(of(Some("generator"), "latent"), ("64", "recipe joint"));
        let wrong = Recipe::changed_text(JOINT, &[change("trainig.batch=3")]).unwrap_err();
        assert!(
            wrong.contains("--set trainig.batch") && wrong.contains("\"training\"?"),
            "{wrong}"
        );
        for (text, form) in [
            (
                "batch=3",
                "--set batch: a key stands in a section of the recipe; write training.batch=3",
            ),
            ("steps=0", "write training.steps=0"),
            ("widths=[8]", "write discriminator.widths=[8] or generator.widths=[8]"),
        ] {
            let wrong = Recipe::changed_text(JOINT, &[change(text)]).unwrap_err();
            assert!(wrong.ends_with(form), "{wrong}");
        }
    }

    #[test]
    fn a_value_of_no_form_is_told_the_forms() {
        for (text, form) in [
            ("training.batch=1.5", "a number of rows of at least 2, \"auto\" or \"all\""),
            ("training.batch=[3]", "a number of rows of at least 2, \"auto\" or \"all\""),
            ("loss.levels=3", "a list of percents"),
        ] {
            let changed = Recipe::changed_text(JOINT, &[change(text)]).unwrap();
            let wrong = Recipe::from_toml(&changed, "joint").unwrap_err().to_string();
            assert!(wrong.contains(form), "{wrong}");
        }
    }
}
