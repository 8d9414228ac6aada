//! Checkpoints: what a training needs to go on as if it had never been stopped.
//!
//! There is no random state: noise, shuffles and rates are functions of the seed and the step.
//! So a checkpoint is the state of the networks and of their optimisers, the history, and where the
//! training stands; which epoch each model keeps follows from the history.
//! The checkpoint of the first moment has no numbers at all, because the initial weights follow
//! from the seed.
//!
//! `folder` writes and finds the files, `identity` says what they belong to.

mod folder;
mod identity;

pub use folder::Checkpoints;
pub(super) use identity::Identity;

use super::history::{Epoch, NUMBERS};
use super::sealed::{Fault, Form, Piece};
use ground::error::{Error, Result};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use std::path::Path;

const FORM: Form = Form {
    key: "mellizo-checkpoint",
    name: "checkpoint",
    version: 1,
    sealed_from: 1,
    remedy: "start the run again without --resume",
    expected: "start the run again without --resume",
};

/// The history's tensor.
const HISTORY: &str = "history";

/// A tensor of a backend by its name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Saved {
    /// Such as `live.generator.parameters`.
    pub(super) name: String,
    pub(super) values: Vec<f64>,
}

/// A training that was stopped between two epochs.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    pub(super) place: Position,
    pub(super) history: Vec<Epoch>,
    pub(super) tensors: Vec<Saved>,
}

/// Where a training stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Position {
    pub(super) version: u32,
    pub(super) identity: Identity,
    /// What computed it, for people.
    pub(super) backend: String,
    /// Epochs that were run.
    pub(super) epochs: usize,
    /// Training steps that were run.
    pub(super) steps: usize,
    /// Steps after which the distances had settled.
    pub(super) settled: Option<usize>,
    /// First epoch of the chunk from which each model would be replayed.
    pub(super) kept_from: Vec<usize>,
    /// Since the first step.
    pub(super) seconds: f64,
    /// What the caller needs to know to go on.
    pub(super) note: serde_json::Value,
}

impl Position {
    /// Before the first step.
    pub(super) fn start(identity: Identity, backend: String, note: serde_json::Value) -> Self {
        Self {
            version: FORM.version,
            identity,
            backend,
            epochs: 0,
            steps: 0,
            settled: None,
            kept_from: Vec::new(),
            seconds: 0.0,
            note,
        }
    }
}

impl Checkpoint {
    /// What the caller of the training wanted to be reminded of.
    pub fn note(&self) -> &serde_json::Value {
        &self.place.note
    }

    /// Epochs and steps that were run.
    pub fn position(&self) -> [usize; 2] {
        [self.place.epochs, self.place.steps]
    }

    /// What computed it, for people.
    pub fn backend(&self) -> &str {
        &self.place.backend
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let document = serde_json::to_string(&self.place).expect("plain values");
        let rows: Vec<f64> = self.history.iter().flat_map(Epoch::numbers).collect();
        let history = double(HISTORY, vec![self.history.len(), NUMBERS], &rows);
        let history = (!self.history.is_empty()).then_some(history);
        let pieces = self.tensors.iter().map(Saved::piece).chain(history);
        FORM.to_bytes(&document, &pieces.collect::<Vec<_>>())
    }

    /// Reads a file. Errors when it is damaged ([`Error::Corrupt`]), or of another version or kind
    /// ([`Error::Input`]).
    pub fn load(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
        Self::read(&bytes, path)
    }

    /// Reads the bytes of a file; `path` stands for it in errors, which are those of
    /// [`Checkpoint::load`].
    pub fn read(bytes: &[u8], path: &Path) -> Result<Self> {
        Self::from_bytes(bytes).map_err(|fault| FORM.error(path, fault))
    }

    fn from_bytes(bytes: &[u8]) -> std::result::Result<Self, Fault> {
        let document = FORM.document(bytes)?;
        let place = serde_json::from_str(&document).map_err(|e| FORM.broken(&e))?;
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| FORM.broken(&e))?;
        let mut checkpoint = Self { place, history: Vec::new(), tensors: Vec::new() };
        for (name, view) in tensors.iter() {
            let values = numbers(&view).ok_or_else(|| FORM.broken(&format!("tensor {name}")))?;
            match name {
                HISTORY => {
                    let (epochs, rest) = values.as_chunks::<NUMBERS>();
                    if !rest.is_empty() {
                        return Err(FORM.broken(&"a history of another version"));
                    }
                    checkpoint.history = epochs.iter().map(Epoch::from_numbers).collect();
                }
                _ => checkpoint.tensors.push(Saved { name: name.to_owned(), values }),
            }
        }
        Ok(checkpoint)
    }
}

impl Saved {
    /// In 32 bits where that is exact.
    fn piece(&self) -> Piece {
        let single = |value: &f64| f64::from(*value as f32).to_bits() == value.to_bits();
        let shape = vec![self.values.len()];
        if !self.values.iter().all(single) {
            return double(&self.name, shape, &self.values);
        }
        let bytes = self.values.iter().flat_map(|value| (*value as f32).to_le_bytes()).collect();
        Piece { name: self.name.clone(), shape, dtype: Dtype::F32, bytes }
    }
}

fn double(name: &str, shape: Vec<usize>, values: &[f64]) -> Piece {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Piece { name: name.into(), shape, dtype: Dtype::F64, bytes }
}

/// The numbers of a tensor; none where it holds something else.
fn numbers(view: &TensorView) -> Option<Vec<f64>> {
    let data = view.data();
    match view.dtype() {
        Dtype::F32 => {
            let single = |b: &[u8; 4]| f64::from(f32::from_le_bytes(*b));
            Some(data.as_chunks().0.iter().map(single).collect())
        }
        Dtype::F64 => {
            Some(data.as_chunks().0.iter().map(|b: &[u8; 8]| f64::from_le_bytes(*b)).collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
