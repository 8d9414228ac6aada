//! The table side's document in a model file, and what turns a generator's rows into patients.

mod shared;

use super::cohort::Cohort;
use super::parts::{Constraints, Parts, Sampling, Word};
use super::private::{Copula, PublicTable};
use engine::op::Backend;
use ground::blocks::Blocks;
use ground::error::{Error, Result};
use ground::matrix::Matrix;
use serde::{Deserialize, Serialize};
use std::path::Path;
use table::calibrate::{Calibrate, Calibration};
use table::coarse::Withheld;
use table::condition::Support;
use table::encode::Encoder;
use table::postprocess::{complete, compress, postprocess};
use table::relations::{Found, Keeper, Kept, Stored, worth_keeping};
use table::typed::TypedDecoder;
use table::{Schema, Table};
use training::gan::{ModelFile, Sampler, TableDocument};

/// A model file whose parts do not fit together.
pub(super) fn damaged(path: &Path, problem: &dyn std::fmt::Display) -> Error {
    Error::corrupt(path, format!("the model is damaged ({problem})"), "train it again")
}

/// Rows that a calibration is fitted on at least.
const CALIBRATION_ROWS: usize = 20_000;

/// And at most: a quantile is then certain to three thousandths, and more rows would only take time
/// and memory.
const MOST_CALIBRATION_ROWS: usize = 100_000;

/// Generated rows that relations are tried on before they are kept.
const TRIED_ROWS: usize = 4096;

/// What the table side keeps of a cohort: enough to decode, nothing of a single patient but the
/// extremes of each column (and not these of typed columns).
pub struct Document {
    code: Code,
    /// How many training rows are behind a condition.
    pub(super) support: Support,
    /// The relations that patients keep.
    pub(super) found: Vec<Found>,
    /// Relations that were found and would cost more than they bring; of a fitted document only.
    pub(super) given_up: Vec<Found>,
    keeper: Option<Keeper>,
    /// What an exported model does not tell.
    withheld: Withheld,
}

/// The way from the generator's rows to a table.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "representation", rename_all = "lowercase")]
enum Code {
    /// As in the paper.
    Grey {
        /// Schema and encoding.
        encoder: Encoder,
        /// The map of `calibrate = "rank"`.
        calibration: Option<Calibration>,
    },
    /// Levels, normal scores and masks.
    Typed { decoder: TypedDecoder },
    /// No rows of a generator, but cells of a copula over what is public of the columns.
    Copula { public: PublicTable, copula: Box<Copula> },
}

/// A document as a model file has it.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(flatten)]
    code: Code,
    support: Support,
    relations: Vec<Stored>,
    #[serde(default)]
    withheld: Withheld,
}

/// Rows of the generator as patients.
pub struct Patients {
    /// The table.
    pub table: Table,
    /// The same rows in the paper's encoding, post-processed, where that is what the generator
    /// makes and no relation changed them.
    pub encoded: Option<Matrix>,
    /// What relations changed.
    pub kept: Kept,
}

impl Document {
    /// Fits the document to a cohort and its generator.
    pub(super) fn fit(
        cohort: &Cohort,
        sampling: &Sampling,
        sampler: &Sampler,
        backend: &mut dyn Backend,
    ) -> Result<Self> {
        let rows =
            CALIBRATION_ROWS.max(sampling.rows(cohort.table.rows())).min(MOST_CALIBRATION_ROWS);
        let code = match &cohort.typed {
            Some((encoder, typed)) => {
                let generated = sampler.rows(backend, 0, rows)?;
                Code::Typed {
                    decoder: TypedDecoder::fit(
                        &generated,
                        encoder,
                        (cohort.learned_table(), typed),
                    ),
                }
            }
            None => {
                let (encoder, encoded) = (&cohort.encoder, &cohort.encoded);
                let calibration = match sampling.calibrate {
                    Calibrate::None => None,
                    Calibrate::Rank => Some(Calibration::fit(
                        &sampler.rows(backend, 0, rows)?,
                        encoded,
                        encoder,
                        cohort.patients(),
                    )),
                };
                Code::Grey { encoder: encoder.clone(), calibration }
            }
        };
        let (support, mut found, mut given_up) =
            (Support::of(cohort.learned_table()), cohort.relations.clone(), Vec::new());
        if sampling.constraints == Constraints::Word(Word::Auto) && !found.is_empty() {
            let (sample, _) =
                code.decode(sampler.rows(backend, 0, TRIED_ROWS)?, sampling.snap, 0, 0);
            (found, given_up) = worth_keeping(found, &sample, &support, 0);
        }
        Ok(Self { given_up, ..Self::new(code, support, found) })
    }

    /// Of patients that a copula makes, with the relations that they keep.
    pub(super) fn of_copula(
        (public, copula): (PublicTable, Copula),
        support: Support,
        found: Vec<Found>,
    ) -> Self {
        Self::new(Code::Copula { public, copula: Box::new(copula) }, support, found)
    }

    /// The copula that makes the patients, if it is none of the networks.
    pub(super) fn copula(&self) -> Option<&Copula> {
        match &self.code {
            Code::Copula { copula, .. } => Some(copula),
            _ => None,
        }
    }

    fn new(code: Code, support: Support, found: Vec<Found>) -> Self {
        let keeper =
            (!found.is_empty()).then(|| Keeper::new(found.clone(), code.schema(), &support));
        let withheld = Withheld::default();
        Self { code, support, found, given_up: Vec::new(), keeper, withheld }
    }

    /// For a model file.
    pub(super) fn to_value(&self) -> TableDocument {
        #[derive(Serialize)]
        struct Lent<'a> {
            #[serde(flatten)]
            code: &'a Code,
            support: &'a Support,
            relations: Vec<Stored>,
            #[serde(skip_serializing_if = "Withheld::is_empty")]
            withheld: &'a Withheld,
        }
        let relations = self.found.iter().map(|found| found.stored(self.schema())).collect();
        let (code, support, withheld) = (&self.code, &self.support, &self.withheld);
        TableDocument::of(&Lent { code, support, relations, withheld })
    }

    /// Reads the document of a model file.
    pub(super) fn of(model: &ModelFile, path: &Path) -> Result<Self> {
        let written: Written = model.about.table.read().map_err(|e| damaged(path, &e))?;
        let Written { code, support, relations, withheld } = written;
        code.check(model.about.features).map_err(|problem| damaged(path, &problem))?;
        if !support.fits(code.schema()) || !withheld.fits(code.schema()) {
            return Err(damaged(path, &"counts of other columns"));
        }
        let found = relations
            .iter()
            .map(|stored| Found::of(stored, code.schema()))
            .collect::<std::result::Result<_, _>>();
        let found = found.map_err(|problem| damaged(path, &problem))?;
        Ok(Self { withheld, ..Self::new(code, support, found) })
    }

    /// The cohort's schema.
    pub(super) fn schema(&self) -> &Schema {
        self.code.schema()
    }

    /// What the columns of the generator's rows belong to; none for grey values.
    pub(super) fn blocks(&self) -> Option<Blocks> {
        match &self.code {
            Code::Grey { .. } | Code::Copula { .. } => None,
            Code::Typed { decoder } => Some(decoder.blocks()),
        }
    }

    /// The largest magnitude that numbers of each column have.
    pub(super) fn largest(&self) -> Vec<f64> {
        match &self.code {
            Code::Grey { encoder, .. } => encoder.largest(),
            Code::Typed { decoder } => decoder.largest(),
            Code::Copula { public, .. } => public.largest(),
        }
    }

    /// Generated rows as patients; `first` is the number of the first one.
    pub(super) fn patients(&self, rows: Matrix, parts: &Parts, seed: u64, first: u64) -> Patients {
        let (mut table, encoded) = self.code.decode(rows, parts.sampling.snap, seed, first);
        self.withheld.empty(&mut table.cells);
        let encoded = encoded.filter(|_| self.withheld.is_empty());
        match &self.keeper {
            None => {
                Patients { kept: Kept { rows: table.rows(), ..Kept::default() }, table, encoded }
            }
            Some(keeper) => {
                let kept = keeper.keep(&mut table, seed, first);
                Patients { table, encoded: encoded.filter(|_| kept.cells == 0), kept }
            }
        }
    }
}

impl Code {
    fn schema(&self) -> &Schema {
        match self {
            Self::Grey { encoder, .. } => encoder.schema(),
            Self::Typed { decoder } => decoder.schema(),
            Self::Copula { public, .. } => public.schema(),
        }
    }

    /// Generated rows as a table before any relation is kept, and in the paper's encoding,
    /// post-processed, where they are in it.
    fn decode(&self, rows: Matrix, snap: bool, seed: u64, first: u64) -> (Table, Option<Matrix>) {
        match self {
            Self::Typed { decoder } => (decoder.decode(&rows), None),
            Self::Copula { public, .. } => (public.table(rows), None),
            Self::Grey { encoder, calibration, .. } => {
                let encoded = finish(rows, encoder, calibration.as_ref(), snap);
                (encoder.decode_from(&encoded, seed, first), Some(encoded))
            }
        }
    }

    /// Whether it fits a generator of so many features.
    fn check(&self, features: usize) -> std::result::Result<(), String> {
        let decoded = match self {
            Self::Grey { encoder, .. } => encoder.features(),
            Self::Typed { decoder } => decoder.blocks().width(),
            Self::Copula { public, copula }
                if public.is_whole() && copula.fits(public.columns()) =>
            {
                return Ok(());
            }
            Self::Copula { .. } => return Err("a copula of other columns".into()),
        };
        let problem = || Err(format!("{decoded} encoded columns for {features} features"));
        if decoded == features { Ok(()) } else { problem() }
    }
}

/// Generated grey rows, post-processed but still encoded.
fn finish(
    mut rows: Matrix,
    encoder: &Encoder,
    calibration: Option<&Calibration>,
    snap: bool,
) -> Matrix {
    if let Some(calibration) = calibration {
        calibration.apply(&mut rows);
    }
    if snap {
        postprocess(&mut rows, encoder);
    } else {
        compress(&mut rows);
        complete(&mut rows, encoder);
    }
    rows
}
