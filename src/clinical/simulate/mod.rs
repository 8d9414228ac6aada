//! The stand-in for the hospital's cohort, which is not public: 886 made-up patients with the 64
//! variables of the paper's Table 2.
//! Every published count is exact, and everything else is plausible.
//!
//! Patients have hidden traits (age, severity, frailty, schooling, mood, tobacco, metabolism).
//! Stage and status are given by severity and hazard, so that their counts are the published ones.
//! All other cells follow from traits, stage, status and each other.
//! Missing cells come last: first the totals per patient and per feature (`shape`), then a pattern
//! with these totals in which blocks go missing together (`gaps`).

mod course;
mod dice;
pub mod export;
mod gaps;
mod margins;
mod patient;
mod quality;
mod record;
mod row;
mod shape;
mod stages;
mod treatment;

use dice::Dice;
use ground::matrix::Matrix;
use patient::Patient;
use row::{Facts, Names, Row};
use table::{Schema, Table};

/// The schema of the stand-in cohort, `data/lung_cohort.toml`.
pub const SCHEMA: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/",
    env!("MELLIZO_DATA"),
    "/lung_cohort.toml"
));

/// Streams of random numbers.
mod stream {
    pub(super) const PATIENTS: usize = 0;
    pub(super) const GAPS: usize = 1;
    pub(super) const VALUES: usize = 2;
    pub(super) const ORDER: usize = 3;
    pub(super) const EXPORT: usize = 4;
}

/// The schema of the stand-in cohort: 64 columns, status `Status`, stage `Clinical_stage`.
pub fn schema() -> Schema {
    Schema::from_toml(SCHEMA, "bundled schema lung_cohort.toml")
        .expect("the file in the repository is a schema")
}

/// The rules that clean an [`export`](export::export) to the cohort of the same seed,
/// `data/lung_rules.toml`.
pub const RULES: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/",
    env!("MELLIZO_DATA"),
    "/lung_rules.toml"
));

/// The stand-in cohort of a seed: 886 patients, 64 columns, 7230 missing cells; the same bits on
/// every machine.
pub fn cohort(seed: u64) -> Table {
    let schema = schema();
    let people = people(seed, &Names::of(&schema));
    let mut cells = Matrix::zeros(people.len(), schema.columns.len());
    for (place, person) in people.iter().enumerate() {
        for (feature, cell) in cells.row_mut(place).iter_mut().enumerate() {
            *cell = person.value(feature).unwrap_or(f64::NAN);
        }
    }
    Table { schema, cells, patients: None }
}

/// A patient of the stand-in: every value, the missing cells as bits, and the facts behind them.
struct Person {
    cells: Vec<f64>,
    gaps: u64,
    facts: Facts,
}

impl Person {
    fn lacks(&self, feature: usize) -> bool {
        self.gaps >> feature & 1 == 1
    }

    /// The value of a feature, if the cohort has it.
    fn value(&self, feature: usize) -> Option<f64> {
        (!self.lacks(feature)).then(|| self.cells[feature])
    }
}

/// Everybody, in the order of the table.
fn people(seed: u64, names: &Names) -> Vec<Person> {
    let (mut who, mut gaps) = (Dice::new(seed, stream::PATIENTS), Dice::new(seed, stream::GAPS));
    let (kept, dropped) = (stages::kept(&mut who), stages::dropped(shape::DROPPED, &mut who));
    debug_assert_eq!(kept.len(), shape::KEPT);
    let mut missing = gaps::of_kept(&kept, &mut gaps);
    missing.extend(gaps::of_dropped(&dropped, &mut gaps));
    let mut dice = Dice::new(seed, stream::VALUES);
    let person = |(patient, gaps): (&Patient, u64)| {
        let mut row = Row::new(names);
        fill_in(patient, gaps, &mut row, &mut dice);
        Person { cells: row.cells, gaps, facts: row.facts }
    };
    let mut people: Vec<Person> = kept.iter().chain(&dropped).zip(missing).map(person).collect();
    Dice::new(seed, stream::ORDER).shuffle(&mut people);
    people
}

/// All values of a patient.
/// A dependent cell can be missing although the cell that it depends on is known.
/// That one is then "yes", because a "no" would have filled the dependent one.
fn fill_in(patient: &Patient, gaps: u64, row: &mut Row, dice: &mut Dice) {
    let missing = |row: &Row, name: &str| gaps >> row.place(name) & 1 == 1;
    record::person(patient, row, dice);
    record::illnesses(patient, row, dice);
    record::body(patient, row, dice);
    record::tumour(patient, row, dice);
    let operated = missing(row, "Surgery_type");
    treatment::surgery(patient, operated, row, dice);
    let treated = missing(row, "Concomitant_chemotherapy");
    treatment::chemotherapy(patient, treated, row, dice);
    let irradiated = [
        "Administered_dose",
        "Administered_fractionation",
        "PTV_volume",
        "PTV_median",
        "Heart_mean",
        "Heart_V25",
    ];
    let irradiated = irradiated.iter().any(|name| missing(row, name));
    treatment::radiotherapy(patient, irradiated, row, dice);
    course::course(patient, row, dice);
    quality::quality(patient, row, dice);
}
