//! `mellizo.evaluate`: scores and their pages.

use crate::errors::{calm, input, taken};
use crate::source::{Source, options, schema};
use mellizo::synthesis::{
    ComparisonFiles, Judgement, Known, Options, SurvivalColumns, evaluate_known, sample_notes,
};
use pyo3::prelude::*;
use std::path::PathBuf;

/// Scores as JSON, and the pages that show them.
#[pyclass(frozen, get_all, module = "mellizo._mellizo")]
pub struct Report {
    /// The scores.
    json: String,
    /// The page that may be passed on.
    html: String,
    /// The page of the owner.
    private_html: String,
    /// Scores in order: key, name, meaning, value, ceiling, floor, hold-out's, against the
    /// hold-out, low, high, whole, which way is better.
    scores: Vec<Scored>,
    /// What the reader must know.
    notes: Vec<String>,
}

/// A score by its names and numbers.
type Scored = (String, String, String, Vec<Option<f64>>, String);

impl Report {
    pub fn of(judged: &Judgement) -> Self {
        Self::released(judged, (judged.share_html(), judged.json()))
    }

    /// With a page and a JSON text of its own for everybody.
    pub fn released(judged: &Judgement, (html, json): (String, String)) -> Self {
        let scores = judged.evaluation.scores.iter().map(|score| {
            let numbers = [
                Some(score.value).filter(|value| !value.is_nan()),
                score.ceiling,
                score.floor,
                score.against_holdout,
                score.holdout,
                score.low,
                score.high,
                score.whole,
            ];
            let better = format!("{:?}", score.name.better());
            let name = score.name;
            let [key, label, meaning] =
                [name.key(), name.label(), name.meaning()].map(String::from);
            (key, label, meaning, numbers.to_vec(), better)
        });
        let (scores, notes) = (scores.collect(), judged.evaluation.notes.clone());
        Self { json, html, private_html: judged.private_html(), scores, notes }
    }
}

/// The arguments of `mellizo.evaluate`, by their names.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Asked {
    schema_file: Option<PathBuf>,
    schema_json: Option<String>,
    drop: Vec<String>,
    patient: Option<String>,
    time: Option<String>,
    event: Option<String>,
    strata: Option<String>,
    missing: Vec<String>,
    seed: u64,
    command: String,
}

/// Judges a synthetic table by real ones; also says what the user should know.
#[pyfunction]
#[pyo3(signature = (real, synthetic, holdout, name, asked))]
pub fn evaluate(
    py: Python<'_>,
    real: &Bound<'_, PyAny>,
    synthetic: &Bound<'_, PyAny>,
    holdout: Option<&Bound<'_, PyAny>>,
    name: &str,
    asked: &Bound<'_, PyAny>,
) -> PyResult<(Report, Vec<String>)> {
    let asked: Asked = taken(asked)?;
    let real = Source::of(real, name)?;
    let synthetic = Source::of(synthetic, "synthetic table")?;
    let holdout = holdout.map(|table| Source::of(table, "hold-out")).transpose()?;
    let given = schema(py, asked.schema_file.as_deref(), asked.schema_json.as_deref())?;
    let judged = calm(py, || {
        let own = options(&asked.missing)?;
        let files = ComparisonFiles {
            holdout: holdout.as_ref().map(Source::name),
            known: real.frame().map(|frame| frame.known()).unwrap_or_default(),
            drop: asked.drop,
            patient: asked.patient,
            survival: SurvivalColumns {
                time: asked.time,
                event: asked.event,
                strata: asked.strata,
            },
            options: own.clone(),
            ..ComparisonFiles::new(real.name(), synthetic.name())
        };
        let kept_back = holdout.as_ref().map(|source| source.sheet(&own)).transpose()?;
        let sheets = (real.sheet(&own)?, synthetic.sheet(&own)?);
        let tables = files.compare(given, sheets.0, sheets.1, kept_back)?;
        let chosen = Options { seed: asked.seed, ..Options::default() };
        let (real, synthetic) = (&tables.real, &tables.synthetic);
        let sampled = sample_notes(real, synthetic, tables.holdout.as_ref(), &chosen);
        let warnings = tables.warnings.iter().cloned().chain(sampled).collect();
        let version = env!("CARGO_PKG_VERSION").into();
        let known = Known {
            command: asked.command,
            version,
            notes: tables.notes.clone(),
            ..Known::default()
        };
        let evaluation = evaluate_known(real, synthetic, tables.holdout.as_ref(), &chosen, known);
        let name = files.real.file_name().unwrap_or(files.real.as_os_str()).to_string_lossy();
        let judged = Judgement::of_tables(&name, (real, synthetic), evaluation);
        Ok((Report::of(&judged), warnings))
    });
    judged?.map_err(|error| input(py, error))
}
