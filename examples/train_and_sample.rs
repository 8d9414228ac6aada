//! Trains on your own table and writes synthetic patients.
//!
//! ```sh
//! cargo run --release --example train_and_sample -- cohort.csv 1000 > patients.csv
//! ```
//!
//! Without a file it takes the bundled cohort.

use mellizo::error::Result;
use mellizo::synthesis::{
    BackendChoice, Cohort, Line, Progress, Quiet, Reading, Settings, Stage, Watch, fit,
};
use mellizo::table::formula::FormulaGuard;

/// Prints what is said and, about every hundred epochs, how training goes.
#[derive(Default)]
struct Talk {
    told: usize,
}

impl Watch for Talk {
    fn say(&mut self, line: Line) {
        match line {
            Line::Note(text) => eprintln!("{text}"),
            Line::Warning(text) => eprintln!("warning: {text}"),
        }
    }

    fn progress(&mut self, _stage: Stage, progress: &Progress) {
        let Some(newest) = progress.newest.first() else { return };
        if newest.epoch >= self.told + 100 {
            self.told = newest.epoch;
            eprintln!("epoch {}: joint Fréchet distance {:.3}", newest.epoch, newest.joint);
        }
    }
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let reading = arguments.next().map_or_else(Reading::bundled, Reading::file);
    let rows = arguments.next().and_then(|rows| rows.parse().ok()).unwrap_or(1000);
    let mut talk = Talk::default();
    let read = reading.table()?;
    let settings = Settings { name: read.name.clone(), ..Settings::default() };
    let cohort = Cohort::prepare(&read.table, &settings)?;
    for warning in read.warnings.iter().chain(cohort.warnings()) {
        talk.say(Line::Warning(warning));
    }
    let mut backend = BackendChoice::default().open(&mut Quiet)?;
    let model = fit(backend.as_mut(), &cohort, &mut talk)?;
    if let Some(error) = model.diverged() {
        return Err(error);
    }
    let patients = model.sample(backend.as_mut(), 0..rows)?;
    let written = patients.write_with(&mut std::io::stdout().lock(), FormulaGuard::On);
    written.map_err(|error| mellizo::error::Error::io("stdout", error))
}
