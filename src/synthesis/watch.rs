//! What a command line, a notebook or a page does while the work goes on.

use ground::error::Error;
use training::gan::Progress;

/// A part of the work that takes long and reports its progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// The model itself.
    Training,
    /// The models of a membership audit.
    ShadowModels,
}

/// A line for a person, without a line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// What is being done.
    Note(&'a str),
    /// What the person should know. It may name a value of the table.
    Warning(&'a str),
}

/// Sees how the work goes on and may end it.
///
/// Every method does nothing by default.
pub trait Watch {
    /// Takes a line for a person.
    fn say(&mut self, _line: Line) {}

    /// A stage begins, with this number of epochs at most.
    fn begin(&mut self, _stage: Stage, _epochs: usize) {}

    /// The stage went on. Called several times a second.
    fn progress(&mut self, _stage: Stage, _progress: &Progress) {}

    /// The stage is over.
    fn end(&mut self, _stage: Stage) {}

    /// Whether to end training in good order: what was learned so far is kept.
    fn stop(&mut self) -> bool {
        false
    }

    /// The error to end with in place of a model, asked for once training has stopped: for those
    /// who have a checkpoint and no time.
    fn abandon(&mut self) -> Option<Error> {
        None
    }
}

/// Says nothing and never stops.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Watch for Quiet {}
