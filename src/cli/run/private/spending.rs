//! What a private run may spend, what was spent before, and where it is written down.

use super::{Outset, Private};
use crate::cli::args::RunOptions;
use crate::cli::origin::file_hash;
use ground::checksum::sha256;
use ground::error::Result;
use mellizo::synthesis::private::{Account, Ledger, LockedLedger, accountant::Spent};
use mellizo::synthesis::{Line, Watch};
use std::path::{Path, PathBuf};
use table::bundled;

/// Above it a guarantee says little.
const WEAK: f64 = 10.0;

/// Below it noise drowns relations between columns.
const MARGINS_ONLY: f64 = 2.0;

/// Where a release is written down, and of which table; no other run spends meanwhile.
pub(super) struct Spending {
    ledger: LockedLedger,
    path: PathBuf,
    table: PathBuf,
    hash: String,
    next: Spent,
}

/// A ledger, and the table whose releases are added up there.
struct Ledgered {
    path: PathBuf,
    table: PathBuf,
    hash: String,
}

impl Ledgered {
    fn of(options: &RunOptions) -> Result<Self> {
        let data = options.data.as_deref();
        let (table, hash) = match data {
            Some(path) => (path.to_path_buf(), file_hash(path)?),
            None => (PathBuf::from(bundled::NAME), sha256(&[bundled::CSV])),
        };
        let table = std::fs::canonicalize(&table).unwrap_or(table);
        let beside = data.and_then(Path::parent).unwrap_or(Path::new(""));
        let ledger = options.privacy.ledger.clone();
        let path = ledger.unwrap_or_else(|| beside.join("private/ledger.jsonl"));
        Ok(Self { path, table, hash })
    }
}

/// What is in the ledger of a table that nothing is spent on yet.
pub(in crate::cli) struct Purse {
    /// The ledger.
    pub(in crate::cli) path: PathBuf,
    pub(in crate::cli) account: Account,
}

impl Purse {
    /// Looks into the ledger; none where no release is to be drawn.
    /// Errors: what a run refuses before it spends.
    pub(in crate::cli) fn of(options: &RunOptions, outset: &Outset) -> Result<Option<Self>> {
        let Some(next) = outset.next else { return Ok(None) };
        let Ledgered { path, table, hash } = Ledgered::of(options)?;
        let account = Ledger::at(&path).account((&table, &hash), (outset.budget, next))?;
        Ok(Some(Self { path, account }))
    }
}

/// What is said of a budget.
pub(in crate::cli) fn budget_warnings(epsilon: f64) -> Vec<String> {
    let weak =
        format!("epsilon {epsilon}: so large a budget promises little; up to {WEAK} is usual");
    let margins = format!(
        "epsilon {epsilon}: margins only; below {MARGINS_ONLY} noise drowns most relations between \
         columns"
    );
    let all = [(epsilon > WEAK, weak), (epsilon < MARGINS_ONLY, margins)];
    all.into_iter().filter(|(said, _)| *said).map(|(_, text)| text).collect()
}

impl Private<'_> {
    pub(super) fn warn_of_the_budget(&mut self) {
        budget_warnings(self.budget.epsilon).into_iter().for_each(|text| self.warn(text));
        // These may tell of patients, so they go nowhere else.
        let read = self.patients.read.warnings.clone();
        read.iter().for_each(|warning| self.watch.say(Line::Warning(warning)));
    }

    /// What was spent on the table before.
    pub(super) fn account(&mut self, next: Spent) -> Result<Spending> {
        let Ledgered { path, table, hash } = Ledgered::of(self.options)?;
        let ledger = Ledger::at(&path).lock()?;
        self.account = ledger.account((&table, &hash), (self.budget, next))?;
        Ok(Spending { ledger, path, table, hash, next })
    }

    /// Writes the release down before it is drawn, and says what was spent before.
    pub(super) fn spend(&mut self, spending: Spending) -> Result<()> {
        let Account { releases, before, after } = self.account;
        if releases > 0 {
            // This tells of the exact table, so it stays in the house.
            self.watch.say(Line::Warning(&format!(
                "{releases} earlier releases of this table spent epsilon {before:.2}; with this one \
                 it is {after:.2} in all (delta {})",
                self.budget.delta
            )));
        }
        let Spending { ledger, path, table, hash, next } = spending;
        ledger.spend((&table, &hash), (self.budget, next))?;
        say!(
            "spending epsilon {} at delta {} ({})",
            self.budget.epsilon,
            self.budget.delta,
            path.display()
        );
        Ok(())
    }
}
