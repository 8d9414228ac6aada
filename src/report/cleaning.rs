//! `audit.md`: the log of a cleaning for people, in counts and reasons alone.

use super::markdown::{escape, number, percent, table};
use clinical::cleaning::CleaningLog;
use clinical::cleaning::log::{Entry, Recomputed, Shape};
use clinical::cleaning::statistics::Quartiles;

const CAUTION: &str = "No cell of a patient is in this log: it holds names of columns, texts of \
    the rules and counts, which are exact. The changed cells themselves are in \
    `private/changes.csv`, which must not leave the house, as must `cohort.csv`.";
/// At most so many names of dropped or added columns are printed; `audit.json` has all of them.
const MOST_NAMES: usize = 40;

/// The log as Markdown: the table's size before and after, a line per rule, then what each rule did
/// column by column.
pub fn log_markdown(log: &CleaningLog) -> String {
    let mut sections = vec!["# Audit of a cleaning".to_owned(), opening(log), CAUTION.to_owned()];
    sections.extend(log.warnings.iter().map(|warning| format!("Warning: {}.", escape(warning))));
    sections.push(rules_table(log));
    for entry in &log.rules {
        let details = details(entry);
        if !details.is_empty() {
            sections.push(format!("## Rule {}: {}", entry.number, escape(&entry.kind)));
            sections.extend(details);
        }
    }
    sections.iter().map(|section| section.trim_end()).collect::<Vec<_>>().join("\n\n") + "\n"
}

fn opening(log: &CleaningLog) -> String {
    let unreadable = match (log.lenient, log.unreadable()) {
        (false, _) => "Every cell that a rule had to read could be read.".to_owned(),
        (true, cells) => {
            format!("Run with `--lenient`: {cells} cells could not be read and became empty.")
        }
    };
    format!(
        "{} by {}: {} became {}. {unreadable}",
        escape(&log.data),
        escape(&log.rules_file),
        described(log.before),
        described(log.after)
    )
}

fn described(shape: Shape) -> String {
    let share = percent(shape.missing as f64 / (shape.rows * shape.columns) as f64);
    let patients = match shape.patients {
        Some(patients) => format!("{} rows of {patients} patients", shape.rows),
        None => format!("{} patients", shape.rows),
    };
    format!("{patients} x {} variables, {} cells empty ({share})", shape.columns, shape.missing)
}

fn rules_table(log: &CleaningLog) -> String {
    let header = [
        "what",
        "rule",
        "iteration",
        "cells",
        "rows",
        "columns",
        "patients after",
        "variables after",
        "empty after",
    ];
    let lines: Vec<Vec<String>> = log.rules.iter().map(rule_line).collect();
    let text = table(&header, &lines);
    format!(
        "A rule's line says what it does and why; then cells changed (or written in a new column), \
         rows and columns dropped or added.\n\n{text}"
    )
}

fn rule_line(entry: &Entry) -> Vec<String> {
    let signed = |dropped: usize, added: usize| match (dropped, added) {
        (0, 0) => "0".to_owned(),
        (dropped, 0) => format!("−{dropped}"),
        (0, added) => format!("+{added}"),
        (dropped, added) => format!("−{dropped} +{added}"),
    };
    let idle = if entry.is_idle() { " (changed nothing)" } else { "" };
    vec![
        format!(
            "**{}**: {}{idle}. Why: {}",
            escape(&entry.kind),
            escape(&entry.what),
            escape(&entry.reason)
        ),
        entry.number.to_string(),
        entry.iteration.map_or_else(|| "–".to_owned(), |iteration| iteration.to_string()),
        entry.cells.to_string(),
        signed(entry.rows_dropped, 0),
        signed(entry.columns_dropped.len(), entry.columns_added.len()),
        entry.after.patients.unwrap_or(entry.after.rows).to_string(),
        entry.after.columns.to_string(),
        entry.after.missing.to_string(),
    ]
}

fn details(entry: &Entry) -> Vec<String> {
    let mut sections = Vec::new();
    let notes: Vec<String> = entry.notes.iter().map(|note| format!("- {}", escape(note))).collect();
    if !notes.is_empty() {
        sections.push(notes.join("\n"));
    }
    for (what, names) in [("Dropped", &entry.columns_dropped), ("Added", &entry.columns_added)] {
        if !names.is_empty() {
            sections.push(format!("{what}: {}.", listed(names)));
        }
    }
    if !entry.columns_renamed.is_empty() {
        let pairs: Vec<String> = entry
            .columns_renamed
            .iter()
            .map(|pair| format!("{} to {}", pair.old, pair.new))
            .collect();
        sections.push(format!("Renamed: {}.", listed(&pairs)));
    }
    if !entry.by_column.is_empty() {
        sections.push(cell_table(entry));
    }
    if !entry.statistics.is_empty() {
        sections.push(statistics_table(&entry.statistics));
    }
    sections
}

fn listed(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| escape(name)).collect();
    let more = names.len().saturating_sub(MOST_NAMES);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

fn cell_table(entry: &Entry) -> String {
    let lines = entry.by_column.iter().map(|counts| {
        let numbers =
            [counts.filled, counts.replaced, counts.emptied, counts.unreadable, counts.cells()];
        let numbers = numbers.iter().map(usize::to_string);
        std::iter::once(escape(&counts.column)).chain(numbers).collect::<Vec<_>>()
    });
    table(
        &["column", "filled", "replaced", "emptied", "unreadable", "cells"],
        &lines.collect::<Vec<_>>(),
    )
}

fn statistics_table(lines: &[Recomputed]) -> String {
    let lines: Vec<Vec<String>> = lines.iter().map(statistics_line).collect();
    let text = table(
        &[
            "column",
            "N",
            "missing",
            "quartiles before",
            "N after",
            "missing after",
            "quartiles after",
        ],
        &lines,
    );
    format!(
        "Recomputed (mean, standard deviation and extremes: `private/statistics.csv`):\n\n{text}"
    )
}

fn statistics_line(line: &Recomputed) -> Vec<String> {
    let mut cells = vec![escape(&line.column)];
    for Quartiles { values, missing, quartiles } in [line.before, line.after] {
        let share = percent(missing as f64 / (values + missing) as f64);
        let quartiles =
            quartiles.map_or_else(|| "–".to_owned(), |quartiles| quartiles.map(number).join(", "));
        cells.extend([values.to_string(), format!("{missing} ({share})"), quartiles]);
    }
    cells
}
