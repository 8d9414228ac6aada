//! The table side's document in a model file, and what turns a generator's rows into patients.

use super::parts::{Parts, Sampling};
use crate::error::{Error, Place, Result};
use crate::gan::{ModelFile, Sampler};
use crate::matrix::Matrix;
use crate::metrics::quantile::{PAPER_LEVELS, percentiles};
use crate::op::Backend;
use crate::table::Table;
use crate::table::calibrate::{Calibrate, Calibration};
use crate::table::encode::Encoder;
use crate::table::postprocess::{complete, compress, postprocess};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A model file whose parts do not fit together.
pub(super) fn damaged(path: &Path, problem: &dyn std::fmt::Display) -> Error {
    Error::input(Place::file(path), format!("the model is damaged ({problem})"), "train it again")
}

/// Rows that a calibration is fitted on at least.
const CALIBRATION_ROWS: usize = 20_000;

/// And at most: a quantile is then certain to a thousandth, and more rows would only take memory.
const MOST_CALIBRATION_ROWS: usize = 1_000_000;

/// What the table side keeps of a cohort: enough to decode, nothing of a single patient but the extremes of each column.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Document {
    /// Schema and encoding.
    pub(super) encoder: Encoder,
    /// The map of `calibrate = "rank"`.
    calibration: Option<Calibration>,
    /// The cohort's percentiles 5, 10, ..., 100 of every encoded feature.
    quantiles: Vec<Vec<f64>>,
}

impl Document {
    /// Fits the document to an encoded cohort and its generator.
    pub(super) fn fit(
        encoder: &Encoder,
        encoded: &Matrix,
        sampling: Sampling,
        sampler: &Sampler,
        backend: &mut dyn Backend,
    ) -> Result<Self> {
        let calibration = match sampling.calibrate {
            Calibrate::None => None,
            Calibrate::Rank => {
                let rows = CALIBRATION_ROWS.max(sampling.multiple * encoded.rows()).min(MOST_CALIBRATION_ROWS);
                Some(Calibration::fit(&sampler.rows(backend, 0, rows)?, encoded, encoder))
            }
        };
        let of_column = |column| percentiles(&encoded.column(column).collect::<Vec<_>>(), &PAPER_LEVELS);
        let quantiles = (0..encoded.columns()).map(of_column).collect();
        Ok(Self { encoder: encoder.clone(), calibration, quantiles })
    }

    /// Reads the document of a model file.
    pub(super) fn of(model: &ModelFile, path: &Path) -> Result<Self> {
        let document: Self = serde_json::from_value(model.about.table.clone()).map_err(|e| damaged(path, &e))?;
        match (document.encoder.features(), model.about.features) {
            (encoded, features) if encoded == features => Ok(document),
            (encoded, features) => Err(damaged(path, &format!("{encoded} encoded columns for {features} features"))),
        }
    }

    /// Generated rows, post-processed but still encoded.
    pub(super) fn finish(&self, mut rows: Matrix, parts: &Parts) -> Matrix {
        if let Some(calibration) = &self.calibration {
            calibration.apply(&mut rows);
        }
        if parts.sampling.snap {
            postprocess(&mut rows, &self.encoder);
        } else {
            compress(&mut rows);
            complete(&mut rows, &self.encoder);
        }
        rows
    }

    /// Post-processed rows as patients; `first` is the number of the first one.
    pub(super) fn decode(&self, rows: &Matrix, seed: u64, first: u64) -> Table {
        self.encoder.decode_from(rows, seed, first)
    }
}
