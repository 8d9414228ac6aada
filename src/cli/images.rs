//! `mellizo images`.

use super::args::ImagesOptions;
use super::private_folder::PrivateFolder;
use super::stdout;
use super::version::VERSION;
use ground::error::{Error, Result};
use ground::matrix::Matrix;
use ground::spelling::advice;
use mellizo::synthesis::{Reading, Recipe, threshold_notes};
use report::contact_sheet::ContactSheet;
use report::encoding_steps::{Step, encoding_steps_svg};
use serde_json::json;
use table::clean::{Cleaning, clean};
use table::encode::{Encoder, Treatment};
use table::pixels::{MISSING, Pixels};
use table::read::{Sheet, open};
use table::{Kind, Table};

const FILES: [&str; 3] = ["contact_sheet.png", "figure4.svg", "figure5.svg"];
/// Patients on a sheet unless `--rows` says which.
const MOST: usize = 1024;

/// Encodes patients as the paper does and draws them.
pub(super) fn images(options: &ImagesOptions) -> Result<()> {
    let thresholds = Recipe::load(&options.recipe)?.parts().thresholds;
    let read = reading(options).table()?;
    read.warnings.iter().for_each(|warning| say!("warning: {warning}"));
    let (table, cleaning) = clean(&read.table, thresholds)?;
    threshold_notes(thresholds, &cleaning, table.rows()).iter().for_each(|note| say!("{note}"));
    let encoder = Encoder::fit(&table, Pixels::Levels256)?;
    encoder.warnings().iter().for_each(|warning| say!("warning: {warning}; it is in no picture"));
    let (table, rows) = patients(options, table, &cleaning)?;
    let encoded = encoder.encode(&table);
    let shown = shown(options, &rows)?;
    let feature = feature(options, &encoder)?;
    let sheet = sheet(&encoded, &shown);
    let folder = PrivateFolder::prepare(&options.out, &FILES, options.force)?;
    let (figure4, figure5) = figures(&table, &encoder, &encoded, feature);
    folder.write(FILES[0], sheet.png())?;
    folder.write(FILES[1], figure4)?;
    folder.write(FILES[2], figure5)?;
    let (side, features) = (sheet.side, encoder.features());
    say!(
        "{} patients as {side} x {side} pictures of {features} features, {} in a line",
        sheet.patients,
        sheet.columns
    );
    say!("{} shows single patients: keep it in the house", options.out.display());
    if options.json {
        return stdout::line(json!({
            "version": VERSION, "command": "images", "out": options.out.display().to_string(), "files": FILES,
            "side": side, "features": features, "patients": sheet.patients, "columns": sheet.columns, "size": sheet.size,
            "rows": shown.iter().map(|&at| rows[at]).collect::<Vec<_>>(),
            "feature": table.schema.columns[encoder.feature_columns()[feature]].name,
        }));
    }
    Ok(())
}

/// The table whose extremes encode: the real cohort.
fn reading(options: &ImagesOptions) -> Reading {
    let cohort = options.reference.as_ref().or(options.data.as_ref());
    let reading = cohort.map_or_else(Reading::bundled, Reading::file);
    let reading = options.schema.iter().fold(reading, |reading, path| reading.schema(path));
    reading.without(&options.drop).options(options.table.options(None))
}

/// The patients to draw, with their rows in the file: the cleaned cohort itself, or all of a
/// synthetic table.
fn patients(
    options: &ImagesOptions,
    cohort: Table,
    cleaning: &Cleaning,
) -> Result<(Table, Vec<usize>)> {
    if options.reference.is_some() {
        let data = options.data.as_ref().expect("clap demands DATA with --reference");
        let table = Sheet::read(open(data, &options.table.options(Some(&cohort.schema)))?)?
            .table(&cohort.schema)?;
        let rows = (1..=table.rows()).collect();
        return Ok((table, rows));
    }
    let dropped: Vec<usize> = cleaning.patients.iter().map(|patient| patient.row).collect();
    if !dropped.is_empty() {
        say!(
            "{} patients with more than {} missing cells are left out",
            dropped.len(),
            cleaning.patient_limit
        );
    }
    let rows =
        (1..=cleaning.before.patients).filter(|row| dropped.binary_search(row).is_err()).collect();
    Ok((cohort, rows))
}

/// Places of the patients whose rows are asked for.
fn shown(options: &ImagesOptions, rows: &[usize]) -> Result<Vec<usize>> {
    let Some((first, last)) = options.rows else { return Ok((0..rows.len().min(MOST)).collect()) };
    let places: Vec<usize> =
        (0..rows.len()).filter(|&place| (first..=last).contains(&rows[place])).collect();
    if places.is_empty() {
        let end = rows.last().copied().unwrap_or(0);
        return Err(Error::Usage(format!(
            "--rows {first}..{last} has no patient; the last row is {end}"
        )));
    }
    Ok(places)
}

/// About as wide as high.
fn sheet(encoded: &Matrix, shown: &[usize]) -> ContactSheet {
    let chosen = Matrix::from_fn(shown.len(), encoded.columns(), |row, column| {
        encoded[(shown[row], column)]
    });
    ContactSheet::of(&chosen, ((shown.len() as f64 * 1.3).sqrt().ceil() as usize).max(1))
}

/// The place among the features of the one that the figures show.
fn feature(options: &ImagesOptions, encoder: &Encoder) -> Result<usize> {
    let columns = encoder.feature_columns();
    let column = |feature: usize| &encoder.schema().columns[columns[feature]];
    let Some(name) = &options.feature else {
        let age =
            (0..columns.len()).find(|&feature| column(feature).name.eq_ignore_ascii_case("age"));
        let number = || {
            (0..columns.len()).find(|&f| matches!(column(f).kind, Kind::Numerical | Kind::Integer))
        };
        return Ok(age.or_else(number).unwrap_or(0));
    };
    (0..columns.len()).find(|&feature| column(feature).name == *name).ok_or_else(|| {
        let names = (0..columns.len()).map(|feature| column(feature).name.as_str());
        let advice = advice(names, name);
        Error::Usage(format!("--feature {name:?} is no trained column of the table; {advice}"))
    })
}

/// Figures 4 and 5 for one feature.
fn figures(table: &Table, encoder: &Encoder, encoded: &Matrix, feature: usize) -> (String, String) {
    let column = encoder.feature_columns()[feature];
    let described = &table.schema.columns[column];
    let name = described.label.as_ref().unwrap_or(&described.name);
    let Treatment::Trained { lo, hi, .. } = encoder.treatments()[column] else {
        unreachable!("a feature is trained")
    };
    let raw: Vec<f64> = table.cells.column(column).filter(|cell| !cell.is_nan()).collect();
    let x: Vec<f64> = encoded.column(feature).filter(|x| *x > MISSING).collect();
    let missing = table.rows() - raw.len();
    let q: Vec<f64> = x.iter().map(|x| (x + 1.0) * 127.5).collect();
    let p: Vec<f64> = q.iter().map(|q| (1.0 + (q - 90.0) * 254.0 / 165.0).round()).collect();
    let step = |title: &str, note: &str, values: &[f64], missing_at, range| Step {
        title: title.into(),
        note: note.into(),
        values: values.to_vec(),
        missing,
        missing_at,
        range,
    };
    let unit = described.unit.as_ref().map(|unit| format!(", in {unit}")).unwrap_or_default();
    let coded = if described.kind.is_coded() { ", as the level's place from 0" } else { "" };
    let steps = [
        step(
            "1. as recorded",
            &format!("from {lo} to {hi}{unit}{coded}; an empty cell is no number"),
            &raw,
            None,
            [lo, hi],
        ),
        step(
            "2. pixel",
            "1 to 255 between the extremes, 0 for missing",
            &p,
            Some(0.0),
            [0.0, 255.0],
        ),
        step("3. gap", "90 to 255, so that missing stands apart", &q, Some(0.0), [0.0, 255.0]),
        step(
            "4. network range",
            "q / 127.5 − 1: from −0.294 to 1, missing is −1",
            &x,
            Some(MISSING),
            [-1.0, 1.0],
        ),
    ];
    let about = format!("{} patients, {missing} of them without a value", table.rows());
    let figure4 = encoding_steps_svg(
        &format!("{name}: before and after pre-processing"),
        &about,
        &steps[1..3],
    );
    (figure4, encoding_steps_svg(&format!("{name}: every step to the network"), &about, &steps))
}
