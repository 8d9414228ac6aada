//! The table side's parts of a recipe, which the engine only carries.

use super::private::Plan;
use ground::error::{Error, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use table::Table;
use table::calibrate::Calibrate;
use table::clean::Thresholds;
use table::pixels::Pixels;
use table::relations::{Found, Relation, declared, find};
use table::threshold::Threshold;
use table::typed::TypedOptions;
use training::gan::Recipe;
use training::gan::recipe::Section;

/// What the generator learns: grey values as in the paper, or typed columns; `"grey"` or `"typed"`
/// in a recipe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Representation {
    /// One column a feature, in [-1, 1], with a gap below for missing cells.
    #[default]
    Grey,
    /// Levels, normal scores and masks.
    Typed,
}

/// `[table]`: cleaning and encoding.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct TablePart {
    /// A patient with more missing cells than this is left out: a number, or a share of the
    /// features.
    /// `auto`: where the curve of missing cells flattens.
    patients: Threshold,
    /// A feature with more missing cells than this is then left out: a number, or a share of the
    /// patients.
    features: Threshold,
    /// Grey values only: 256 rounds them to a byte, as in an image; `"none"` does not.
    #[serde(default)]
    pixels: Pixels,
    /// What the generator learns of a column.
    #[serde(default)]
    representation: Representation,
    /// A coded feature of more levels that occur is a number: the places of its levels.
    levels_up_to: Option<usize>,
    /// The same of a coded feature without an order.
    nominal_up_to: Option<usize>,
    /// A number with so many different values at most is coded by them as if they were levels.
    numbers_as_levels: Option<usize>,
    /// A level of fewer patients becomes "other" or missing.
    rare_below: Option<usize>,
    /// Whether columns that are often missing all together have a choice of their own that says so.
    forms: Option<bool>,
    /// Patients that are learned from at most; of more, a random sample.
    most: Option<usize>,
}

/// Patients that are learned from at most, if a recipe says nothing else.
const MOST_PATIENTS: usize = 100_000;

/// `[sampling]`: how many patients, and what happens to generated values.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    /// Synthetic patients per real one.
    pub multiple: usize,
    /// Synthetic patients at most, but never fewer than real ones.
    #[serde(default = "most_rows")]
    pub most: usize,
    /// Whether coded features go to the nearest value of the cohort (grey values only).
    #[serde(default)]
    pub snap: bool,
    /// Whether values go through the cohort's quantile function (grey values only: typed ones
    /// always do).
    #[serde(default)]
    pub calibrate: Calibrate,
    /// Which relations between columns synthetic patients keep.
    #[serde(default)]
    pub constraints: Constraints,
}

fn most_rows() -> usize {
    100_000
}

impl Sampling {
    /// Synthetic patients for so many real ones.
    pub fn rows(&self, patients: usize) -> usize {
        self.multiple.saturating_mul(patients).min(self.most).max(patients)
    }

    /// What to say where there are fewer than the multiple asks for.
    pub fn rows_note(&self, patients: usize) -> Option<String> {
        let rows = self.rows(patients);
        (rows < self.multiple.saturating_mul(patients)).then(|| {
            format!(
                "{rows} synthetic patients instead of {} times {patients} (sampling.most = {}); \
                 `mellizo sample --rows` makes any number",
                self.multiple, self.most
            )
        })
    }
}

/// Relations to keep: `"none"`, `"auto"` (those that are found) or a list of them.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(
    untagged,
    expecting = "\"none\", \"auto\" or a list of relations such as [\"a <= b\"] is expected"
)]
pub enum Constraints {
    /// One of the two words.
    Word(Word),
    /// As text.
    List(Vec<String>),
}

/// The words for constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// No relation.
    None,
    /// All that are found.
    Auto,
}

impl Default for Constraints {
    fn default() -> Self {
        Self::Word(Word::None)
    }
}

impl Constraints {
    /// The relations to keep, counted on the training rows.
    /// Errors: [`Error::Usage`] for one that the table's columns do not allow.
    pub fn of(&self, train: &Table) -> Result<Vec<Found>> {
        let read = |text: &String| {
            let relation = Relation::parse(text, &train.schema);
            relation.map_err(|problem| Error::Usage(format!("sampling.constraints: {problem}")))
        };
        match self {
            Self::Word(Word::None) => Ok(declared(train)),
            Self::Word(Word::Auto) => Ok(find(train)),
            Self::List(texts) => {
                let listed = texts.iter().map(|text| Ok(Found::count(read(text)?, train)));
                declared(train).into_iter().map(Ok).chain(listed).collect()
            }
        }
    }
}

/// What the table side needs of a recipe.
#[derive(Clone, Debug)]
pub struct Parts {
    /// Missing cells that a patient and a column may have.
    pub thresholds: Thresholds,
    /// Whether grey values are whole pixels.
    pub pixels: Pixels,
    /// How to code the table for typed columns; none for grey values.
    pub typed: Option<TypedOptions>,
    /// Patients that are learned from at most: a sample of more.
    pub most: usize,
    /// How many patients, and what happens to generated values.
    pub sampling: Sampling,
    /// How a budget of privacy is used, if the recipe learns from a private release alone.
    pub privacy: Option<Plan>,
}

impl Parts {
    /// Reads both parts.
    /// `source` names the recipe's file in errors ([`Error::Usage`]), as its `name` may be that of
    /// the recipe it was copied from.
    pub fn of(recipe: &Recipe, source: &str) -> Result<Self> {
        let table: TablePart = part(&recipe.table, "table", source)?;
        let sampling: Sampling = part(&recipe.sampling, "sampling", source)?;
        let wrong = |problem: &str| Err(Error::Usage(format!("recipe {source}: {problem}")));
        if !(1..=1000).contains(&sampling.multiple) {
            return wrong(
                "sampling.multiple must be from 1 to 1000 (`mellizo sample --rows` makes any \
                 number of patients)",
            );
        }
        let typed = table.representation == Representation::Typed;
        if typed
            && (table.pixels != Pixels::None
                || sampling.snap
                || sampling.calibrate != Calibrate::None)
        {
            return wrong(
                "table.pixels, sampling.snap and sampling.calibrate are for table.representation \
                 = \"grey\"",
            );
        }
        let sizes =
            [table.levels_up_to, table.nominal_up_to, table.numbers_as_levels, table.rare_below];
        if !typed && (sizes.iter().any(Option::is_some) || table.forms.is_some()) {
            return wrong(
                "table.levels_up_to, nominal_up_to, numbers_as_levels, rare_below and forms are \
                 for table.representation = \"typed\"",
            );
        }
        if typed && recipe.heads.is_none() {
            return wrong("table.representation = \"typed\" needs a section [heads]");
        }
        if !typed && recipe.heads.is_some() {
            return wrong("[heads] needs table.representation = \"typed\"");
        }
        let thresholds = Thresholds { patients: table.patients, features: table.features };
        let privacy = recipe.privacy.as_ref();
        let privacy: Option<Plan> =
            privacy.map(|section| part(section, "privacy", source)).transpose()?;
        if let Some(Err(problem)) = privacy.as_ref().map(Plan::check) {
            return wrong(&format!("privacy.{problem}"));
        }
        let most = table.most.unwrap_or(MOST_PATIENTS);
        if most < 2 {
            return wrong("table.most must be at least 2 patients");
        }
        let typed = typed.then(|| table.typed());
        Ok(Self { thresholds, pixels: table.pixels, typed, most, sampling, privacy })
    }
}

/// The recipe with every key of the table side that its text leaves out.
/// Errors: those of [`Parts::of`].
pub(super) fn whole(mut recipe: Recipe, source: &str) -> Result<Recipe> {
    let table: TablePart = part(&recipe.table, "table", source)?;
    recipe.table = Section::of(&table.whole());
    recipe.sampling = Section::of(&part::<Sampling>(&recipe.sampling, "sampling", source)?);
    if let Some(section) = &mut recipe.privacy {
        *section = Section::of(&part::<Plan>(section, "privacy", source)?);
    }
    Ok(recipe)
}

impl TablePart {
    /// With what holds where nothing is said.
    fn whole(mut self) -> Self {
        self.most.get_or_insert(MOST_PATIENTS);
        if self.representation == Representation::Typed {
            let TypedOptions { levels_up_to, nominal_up_to, numbers_as_levels, rare_below, forms } =
                self.typed();
            self.levels_up_to = Some(levels_up_to);
            self.nominal_up_to = Some(nominal_up_to);
            self.numbers_as_levels = Some(numbers_as_levels);
            self.rare_below = Some(rare_below);
            self.forms = Some(forms);
        }
        self
    }

    fn typed(&self) -> TypedOptions {
        let usual = TypedOptions::default();
        TypedOptions {
            levels_up_to: self.levels_up_to.unwrap_or(usual.levels_up_to),
            nominal_up_to: self.nominal_up_to.unwrap_or(usual.nominal_up_to),
            numbers_as_levels: self.numbers_as_levels.unwrap_or(usual.numbers_as_levels),
            rare_below: self.rare_below.unwrap_or(usual.rare_below),
            forms: self.forms.unwrap_or(usual.forms),
        }
    }
}

fn part<T: DeserializeOwned>(section: &Section, name: &str, source: &str) -> Result<T> {
    let wrong = |problem| Error::Usage(format!("recipe {source}: [{name}]: {problem}"));
    section.read().map_err(wrong)
}
