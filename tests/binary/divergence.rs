//! Training that leaves the range of numbers: exit code 6, and the last good model is kept.

use crate::csv_file::CsvFile;
use crate::desk::{Desk, Engine, cpu, gpu, small};
use crate::finished::Finished;
use crate::tensors::{all_finite, document, tensors};
use mellizo::gan::Recipe;
use mellizo::gan::recipe::{Batch, Normalise};

const MODEL: &str = "results/private/model.safetensors";

/// Three layers without normalisation, whose weights grow by 2e5 a step: their product still fits
/// into 32 bits after the first step of 900 rows, which is the first epoch, and its square does not
/// after the second.
fn delayed() -> Recipe {
    let mut recipe = small();
    recipe.layers.normalise = Normalise::None;
    recipe.optimiser.learning_rate = 2e5;
    recipe.training.batch = Batch::Rows(900);
    recipe
}

/// The same at once: the first step is beyond the range.
fn immediate() -> Recipe {
    let mut recipe = small();
    recipe.optimiser.learning_rate = 1e30;
    recipe
}

fn diverged(engine: &Engine, command: &str, recipe: &Recipe, kept: usize) -> Desk {
    let desk = Desk::new();
    desk.put("wild.toml", recipe.to_toml());
    let line = format!("{command} --recipe wild.toml --epochs 30 --out results --json");
    let finished = desk.mellizo_on(engine, &line);
    assert_eq!(finished.code, Some(6), "{}", finished.stderr);
    says_what_is_kept(&finished, kept);
    let model = desk.bytes(MODEL);
    assert!(all_finite(&model));
    assert_eq!(document(&model)["epoch"], kept);
    let history = CsvFile::parse(&desk.bytes("results/share/history.csv"));
    let epochs: Vec<usize> =
        history.column("epoch").iter().map(|epoch| epoch.parse().unwrap()).collect();
    assert_eq!(epochs, (1..=kept + 1).collect::<Vec<_>>());
    // Patients of a model that diverged are made only when they are asked for.
    assert_eq!(desk.names("results/share"), ["history.csv", "training.svg"]);
    let patients = desk.mellizo_on(engine, &format!("sample {MODEL} --rows 100")).good();
    crate::patients::check(&CsvFile::parse(&patients.stdout), 100);
    desk
}

fn says_what_is_kept(finished: &Finished, kept: usize) {
    let object = finished.json();
    assert_eq!(object["exit_code"], 6);
    let error = object["error"].as_str().unwrap();
    let whole = format!("training diverged in epoch {}: ", kept + 1);
    let which =
        if kept == 0 { "the untrained one".into() } else { format!("that of epoch {kept}") };
    assert!(
        error.starts_with(&whole) && error.ends_with(&format!("the last good model is {which}")),
        "{error}"
    );
    let last = finished.stderr.lines().last().unwrap();
    assert_eq!(last, format!("error: {error}"));
    assert!(finished.stderr.contains("model.safetensors"), "{}", finished.stderr);
}

#[test]
fn at_once_the_initial_model_is_kept() {
    diverged(&cpu(), "train", &immediate(), 0);
    diverged(&cpu(), "run", &immediate(), 0);
}

#[test]
fn later_the_epoch_before_is_kept() {
    let desk = diverged(&cpu(), "run", &delayed(), 1);
    desk.mellizo_on(&cpu(), "train --recipe wild.toml --epochs 1 --no-stop --out short").silent();
    let (kept, short) = (desk.bytes(MODEL), desk.bytes("short/private/model.safetensors"));
    assert!(tensors(&kept) == tensors(&short), "the kept weights are not those of epoch 1");
}

mod on_gpu {
    use super::*;

    #[test]
    fn the_last_good_model_is_kept() {
        let Some(gpu) = gpu() else { return };
        diverged(&gpu, "train", &immediate(), 0);
        diverged(&gpu, "run", &delayed(), 1);
    }
}
