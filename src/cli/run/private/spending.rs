//! What a private run may spend, what was spent before, and where it is written down.

use super::Private;
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

impl Private<'_> {
    pub(super) fn warn_of_the_budget(&mut self) {
        let epsilon = self.budget.epsilon;
        if epsilon > WEAK {
            self.warn(format!(
                "epsilon {epsilon}: so large a budget promises little; up to {WEAK} is usual"
            ));
        }
        if epsilon < MARGINS_ONLY {
            self.warn(format!(
                "epsilon {epsilon}: margins only; below {MARGINS_ONLY} noise drowns most relations \
                 between columns"
            ));
        }
        // These may tell of patients, so they go nowhere else.
        let read = self.patients.read.warnings.clone();
        read.iter().for_each(|warning| self.watch.say(Line::Warning(warning)));
    }

    /// What was spent on the table before.
    pub(super) fn account(&mut self, next: Spent) -> Result<Spending> {
        let data = self.options.data.as_deref();
        let (table, hash) = match data {
            Some(path) => (path.to_path_buf(), file_hash(path)?),
            None => (PathBuf::from(bundled::NAME), sha256(&[bundled::CSV])),
        };
        let table = std::fs::canonicalize(&table).unwrap_or(table);
        let beside = data.and_then(Path::parent).unwrap_or(Path::new(""));
        let ledger = self.options.privacy.ledger.clone();
        let path = ledger.unwrap_or_else(|| beside.join("private/ledger.jsonl"));
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
