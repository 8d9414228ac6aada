//! The Python package `mellizo`, as far as it is Rust: it hands tables over, calls the library, and
//! turns errors into exceptions.
//!
//! What people see of it is in `mellizo/*.py`.

mod errors;
mod fitting;
mod frame;
mod judged;
mod model;
mod patients;
mod source;
mod text;
mod watch;

use pyo3::prelude::*;
use std::ffi::OsString;

/// Runs the command line with these words, the first of which is the program's name; the exit code.
#[pyfunction]
fn command(py: Python<'_>, words: Vec<OsString>) -> u8 {
    py.detach(|| std::panic::catch_unwind(|| mellizo::command(words)).unwrap_or(errors::PANICKED))
}

/// The Rust part of the package.
#[pymodule(gil_used = true)]
fn _mellizo(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<model::Model>()?;
    module.add_class::<judged::Report>()?;
    module.add_class::<patients::Patients>()?;
    module.add_function(wrap_pyfunction!(fitting::fit_table, module)?)?;
    module.add_function(wrap_pyfunction!(model::load, module)?)?;
    module.add_function(wrap_pyfunction!(model::from_bytes, module)?)?;
    module.add_function(wrap_pyfunction!(judged::evaluate, module)?)?;
    module.add_function(wrap_pyfunction!(command, module)?)
}
