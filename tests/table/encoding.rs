//! The paper's encoding (`docs/method.md` section 2), and the columns that cannot be trained.

use super::{same, table};
use ground::error::Error;
use ground::matrix::Matrix;
use table::encode::{Encoder, Treatment};
use table::pixels::Pixels;
use table::{Column, Kind, Schema, Table};

fn coded(name: &str, kind: Kind, levels: &[&str]) -> Column {
    let levels = levels.iter().map(|level| level.to_string()).collect();
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

fn one_column(column: Column, counts: &[(f64, usize)]) -> Table {
    let cells: Vec<f64> = counts.iter().flat_map(|&(cell, count)| vec![cell; count]).collect();
    let schema = Schema { columns: vec![column], ..Schema::default() };
    Table { schema, cells: Matrix::from_values(cells.len(), 1, cells), patients: None }
}

/// Mean, standard deviation (n - 1) and the three quartiles of the only feature.
fn summary(table: &Table) -> [f64; 5] {
    let matrix = Encoder::fit(table, Pixels::Levels256).unwrap().encode(table);
    let mut x = matrix.values().to_vec();
    x.sort_by(f64::total_cmp);
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let quartile = |level: f64| ground::quantile::quantile(&x, level);
    [mean, variance.sqrt(), quartile(0.25), quartile(0.5), quartile(0.75)]
}

fn assert_near(ours: [f64; 5], paper: [f64; 5]) {
    for (ours, paper) in ours.iter().zip(paper) {
        assert!((ours - paper).abs() < 2e-6, "{ours} is not the paper's {paper}");
    }
}

#[test]
fn table_5_of_the_paper_is_met() {
    let status = coded("Status", Kind::Boolean, &["dead", "alive"]);
    let status = one_column(status, &[(0.0, 467), (1.0, 322), (f64::NAN, 15)]);
    assert_near(summary(&status), [0.211004, 0.652233, -0.294118, -0.294118, 1.0]);

    let levels =
        ["IA1", "IA2", "IA3", "IB", "IIA", "IIB", "IIIA", "IIIB", "IIIC", "IV", "IVA", "IVB"];
    let counts = [1, 9, 15, 20, 30, 10, 145 + 107, 191 + 121, 11, 85 + 29, 11, 8];
    let mut cells: Vec<(f64, usize)> = (0..12).map(|level| (level as f64, counts[level])).collect();
    cells.push((f64::NAN, 11));
    let stage = one_column(coded("Stage", Kind::Ordinal, &levels), &cells);
    assert_eq!(stage.rows(), 804);
    assert_near(summary(&stage), [0.469838, 0.261863, 0.414081, 0.531264, 0.531264]);
}

fn mixed() -> Table {
    let rows = (0..1000).map(|row| {
        let site = if row % 4 == 0 { "" } else { "Sevilla" };
        format!("{row}.5,,{site},7\n")
    });
    table(&format!("n,empty,site,dose\n{}", rows.collect::<String>()))
}

#[test]
fn constant_and_empty_columns_are_kept_out_and_given_back() {
    let cohort = mixed();
    let encoder = Encoder::fit(&cohort, Pixels::None).unwrap();
    assert_eq!((encoder.features(), encoder.feature_columns()), (1, vec![0]));
    assert_eq!(encoder.treatments()[2], Treatment::Constant { value: 0.0, missing: 0.25 });
    let warned: Vec<String> =
        encoder.warnings().into_iter().map(|warning| warning.column).collect();
    assert_eq!(warned, ["empty", "site", "dose"]);

    let back = encoder.decode(&encoder.encode(&cohort), 7);
    assert_eq!(back.schema, cohort.schema);
    let missing = |column: usize| back.cells.column(column).filter(|cell| cell.is_nan()).count();
    assert_eq!((missing(0), missing(1), missing(3)), (0, 1000, 0));
    // 250 expected; six standard deviations of a binomial are 82.
    assert!((missing(2) as f64 - 250.0).abs() < 82.0, "{} of 1000 are missing", missing(2));
    assert!(back.cells.column(2).all(|cell| cell.is_nan() || cell == 0.0));
    assert!(back.cells.column(3).all(|cell| cell == 7.0));
}

#[test]
fn the_seed_alone_decides_and_pieces_make_the_whole() {
    let cohort = mixed();
    let encoder = Encoder::fit(&cohort, Pixels::None).unwrap();
    let matrix = encoder.encode(&cohort);
    let whole = encoder.decode(&matrix, 7);
    assert!(same(&whole, &encoder.decode(&matrix, 7)));
    assert!(!same(&whole, &encoder.decode(&matrix, 8)));
    let tail = Matrix::from_fn(400, 1, |row, _| matrix[(600 + row, 0)]);
    let tail = encoder.decode_from(&tail, 7, 600);
    let bits = |cells: &[f64]| cells.iter().map(|cell| cell.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(tail.cells.values()), bits(&whole.cells.values()[600 * 4..]));
}

#[test]
fn nothing_to_learn_is_an_error() {
    assert!(matches!(Encoder::fit(&table("a,b\n1,x\n1,x\n"), Pixels::None), Err(Error::Usage(_))));
}

#[test]
fn an_encoder_is_the_same_after_its_model_file() {
    let encoder = Encoder::fit(&mixed(), Pixels::Levels256).unwrap();
    let text = serde_json::to_string(&encoder).unwrap();
    assert_eq!(serde_json::from_str::<Encoder>(&text).unwrap(), encoder);
    assert_eq!(
        serde_json::to_string(&Encoder::fit(&mixed(), Pixels::Levels256).unwrap()).unwrap(),
        text
    );
    for (sound, broken) in
        [("\"hi\":999.5", "\"hi\":-1.0"), ("\"is\":\"empty\"", "\"is\":\"full\""), ("0.25", "1.25")]
    {
        assert!(text.contains(sound), "{sound} is not in {text}");
        assert!(
            serde_json::from_str::<Encoder>(&text.replace(sound, broken)).is_err(),
            "{broken} was accepted"
        );
    }
}

#[test]
fn a_hold_out_beyond_the_cohort_is_never_missing() {
    let cohort = table("a\n10\n20\n30\n");
    let encoder = Encoder::fit(&cohort, Pixels::None).unwrap();
    let mut other = cohort.clone();
    other.cells.values_mut().copy_from_slice(&[-500.0, 25.0, 500.0]);
    assert_eq!(encoder.decode(&encoder.encode(&other), 1).cells.values(), [10.0, 25.0, 30.0]);
}
