//! Columns that are complete in the real table and are not in the synthetic one.

use super::ColumnScore;
use table::Table;

/// Columns named at most.
const NAMED: usize = 5;

/// A sentence that names the columns without a missing cell in the real table that have some in the
/// synthetic one, with the share of synthetic patients without a cell; none if there is none.
/// The columns of both tables must be the same.
pub fn emptied(real: &Table, synthetic: &Table) -> Option<String> {
    let missing = |table: &Table, column: usize| {
        let missing = table.cells.column(column).filter(|cell| cell.is_nan()).count();
        missing as f64 / table.rows().max(1) as f64
    };
    let columns = real.schema.columns.iter().enumerate();
    sentence(
        columns.map(|(at, column)| {
            (column.name.as_str(), [missing(real, at), missing(synthetic, at)])
        }),
    )
}

/// The same of columns that were compared.
pub fn emptied_columns(columns: &[ColumnScore]) -> Option<String> {
    let shares = |column: &ColumnScore| [column.real_missing, column.synthetic_missing];
    sentence(columns.iter().map(|column| (column.name.as_str(), shares(column))))
}

/// The sentence of columns with their shares of missing cells, real and synthetic.
fn sentence<'a>(columns: impl Iterator<Item = (&'a str, [f64; 2])>) -> Option<String> {
    let emptied = columns.filter(|(_, [real, synthetic])| *real == 0.0 && *synthetic > 0.0);
    let mut emptied: Vec<(&str, f64)> = emptied.map(|(name, [_, share])| (name, share)).collect();
    emptied.sort_by(|a, b| b.1.total_cmp(&a.1));
    let percent = |share: f64| match 100.0 * share {
        share if share < 0.1 => "less than 0.1 %".to_owned(),
        share => format!("{share:.1} %"),
    };
    let named = emptied.iter().take(NAMED);
    let named: Vec<String> =
        named.map(|(name, share)| format!("{name} ({})", percent(*share))).collect();
    let more = match emptied.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    (!named.is_empty()).then(|| {
        format!(
            "complete in the real table, with empty cells in synthetic patients: {}{more}",
            named.join(", ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_became_incomplete_are_named() {
        let sentence = |columns: &[(&'static str, [f64; 2])]| sentence(columns.iter().copied());
        assert_eq!(sentence(&[("a", [0.0, 0.0]), ("b", [0.1, 0.2])]), None);
        let said = sentence(&[("a", [0.0, 0.0004]), ("b", [0.1, 0.2]), ("c", [0.0, 0.039])]);
        let wanted = "complete in the real table, with empty cells in synthetic patients: \
                      c (3.9 %), a (less than 0.1 %)";
        assert_eq!(said.as_deref(), Some(wanted));
        let names = ["a", "b", "c", "d", "e", "f", "g"];
        let many = names.map(|name| (name, [0.0, 0.5]));
        assert!(sentence(&many).is_some_and(|said| said.ends_with("e (50.0 %), and 2 more")));
    }
}
