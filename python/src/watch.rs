//! Python as one who watches: progress, Ctrl-C, warnings.

use mellizo::error::Error;
use mellizo::synthesis::{Line, Progress, Stage, Watch};
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

/// Calls Python while the work goes on, which does not hold its lock.
#[derive(Default)]
pub struct Notebook {
    /// Called with the epoch, the number of epochs and a text; with none of them at the end.
    callback: Option<Py<PyAny>>,
    /// What the user should know.
    pub warnings: Vec<String>,
    /// Whether Ctrl-C ended the training.
    pub interrupted: bool,
    /// What a callback or a handler of signals raised.
    pub raised: Option<PyErr>,
}

impl Notebook {
    pub fn new(callback: Option<Py<PyAny>>) -> Self {
        Self { callback, ..Self::default() }
    }

    fn call(&mut self, what: impl FnOnce(Python<'_>, &Bound<'_, PyAny>) -> PyResult<()>) {
        let Some(callback) = &self.callback else { return };
        let called = Python::attach(|py| what(py, callback.bind(py)));
        self.heard(called.err());
    }

    /// Ctrl-C keeps the model, whatever Python is doing when it comes; other exceptions are raised.
    fn heard(&mut self, error: Option<PyErr>) {
        let Some(error) = error else { return };
        let stopped = Python::attach(|py| error.is_instance_of::<PyKeyboardInterrupt>(py));
        match stopped {
            true => self.interrupted = true,
            false => self.raised = Some(self.raised.take().unwrap_or(error)),
        }
    }
}

impl Watch for Notebook {
    fn say(&mut self, line: Line) {
        if let Line::Warning(text) = line {
            self.warnings.push(text.to_owned());
        }
    }

    fn progress(&mut self, _stage: Stage, progress: &Progress) {
        let best = progress.newest.iter().min_by(|a, b| a.joint.total_cmp(&b.joint));
        let Some(epoch) = best else { return };
        let text = format!("loss {:.5}, joint distance {:.3}", epoch.generator_loss, epoch.joint);
        let place = (epoch.epoch, progress.epochs, text);
        self.call(|_, callback| callback.call1(place).map(drop));
    }

    fn end(&mut self, _stage: Stage) {
        self.call(|_, callback| callback.call0().map(drop));
    }

    fn stop(&mut self) -> bool {
        if self.interrupted || self.raised.is_some() {
            return true;
        }
        // Only the main thread hears signals; in another one this does nothing.
        let signals = Python::attach(|py| py.check_signals());
        self.heard(signals.err());
        self.interrupted || self.raised.is_some()
    }

    fn abandon(&mut self) -> Option<Error> {
        self.raised.as_ref().map(|_| Error::Interrupted("an exception was raised".into()))
    }
}
