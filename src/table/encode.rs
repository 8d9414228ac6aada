//! From a cohort to the network's matrix.
//! What each column's numbers mean is learned once and kept for the way back.

use super::pixels::{MISSING, Pixels};
use super::{Schema, Table, Warning};
use ground::error::{Error, Result};
use ground::matrix::Matrix;
use serde::{Deserialize, Serialize};

/// What happens to one column of the cohort.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase", deny_unknown_fields)]
pub enum Treatment {
    /// It is a feature of the matrix.
    Trained {
        /// Observed minimum (of a coded column: the lowest level's position).
        lo: f64,
        /// Observed maximum, above `lo`.
        hi: f64,
        /// Share of missing cells.
        missing: f64,
        /// Positions of the levels that occur, ascending; empty for numbers.
        occurring: Vec<usize>,
    },
    /// All observed cells are the same: kept out of training and given back.
    Constant {
        /// That cell.
        value: f64,
        /// Share of missing cells.
        missing: f64,
    },
    /// No cell is observed: kept out of training and given back empty.
    Empty,
}

/// The encoding of a cohort, stored with the model.
/// Two equal cohorts have the same serialised encoder, byte for byte.
///
/// Feature `j` of the matrix is the `j`-th trained column of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Encoder {
    pub(super) schema: Schema,
    pub(super) pixels: Pixels,
    pub(super) columns: Vec<Treatment>,
}

impl Encoder {
    /// Learns the extremes and levels of a cohort.
    ///
    /// Errors: [`Error::Usage`] when no column has two different values, for then there is nothing
    /// to learn.
    pub fn fit(cohort: &Table, pixels: Pixels) -> Result<Self> {
        let columns: Vec<Treatment> =
            (0..cohort.schema.columns.len()).map(|column| treat(cohort, column)).collect();
        let encoder = Self { schema: cohort.schema.clone(), pixels, columns };
        if encoder.features() == 0 {
            return Err(Error::Usage(
                "no column has two different values; nothing can be learned from this table".into(),
            ));
        }
        Ok(encoder)
    }

    /// The matrix (rows x features) of a table with the cohort's columns: missing is -1, observed
    /// lies in [-0.294118, 1].
    ///
    /// A value outside the cohort's extremes (in a hold-out) is encoded as the nearer one.
    /// Panics if the columns differ.
    pub fn encode(&self, table: &Table) -> Matrix {
        let names = |schema: &Schema| {
            schema.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(
            names(&table.schema),
            names(&self.schema),
            "a table with other columns than the encoder's cohort"
        );
        let mut matrix = Matrix::zeros(table.rows(), self.features());
        let trained: Vec<(usize, f64, f64)> = self.trained().collect();
        for row in 0..table.rows() {
            let cells = table.cells.row(row);
            for (x, &(column, lo, hi)) in matrix.row_mut(row).iter_mut().zip(&trained) {
                let cell = cells[column];
                *x = if cell.is_nan() { MISSING } else { self.pixels.encode(cell, lo, hi) };
            }
        }
        matrix
    }

    /// The cohort's schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Whether observed values were rounded to pixels.
    pub fn pixels(&self) -> Pixels {
        self.pixels
    }

    /// What happens to each column of the table.
    pub fn treatments(&self) -> &[Treatment] {
        &self.columns
    }

    /// Number of features: trained columns.
    pub fn features(&self) -> usize {
        self.trained().count()
    }

    /// The column of the table that each feature is.
    pub fn feature_columns(&self) -> Vec<usize> {
        self.trained().map(|(column, ..)| column).collect()
    }

    /// For each feature, whether the cohort has missing cells in it.
    pub(crate) fn feature_has_missing(&self) -> Vec<bool> {
        let missing = |column: usize| match self.columns[column] {
            Treatment::Trained { missing, .. } => missing > 0.0,
            _ => false,
        };
        self.trained().map(|(column, ..)| missing(column)).collect()
    }

    /// For each feature, the encoded values that occur in the cohort, ascending, with -1 if it has
    /// missing cells; none for features that are numbers.
    pub fn feature_values(&self) -> Vec<Option<Vec<f64>>> {
        let values = |treatment: &Treatment| match treatment {
            Treatment::Trained { lo, hi, missing, occurring } if !occurring.is_empty() => {
                let missing = (*missing > 0.0).then_some(MISSING);
                let levels =
                    occurring.iter().map(|&level| self.pixels.encode(level as f64, *lo, *hi));
                Some(missing.into_iter().chain(levels).collect())
            }
            _ => None,
        };
        self.trained().map(|(column, ..)| values(&self.columns[column])).collect()
    }

    /// The largest magnitude that a number of each column has; 0 for coded columns.
    pub fn largest(&self) -> Vec<f64> {
        let largest = |(treatment, column): (&Treatment, &super::Column)| match treatment {
            _ if column.kind.is_coded() => 0.0,
            Treatment::Trained { lo, hi, .. } => lo.abs().max(hi.abs()),
            Treatment::Constant { value, .. } => value.abs(),
            Treatment::Empty => 0.0,
        };
        self.columns.iter().zip(&self.schema.columns).map(largest).collect()
    }

    /// The columns that are not trained, and why.
    pub fn warnings(&self) -> Vec<Warning> {
        let warn = |(column, treatment): (usize, &Treatment)| {
            let name = self.schema.columns[column].name.clone();
            let text = match treatment {
                Treatment::Trained { .. } => return None,
                Treatment::Constant { .. } => {
                    "every observed cell is the same; kept out of training and given back"
                }
                Treatment::Empty => {
                    "every cell is missing; kept out of training and given back empty"
                }
            };
            Some(Warning { column: name, text: text.into() })
        };
        self.columns.iter().enumerate().filter_map(warn).collect()
    }

    /// Position and extremes of every trained column.
    fn trained(&self) -> impl Iterator<Item = (usize, f64, f64)> {
        self.columns.iter().enumerate().filter_map(|(column, treatment)| match treatment {
            Treatment::Trained { lo, hi, .. } => Some((column, *lo, *hi)),
            _ => None,
        })
    }
}

fn treat(cohort: &Table, column: usize) -> Treatment {
    let mut observed: Vec<f64> =
        cohort.cells.column(column).filter(|cell| !cell.is_nan()).collect();
    let missing = 1.0 - observed.len() as f64 / cohort.rows().max(1) as f64;
    observed.sort_by(f64::total_cmp);
    observed.dedup();
    match (observed.first(), observed.last()) {
        (Some(&lo), Some(&hi)) if lo < hi => {
            let coded = cohort.schema.columns[column].kind.is_coded();
            let occurring = if coded {
                observed.iter().map(|&level| level as usize).collect()
            } else {
                Vec::new()
            };
            Treatment::Trained { lo, hi, missing, occurring }
        }
        (Some(&value), _) => Treatment::Constant { value, missing },
        _ => Treatment::Empty,
    }
}

/// An encoder as a model file has it, before it is trusted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    schema: Schema,
    pixels: Pixels,
    columns: Vec<Treatment>,
}

impl TryFrom<Stored> for Encoder {
    type Error = String;

    fn try_from(stored: Stored) -> std::result::Result<Self, String> {
        let Stored { schema, pixels, columns } = stored;
        if schema.columns.len() != columns.len() {
            return Err(format!(
                "{} treatments for {} columns",
                columns.len(),
                schema.columns.len()
            ));
        }
        schema.check(&ground::error::Place::file("encoder")).map_err(|error| error.to_string())?;
        for (column, treatment) in schema.columns.iter().zip(&columns) {
            let fits = match treatment {
                Treatment::Trained { lo, hi, missing, occurring } => {
                    let levels = occurring.iter().all(|&level| level < column.levels.len());
                    lo < hi
                        && (0.0..=1.0).contains(missing)
                        && levels
                        && column.kind.is_coded() != occurring.is_empty()
                }
                Treatment::Constant { value, missing } => {
                    let level = *value >= 0.0 && *value < column.levels.len() as f64;
                    (0.0..=1.0).contains(missing) && (level || !column.kind.is_coded())
                }
                Treatment::Empty => true,
            };
            if !fits {
                return Err(format!(
                    "column {:?} has an encoding that no cohort gives",
                    column.name
                ));
            }
        }
        Ok(Self { schema, pixels, columns })
    }
}
