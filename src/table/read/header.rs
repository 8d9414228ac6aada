//! The names of the columns, and the check that every row has as many cells.

use super::limits::Limits;
use csv::StringRecord;
use ground::error::{Error, Place, Result};
use std::collections::HashSet;

/// Trimmed names of a header; an error if one is empty or doubled, or if there are too many.
/// `certain` says that they are names: the first line of a text may be a patient, which no error
/// repeats.
pub(super) fn header_names(
    header: &StringRecord,
    file: &Place,
    limits: &Limits,
    certain: bool,
) -> Result<Vec<String>> {
    let place = file.clone().row(0);
    check_count(header.len(), file, limits)?;
    let mut seen = HashSet::new();
    for (position, name) in header.iter().map(str::trim).enumerate() {
        if name.is_empty() {
            let problem = format!("column number {} has an empty name", position + 1);
            return Err(Error::input(place, problem, "give every column a name"));
        }
        if name.len() > limits.cell {
            let problem = format!(
                "column number {} has a name of more than {} bytes",
                position + 1,
                limits.cell
            );
            return Err(Error::input(
                place,
                problem,
                "look for a double quote that is never closed, or raise --max-cell-size",
            ));
        }
        if !seen.insert(name) {
            let same = header.iter().position(|other| other.trim() == name).unwrap_or(position);
            let problem = format!("columns number {} and {} have one name", same + 1, position + 1);
            let remedy = "rename or remove one of the two columns";
            return Err(match certain {
                true => Error::input(place.column(name), problem, remedy),
                false => Error::input(
                    place,
                    problem,
                    format!(
                        "{remedy}; if the first line is a patient, put one with the names of the \
                         columns before it"
                    ),
                ),
            });
        }
    }
    Ok(header.iter().map(|name| name.trim().to_owned()).collect())
}

/// An error for more columns than the limit.
pub(super) fn check_count(columns: usize, file: &Place, limits: &Limits) -> Result<()> {
    if columns <= limits.columns {
        return Ok(());
    }
    let problem = format!("{columns} columns, where {} are the most", limits.columns);
    let remedy = "give one row per patient and one column per feature (is the table turned on its \
        side?), or raise --max-columns";
    Err(Error::input(file.clone().row(0), problem, remedy))
}

/// An error for a row (from 1) that has another length than the header.
/// `line` is where it starts in a text file.
pub(super) fn check_length(
    cells: usize,
    names: &StringRecord,
    file: &Place,
    row: usize,
    line: u64,
) -> Result<()> {
    if cells == names.len() {
        return Ok(());
    }
    // The error names the first column without a cell; for a row that is too long, the last column.
    let place = file.clone().row(row).column(names[cells.min(names.len() - 1)].trim());
    let problem = format!("{cells} cells where the header has {} (line {line})", names.len());
    let remedy = "give every row one cell per column, and put a cell with a comma in it between \
        double quotes";
    Err(Error::input(place, problem, remedy))
}

/// The error for a file without anything in it.
pub(super) fn empty(file: &Place) -> Error {
    let remedy = "give a CSV file with a header row and one row per patient";
    Error::input(file.clone(), "the file is empty", remedy)
}
