//! The pages: what they show to whom, that nothing in a table can become markup, and that they cope
//! with what is missing.

use super::cohort::{bundled, coded, numerical, resampled, single};
use super::evaluated::{bare, full};
use super::keep;
use ground::matrix::Matrix;
use judge::evaluation::Evaluation;
use mellizo_report::html::{ReportInput, private_html, share_html};
use mellizo_report::pair::Tables;
use mellizo_report::training::{Series, TrainingCurves};
use std::path::Path;
use table::clean::{Thresholds, clean};
use table::{Schema, Table};

fn input<'a>(real: &'a Table, synthetic: &'a Table, evaluation: &'a Evaluation) -> ReportInput<'a> {
    ReportInput::new("cohort.csv", Tables { real, synthetic }, evaluation)
}

/// Real rows with noise in their numbers: relations kept, margins a little wider.
fn noisy(table: &Table) -> Table {
    let spread: Vec<f64> = (0..table.schema.columns.len())
        .map(|column| {
            let known: Vec<f64> =
                table.cells.column(column).filter(|cell| !cell.is_nan()).collect();
            let mean = known.iter().sum::<f64>() / known.len() as f64;
            (known.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / known.len() as f64)
                .sqrt()
        })
        .collect();
    let mut state = 11_u64;
    let mut noise = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5
    };
    let cells = Matrix::from_fn(table.rows(), spread.len(), |row, column| {
        let cell = table.cells[(row, column)];
        if table.schema.columns[column].kind.is_coded() {
            cell
        } else {
            cell + spread[column] * noise()
        }
    });
    Table { schema: table.schema.clone(), cells, patients: None }
}

fn curves() -> TrainingCurves {
    let epochs = 400;
    let series = |label: &str, value: fn(f64) -> f64| Series {
        label: label.into(),
        values: (1..=epochs)
            .map(|epoch| {
                value(f64::from(epoch)) * (1.0 + 0.1 * f64::from(epoch * 7919 % 100) / 100.0)
            })
            .collect(),
    };
    TrainingCurves {
        epochs: (1..=epochs).map(f64::from).collect(),
        generator: vec![series("loss", |e| 0.6 * (-e / 90.0).exp() + 0.01)],
        discriminator: vec![series("loss", |e| 1.3 - 0.6 * (-e / 60.0).exp())],
        probabilities: vec![
            series("real", |e| 0.5 + 0.3 * (-e / 90.0).exp()),
            series("synthetic", |_| 0.42),
        ],
        frechet: vec![
            series("marginal", |e| 0.9 / e + 3e-4),
            series("joint", |e| 8.0 / e.sqrt() + 1.0),
        ],
        threshold: Some(0.0005),
        kept_epoch: Some(371.0),
    }
}

/// The stand-in for the paper's cohort, 64 columns.
fn stand_in() -> Table {
    let data = Path::new(crate::ROOT).join("data");
    let text = std::fs::read_to_string(data.join("lung_cohort.toml")).expect("the schema");
    let schema = Schema::from_toml(&text, "lung_cohort.toml").expect("a schema");
    Table::read(&data.join("lung_cohort.csv"), Some(&schema)).expect("the cohort").0
}

#[test]
fn pages_of_both_cohorts_are_small_and_left_to_be_looked_at() {
    let curves = curves();
    for (name, cohort) in [("support2", bundled()), ("stand_in", stand_in())] {
        let (cleaned, cleaning) = clean(&cohort, Thresholds::default()).expect("patients are left");
        for (kind, synthetic, place) in
            [("shuffled", resampled(&cleaned, 4000), 0.05), ("noisy", noisy(&cleaned), 0.97)]
        {
            let evaluation = full(&cleaned, &synthetic, place);
            let input = ReportInput {
                training: Some(&curves),
                cleaning: Some(&cleaning),
                ..input(&cleaned, &synthetic, &evaluation)
            };
            let (share, private) = (share_html(&input), private_html(&input));
            keep(&format!("{name}_{kind}_share.html"), &share);
            keep(&format!("{name}_{kind}_private.html"), &private);
            assert!(
                share.len() < 1_500_000 && private.len() < 1_500_000,
                "{} and {}",
                share.len(),
                private.len()
            );
            let share = share.replace("<wbr>", "");
            for column in &cleaned.schema.columns {
                assert!(share.contains(&column.name), "{} is shown", column.name);
            }
        }
    }
}

/// A sign that is nowhere on the page is not explained.
#[test]
fn rings_are_explained_where_there_are_some() {
    let (real, synthetic) = (bundled(), resampled(&bundled(), 500));
    let page = |evaluation| share_html(&input(&real, &synthetic, &evaluation));
    assert!(page(full(&real, &synthetic, 0.5)).contains("Ring: "));
    assert!(!page(bare(&real, &synthetic)).contains("Ring: "));
}

#[test]
fn nothing_is_loaded_and_no_script_runs() {
    let real = bundled();
    let synthetic = resampled(&real, 500);
    let page = share_html(&input(&real, &synthetic, &full(&real, &synthetic, 0.5)));
    assert!(page.starts_with("<!DOCTYPE html>"));
    for outside in [
        "<script",
        "<link",
        "url(",
        "@import",
        "src=\"http",
        "href=\"http",
        "onload=",
        "javascript:",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn names_and_levels_stay_text() {
    let name = "<script>alert('1')</script> & \"quotes\"";
    let hostile =
        [name, "שלום <b>עולם</b>", "👩‍⚕️ & friends", "a\u{202e}b", &"very long name ".repeat(30)];
    let mut columns: Vec<_> =
        hostile.iter().map(|name| coded(name, &["</style><img src=x>", "\"' onload='x"])).collect();
    columns[1].label = Some("<i>label</i>".into());
    columns[2].unit = Some("<u>".into());
    columns.push(numerical("plain", 1));
    let cells =
        Matrix::from_fn(60, columns.len(), |row, column| ((row * (column + 3)) % 7 % 2) as f64);
    let schema = Schema {
        status: Some(hostile[0].into()),
        stage: Some(hostile[1].into()),
        columns,
        ..Schema::default()
    };
    let real = Table { schema, cells, patients: None };
    let mut evaluation = full(&real, &real, 0.5);
    evaluation.notes.push("<b>bold</b>".into());
    evaluation.facts.command = "mellizo evaluate '<x>.csv'".into();
    for page in [
        share_html(&input(&real, &real, &evaluation)),
        private_html(&input(&real, &real, &evaluation)),
    ] {
        keep("hostile.html", &page);
        for markup in
            ["<script", "<b>עולם", "<i>label", "<u>", "<img src=x", "<b>bold", "<x>", "\u{202e}"]
        {
            assert!(!page.contains(markup), "{markup}");
        }
        assert!(page.contains("&lt;script&gt;alert('1')&lt;/script&gt; &amp; &quot;quotes&quot;"));
        assert!(page.contains("👩‍⚕️ &amp; friends"));
        assert_eq!(page.matches("</style>").count(), 1);
    }
}

#[test]
fn the_shared_page_shows_no_single_patient() {
    let real = bundled();
    let synthetic = resampled(&real, 900);
    let evaluation = full(&real, &synthetic, 0.5);
    let (share, private) = (
        share_html(&input(&real, &synthetic, &evaluation)),
        private_html(&input(&real, &synthetic, &evaluation)),
    );
    assert_eq!(share.matches("data:image/png").count(), 1, "the sheet of synthetic patients");
    assert_eq!(private.matches("data:image/png").count(), 2, "and that of real ones");
    let row = "<th scope=\"row\">417</th>";
    assert!(!share.contains("most exposed") && !share.contains(row));
    assert!(private.contains("most exposed") && private.contains(row));
    assert!(
        share.contains("No differential privacy is offered")
            && private.contains("No differential privacy is offered")
    );
    let plain = input(&real, &synthetic, &evaluation);
    let bounded = private_html(&ReportInput { budget: Some([3.0, 1e-5]), ..plain });
    assert!(bounded.contains("differential privacy (epsilon 3, delta 0.00001)"));
    assert!(!bounded.contains("No differential privacy is offered"));
    for page in [share, private] {
        assert!(!page.to_lowercase().contains("anonymous: yes"));
    }
}

#[test]
fn the_shared_page_is_the_same_whatever_is_withheld() {
    let table = |missing: usize| {
        let cells = [vec![0.0; 503 - missing], vec![1.0; 200], vec![f64::NAN; missing]].concat();
        single(coded("smoker", &["no", "yes"]), cells)
    };
    let synthetic = table(10);
    // The scores are the caller's; they are the same here, so that only counts could differ.
    let pages = [1, 4, 5].map(|missing| {
        let real = table(missing);
        let mut evaluation = bare(&table(1), &synthetic);
        evaluation.columns[0].real_missing = missing as f64 / 703.0;
        evaluation.missing_per_row.real = vec![703 - missing, missing];
        [
            share_html(&input(&real, &synthetic, &evaluation)),
            private_html(&input(&real, &synthetic, &evaluation)),
        ]
    });
    assert_eq!(pages[0][0], pages[1][0], "one or four of 703 patients without a value");
    assert_ne!(pages[1][0], pages[2][0], "five may be shown");
    assert_ne!(pages[0][1], pages[1][1], "the owner sees the difference");
}

#[test]
fn patients_without_the_given_value_do_not_come_back_by_subtraction() {
    let table = |missing: usize| {
        let rows = 703;
        let cells = Matrix::from_fn(rows, 2, |row, column| match column {
            0 if row < missing => f64::NAN,
            0 => f64::from(u8::from(row >= 503)),
            _ => f64::from(u8::from(row % 503 > 400)),
        });
        let columns = vec![coded("smoker", &["no", "yes"]), coded("stage", &["early", "late"])];
        let schema = Schema {
            columns,
            status: Some("smoker".into()),
            stage: Some("stage".into()),
            ..Schema::default()
        };
        Table { schema, cells, patients: None }
    };
    let synthetic = table(10);
    let pages = [1, 4, 5].map(|missing| {
        let real = table(missing);
        let mut evaluation = bare(&table(1), &synthetic);
        evaluation.conditionals = bare(&real, &synthetic).conditionals;
        share_html(&input(&real, &synthetic, &evaluation))
    });
    assert!(pages[0].contains("smoker</bdi> = ") && !pages[0].contains("Largest difference"));
    assert_eq!(pages[0], pages[1], "one or four of 703 patients whose smoking is not known");
    assert_ne!(pages[1], pages[2], "five may be shown");
    assert!(pages[2].contains("Largest difference"));
}

#[test]
fn a_rare_level_is_named_to_its_owner_only() {
    let cells: Vec<f64> =
        [(0.0, 40), (1.0, 30), (2.0, 4)].iter().flat_map(|&(v, n)| vec![v; n]).collect();
    let mut real = single(coded("tissue", &["common", "usual", "oddity"]), cells);
    real.schema.status = Some("tissue".into());
    let evaluation = bare(&real, &real);
    assert!(!share_html(&input(&real, &real, &evaluation)).contains("oddity"));
    assert!(private_html(&input(&real, &real, &evaluation)).contains("oddity"));
}

#[test]
fn what_was_not_measured_is_said_or_left_out() {
    let columns = vec![numerical("empty", 0), coded("constant", &["a", "b"]), numerical("x", 1)];
    for rows in [0, 1, 3, 40] {
        let cells = Matrix::from_fn(rows, 3, |row, column| [f64::NAN, 0.0, row as f64][column]);
        let real = Table {
            schema: Schema { columns: columns.clone(), ..Schema::default() },
            cells,
            patients: None,
        };
        let evaluation = bare(&real, &real);
        let page = share_html(&input(&real, &real, &evaluation));
        keep("bare.html", &page);
        for absent in ["id=\"use\"", "id=\"conditionals\"", "id=\"training\"", "id=\"cleaning\""] {
            assert!(!page.contains(absent), "{absent} at {rows} rows");
        }
        for said in [
            "not judged",
            "No real patients were kept back",
            "Not measured",
            "no target to predict",
        ] {
            assert!(page.contains(said), "{said} at {rows} rows");
        }
        assert!(!page.contains("NaN") && !page.contains("inf"), "{rows} rows");
    }
}
