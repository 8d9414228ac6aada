//! A wide export in one line per group of variables, and its extremes.

use super::kind::{TYPES, VariableType};
use super::variable::{Description, Variable};
use crate::text_table::TextTable;

/// Groups that are listed.
const MOST: usize = 40;

/// The groups with the most variables: how many of each type, and how often they are answered.
pub(crate) fn groups(description: &Description, width: usize) -> Vec<String> {
    let mut groups: Vec<(&str, Vec<&Variable>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for variable in &description.variables {
        let place = *places.entry(variable.group.as_str()).or_insert_with(|| {
            groups.push((&variable.group, Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(variable);
    }
    groups.sort_by_key(|(_, variables)| std::cmp::Reverse(variables.len()));
    let mut table = TextTable::default().words("group", 0).numbers("variables", 0);
    for (rank, kind) in TYPES.iter().enumerate() {
        table = table.numbers(&kind.to_string(), rank + 1);
    }
    table = table.numbers("response: mean", 0).numbers("lowest", 8).numbers("highest", 8);
    for (group, variables) in groups.iter().take(MOST) {
        table.row(line(group, variables));
    }
    let mut lines = vec![String::new()];
    lines.extend(table.lines(width));
    if groups.len() > MOST {
        let rest: usize = groups[MOST..].iter().map(|(_, variables)| variables.len()).sum();
        lines.push(format!("and {} more groups with {rest} variables", groups.len() - MOST));
    }
    lines.push(String::new());
    lines.push("--all shows every variable; --csv and --json have all of them".to_owned());
    lines
}

fn line(group: &str, variables: &[&Variable]) -> Vec<String> {
    let count = |kind: VariableType| match variables
        .iter()
        .filter(|variable| variable.kind == kind)
        .count()
    {
        0 => String::new(),
        count => count.to_string(),
    };
    let rates = || variables.iter().map(|variable| variable.response_rate);
    let percent = |rate: f64| format!("{:.1} %", 100.0 * rate);
    let mut cells = vec![group.to_owned(), variables.len().to_string()];
    cells.extend(TYPES.map(count));
    cells.push(percent(rates().sum::<f64>() / variables.len() as f64));
    cells.push(percent(rates().fold(f64::INFINITY, f64::min)));
    cells.push(percent(rates().fold(0.0, f64::max)));
    cells
}
