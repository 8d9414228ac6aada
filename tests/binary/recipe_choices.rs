//! Every choice of a recipe runs and makes valid patients.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, MULTIPLE, cpu, small};
use crate::patients;
use mellizo::gan::Recipe;
use mellizo::gan::recipe::{Levels, Normalise, OutputName, Section};
use serde::Serialize;
use std::sync::LazyLock;

/// A few epochs of a recipe: its patients and its history.
fn run(recipe: &Recipe) -> [Vec<u8>; 2] {
    let desk = Desk::new();
    desk.put("recipe.toml", recipe.to_toml());
    desk.mellizo_on(&cpu(), "run --recipe recipe.toml --epochs 3 --out results").silent();
    ["synthetic", "history"].map(|name| desk.bytes(&format!("results/share/{name}.csv")))
}

/// The patients of the recipe as it is, which every change is compared with.
static PLAIN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let [patients, _] = run(&small());
    patients
});

/// A few epochs of a changed recipe: its patients are valid, and the change changes them.
/// Gives the history.
fn trains(change: impl FnOnce(&mut Recipe)) -> CsvFile {
    let mut recipe = small();
    change(&mut recipe);
    let [changed, history] = run(&recipe);
    patients::check(&CsvFile::parse(&changed), MULTIPLE * 908);
    assert!(*PLAIN != changed, "the choice changes nothing");
    let history = CsvFile::parse(&history);
    for name in &history.header {
        assert!(history.numbers(name).iter().all(|number| number.is_finite()), "{name}");
    }
    history
}

fn is_on(history: &CsvFile, term: &str) -> bool {
    history.numbers(term).iter().all(|number| *number > 0.0)
}

#[test]
fn terms_of_the_loss() {
    let history = trains(|recipe| recipe.loss.sliced = 1.0);
    assert!(
        is_on(&history, "sliced")
            && is_on(&history, "percentile")
            && !is_on(&history, "adversarial")
    );
    let history = trains(|recipe| recipe.loss.adversarial = 0.5);
    assert!(
        is_on(&history, "adversarial")
            && is_on(&history, "percentile")
            && !is_on(&history, "sliced")
    );
    let history = trains(|recipe| (recipe.loss.adversarial, recipe.loss.percentile) = (1.0, 0.0));
    assert!(is_on(&history, "adversarial") && !is_on(&history, "percentile"));
}

#[test]
fn all_order_statistics() {
    trains(|recipe| recipe.loss.levels = Levels::Word("all".into()));
}

#[test]
fn the_networks() {
    trains(|recipe| recipe.generator.output = OutputName::Tanh);
    trains(|recipe| recipe.layers.normalise = Normalise::None);
    trains(|recipe| recipe.generator.widths = Vec::new());
}

fn set(section: &mut Section, key: &str, value: impl Serialize) {
    assert!(section.set(key, value), "a new key {key}");
}

#[test]
fn the_table_side() {
    trains(|recipe| set(&mut recipe.table, "pixels", "none"));
    trains(|recipe| set(&mut recipe.sampling, "calibrate", "rank"));
    trains(|recipe| set(&mut recipe.sampling, "snap", false));
}

/// Calibrated patients have the cohort's shares even when the generator has learned nothing.
#[test]
fn calibration_gives_the_cohorts_shares() {
    let desk = Desk::new();
    let mut recipe = small();
    set(&mut recipe.sampling, "calibrate", "rank");
    // So many patients that a share can be told within a thousandth.
    set(&mut recipe.sampling, "multiple", 30);
    desk.put("rank.toml", recipe.to_toml());
    desk.mellizo_on(&cpu(), "run --recipe rank.toml --epochs 1 --out results").silent();
    let synthetic = CsvFile::parse(&desk.bytes("results/share/synthetic.csv"));
    for (column, cell) in
        [("death", "1"), ("sex", "male"), ("urine", ""), ("race", "white"), ("sfdm2", "")]
    {
        let share = |table: &CsvFile| {
            let cells = table.column(column);
            cells.iter().filter(|other| **other == cell).count() as f64 / cells.len() as f64
        };
        let (real, made) = (share(&patients::cohort()), share(&synthetic));
        assert!((real - made).abs() < 1e-3, "{column} = {cell:?}: {made} beside {real}");
    }
}

/// With a share of the patients to choose by, models learn from the others, and both models'
/// histories tell the distance to that share.
#[test]
fn patients_that_only_choose_among_models() {
    let desk = Desk::new();
    let mut recipe = small();
    recipe.training.validation = 0.25;
    desk.put("chosen.toml", recipe.to_toml());
    desk.put("small.toml", small().to_toml());
    let history = |name: &str, models: usize| {
        let line =
            format!("run --recipe {name}.toml --epochs 3 --models {models} --out {name}{models}");
        desk.mellizo_on(&cpu(), &line).silent();
        desk.bytes(&format!("{name}{models}/share/history.csv"))
    };
    assert!(
        history("chosen", 1) == history("small", 1),
        "with one model there is nothing to choose"
    );
    let (chosen, plain) =
        (CsvFile::parse(&history("chosen", 2)), CsvFile::parse(&history("small", 2)));
    let [chosen, plain] = [chosen, plain].map(|history| history.numbers("joint_frechet"));
    assert_eq!(chosen.len(), 6);
    assert!(
        chosen.iter().zip(&plain).all(|(a, b)| a.is_finite() && a != b),
        "{chosen:?} and {plain:?}"
    );
}
