//! How alike the tables are: columns, relations between them, whole patients, missing cells.

use super::judgement::{Grade, Judgement, decimals};
use super::rules::*;
use judge::evaluation::{ColumnScore, Evaluation, Score, ScoreName, emptied_columns};

/// Most columns named in a sentence.
const MOST_NAMES: usize = 3;

/// Single columns: the mean of their shapes, compared with that of two halves of the real patients.
pub(super) fn columns(evaluation: &Evaluation) -> Judgement {
    let score = evaluation.score(ScoreName::ColumnShapes);
    let off = named(&evaluation.columns);
    let (grade, sentence) = match score.ceiling.filter(|_| score.value.is_finite()) {
        None => (Grade::Unknown, "Single columns could not be compared.".to_owned()),
        Some(ceiling) => {
            let (far, noise) = (1.0 - score.value, (1.0 - ceiling).max(0.0));
            let within = |times: f64| far <= times * noise + COLUMNS_SLACK;
            let average = if off.is_some() { " on average" } else { "" };
            if within(COLUMNS_GOOD) {
                // A few wrong columns do not show in the mean of many.
                let grade = if off.is_some() { Grade::Fair } else { Grade::Good };
                let as_well = "as well as one half of the real patients matches the other";
                (grade, format!("Single columns match{average} {as_well}."))
            } else if within(COLUMNS_FAIR) {
                let as_well = "nearly as well as one half of the real patients matches the other";
                (Grade::Fair, format!("Single columns match{average} {as_well}."))
            } else {
                let text = format!(
                    "Single columns differ more than chance explains: on average {} of 1, where \
                     one half of the real patients reaches {} against the other.",
                    decimals(score.value),
                    decimals(ceiling)
                );
                (Grade::Poor, text)
            }
        }
    };
    let sentence = sentence + &off.map(|off| format!(" {off}")).unwrap_or_default();
    Judgement { topic: "Single columns", grade, sentence, score: used(score) }
}

/// A sentence with the columns that are off far beyond chance; none if there are none.
fn named(columns: &[ColumnScore]) -> Option<String> {
    let distance = |column: &ColumnScore| {
        let far = 1.0 - column.shape?;
        let noise = (1.0 - column.shape_ceiling?).max(0.0);
        (far > COLUMN_OFF * noise && far > COLUMN_OFF_BY).then_some(far)
    };
    let mut off: Vec<(f64, &str)> = columns
        .iter()
        .filter_map(|column| Some((distance(column)?, column.name.as_str())))
        .collect();
    off.sort_by(|a, b| b.0.total_cmp(&a.0));
    let names: Vec<&str> = off.iter().take(MOST_NAMES).map(|(_, name)| *name).collect();
    let names = names.join(", ");
    match off.len() {
        0 => None,
        1 => Some(format!("One column is clearly off: {names}.")),
        count if count > MOST_NAMES => {
            Some(format!("{count} columns are clearly off, such as {names}."))
        }
        count => Some(format!("{count} columns are clearly off: {names}.")),
    }
}

/// Relations between columns, by the worse of two scores: similarity of related pairs and error of
/// the rank correlations.
pub(super) fn relations(evaluation: &Evaluation) -> Judgement {
    let placed = |names: &[ScoreName]| {
        let places =
            names.iter().filter_map(|&name| Some((name, evaluation.score(name).position()?)));
        places.min_by(|a, b| a.1.total_cmp(&b.1))
    };
    let worst = placed(&[ScoreName::PairTrendsStrong, ScoreName::SpearmanMae])
        .or_else(|| placed(&[ScoreName::PairTrendsAll]));
    let (grade, sentence) = match worst.map(|(_, place)| place) {
        None => (
            Grade::Unknown,
            "The relations between columns could not be compared with their references.",
        ),
        Some(place) if place >= RELATIONS_GOOD => (
            Grade::Good,
            "Relations between columns are kept about as well as between two halves of the real \
             patients.",
        ),
        Some(place) if place >= RELATIONS_FAIR => (
            Grade::Fair,
            "Relations between columns are mostly kept; some are weaker or stronger than in real \
             patients.",
        ),
        Some(place) if place >= RELATIONS_PARTLY => (
            Grade::Poor,
            "Relations between columns are only partly kept: do not study associations with these \
             patients.",
        ),
        Some(_) => (
            Grade::Poor,
            "Relations between columns are mostly lost, as if every column had been shuffled by \
             itself: do not study associations with these patients.",
        ),
    };
    let score = worst.map(|(name, _)| name);
    let (limit, broken) = broken(evaluation);
    let (grade, sentence) = match (grade, limit) {
        // What is broken says more than what could not be compared.
        (Grade::Unknown, Some(limit)) => (limit, broken),
        (Grade::Unknown, None) => (grade, sentence.to_owned()),
        (_, Some(limit)) => (grade.max(limit), format!("{sentence} {broken}")),
        (_, None) => (grade, sentence.to_owned()),
    };
    Judgement { topic: "Relations between columns", grade, sentence, score }
}

/// How good relations can be at best by what synthetic patients break, and a sentence on it; none
/// where they break next to nothing.
fn broken(evaluation: &Evaluation) -> (Option<Grade>, String) {
    let kept = &evaluation.kept;
    let limit = match kept.broken_patients {
        share if share > BROKEN_POOR => Grade::Poor,
        share if share > BROKEN_FAIR => Grade::Fair,
        _ => return (None, String::new()),
    };
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let named: Vec<String> = kept
        .broken
        .iter()
        .take(MOST_NAMES)
        .map(|one| format!("{} ({})", one.relation, percent(one.share)))
        .collect();
    let sentence = format!(
        "{} of the synthetic patients break what every real patient keeps: {}.",
        percent(kept.broken_patients),
        named.join("; ")
    );
    (Some(limit), sentence)
}

/// Whole patients: a classifier that tells synthetic patients from real ones.
pub(super) fn patients(evaluation: &Evaluation) -> Judgement {
    let scores = [ScoreName::DetectionTreesAuc, ScoreName::DetectionLogisticAuc]
        .map(|name| evaluation.score(name));
    let score = scores.into_iter().find(|score| score.value.is_finite());
    let (grade, sentence) = match score.map(|score| score.value) {
        None => (
            Grade::Unknown,
            "No classifier could be trained to tell the patients apart.".to_owned(),
        ),
        Some(auc) => {
            let (grade, words) = patients_words(auc);
            (grade, format!("{words} (AUC {}; 0.5 is guessing, 1 is always right).", decimals(auc)))
        }
    };
    Judgement { topic: "Whole patients", grade, sentence, score: score.map(|score| score.name) }
}

fn patients_words(auc: f64) -> (Grade, &'static str) {
    match auc {
        ..PATIENTS_COPIES => (
            Grade::Fair,
            "A classifier is misled as it is by patients who are in both tables: look for copies",
        ),
        ..=PATIENTS_GOOD => {
            (Grade::Good, "A classifier can hardly tell synthetic patients from real ones")
        }
        ..=PATIENTS_FAIR => {
            (Grade::Fair, "A classifier can tell some synthetic patients from real ones")
        }
        ..=PATIENTS_NEARLY_ALL => {
            (Grade::Poor, "A classifier can tell most synthetic patients from real ones")
        }
        _ => (Grade::Poor, "A classifier can tell nearly every synthetic patient from a real one"),
    }
}

/// Missing cells, by column and by patient.
pub(super) fn missing(evaluation: &Evaluation) -> Judgement {
    let by_columns = evaluation.score(ScoreName::MissingSimilarity);
    let (shares, noise) = (by_columns.value, 1.0 - by_columns.ceiling.unwrap_or(1.0));
    let per_row = evaluation.score(ScoreName::MissingPerRowKs);
    let good = per_row.ceiling.unwrap_or(0.0).max(MISSING_GOOD);
    let grade = |value: f64, good: bool, fair: bool| match () {
        () if value.is_nan() => Grade::Unknown,
        () if good => Grade::Good,
        () if fair => Grade::Fair,
        () => Grade::Poor,
    };
    let within = |least: f64, times: f64| 1.0 - shares <= (1.0 - least).max(times * noise);
    let by_column = grade(
        shares,
        within(MISSING_SHARES_GOOD, COLUMNS_GOOD),
        within(MISSING_SHARES_FAIR, COLUMNS_FAIR),
    );
    let by_patient =
        grade(per_row.value, per_row.value <= good, per_row.value <= good.max(MISSING_FAIR));
    let none = evaluation
        .columns
        .iter()
        .all(|column| column.real_missing + column.synthetic_missing == 0.0);
    let sentence = match (by_column, by_patient) {
        _ if none => "No cell is missing, in either table.",
        (Grade::Unknown, _) | (_, Grade::Unknown) => "Missing cells could not be compared.",
        (Grade::Good, Grade::Good) => {
            "Cells are missing as often, and as unevenly over patients, as in the real table."
        }
        (Grade::Poor, _) => {
            "Cells are missing in other columns, or much more or less often, than in the real \
             table."
        }
        (_, Grade::Poor) => {
            "Cells are missing about as often as in the real table, but otherwise spread over \
             patients: complete and sparse patients are not like the real ones."
        }
        _ => {
            "Cells are missing nearly as often, and nearly as unevenly over patients, as in the \
             real table."
        }
    };
    let grade = if none { Grade::Good } else { by_column.max(by_patient) };
    let (grade, sentence) = match emptied_columns(&evaluation.columns) {
        Some(emptied) => (grade.max(Grade::Fair), format!("{sentence} Columns are {emptied}.")),
        None => (grade, sentence.to_owned()),
    };
    Judgement { topic: "Missing cells", grade, sentence, score: used(per_row) }
}

fn used(score: &Score) -> Option<ScoreName> {
    score.value.is_finite().then_some(score.name)
}
