//! A description for a terminal: every variable by its type, or the parts of a wide export.

use super::kind::VariableType;
use super::number_text::{number, number_or_dash, percent};
use super::variable::{Description, Tally, Variable};
use super::wide;
use crate::text_table::{TextTable, wrap};

/// More variables than this are shown by groups, unless all are asked for.
const MOST: usize = 100;

/// The text, in lines of at most `width`; `name` is the table's.
pub fn text(description: &Description, name: &str, width: usize, all: bool) -> String {
    let mut lines = heading(description, name, width);
    if description.variables.len() > MOST && !all {
        lines.extend(wide::groups(description, width));
        return lines.join("\n");
    }
    let of = |kinds: &[VariableType]| -> Vec<&Variable> {
        description.variables.iter().filter(|variable| kinds.contains(&variable.kind)).collect()
    };
    let patients = description.patients;
    for section in [
        numerical(&of(&[VariableType::Numerical]), description.fence, width),
        tallies(
            &of(&[VariableType::Nominal, VariableType::Ordinal, VariableType::Boolean]),
            patients,
            width,
        ),
        dates(&of(&[VariableType::Date]), patients, width),
        open_text(&of(&[VariableType::OpenText]), patients, width),
        empty(&of(&[VariableType::Empty]), width),
        remarks(description, width),
    ] {
        if !section.is_empty() {
            lines.push(String::new());
            lines.extend(section);
        }
    }
    lines.join("\n")
}

fn heading(description: &Description, name: &str, width: usize) -> Vec<String> {
    let Description { patients, filled, variables, .. } = description;
    let cells = patients * variables.len() as u64;
    let first = format!(
        "{name}: {patients} patients, {} variables, {filled} of {cells} cells filled ({})",
        variables.len(),
        percent(*filled, cells)
    );
    let types: Vec<String> =
        description.types().iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    let split = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    vec![wrap(&split(&first), 0, 2, width), wrap(&split(&types.join(", ")), 0, 2, width)]
}

fn numerical(variables: &[&Variable], fence: f64, width: usize) -> Vec<String> {
    let mut table = TextTable::default()
        .words("numerical", 0)
        .numbers("N", 0)
        .numbers("N*", 1)
        .numbers("mean", 2);
    table = table
        .numbers("SE mean", 8)
        .numbers("StDev", 3)
        .numbers("min", 5)
        .numbers("Q1", 7)
        .numbers("median", 4);
    table = table.numbers("Q3", 7).numbers("max", 5).numbers("outliers", 6);
    for variable in variables {
        let mut cells =
            vec![variable.name.clone(), variable.n.to_string(), variable.missing.to_string()];
        match &variable.numbers {
            Some(n) => {
                cells.extend([number(n.mean), number_or_dash(n.se_mean), number_or_dash(n.st_dev)]);
                cells.extend([n.min, n.q1, n.median, n.q3, n.max].map(number));
                cells.push(format!("{}+{}", n.outliers.below, n.outliers.above));
            }
            None => cells.extend(vec!["-".to_owned(); 9]),
        }
        table.row(cells);
    }
    if table.is_empty() {
        return Vec::new();
    }
    let mut lines = table.lines(width);
    let note = format!(
        "outliers: values below + above the box plot's fences, {fence} IQR from the quartiles"
    );
    lines.push(wrap(&note.split(' ').map(str::to_owned).collect::<Vec<_>>(), 0, 2, width));
    lines
}

fn tallies(variables: &[&Variable], patients: u64, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if !variables.is_empty() {
        lines.push("levels (share of the filled cells)".to_owned());
    }
    for variable in variables {
        lines.push(format!(
            "{}: {}, {}",
            variable.name,
            variable.kind,
            answered(variable, patients)
        ));
        if let Some(tally) = &variable.tally {
            lines.push(format!("    {}", wrap(&words(tally, variable.n), 4, 4, width)));
        }
    }
    lines
}

fn words(tally: &Tally, n: u64) -> Vec<String> {
    let mut words: Vec<String> = tally
        .levels
        .iter()
        .map(|level| format!("{}: {} ({}),", level.level, level.count, percent(level.count, n)))
        .collect();
    if tally.other_levels > 0 {
        let other = percent(tally.other, n);
        words.push(format!("{} other levels: {} ({other}),", tally.other_levels, tally.other));
    }
    if let Some(last) = words.last_mut() {
        last.pop();
    }
    words
}

fn answered(variable: &Variable, patients: u64) -> String {
    format!("{} answered ({})", variable.n, percent(variable.n, patients))
}

fn dates(variables: &[&Variable], patients: u64, width: usize) -> Vec<String> {
    let mut table = TextTable::default()
        .words("date", 0)
        .numbers("N", 0)
        .numbers("response", 2)
        .words("form", 1);
    table = table.words("earliest", 0).words("latest", 0);
    for variable in variables {
        let dates = variable.dates.clone();
        let [form, earliest, latest] =
            dates.map_or([const { String::new() }; 3], |d| [d.form, d.earliest, d.latest]);
        let response = percent(variable.n, patients);
        table.row(vec![
            variable.name.clone(),
            variable.n.to_string(),
            response,
            form,
            earliest,
            latest,
        ]);
    }
    if table.is_empty() { Vec::new() } else { table.lines(width) }
}

fn open_text(variables: &[&Variable], patients: u64, width: usize) -> Vec<String> {
    let mut table =
        TextTable::default().words("open text", 0).numbers("N", 0).numbers("response", 0);
    table = table.numbers("distinct", 1).numbers("mean characters", 2);
    for variable in variables {
        let distinct = variable.distinct.map_or("many".to_owned(), |distinct| distinct.to_string());
        let length = variable.mean_length.map_or("-".to_owned(), |length| format!("{length:.1}"));
        let response = percent(variable.n, patients);
        table.row(vec![variable.name.clone(), variable.n.to_string(), response, distinct, length]);
    }
    if table.is_empty() { Vec::new() } else { table.lines(width) }
}

fn empty(variables: &[&Variable], width: usize) -> Vec<String> {
    let names: Vec<String> = variables.iter().map(|variable| variable.name.clone()).collect();
    if names.is_empty() {
        Vec::new()
    } else {
        vec![format!("empty: {}", wrap(&names, 7, 4, width))]
    }
}

fn remarks(description: &Description, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for variable in &description.variables {
        let mut say = |text: String| {
            let words: Vec<String> =
                format!("note: {}: {text}", variable.name).split(' ').map(str::to_owned).collect();
            lines.push(wrap(&words, 0, 6, width));
        };
        if variable.codes > 0 {
            say(format!("{} cells hold a code for missing, such as NA", variable.codes));
        }
        if variable.unreadable > 0 {
            let row = variable
                .unreadable_row
                .map_or(String::new(), |row| format!(", first in row {row}"));
            say(format!(
                "{} cells are no {} value{row}; counted as missing",
                variable.unreadable, variable.kind
            ));
        }
    }
    lines
}
