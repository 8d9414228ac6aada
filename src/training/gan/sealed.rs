//! Safetensors with one metadata document, whose checksum covers the whole file.

use ground::checksum::{self, BLANK, KEY, Verdict};
use ground::error::{Error, Place};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;

/// A tensor as it is written.
pub(super) struct Piece {
    pub(super) name: String,
    pub(super) shape: Vec<usize>,
    pub(super) dtype: Dtype,
    pub(super) bytes: Vec<u8>,
}

/// What a file is called, and what its document is.
pub(super) struct Form {
    /// The key of the document.
    /// There is one key, because the order of several would change from run to run.
    pub(super) key: &'static str,
    /// What people call the file, such as `model`.
    pub(super) name: &'static str,
    /// Version of the format that is written, and the newest that is read.
    pub(super) version: u32,
    /// The first version with a checksum.
    pub(super) sealed_from: u32,
    /// What to do with a damaged file.
    pub(super) remedy: &'static str,
    /// What to give in place of another one.
    pub(super) expected: &'static str,
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not what was written.
    Corrupt(String),
    /// It is something else, or of another version.
    Foreign(String),
}

/// The one field that every version has.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Form {
    /// The bytes of a file. `document` is a JSON object whose first key is the version.
    pub(super) fn to_bytes(&self, document: &str, pieces: &[Piece]) -> Vec<u8> {
        let (version, rest) = document.split_once(',').expect("an object of several keys");
        let document = format!("{version},\"{KEY}\":\"{BLANK}\",{rest}");
        let views = pieces.iter().map(|piece| {
            let view = TensorView::new(piece.dtype, piece.shape.clone(), &piece.bytes);
            (&piece.name, view.expect("bytes of the shape"))
        });
        let metadata = HashMap::from([(self.key.to_string(), document)]);
        let mut bytes =
            safetensors::serialize(views, Some(metadata)).expect("names and shapes are valid");
        checksum::seal(&mut bytes);
        bytes
    }

    /// The document of a file, whose checksum is compared with it.
    pub(super) fn document(&self, bytes: &[u8]) -> Result<String, Fault> {
        let verdict = checksum::check(bytes);
        if verdict == Verdict::Changed {
            return Err(self.broken(&"its checksum is that of other bytes"));
        }
        let foreign = || Fault::Foreign(format!("not a {} of mellizo", self.name));
        let ours = bytes.get(8).is_none_or(|first| *first == b'{');
        let (_, header) = SafeTensors::read_metadata(bytes)
            .map_err(|e| if ours { self.broken(&e) } else { foreign() })?;
        let document = header.metadata().as_ref().and_then(|m| m.get(self.key));
        let document = document.ok_or_else(foreign)?;
        let Version { version } = serde_json::from_str(document).map_err(|e| self.broken(&e))?;
        if !(1..=self.version).contains(&version) {
            return Err(Fault::Foreign(format!(
                "format version {version}, but this program reads up to version {}",
                self.version
            )));
        }
        if version >= self.sealed_from && verdict == Verdict::None {
            return Err(self.broken(&"its checksum is missing"));
        }
        Ok(document.clone())
    }

    /// What is said of a file that is not whole.
    pub(super) fn broken(&self, e: &dyn std::fmt::Display) -> Fault {
        Fault::Corrupt(format!("not a whole {} file ({e})", self.name))
    }

    /// The error of a file.
    pub(super) fn error(&self, path: &Path, fault: Fault) -> Error {
        match fault {
            Fault::Corrupt(problem) => Error::corrupt(path, problem, self.remedy),
            Fault::Foreign(problem) => Error::input(Place::file(path), problem, self.expected),
        }
    }
}
