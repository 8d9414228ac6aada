//! Errors of the library as exceptions of Python.

use mellizo::error::Error;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The class of `mellizo._errors` that an error is.
fn class(error: &Error) -> &'static str {
    match error {
        Error::Input { .. } => "InputError",
        Error::Corrupt { .. } => "CorruptError",
        Error::Usage(_) => "UsageError",
        Error::Io { .. } => "FileError",
        Error::Device(_) => "DeviceError",
        Error::Gate(_) => "GateError",
        Error::Diverged { .. } => "DivergedError",
        _ => "MellizoError",
    }
}

/// An error as an exception, with its place where it has one.
pub fn input(py: Python<'_>, error: Error) -> PyErr {
    let raise = || -> PyResult<PyErr> {
        let place = PyDict::new(py);
        place.set_item("exit_code", error.exit_code())?;
        if let Error::Input { place: at, problem, remedy } = &error {
            place.set_item("file", at.file.display().to_string())?;
            place.set_item("row", at.row)?;
            place.set_item("column", &at.column)?;
            place.set_item("problem", problem)?;
            place.set_item("remedy", remedy)?;
        }
        let class = py.import("mellizo._errors")?.getattr(class(&error))?;
        Ok(PyErr::from_value(class.call((error.to_string(),), Some(&place))?))
    };
    raise().unwrap_or_else(|failure| failure)
}

/// A wrong argument.
pub fn usage(py: Python<'_>, problem: &str) -> PyErr {
    input(py, Error::Usage(problem.into()))
}
