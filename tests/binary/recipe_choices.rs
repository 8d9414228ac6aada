//! Every choice of a recipe runs and makes valid patients.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, MULTIPLE, cpu, small};
use crate::patients;
use mellizo::gan::Recipe;
use mellizo::gan::recipe::{Batch, Levels, Normalise, OutputName, Section};
use mellizo::table::bundled;
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
    // What patients keep by the schema is repaired behind the calibration, and a network that has
    // learned nothing needs that often: so without relations.
    let (before, rest) = bundled::SCHEMA.split_once("relations = [").expect("relations");
    let (_, after) = rest.split_once("\n]\n").expect("their end");
    desk.put("schema.toml", format!("{before}{after}"));
    desk.put("cohort.csv", bundled::CSV);
    let run = "run cohort.csv --schema schema.toml --recipe rank.toml --epochs 1 --out results";
    desk.mellizo_on(&cpu(), run).silent();
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

/// `--set` and its variable set keys as options and the recipe's own text do, each before the next.
#[test]
fn keys_are_set_by_options_the_environment_and_the_recipe() {
    let desk = Desk::new();
    let resolved = |line: &str, variable: &str| {
        let mut command = desk.command(&format!("recipe small.toml --resolved {line}"), &[]);
        let output = command.env("MELLIZO_SET", variable).output().expect("the binary starts");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let recipe = Recipe::from_toml(&text, "resolved").expect("it is a recipe");
        (text, recipe)
    };
    let line = |text: &str, key: &str| {
        let found = text.lines().find(|line| line.starts_with(&format!("{key} = ")));
        found.unwrap_or_else(|| panic!("no {key} in {text}")).to_owned()
    };
    let (plain, recipe) = resolved("", "");
    // The table side's sections have, beside what the text says, what holds where it says nothing.
    let of_text = small();
    let (table, sampling) = (of_text.table.clone(), of_text.sampling.clone());
    assert_eq!(Recipe { table, sampling, ..recipe.clone() }, of_text);
    assert!(line(&plain, "batch").ends_with("# small.toml"), "{plain}");
    for added in ["representation = \"grey\" ", "constraints = \"none\" "] {
        let key = added.split(' ').next().unwrap();
        let line = line(&plain, key);
        assert!(line.starts_with(added) && line.ends_with("# default"), "{line}");
    }
    desk.put("resolved.toml", &plain);
    let again = desk.mellizo("recipe ./resolved.toml --resolved").good();
    assert_eq!(Recipe::from_toml(again.out(), "again").unwrap(), recipe);
    let variable = "training.batch=48; sampling.multiple=5";
    let (text, recipe) = resolved("--set training.batch=32", variable);
    assert_eq!(recipe.training.batch, Batch::Rows(32));
    assert!(line(&text, "batch").ends_with("# --set"), "{text}");
    assert!(line(&text, "multiple").starts_with("multiple = 5 "), "{text}");
    assert!(line(&text, "multiple").ends_with("# MELLIZO_SET"), "{text}");
    let (text, recipe) = resolved("--set training.batch=32 --batch auto --steps 70", variable);
    assert_eq!((recipe.training.batch, recipe.training.steps), (Batch::Word("auto".into()), 70));
    assert!(line(&text, "steps").ends_with("# --steps"), "{text}");
    // A run with a key that is set is that with the option.
    let model = |name: &str, change: &str| {
        let line = format!("train --recipe small.toml --epochs 1 {change} --out {name}");
        desk.mellizo_on(&cpu(), &line).silent();
        desk.bytes(&format!("{name}/private/model.safetensors"))
    };
    let [option, key, plain] = [("a", "--batch 32"), ("b", "--set training.batch=32"), ("c", "")]
        .map(|(name, change)| model(name, change));
    assert!(option == key && option != plain);
    for (change, part) in [
        ("training.batch", "SECTION.KEY=VALUE"),
        ("trainig.batch=3", "did you mean \"training\""),
        ("training.bacth=3", "did you mean `batch`"),
        ("training.batch=1", "training.batch"),
    ] {
        desk.mellizo(&format!("run --recipe small.toml --set {change}")).refused(2, &[part]);
    }
}
