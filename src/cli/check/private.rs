//! `mellizo check --recipe private`: what would be spent, and what would come of it; nothing is spent
//! and nothing is drawn.

use super::{Found, peak_memory, print, room};
use crate::cli::args::RunOptions;
use crate::cli::run::{Asked, Outset, Purse, budget_warnings};
use crate::cli::terminal::Terminal;
use ground::error::Result;
use mellizo::synthesis::private::{Account, Plan};
use mellizo::synthesis::{Cohort, Outlook, PatientsOutlook, step_time};
use serde::Serialize;
use std::fmt::Write;
use table::Table;

/// What a private run would spend.
#[derive(Debug, Serialize)]
pub(super) struct Spends {
    epsilon: f64,
    delta: f64,
    /// Gaussian privacy of both releases together.
    mu: f64,
    /// Whether a release that was paid for is used again.
    release_used_again: bool,
    /// The ledger that a new release would be written to.
    ledger: Option<String>,
    releases_before: usize,
    epsilon_before: f64,
    /// Of all releases of the table, with this one; none where the ledger cannot be used.
    epsilon_in_all: Option<f64>,
    /// What `--require-epsilon` allows.
    require_epsilon: Option<f64>,
    targets: Vec<String>,
    /// Rows made of the releases, from which the generator learns.
    surrogate: usize,
}

/// Says what a private run with these options would do.
/// What the run would refuse is the inner result, as that of [`super::check`]; all else is told.
pub(super) fn check(options: &RunOptions, asked: Asked, plan: Plan) -> Result<Result<()>> {
    let mut outset = Outset::of(options, asked, plan)?;
    let mut backend = options.engine.choice().open(&mut Terminal::default())?;
    let cohort = outset.outlook(options)?;
    let time = step_time(backend.as_mut(), &cohort)?;
    let purse = room(options).and_then(|()| Purse::of(options, &outset));
    let spends = Spends::of(options, &outset, purse.as_ref().ok().and_then(Option::as_ref));
    let account = purse.map(|purse| purse.map(|of| of.account).unwrap_or_default());
    let verdict = account.and_then(|account| outset.guarantee(account));
    let told = outset.told.clone();
    let keeping = outset.keeping(options, []);
    let warnings = budget_warnings(spends.epsilon).into_iter().chain(told);
    let warnings = warnings.chain(outset.patients.read.warnings.clone());
    let found = Found {
        outlook: outlook(&outset, &cohort),
        refused: Vec::new(),
        warnings: warnings.chain(keeping.warnings(backend.as_ref())).collect(),
        backend: backend.describe(),
        time,
        memory: peak_memory(),
        judged: !options.no_evaluation && outset.patients.are_enough(),
        rows: "patients",
        goes_on: keeping.position(),
        spends: Some(spends),
    };
    // The checkpoint of a run that goes on holds its release, so this is what it learns.
    let ended = verdict.and_then(|()| keeping.check(&cohort));
    print(options, &found, &ended)?;
    Ok(ended)
}

fn outlook(outset: &Outset, cohort: &Cohort) -> Outlook {
    let patients = &outset.patients;
    let (training, kept_back) = (patients.training.rows(), &patients.holdout);
    let outlook = Outlook::of(&patients.read, cohort);
    // How many rows keep them is said of what is learned, and nobody is that.
    let plain = |text: &String| text.rsplit_once(" (").map_or(text.as_str(), |of| of.0).to_owned();
    Outlook {
        relations: outlook.relations.iter().map(plain).collect(),
        patients: PatientsOutlook {
            read: patients.read.table.rows(),
            dropped: 0,
            kept_back: kept_back.as_ref().map_or(0, Table::rows),
            trained: training,
            synthetic: outset.recipe.parts().sampling.rows(training),
        },
        ..outlook
    }
}

impl Spends {
    fn of(options: &RunOptions, outset: &Outset, purse: Option<&Purse>) -> Self {
        let account = purse.map_or_else(Account::default, |purse| purse.account);
        let known = purse.is_some() || outset.kept.is_some();
        Self {
            epsilon: outset.budget.epsilon,
            delta: outset.budget.delta,
            mu: outset.budget.mu,
            release_used_again: outset.kept.is_some(),
            ledger: purse.map(|purse| purse.path.display().to_string()),
            releases_before: account.releases,
            epsilon_before: account.before,
            epsilon_in_all: known.then(|| outset.in_all(account).max(outset.budget.epsilon)),
            require_epsilon: options.gates.require_epsilon,
            targets: options.privacy.targets.clone(),
            surrogate: outset.plan.surrogate,
        }
    }

    /// The part of the text about patients.
    pub(super) fn text(&self, outlook: &Outlook) -> String {
        let of = &outlook.patients;
        let mut text = format!(
            "\npatients: {} read, {} kept back, {} in two noisy releases of {} columns\n",
            of.read,
            of.kept_back,
            of.trained,
            outlook.columns.len()
        );
        let Self { epsilon, delta, .. } = self;
        let _ = match self.release_used_again {
            true => writeln!(
                text,
                "the release was paid for (epsilon {epsilon} at delta {delta}): nothing is spent"
            ),
            false => writeln!(text, "they would spend epsilon {epsilon} at delta {delta}"),
        };
        if !self.targets.is_empty() {
            let _ = writeln!(text, "measured more exactly: {}", self.targets.join(", "));
        }
        if let (Some(ledger), Some(all)) = (&self.ledger, self.epsilon_in_all) {
            let (before, releases) = (self.epsilon_before, self.releases_before);
            let _ = match releases {
                0 => writeln!(text, "no release of this table was made before ({ledger})"),
                _ => writeln!(
                    text,
                    "before, {releases} releases of this table spent epsilon {before:.2}; with \
                     this one it is {all:.2} in all ({ledger})"
                ),
            };
        }
        let _ = writeln!(
            text,
            "the generator learns from {} rows that are made of the releases, not from patients",
            self.surrogate
        );
        text
    }
}
