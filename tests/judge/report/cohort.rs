//! Tables to draw: the bundled cohort, read in the plainest way, and small ones built by hand.

use ground::matrix::Matrix;
use std::path::Path;
use table::{Column, Kind, Schema, Table};

/// The bundled cohort; text columns and numbers with few values are coded.
pub fn bundled() -> Table {
    let path = Path::new(crate::ROOT).join("data/support2_lung.csv");
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).expect("bundled cohort");
    let names: Vec<String> = reader.headers().expect("header").iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("row")).collect();
    let columns: Vec<Column> = names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            describe(
                name,
                rows.iter().map(|row| &row[place]).filter(|cell| !cell.is_empty()).collect(),
            )
        })
        .collect();
    let cells = Matrix::from_fn(rows.len(), columns.len(), |row, place| match &rows[row][place] {
        "" => f64::NAN,
        cell if columns[place].levels.is_empty() => cell.parse().expect("a number"),
        cell => {
            columns[place].levels.iter().position(|level| level == cell).expect("a level") as f64
        }
    });
    let mut columns = columns;
    for (name, label, unit) in [
        ("age", "Age", Some("years")),
        ("d.time", "Time from study entry to death or last contact", Some("days")),
        ("meanbp", "Mean arterial blood pressure on day three", Some("mmHg")),
        ("sfdm2", "Functional disability two months after study entry", None),
    ] {
        let column =
            columns.iter_mut().find(|column| column.name == name).expect("a column of the cohort");
        (column.label, column.unit) = (Some(label.into()), unit.map(str::to_owned));
    }
    let schema = Schema {
        columns,
        status: Some("death".into()),
        stage: Some("sfdm2".into()),
        ..Schema::default()
    };
    Table { schema, cells, patients: None }
}

fn describe(name: &str, cells: Vec<&str>) -> Column {
    let mut levels: Vec<String> = cells.iter().map(|cell| cell.to_string()).collect();
    levels.sort();
    levels.dedup();
    let is_text = cells.iter().any(|cell| cell.parse::<f64>().is_err());
    let decimals = |cell: &&str| {
        cell.split_once('.').map_or(0, |(_, digits)| digits.trim_end_matches('0').len())
    };
    let decimals = cells.iter().map(decimals).max().unwrap_or(0);
    let kind = match levels.len() {
        2 => Kind::Boolean,
        _ if is_text => Kind::Nominal,
        _ if decimals == 0 => Kind::Integer,
        _ => Kind::Numerical,
    };
    if !is_text && levels.len() > 2 {
        levels.clear();
    }
    Column {
        name: name.into(),
        kind,
        unit: None,
        label: None,
        levels,
        decimals,
        missing: Vec::new(),
        ..Column::default()
    }
}

/// A coded column.
pub fn coded(name: &str, levels: &[&str]) -> Column {
    let levels: Vec<String> = levels.iter().map(|level| level.to_string()).collect();
    let kind = if levels.len() == 2 { Kind::Boolean } else { Kind::Nominal };
    Column {
        name: name.into(),
        kind,
        unit: None,
        label: None,
        levels,
        decimals: 0,
        missing: Vec::new(),
        ..Column::default()
    }
}

/// A column of numbers.
pub fn numerical(name: &str, decimals: usize) -> Column {
    Column {
        name: name.into(),
        kind: Kind::Numerical,
        unit: None,
        label: None,
        levels: Vec::new(),
        decimals,
        missing: Vec::new(),
        ..Column::default()
    }
}

/// A table of one column.
pub fn single(column: Column, cells: Vec<f64>) -> Table {
    let schema = Schema { columns: vec![column], ..Schema::default() };
    Table { schema, cells: Matrix::from_values(cells.len(), 1, cells), patients: None }
}

/// Rows drawn column by column from a table: right margins, no relations, as the paper's recipe
/// ends.
pub fn resampled(table: &Table, rows: usize) -> Table {
    let mut state = 7_u64;
    let cells = Matrix::from_fn(rows, table.schema.columns.len(), |_, column| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        table.cells[((state >> 33) as usize % table.cells.rows(), column)]
    });
    Table { schema: table.schema.clone(), cells, patients: None }
}
