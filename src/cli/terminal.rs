//! The command line as one who watches: lines on stderr, a bar on a terminal, Ctrl-C.

use super::bar::Bar;
use super::interrupt::Interrupt;
use mellizo::synthesis::{Line, Progress, Stage, Watch};

/// What is said to Ctrl-C in training, and where it is not heard.
const SAID: [&str; 2] = [
    "stopping after the running epochs; once more to stop at once and lose them",
    "Ctrl-C will end the run without a model",
];

/// Stderr, and the keyboard while a model is trained.
#[derive(Default)]
pub(super) struct Terminal {
    bar: Option<Bar>,
    interrupt: Option<Interrupt>,
}

impl Watch for Terminal {
    fn say(&mut self, line: Line) {
        match line {
            Line::Note(text) => eprintln!("{text}"),
            Line::Warning(text) => eprintln!("warning: {text}"),
        }
    }

    fn begin(&mut self, stage: Stage, epochs: usize) {
        // What was learned so far is worth keeping of the model alone.
        self.interrupt = (stage == Stage::Training).then(|| Interrupt::catch(SAID));
        self.bar = Some(Bar::new(epochs));
    }

    fn progress(&mut self, _stage: Stage, progress: &Progress) {
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
}
