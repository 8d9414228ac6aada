//! The summary.

use super::cohort::{bundled, coded, resampled};
use super::keep;
use ground::matrix::Matrix;
use mellizo_report::pair::{Encoded, Tables};
use mellizo_report::run_record::{Columns, FinalScores, Patients, RunRecord, TrainingRecord};
use mellizo_report::summary::summary_markdown;
use std::time::Duration;
use table::{Column, Schema, Table};

/// The paper's encoding without pixels.
fn encoded(real: &Table, table: &Table) -> Matrix {
    let known = |column: usize| real.cells.column(column).filter(|value| !value.is_nan());
    let range: Vec<(f64, f64)> = (0..real.cells.columns())
        .map(|column| {
            (
                known(column).fold(f64::INFINITY, f64::min),
                known(column).fold(f64::NEG_INFINITY, f64::max),
            )
        })
        .collect();
    Matrix::from_fn(table.cells.rows(), table.cells.columns(), |row, column| {
        let (low, high) = range[column];
        match table.cells[(row, column)] {
            cell if cell.is_nan() => -1.0,
            cell => (90.0 + 165.0 * (cell - low) / (high - low)) / 127.5 - 1.0,
        }
    })
}

pub(super) fn record() -> RunRecord {
    RunRecord {
        recipe: "paper".into(),
        seed: 7,
        backend: "processor, 8 threads, single precision".into(),
        patients: Patients {
            read: 886,
            cleaned: 804,
            kept_back: None,
            used: 804,
            synthetic: Some(24120),
        },
        columns: Columns { read: 64, used: 63, trained: 63, dropped: vec!["PD_L1".into()] },
        thresholds: [21, 317],
        training: TrainingRecord {
            epochs: 2500,
            epochs_planned: 2500,
            epoch: 2175,
            reason: "all epochs were run".into(),
            elapsed: Duration::from_secs(754),
            scores: Some(scores()),
            ..TrainingRecord::default()
        },
        relations_trained: false,
        values_smoothed: false,
        untrained: vec!["column `flag` has one value: it is given back, not trained".into()],
        warnings: Vec::new(),
    }
}

fn scores() -> FinalScores {
    FinalScores {
        generator_loss: 0.00123,
        discriminator_loss: Some(1.3712),
        probability_real: Some(0.5006),
        probability_synthetic: Some(0.454),
        marginal: 0.00048,
        joint: 1.2034,
    }
}

pub(super) fn summary(real: &Table, synthetic: &Table, run: &RunRecord) -> String {
    let names: Vec<String> = real.schema.columns.iter().map(|column| column.name.clone()).collect();
    let (encoded_real, encoded_synthetic) = (encoded(real, real), encoded(real, synthetic));
    let encoded = Encoded { columns: &names, real: &encoded_real, synthetic: &encoded_synthetic };
    summary_markdown(run, Tables { real, synthetic }, &encoded)
}

fn stage_column(name: &str) -> Column {
    coded(name, &["IIIA", "IIIB", "IV", "another"])
}

/// Rows of (status, stage, count); status 0 is dead.
fn staged(groups: &[(f64, f64, usize)]) -> Table {
    let cells: Vec<f64> =
        groups.iter().flat_map(|&(status, stage, count)| [status, stage].repeat(count)).collect();
    let columns = vec![coded("status", &["dead", "alive"]), stage_column("stage")];
    let schema = Schema {
        columns,
        status: Some("status".into()),
        stage: Some("stage".into()),
        ..Schema::default()
    };
    Table { schema, cells: Matrix::from_values(cells.len() / 2, 2, cells), patients: None }
}

const MISSING: f64 = f64::NAN;
const DEAD: [(f64, f64, usize); 5] =
    [(0.0, 0.0, 145), (0.0, 1.0, 191), (0.0, 2.0, 85), (0.0, 3.0, 40), (0.0, MISSING, 6)];
const ALIVE: [(f64, f64, usize); 5] =
    [(1.0, 0.0, 107), (1.0, 1.0, 121), (1.0, 2.0, 29), (1.0, 3.0, 60), (1.0, MISSING, 5)];

fn paper(status_missing: usize) -> Table {
    staged(&[&DEAD[..], &ALIVE, &[(MISSING, 3.0, status_missing)]].concat())
}

#[test]
fn the_papers_tables_are_rebuilt() {
    let real = paper(15);
    let synthetic = staged(&[
        (0.0, 0.0, 2266),
        (0.0, 1.0, 4993),
        (0.0, 2.0, 1149),
        (0.0, 3.0, 5934),
        (1.0, 1.0, 3524),
        (1.0, 3.0, 5954),
        (MISSING, 0.0, 300),
    ]);
    let text = summary(&real, &synthetic, &record());
    for line in [
        "| missing | 15 | 300 |",
        "| dead | 467 | 59.19 % | 14342 | 60.21 % | +1.02 |",
        "| alive | 322 | 40.81 % | 9478 | 39.79 % | −1.02 |",
        "| stage given status = dead | real (467) | share | synthetic (14342) | share | \
         difference (points) |",
        "| IIIA | 145 | 31.05 % | 2266 | 15.80 % | −15.25 |",
        "| IIIB | 191 | 40.90 % | 4993 | 34.81 % | −6.09 |",
        "| IV | 85 | 18.20 % | 1149 | 8.01 % | −10.19 |",
        "| IIIB | 121 | 37.58 % | 3524 | 37.18 % | −0.40 |",
    ] {
        assert!(text.lines().any(|other| other == line), "{line} is not in\n{text}");
    }
    // The paper rounds the code of "dead" to six digits before it takes moments, hence the last
    // digit.
    assert!(
        text.contains("| mean | 0.211004 | ") && text.contains("| std | 0.652232 | "),
        "{text}"
    );
    let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} in {text}"));
    assert!(place("| IIIB | 191 ") < place("| IIIA | 145 "), "the most frequent stage comes first");
    assert!(text.contains("886 read, 804 used, 82 dropped") && text.contains("PD\\_L1"));
}

#[test]
fn few_missing_patients_leave_no_trace_in_any_table() {
    // Three dead patients' status cells: missing in one cohort, two of them known in the other.
    let tables = |missing: usize| {
        let mut groups = [&DEAD[..], &ALIVE].concat();
        groups[1].2 += 3 - missing;
        groups.push((MISSING, 1.0, missing));
        staged(&groups)
    };
    let synthetic = paper(15);
    let page = |missing: usize| {
        let text = summary(&tables(missing), &synthetic, &record());
        // Encoded moments and percentiles say something of every patient; they are checked for
        // their precision below.
        text.lines()
            .filter(|line| !line.starts_with("| std") && !line.starts_with("| mean"))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (one, three) = (page(1), page(3));
    assert!(one.iter().any(|line| line.starts_with("| missing | &lt;5 |")));
    for line in &three {
        if !line.contains("e-") && !line.starts_with("| status |") && !line.starts_with("| stage |")
        {
            assert!(one.contains(line), "{line} gives the number away");
        }
    }
    let text = summary(&tables(3), &synthetic, &record());
    assert!(text.contains("| status | fewer than 5 patients |"), "missing cells by column\n{text}");
    assert!(text.contains("| mean | 0.23 | 0.211004 |"), "coarse moments\n{text}");
}

#[test]
fn rare_stages_are_pooled_in_all_parts_of_table_seven() {
    let mut groups = [&DEAD[..], &ALIVE].concat();
    groups[7].2 = 3;
    let text = summary(&staged(&groups), &paper(15), &record());
    assert!(!text.contains("| IV |"), "rare given alive, so pooled given dead as well\n{text}");
    assert!(
        text.contains("| other (pooled) | 85 |") && text.contains("| other (pooled) | &lt;5 |")
    );
}

#[test]
fn few_dropped_patients_are_not_counted() {
    let run = RunRecord {
        patients: Patients { read: 807, cleaned: 804, ..record().patients },
        ..record()
    };
    let text = summary(&paper(15), &paper(15), &run);
    assert!(text.contains("804 used, fewer than 5 dropped") && !text.contains("807"));
}

#[test]
fn the_caution_fits_the_recipe_and_text_is_escaped() {
    let mut real = paper(15);
    real.schema.columns[1] = stage_column("<script>|x");
    real.schema.stage = Some("<script>|x".into());
    let text = summary(&real, &real, &RunRecord { relations_trained: true, ..record() });
    assert!(!text.contains("<script>") && text.contains("&lt;script&gt;\\|x given status = dead"));
    assert!(
        text.contains("must be measured") && !text.contains("not the relations between columns")
    );
    let alone = summary(&real, &real, &record());
    assert!(alone.contains("not the relations between columns"));
    assert!(
        alone.contains("Nothing here is differentially private")
            && alone.contains("must never leave the house")
    );
}

#[test]
fn the_bundled_cohort_has_a_summary() {
    let real = bundled();
    let text = summary(&real, &resampled(&real, 4000), &record());
    keep("summary.md", &text);
    assert!(!text.contains("NaN") && !text.contains("inf"));
    // dementia has one to four patients with it.
    for section in
        ["## The run", "## How training ended", "## Status and stage", "## Column by column"]
    {
        assert!(text.contains(section), "{section}");
    }
}
