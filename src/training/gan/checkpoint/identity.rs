//! What a checkpoint belongs to.

use crate::gan::trainer::Task;
use ground::checksum::sha256;
use ground::matrix::Matrix;
use serde::{Deserialize, Serialize};

/// Everything that determines a training; of large things their SHA-256.
/// Two trainings with one identity give the same bytes on one machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Version of the program.
    program: String,
    /// The encoded rows to learn from, those that judge, and what their columns are.
    cohort: String,
    recipe: String,
    seed: u64,
    models: usize,
    early_stopping: bool,
}

impl Identity {
    /// Of what is trained.
    pub(in crate::gan) fn of(task: &Task) -> Self {
        let rows = task.data.matrices().iter().chain(task.validation);
        let hashed = rows.map(rows_hash).chain([format!("{:?}", task.blocks)]);
        Self {
            program: env!("CARGO_PKG_VERSION").into(),
            cohort: sha256(&[hashed.collect::<Vec<_>>().join(" ").as_bytes()]),
            recipe: sha256(&[task.recipe.to_toml().as_bytes()]),
            seed: task.options.seed,
            models: task.options.models,
            early_stopping: task.options.early_stopping,
        }
    }

    /// In which way this one is another than `here`, in words; empty if it is the same.
    pub(in crate::gan) fn differs(&self, here: &Self) -> Vec<String> {
        let stops = |stops: bool| if stops { "with" } else { "without" }.to_owned();
        let counted = |what: &str, [theirs, ours]: [&dyn std::fmt::Display; 2]| {
            format!("another {what} ({theirs}, here {ours})")
        };
        let rules = [stops(self.early_stopping), stops(here.early_stopping)];
        let all = [
            (self.cohort != here.cohort, "another cohort".to_owned()),
            (self.recipe != here.recipe, "another recipe, steps or batch".to_owned()),
            (self.seed != here.seed, counted("seed", [&self.seed, &here.seed])),
            (self.models != here.models, counted("number of models", [&self.models, &here.models])),
            (
                self.early_stopping != here.early_stopping,
                counted("rule of stopping", [&rules[0], &rules[1]]),
            ),
            (
                self.program != here.program,
                counted("version of mellizo", [&self.program, &here.program]),
            ),
        ];
        all.into_iter().filter(|(differs, _)| *differs).map(|(_, words)| words).collect()
    }
}

fn rows_hash(rows: &Matrix) -> String {
    let bytes: Vec<u8> = rows.values().iter().flat_map(|value| value.to_le_bytes()).collect();
    let shape = format!("{} x {}: ", rows.rows(), rows.columns());
    sha256(&[shape.as_bytes(), &bytes])
}
