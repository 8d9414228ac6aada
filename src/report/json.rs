//! `report.json`: the numbers of the report for programs, with a version (`docs/report.md`
//! describes it).
//!
//! It may be passed on: scores are sums over all patients, and what is said of single columns goes
//! through the rule of [`crate::disclosure`].
//! Counts of patients by level or by missing cells are not in it.

use crate::disclosure::{Audience, Count, coarse_decimals};
use crate::run_record::RunRecord;
use crate::survival::{Point, coarse_curve, sizes, thousandths};
use crate::verdict::Verdict;
use judge::evaluation::survival::{Coefficient, Estimate, Group, Hazards, Strata, Stratum};
use judge::evaluation::{ColumnScore, Evaluation, Score, Survival};
use serde_json::{Map, Value, json};

/// Version of the form.
pub const VERSION: u32 = 1;

/// The numbers of an evaluation as pretty JSON with a line end.
/// A number that is not known is `null`.
/// `run` is the training behind the synthetic table, where this program did it.
pub fn report_json(evaluation: &Evaluation, run: Option<&RunRecord>) -> String {
    let scores: Map<String, Value> =
        evaluation.scores.iter().map(|of| (of.name.key().to_owned(), score(of))).collect();
    let verdict = Verdict::of(evaluation);
    let judgements: Vec<Value> = verdict
        .judgements
        .iter()
        .map(|one| json!({ "topic": one.topic, "grade": one.grade.word(), "sentence": one.sentence }))
        .collect();
    let document = json!({
        "version": VERSION,
        "verdict": { "headline": verdict.headline, "grade": verdict.grade.word(), "judgements": judgements },
        "scores": scores,
        "against_holdout": numbers(evaluation, |score| score.against_holdout),
        "whole": numbers(evaluation, |score| score.whole),
        "columns": evaluation.columns.iter().map(|of| column(of, evaluation.sizes.patients)).collect::<Vec<_>>(),
        "relations": evaluation.kept,
        "utility": evaluation.utility,
        "survival": evaluation.survival.as_ref().map(survival),
        "privacy": evaluation.privacy,
        "audit": evaluation.audit,
        "sizes": evaluation.sizes,
        "seed": evaluation.seed,
        "facts": facts(evaluation, run),
        "notes": evaluation.notes,
    });
    serde_json::to_string_pretty(&document).expect("numbers and texts fit into JSON") + "\n"
}

fn facts(evaluation: &Evaluation, run: Option<&RunRecord>) -> Value {
    let facts = &evaluation.facts;
    json!({
        "command": facts.command,
        "version": facts.version,
        "recipe": run.map(|run| &run.recipe),
        "backend": run.map(|run| &run.backend),
        "training_seconds": run.map(|run| run.training.elapsed.as_secs_f64()),
        "evaluation_seconds": facts.evaluation_seconds,
        "files": facts.files,
    })
}

fn score(of: &Score) -> Value {
    let mut document = json!({
        "value": of.value, "ceiling": of.ceiling, "floor": of.floor, "low": of.low, "high": of.high,
    });
    if let Some(holdout) = of.holdout {
        document["holdout"] = json!(holdout);
    }
    document
}

/// A number of every score that has it, by name.
fn numbers(evaluation: &Evaluation, of: fn(&Score) -> Option<f64>) -> Map<String, Value> {
    let known = evaluation
        .scores
        .iter()
        .filter_map(|score| Some((score.name.key().to_owned(), json!(of(score)?))));
    known.collect()
}

/// Survival as anyone may know it: the curve of real patients at round times, three decimals.
fn survival(of: &Survival) -> Value {
    let (far, real) = (&of.difference, &of.real);
    let short = |value: f64| json!(thousandths(value));
    let optional = |value: Option<f64>| value.map(thousandths);
    let group = |group: &Group| {
        let (patients, events) = sizes(group, Audience::Anyone);
        json!({ "patients": patients.is_exact().then_some(group.patients), "events": events })
    };
    json!({
        "time": of.time, "event": of.event, "value": of.value,
        "real": group(real),
        "synthetic": { "patients": of.synthetic.patients, "events": of.synthetic.events },
        "holdout": of.holdout.as_ref().map(group),
        "difference": {
            "whole": short(far.whole), "value": short(far.value), "ceiling": short(far.ceiling),
            "against_holdout": optional(far.against_holdout), "holdout": optional(far.holdout),
        },
        "curve": curve(real, &of.synthetic),
        "strata": of.strata.as_ref().map(strata),
        "hazards": of.hazards.as_ref().map(hazards),
        "notes": of.notes,
    })
}

/// The curves of real and synthetic patients at the times at which the former may be known.
fn curve(real: &Group, synthetic: &Group) -> Vec<Value> {
    let point = |Point { time, survival, interval }: Point| {
        let [low, high] = interval.map_or([None; 2], |ends| ends.map(Some));
        let synthetic = thousandths(synthetic.curve.at(time));
        json!({ "time": time, "real": survival, "low": low, "high": high, "synthetic": synthetic })
    };
    coarse_curve(real).into_iter().map(point).collect()
}

fn strata(of: &Strata) -> Value {
    let level = |one: &Stratum| {
        json!({
            "level": one.level, "difference": thousandths(one.difference),
            "curve": curve(&one.real, &one.synthetic),
        })
    };
    json!({ "column": of.column, "levels": of.levels.iter().map(level).collect::<Vec<_>>() })
}

fn hazards(of: &Hazards) -> Value {
    let estimate = |of: Estimate| {
        let [value, error, low, high] =
            [of.log_hazard_ratio, of.error, of.low, of.high].map(thousandths);
        json!({ "log_hazard_ratio": value, "error": error, "low": low, "high": high })
    };
    let coefficient = |one: &Coefficient| {
        json!({
            "column": one.column, "contrast": one.contrast,
            "real": estimate(one.real), "synthetic": one.synthetic.map(estimate),
        })
    };
    json!({
        "coefficients": of.coefficients.iter().map(coefficient).collect::<Vec<_>>(),
        "mean_error": thousandths(of.mean_error),
        "largest_error": thousandths(of.largest_error),
        "within": thousandths(of.within),
        "value": thousandths(of.value),
        "ceiling": thousandths(of.ceiling),
    })
}

/// A column with so few digits that a withheld count cannot be solved for.
fn column(of: &ColumnScore, patients: usize) -> Value {
    let digits = 10f64.powi(coarse_decimals(patients).min(2) as i32);
    let coarse = |value: f64| (value * digits).round() / digits;
    let exact = of.real_missing_patients.iter().all(|&count| Count::of(count).is_exact());
    json!({
        "name": of.name,
        "kind": of.kind,
        "shape": of.shape.map(coarse),
        "shape_ceiling": of.shape_ceiling.map(coarse),
        "real_missing": exact.then_some(of.real_missing),
        "synthetic_missing": of.synthetic_missing,
        "missing_similarity": exact.then_some(of.missing_similarity),
        "coverage": of.coverage.map(coarse),
        "boundary_adherence": of.boundary_adherence.map(coarse),
    })
}
