//! Errors of the library as exceptions of Python.

use mellizo::error::{Error, Result};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What is said of a panic.
const MISTAKE: &str = "a mistake of mellizo and not of what it was given: please report the lines \
    that it wrote to stderr";

/// The exit code of the binary after a panic.
pub const PANICKED: u8 = 101;

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

/// Arguments by their names; one of a wrong type, or beyond its range, is a wrong argument.
pub fn taken<'a, 'py, T>(arguments: &'a Bound<'py, PyAny>) -> PyResult<T>
where
    T: FromPyObject<'a, 'py, Error = PyErr>,
{
    arguments.extract().map_err(|error: PyErr| {
        let py = arguments.py();
        let text = error.value(py).to_string();
        let name = text.rsplit('.').next().unwrap_or_default().to_owned();
        let why = error.cause(py).map(|cause| cause.value(py).to_string()).unwrap_or(text);
        usage(py, &format!("{name}: {why}"))
    })
}

/// Works while other threads of Python go on; a panic is an exception like others.
pub fn calm<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T> + Send,
) -> PyResult<Result<T>> {
    // What a panic leaves half done is dropped, or belongs to a call that fails.
    py.detach(|| catch_unwind(AssertUnwindSafe(work))).map_err(|_| mistake(py))
}

/// The same for work with Python's objects.
pub fn calm_with<T>(py: Python<'_>, work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(mistake(py)))
}

/// What a panic is to Python.
fn mistake(py: Python<'_>) -> PyErr {
    let raise = || -> PyResult<PyErr> {
        let place = PyDict::new(py);
        place.set_item("exit_code", PANICKED)?;
        let class = py.import("mellizo._errors")?.getattr("MellizoError")?;
        Ok(PyErr::from_value(class.call((MISTAKE,), Some(&place))?))
    };
    raise().unwrap_or_else(|failure| failure)
}
