//! A model on a backend: it makes encoded rows, and what is left to do with them can be done by any
//! thread.

use super::Rows;
use crate::cli::args::SampleOptions;
use crate::cli::backend;
use crate::cli::model::{Document, damaged};
use crate::cli::parts::Parts;
use engine::op::Backend;
use ground::error::{Error, Result};
use ground::matrix::Matrix;
use table::condition::Support;
use table::{Schema, Table};
use training::gan::{ModelFile, PIECE, Sampler};

/// Numbers that are read from the backend at once: a piece, but less of a very wide table.
const NUMBERS: usize = 1 << 18;

/// A generator that is ready to make patients.
pub(super) struct Source {
    backend: Box<dyn Backend>,
    sampler: Sampler,
    features: usize,
    /// Which patients.
    pub(super) rows: Rows,
}

/// What turns rows of the generator into patients.
pub(super) struct Finish {
    document: Document,
    parts: Parts,
    seed: u64,
}

/// Rows of the generator and the number of the first one.
pub(super) struct Raw {
    first: u64,
    values: Matrix,
}

/// Rows on their way to a file.
pub(super) enum Part {
    /// Still to be decoded.
    Raw(Raw),
    /// Patients already: a condition had to look at them.
    Patients(Table),
}

/// Opens what the options ask for.
pub(super) fn open(options: &SampleOptions) -> Result<(Source, Finish)> {
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
    let rows = options.rows.unwrap_or(Rows::first(parts.sampling.multiple * about.rows));
    let mut backend = backend::open(&options.engine)?;
    let (recipe, blocks) = (&about.recipe, document.blocks());
    let sampler = Sampler::new(
        backend.as_mut(),
        recipe,
        &model.generator,
        about.features,
        blocks.as_ref(),
        seed,
    );
    let source =
        Source { sampler: sampler.map_err(inside)?, backend, features: about.features, rows };
    Ok((source, Finish { document, parts, seed }))
}

impl Source {
    /// What runs the work, for people.
    pub(super) fn describe(&self) -> String {
        self.backend.describe()
    }

    /// The rows from `first` on, up to `last`: a piece at most. Panics on an empty range.
    pub(super) fn next(&mut self, first: u64, last: u64) -> Result<Raw> {
        let most = (NUMBERS / self.features).clamp(1, PIECE);
        let values = self.sampler.some_rows(self.backend.as_mut(), first, last, most)?;
        Ok(Raw { first, values })
    }
}

impl Part {
    /// How many.
    #[cfg(feature = "parquet")]
    pub(super) fn rows(&self) -> usize {
        match self {
            Self::Raw(raw) => raw.values.rows(),
            Self::Patients(table) => table.rows(),
        }
    }
}

impl Raw {
    /// Number of the first row.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// Number of the first row behind these.
    pub(super) fn end(&self) -> u64 {
        self.first + self.values.rows() as u64
    }
}

impl Finish {
    /// The patients of some rows.
    pub(super) fn patients(&self, part: Part) -> Table {
        match part {
            Part::Raw(raw) => {
                self.document.patients(raw.values, &self.parts, self.seed, raw.first).table
            }
            Part::Patients(table) => table,
        }
    }

    /// The cohort's schema.
    pub(super) fn schema(&self) -> &Schema {
        self.document.schema()
    }

    /// How many training rows are behind a condition.
    pub(super) fn support(&self) -> &Support {
        &self.document.support
    }

    /// The largest magnitude that numbers of each column have.
    #[cfg(feature = "parquet")]
    pub(super) fn largest(&self) -> Vec<f64> {
        self.document.largest()
    }
}
