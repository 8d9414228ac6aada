//! `mellizo sample`: patients from a model, piece by piece.

use super::args::SampleOptions;
use super::folder::write_whole;
use super::model::{Document, damaged};
use super::parts::Parts;
use super::{engine, outcome, stdout};
use crate::error::{Error, Place, Result};
use crate::gan::{ModelFile, PIECE, Sampler};
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
    let model = ModelFile::load(&options.model)?;
    let document = Document::of(&model, &options.model)?;
    let parts = Parts::of(&model.about.recipe, "of the model").map_err(|e| damaged(&options.model, &e))?;
    let (seed, features) = (options.seed.unwrap_or(model.about.seed), model.about.features);
    let rows = options.rows.unwrap_or(parts.sampling.multiple * model.about.rows);
    let mut backend = engine::open(&options.engine)?;
    let sampler = Sampler::new(backend.as_mut(), &model.about.recipe, &model.generator, features, seed);
    let sampler = sampler.map_err(|error| match error {
        Error::Usage(_) => damaged(&options.model, &error),
        other => other,
    })?;
    eprintln!("{}: {rows} synthetic patients", backend.describe());
    let start = Instant::now();
    let mut failure = None;
    let mut fill = |out: &mut dyn Write| -> std::io::Result<()> {
        let mut next = 0;
        loop {
            let count = ROWS_AT_ONCE.min(rows - next);
            let generated = match sampler.rows(backend.as_mut(), next, count) {
                Ok(generated) => generated,
                Err(error) => {
                    failure = Some(error);
                    return Err(std::io::Error::other("sampling failed"));
                }
            };
            let table = document.decode(&document.finish(generated, &parts), seed, next);
            if next == 0 {
                table.write(&mut *out)?
            } else {
                table.write_more(&mut *out)?
            }
            next += count;
            if next == rows {
                return Ok(());
            }
        }
    };
    let written = match &options.out {
        Some(path) => write_whole(path, &mut fill),
        None => stdout::write(&mut fill),
    };
    if let Some(error) = failure {
        return Err(error);
    }
    written?;
    if options.json {
        let seconds = start.elapsed().as_secs_f64();
        stdout::line(json!({ "version": outcome::VERSION, "command": "sample", "rows": rows, "seconds": seconds }))?;
    }
    Ok(())
}
