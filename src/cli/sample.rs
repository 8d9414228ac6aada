//! `mellizo sample`: patients from a model, piece by piece.

use super::args::SampleOptions;
use super::model::{Document, damaged};
use super::parts::Parts;
use super::{engine, outcome, stdout};
use crate::error::{Error, Place, Result};
use crate::gan::{ModelFile, PIECE, Sampler};
use crate::op::Backend;
use crate::whole_file::{self, Readers};
use serde_json::json;
use std::io::Write;
use std::time::Instant;

/// Patients that are decoded and written at once.
const ROWS_AT_ONCE: usize = 8 * PIECE;

/// Writes synthetic patients as CSV to a file or to stdout.
pub(super) fn sample(options: &SampleOptions) -> Result<()> {
    if let Some(path) = options.out.as_ref().filter(|path| path.exists() && !options.force) {
        let remedy = "choose another with --out FILE, or overwrite with --force";
        return Err(Error::input(Place::file(path), "the file exists", remedy));
    }
    let mut source = Source::open(options)?;
    eprintln!("{}: {} synthetic patients", source.backend.describe(), source.rows);
    let start = Instant::now();
    let mut failure = None;
    // The device's own error would lose its exit code inside an error of the system.
    let fill = |out: &mut dyn Write| {
        source.write(out)?.map_err(|error| {
            failure = Some(error);
            std::io::Error::other("sampling failed")
        })
    };
    let written = match &options.out {
        Some(path) => whole_file::write(path, Readers::Umask, fill),
        None => stdout::write(fill),
    };
    failure.map_or(written, Err)?;
    if options.json {
        let (rows, seconds) = (source.rows, start.elapsed().as_secs_f64());
        stdout::line(json!({ "version": outcome::VERSION, "command": "sample", "rows": rows, "seconds": seconds }))?;
    }
    Ok(())
}

/// A model on a backend, ready to make patients.
struct Source {
    backend: Box<dyn Backend>,
    sampler: Sampler,
    document: Document,
    parts: Parts,
    seed: u64,
    rows: usize,
}

impl Source {
    fn open(options: &SampleOptions) -> Result<Self> {
        let model = ModelFile::load(&options.model)?;
        // What is wrong with a recipe inside a model is no mistake of the user's command line.
        let inside = |error| match error {
            Error::Usage(problem) => damaged(&options.model, &problem),
            other => other,
        };
        let document = Document::of(&model, &options.model)?;
        let about = &model.about;
        let parts = Parts::of(&about.recipe, "of the model").map_err(inside)?;
        let seed = options.seed.unwrap_or(about.seed);
        let rows = options.rows.unwrap_or(parts.sampling.multiple * about.rows);
        let mut backend = engine::open(&options.engine)?;
        let sampler = Sampler::new(backend.as_mut(), &about.recipe, &model.generator, about.features, seed);
        Ok(Self { sampler: sampler.map_err(inside)?, backend, document, parts, seed, rows })
    }

    /// Writes the whole table. The outer error is that of `out`, the inner one the device's.
    fn write(&mut self, out: &mut dyn Write) -> std::io::Result<Result<()>> {
        let mut next = 0;
        loop {
            let count = ROWS_AT_ONCE.min(self.rows - next);
            let generated = match self.sampler.rows(self.backend.as_mut(), next, count) {
                Ok(generated) => generated,
                Err(error) => return Ok(Err(error)),
            };
            let table = self.document.decode(&self.document.finish(generated, &self.parts), self.seed, next);
            if next == 0 {
                table.write(&mut *out)?;
            } else {
                table.write_more(&mut *out)?;
            }
            next += count;
            if next == self.rows {
                return Ok(Ok(()));
            }
        }
    }
}
