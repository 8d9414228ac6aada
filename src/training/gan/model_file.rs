//! `model.safetensors`: weights, running statistics, and everything that sampling needs, in one
//! file that is written whole or not at all.

use super::sealed::{Fault, Form, Piece};
use super::{NamedTensor, Recipe, Weights};
use ground::error::{Error, Place, Result};
use ground::whole_file::{self, Readers};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// In version 1 the recipe had fewer keys; their defaults do what version 1 did.
/// Versions 1 and 2 had no checksum.
const FORM: Form = Form {
    key: "mellizo",
    name: "model",
    version: 3,
    sealed_from: 3,
    remedy: "copy it once more from where it was made, or train it again",
    expected: "give a model.safetensors that `mellizo run` or `mellizo train` wrote",
};

/// More rows or features than these count as damage.
const MOST_ROWS: usize = u32::MAX as usize;
const MOST_FEATURES: usize = 65_536;

/// What a model file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelFile {
    /// The kept generator.
    pub generator: Weights,
    /// The kept discriminator; empty for a recipe without one.
    pub discriminator: Weights,
    /// The run.
    pub about: About,
}

/// The metadata document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Version of the format.
    pub version: u32,
    /// The recipe as it was run.
    pub recipe: Recipe,
    /// The run's seed.
    pub seed: u64,
    /// Rows of the cohort after cleaning.
    pub rows: usize,
    /// Encoded features.
    pub features: usize,
    /// The kept epoch.
    pub epoch: usize,
    /// The kept model.
    pub model: usize,
    /// The table side's document: schema, encoding, quantiles.
    pub table: TableDocument,
    /// What the types of the table were in the program that trained the model, in its own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<serde_json::Value>,
}

/// The table side's document, which the training side carries and does not read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TableDocument(serde_json::Value);

impl TableDocument {
    /// A document with these contents. Panics when JSON cannot hold them.
    pub fn of<T: Serialize>(contents: &T) -> Self {
        Self(serde_json::to_value(contents).expect("contents that JSON can hold"))
    }

    /// The contents as the type that was written. Errors: what is wrong.
    pub fn read<T: DeserializeOwned>(&self) -> std::result::Result<T, String> {
        T::deserialize(&self.0).map_err(|e| e.to_string())
    }
}

impl About {
    /// Metadata in the current version of the format.
    pub fn new(
        recipe: &Recipe,
        seed: u64,
        [rows, features]: [usize; 2],
        table: TableDocument,
    ) -> Self {
        Self {
            version: FORM.version,
            recipe: recipe.clone(),
            seed,
            rows,
            features,
            epoch: 0,
            model: 1,
            table,
            frame: None,
        }
    }
}

impl ModelFile {
    /// The bytes of the file: the same for the same model.
    pub fn to_bytes(&self) -> Vec<u8> {
        let parts = [("generator", &self.generator), ("discriminator", &self.discriminator)];
        let pieces: Vec<Piece> = parts
            .into_iter()
            .flat_map(|(part, weights)| weights.0.iter().map(move |t| (part, t)))
            .map(|(part, t)| Piece {
                name: format!("{part}.{}", t.name),
                shape: t.shape.to_vec(),
                dtype: Dtype::F32,
                bytes: t.values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            })
            .collect();
        FORM.to_bytes(&serde_json::to_string(&self.about).expect("plain values"), &pieces)
    }

    /// Writes the file whole or not at all, for its owner only.
    pub fn save(&self, path: &Path) -> Result<()> {
        whole_file::write(path, Readers::Owner, |out| out.write_all(&self.to_bytes()))
    }

    /// Reads a file. Errors when it is damaged ([`Error::Corrupt`]), or of another version or kind
    /// ([`Error::Input`]).
    pub fn load(path: &Path) -> Result<Self> {
        // A device may have no end, and a pipe no writer.
        let of = std::fs::metadata(path).map_err(|e| Error::io(path, e))?;
        if !of.is_file() && !of.is_dir() {
            let remedy = "give a model file that `run` or `train` wrote";
            return Err(Error::input(Place::file(path), "a device or a pipe", remedy));
        }
        let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
        Self::read(&bytes, path)
    }

    /// Reads the bytes of a file; `path` stands for it in errors, which are those of
    /// [`ModelFile::load`].
    pub fn read(bytes: &[u8], path: &Path) -> Result<Self> {
        Self::from_bytes(bytes).map_err(|fault| FORM.error(path, fault))
    }

    fn from_bytes(bytes: &[u8]) -> std::result::Result<Self, Fault> {
        let about = About::from_bytes(bytes)?;
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| FORM.broken(&e))?;
        let mut file =
            Self { generator: Weights::default(), discriminator: Weights::default(), about };
        let mut names: Vec<&str> = tensors.names().into_iter().collect();
        names.sort_unstable();
        for name in names {
            let view = tensors.tensor(name).map_err(|e| FORM.broken(&e))?;
            let unknown = || Fault::Corrupt(format!("unknown tensor {name}"));
            let (part, short) = name.split_once('.').ok_or_else(unknown)?;
            let tensor = read_tensor(&view, short)
                .map_err(|problem| Fault::Corrupt(format!("tensor {name} {problem}")))?;
            match part {
                "generator" => file.generator.0.push(tensor),
                "discriminator" => file.discriminator.0.push(tensor),
                _ => return Err(unknown()),
            }
        }
        Ok(file)
    }
}

impl About {
    /// Reads the metadata document of a file.
    fn from_bytes(bytes: &[u8]) -> std::result::Result<Self, Fault> {
        let about = FORM.document(bytes)?;
        let about: Self = serde_json::from_str(&about).map_err(|e| FORM.broken(&e))?;
        if !(1..=MOST_ROWS).contains(&about.rows) || !(1..=MOST_FEATURES).contains(&about.features)
        {
            let Self { rows, features, .. } = about;
            return Err(FORM.broken(&format!("{rows} rows of {features} features")));
        }
        let checked = about.recipe.check();
        checked.map_err(|problem| Fault::Corrupt(format!("its recipe is damaged: {problem}")))?;
        Ok(about)
    }
}

/// Reads one tensor. The error says what is wrong with it, without its name.
fn read_tensor(view: &TensorView, name: &str) -> std::result::Result<NamedTensor, String> {
    let &[rows, features] = view.shape() else {
        return Err("has no rows and columns".into());
    };
    if view.dtype() != Dtype::F32 {
        return Err(format!("is {:?}, not F32", view.dtype()));
    }
    let numbers = view.data().chunks_exact(4);
    let values: Vec<f32> =
        numbers.map(|b| f32::from_le_bytes(b.try_into().expect("four bytes"))).collect();
    if values.iter().any(|value| !value.is_finite()) {
        return Err("holds NaN or infinity".into());
    }
    Ok(NamedTensor { name: name.into(), shape: [rows, features], values })
}
