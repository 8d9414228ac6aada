//! A model on a backend: it makes encoded rows, and what is left to do with them can be done by any
//! thread.

use super::Rows;
use crate::synthesis::document::{Document, Patients};
use crate::synthesis::parts::Parts;
use crate::synthesis::private::Copula;
use engine::op::Backend;
use ground::error::Result;
use ground::matrix::Matrix;
use table::{Schema, Table};
use training::gan::{PIECE, Sampler};

/// Numbers that are read from the backend at once: a piece, but less of a very wide table.
const NUMBERS: usize = 1 << 18;

/// A generator that is ready to make patients.
pub struct Generator<'a> {
    backend: &'a mut dyn Backend,
    source: Source<'a>,
    finish: Finish<'a>,
    columns: usize,
}

/// What makes the rows.
pub(in crate::synthesis) enum Source<'a> {
    /// A network.
    Network(Box<Sampler>),
    /// A copula.
    Copula(&'a Copula),
}

/// What turns rows of the generator into patients.
#[derive(Clone, Copy)]
pub struct Finish<'a> {
    document: &'a Document,
    parts: &'a Parts,
    seed: u64,
}

/// Rows of the generator and the number of the first one.
#[derive(Clone, Debug)]
pub struct Raw {
    first: u64,
    values: Matrix,
}

/// Rows on their way to a file.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // a few parts are in memory at a time
pub enum Part {
    /// Still to be decoded.
    Raw(Raw),
    /// Patients already: a condition had to look at them.
    Patients(Table),
}

impl<'a> Generator<'a> {
    /// `columns` is the width of the generator's rows.
    pub(in crate::synthesis) fn new(
        backend: &'a mut dyn Backend,
        source: Source<'a>,
        finish: Finish<'a>,
        columns: usize,
    ) -> Self {
        Self { backend, source, finish, columns }
    }

    /// What turns its rows into patients.
    pub fn finish(&self) -> Finish<'a> {
        self.finish
    }

    /// The generator's own rows, all at once.
    pub fn raw(&mut self, rows: Rows) -> Result<Raw> {
        let values = match &mut self.source {
            Source::Network(sampler) => {
                sampler.rows(self.backend, rows.start(), rows.count() as usize)?
            }
            Source::Copula(copula) => copula.rows(rows.start()..rows.end(), self.finish.seed),
        };
        Ok(Raw { first: rows.start(), values })
    }

    /// The patients of these rows, all at once.
    pub fn patients(&mut self, rows: Rows) -> Result<Patients> {
        let raw = self.raw(rows)?;
        Ok(self.finish.of(raw))
    }

    /// The rows from `first` on, up to `last`: a piece at most. Panics on an empty range.
    pub(super) fn next(&mut self, first: u64, last: u64) -> Result<Raw> {
        let most = (NUMBERS / self.columns).clamp(1, PIECE);
        let values = match &mut self.source {
            Source::Network(sampler) => sampler.some_rows(self.backend, first, last, most)?,
            Source::Copula(copula) => {
                copula.rows(first..last.min(first + most as u64), self.finish.seed)
            }
        };
        Ok(Raw { first, values })
    }
}

impl Part {
    /// How many.
    pub fn rows(&self) -> usize {
        match self {
            Self::Raw(raw) => raw.values.rows(),
            Self::Patients(table) => table.rows(),
        }
    }
}

impl Raw {
    /// Number of the first row.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// Number of the first row behind these.
    pub fn end(&self) -> u64 {
        self.first + self.values.rows() as u64
    }

    /// The rows, encoded as the cohort was.
    pub fn values(&self) -> &Matrix {
        &self.values
    }
}

impl<'a> Finish<'a> {
    pub(in crate::synthesis) fn new(document: &'a Document, parts: &'a Parts, seed: u64) -> Self {
        Self { document, parts, seed }
    }

    /// Rows as patients, with what relations changed in them.
    pub fn of(&self, raw: Raw) -> Patients {
        self.document.patients(raw.values, self.parts, self.seed, raw.first)
    }

    /// The patients of some rows.
    pub fn patients(&self, part: Part) -> Table {
        match part {
            Part::Raw(raw) => self.of(raw).table,
            Part::Patients(table) => table,
        }
    }

    /// The cohort's schema.
    pub fn schema(&self) -> &'a Schema {
        self.document.schema()
    }

    /// The largest magnitude that numbers of each column have.
    pub fn largest(&self) -> Vec<f64> {
        self.document.largest()
    }
}
