//! Made-up patients whose columns belong together, as many as a test asks for.

use ground::matrix::Matrix;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};
use table::{Column, Kind, Schema, Table};

fn column(name: &str, kind: Kind, levels: &[&str]) -> Column {
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

/// Eight columns, `dead` and `marker` to be predicted.
pub fn schema() -> Schema {
    Schema {
        columns: vec![
            column("age", Kind::Integer, &[]),
            column("marker", Kind::Numerical, &[]),
            column("volume", Kind::Numerical, &[]),
            column("dose", Kind::Numerical, &[]),
            column("sex", Kind::Boolean, &["f", "m"]),
            column("stage", Kind::Ordinal, &["I", "II", "III", "IV"]),
            column("site", Kind::Nominal, &["left", "right", "both"]),
            column("dead", Kind::Boolean, &["no", "yes"]),
        ],
        status: Some("dead".into()),
        stage: Some("stage".into()),
        targets: vec!["dead".into(), "marker".into()],
        ..Schema::default()
    }
}

/// Uniform on [0, 1).
fn unit(random: &mut Xoshiro256PlusPlus) -> f64 {
    (random.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// About normal.
fn normal(random: &mut Xoshiro256PlusPlus) -> f64 {
    (0..12).map(|_| unit(random)).sum::<f64>() - 6.0
}

/// Patients of one population: severity moves stage, marker, volume and death; the dose follows the
/// volume; one in eight markers and doses is missing, together.
pub fn patients(rows: usize, seed: u64) -> Table {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut cells = Matrix::zeros(rows, 8);
    for row in 0..rows {
        let random = &mut random;
        let severity = normal(random);
        let volume = 50.0 + 12.0 * severity + 4.0 * normal(random);
        let stage = (1.5 + severity + 0.3 * normal(random)).round().clamp(0.0, 3.0);
        let site = (unit(random) * 3.0).floor();
        let gap = unit(random) < 0.125;
        let values = [
            (65.0 + 4.0 * severity + 7.0 * normal(random)).round(),
            if gap { f64::NAN } else { 10.0 + 3.0 * severity + normal(random) },
            volume,
            if gap { f64::NAN } else { 0.5 * volume + normal(random) },
            f64::from(u8::from(unit(random) < 0.4)),
            stage,
            site,
            f64::from(u8::from(severity + 0.7 * normal(random) > 0.0)),
        ];
        cells.row_mut(row).copy_from_slice(&values);
    }
    Table { schema: schema(), cells, patients: None }
}

/// The same patients with every column shuffled by itself.
pub fn shuffled(table: &Table, seed: u64) -> Table {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut cells = table.cells.clone();
    for column in 0..cells.columns() {
        for end in (1..cells.rows()).rev() {
            let other = (unit(&mut random) * (end + 1) as f64) as usize;
            (cells[(end, column)], cells[(other, column)]) =
                (cells[(other, column)], cells[(end, column)]);
        }
    }
    Table { schema: table.schema.clone(), cells, patients: None }
}
