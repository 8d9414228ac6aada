//! What Python gives as a table: a file's path or an object in memory.

use crate::errors::{calm_with, input};
use crate::frame::Frame;
use mellizo::checksum::sha256;
use mellizo::error::{Error, Place, Result};
use mellizo::synthesis::{Reading, text};
use mellizo::table::read::{Columns, MissingCode, Options, Sheet, from_memory, open};
use mellizo::table::{Column, Schema};
use pyo3::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A table that is not read yet.
#[derive(Clone)]
pub enum Source {
    File(PathBuf),
    Memory(Arc<Frame>, String),
}

impl Source {
    /// A path as a string, or else an object with `__arrow_c_stream__`.
    pub fn of(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        if let Ok(path) = object.extract::<PathBuf>() {
            return Ok(Self::File(path));
        }
        let frame = calm_with(object.py(), || Frame::of(object, name))?;
        Ok(Self::Memory(Arc::new(frame), name.into()))
    }

    /// What errors and reports call it.
    pub fn name(&self) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            Self::Memory(_, name) => name.into(),
        }
    }

    /// How the library reads it.
    pub fn reading(&self) -> Reading {
        match self {
            Self::File(path) => Reading::file(path),
            Self::Memory(frame, name) => Reading::memory(frame.clone(), name).known(frame.known()),
        }
    }

    /// Its cells as text.
    pub fn sheet(&self, options: &Options) -> Result<Sheet> {
        Sheet::read(match self {
            Self::File(path) => open(path, options)?,
            Self::Memory(frame, name) => from_memory(frame.clone(), name, options)?,
        })
    }

    /// What the types of the columns tell, and what the user should know of them.
    pub fn frame(&self) -> Option<&Frame> {
        match self {
            Self::File(_) => None,
            Self::Memory(frame, _) => Some(frame),
        }
    }

    /// Under which name and checksum a ledger knows it: a table in memory without a name of its own
    /// is known by its cells alone.
    pub fn identity(&self, named: bool) -> Result<(PathBuf, String)> {
        match self {
            Self::File(path) => {
                let bytes = std::fs::read(path).map_err(|error| Error::io(path, error))?;
                Ok((std::fs::canonicalize(path).unwrap_or(path.clone()), sha256(&[&bytes])))
            }
            Self::Memory(frame, name) => {
                let mut text = frame.names().join("\u{1f}");
                for row in 0..frame.rows() {
                    text.push('\u{1e}');
                    for column in 0..frame.names().len() {
                        text.push('\u{1f}');
                        frame.print(row, column, &mut text)?;
                    }
                }
                let hash = sha256(&[text.as_bytes()]);
                let name = if named { name.clone() } else { format!("memory:{hash}") };
                Ok((name.into(), hash))
            }
        }
    }
}

/// Codes for missing as Python gives them.
pub fn options(missing: &[String]) -> Result<Options> {
    let codes = missing.iter().map(|text| {
        let wrong = |problem| Error::Usage(format!("missing {text:?}: {problem}"));
        text.parse::<MissingCode>().map_err(wrong)
    });
    Ok(Options { missing: codes.collect::<Result<_>>()?, ..Options::default() })
}

/// A schema as a file or as JSON with the keys of the file.
pub fn schema(py: Python<'_>, file: Option<&Path>, json: Option<&str>) -> PyResult<Option<Schema>> {
    let read = || -> Result<Option<Schema>> {
        if let Some(file) = file {
            return Schema::from_toml(&text(file)?, file).map(Some);
        }
        let Some(json) = json else { return Ok(None) };
        let place = Place::file("schema");
        let mut schema: Schema = serde_json::from_str(json).map_err(|error| {
            let remedy = "give the keys of a schema file, such as {\"column\": [{\"name\": \
                          \"age\", \"kind\": \"integer\"}]}";
            Error::input(place.clone(), error.to_string(), remedy)
        })?;
        schema.columns.iter_mut().for_each(Column::declare_levels);
        schema.check(&place)?;
        Ok(Some(schema))
    };
    read().map_err(|error| input(py, error))
}
