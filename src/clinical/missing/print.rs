//! The missing values of a table for a terminal.

use super::{Cost, Flat, Missing};
use crate::describe::number_text::percent;
use crate::text_table::{TextTable, wrap};

/// Pairs and features that are listed.
const MOST: usize = 10;

/// The text, in lines of at most about `width`; `name` is the table's.
pub fn text(missing: &Missing, name: &str, width: usize) -> String {
    let cells = missing.patients * missing.features;
    let mut lines = vec![
        format!(
            "{name}: {} patients, {} features, {} of {cells} cells missing ({})",
            missing.patients,
            missing.features,
            missing.missing,
            percent(missing.missing as u64, cells as u64)
        ),
        format!(
            "{} patients and {} features miss nothing",
            missing.complete_patients, missing.complete_features
        ),
        flat("patients", "features", missing.patient_flattening, missing.features),
        flat("features", "patients left", missing.feature_flattening, missing.chosen.patients_left),
    ];
    if missing.codes > 0 {
        lines.push(format!(
            "note: {} of them are not empty but hold a code such as NA",
            missing.codes
        ));
    }
    let mut lines: Vec<String> = lines.iter().map(|line| folded(line, width)).collect();
    let sections = [
        costs("a patient may miss", &missing.by_patient_limit, missing, true),
        costs("a feature may miss", &missing.by_feature_limit, missing, false),
        features(missing),
        pairs(missing),
    ];
    for table in sections.iter().filter(|table| !table.is_empty()) {
        lines.push(String::new());
        lines.extend(table.lines(width));
    }
    lines.join("\n")
}

/// A line of words in lines of at most `width`.
fn folded(line: &str, width: usize) -> String {
    let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    wrap(&words, 0, 2, width)
}

fn flat(whose: &str, of: &str, flat: Flat, size: usize) -> String {
    let Flat { at, until, beyond } = flat;
    if beyond == 0 {
        return format!(
            "{whose}: no gap in the curve is longer than the one behind its end, {at} of {size} \
             {of}: none is dropped"
        );
    }
    format!(
        "{whose}: the curve is flat from {at} to {until} of {size} {of}; beyond it: {beyond} \
         {whose}"
    )
}

fn costs(heading: &str, costs: &[Cost], missing: &Missing, by_patients: bool) -> TextTable {
    let mut table = TextTable::default().words(heading, 0).numbers("patients dropped", 0);
    if by_patients {
        table = table.numbers("feature limit", 2);
    }
    table = table.numbers("features dropped", 0).numbers("missing left", 0).numbers("of cells", 1);
    for cost in costs {
        let (limit, chosen) = match by_patients {
            true => (cost.patient_limit, missing.chosen.patient_limit),
            false => (cost.feature_limit, missing.chosen.feature_limit),
        };
        let mark = if limit == chosen { "  <- auto" } else { "" };
        let mut row = vec![format!("{limit}{mark}"), cost.patients_dropped.to_string()];
        if by_patients {
            row.push(cost.feature_limit.to_string());
        }
        let cells = (cost.patients_left * cost.features_left) as u64;
        row.extend([
            cost.features_dropped.to_string(),
            cost.missing_left.to_string(),
            percent(cost.missing_left as u64, cells),
        ]);
        table.row(row);
    }
    table
}

fn features(missing: &Missing) -> TextTable {
    let mut table = TextTable::default()
        .words("features that miss most", 0)
        .numbers("missing", 0)
        .numbers("of patients", 0);
    table = table.numbers("among those left", 1);
    let mut features: Vec<_> =
        missing.by_feature.iter().filter(|feature| feature.missing > 0).collect();
    features.sort_by_key(|feature| std::cmp::Reverse(feature.missing));
    for feature in features.into_iter().take(MOST) {
        let share = percent(feature.missing as u64, missing.patients as u64);
        table.row(vec![
            feature.name.clone(),
            feature.missing.to_string(),
            share,
            feature.missing_left.to_string(),
        ]);
    }
    table
}

fn pairs(missing: &Missing) -> TextTable {
    let mut table = TextTable::default()
        .words("missing together", 0)
        .numbers("both", 0)
        .numbers("one or both", 1);
    table = table.numbers("phi", 0).numbers("Jaccard", 0);
    for pair in missing.pairs.iter().take(MOST) {
        let either = pair.first_missing + pair.second_missing - pair.both;
        let (phi, jaccard) = (format!("{:.3}", pair.phi), format!("{:.3}", pair.jaccard));
        table.row(vec![
            format!("{} + {}", pair.first, pair.second),
            pair.both.to_string(),
            either.to_string(),
            phi,
            jaccard,
        ]);
    }
    table
}
