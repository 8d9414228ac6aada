//! The command line as one who watches: lines on stderr, a bar on a terminal, Ctrl-C.

use super::bar::Bar;
use super::call::going_on;
use super::course::Course;
use super::interrupt::Interrupt;
use ground::error::Error;
use mellizo::synthesis::{Line, Progress, Stage, Watch};
use std::path::{Path, PathBuf};

/// What is warned of where Ctrl-C is not heard.
const DEAF: &str = "Ctrl-C will end the run without a model";

/// Stderr, and the keyboard while a model is trained.
#[derive(Default)]
pub(super) struct Terminal {
    bar: Option<Bar>,
    interrupt: Option<Interrupt>,
    /// The folder whose run goes on from checkpoints.
    kept_in: Option<PathBuf>,
    /// Files that tell the course of training.
    course: Course,
    /// What was said of files that were given up.
    given_up: Vec<String>,
}

impl Terminal {
    /// Says that checkpoints are kept in the run of this folder.
    pub(super) fn checkpoints_in(&mut self, folder: &Path) {
        self.kept_in = Some(folder.to_path_buf());
    }

    /// Writes the course of training to these files.
    pub(super) fn writes(&mut self, course: Course) {
        self.course = course;
    }

    /// What was said of files of the course that were given up.
    pub(super) fn given_up(&mut self) -> Vec<String> {
        std::mem::take(&mut self.given_up)
    }

    fn said(&self) -> String {
        let Some(folder) = &self.kept_in else {
            return "stopping after the running epochs; once more to stop at once and lose them"
                .into();
        };
        format!(
            "stopping after the running epochs; what was learned is kept, and \
             `{}` goes on from there; once more to stop at once",
            going_on(folder)
        )
    }
}

impl Watch for Terminal {
    fn say(&mut self, line: Line) {
        match line {
            Line::Note(text) => say!("{text}"),
            Line::Warning(text) => say!("warning: {text}"),
        }
    }

    fn begin(&mut self, stage: Stage, epochs: usize) {
        // What was learned so far is worth keeping of the model alone.
        let interrupt = (stage == Stage::Training).then(|| Interrupt::catch(&self.said(), DEAF));
        self.interrupt = match &self.kept_in {
            Some(_) => interrupt.map(Interrupt::and_termination),
            None => interrupt,
        };
        self.bar = Some(Bar::new(epochs));
    }

    fn progress(&mut self, stage: Stage, progress: &Progress) {
        let given_up = (stage == Stage::Training).then(|| self.course.take(progress)).flatten();
        given_up.iter().for_each(|text| self.say(Line::Warning(text)));
        self.given_up.extend(given_up);
        if let Some(bar) = &self.bar {
            bar.show(progress);
        }
    }

    fn end(&mut self, _stage: Stage) {
        if let Some(bar) = self.bar.take() {
            bar.finish();
        }
        self.interrupt = None;
    }

    fn stop(&mut self) -> bool {
        self.interrupt.as_ref().is_some_and(Interrupt::came)
    }

    fn abandon(&mut self) -> Option<Error> {
        let folder = self.kept_in.as_ref()?;
        self.interrupt.as_ref().filter(|interrupt| interrupt.terminated())?;
        let text = format!("a checkpoint is kept; go on with `{}`", going_on(folder));
        Some(Error::Terminated(text))
    }
}
