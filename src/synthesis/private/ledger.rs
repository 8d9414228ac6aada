//! What was spent on a table so far: a file of lines beside it.
//!
//! A release is written down, and the disk told to keep it, before any noise is drawn: one that was
//! broken off counts as spent.

use ground::error::{Error, Place, Result};
use privacy::accountant::{self, Budget, together};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// A file of releases.
#[derive(Clone, Debug)]
pub struct Ledger(PathBuf);

/// One release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spent {
    /// The table's file.
    pub table: PathBuf,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Seconds since 1970.
    pub at: u64,
    /// What the release was for.
    pub epsilon: f64,
    /// With which probability it may fail.
    pub delta: f64,
    /// Gaussian privacy of it: several releases have the root of the sum of squares.
    pub mu: f64,
    /// How far its noise is from rounded continuous noise in total variation, at most.
    pub apart: f64,
}

impl Spent {
    fn accounted(&self) -> accountant::Spent {
        accountant::Spent { epsilon: self.epsilon, mu: self.mu, apart: self.apart }
    }
}

/// What was spent on a table before, and with one release more.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Account {
    /// Releases before.
    pub releases: usize,
    /// Their epsilon together, at the delta of the next one; 0 for none.
    pub before: f64,
    /// That with the next one.
    pub after: f64,
}

impl Ledger {
    /// The ledger in this file, which need not be there yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Adds up what was spent on a table with this hash.
    ///
    /// Errors: a ledger that cannot be read or has a line that is none ([`Error::Input`]); one that
    /// knows another table under the same path, whose patients may be the same ones.
    pub fn account(
        &self,
        (table, sha256): (&Path, &str),
        (budget, next): (Budget, accountant::Spent),
    ) -> Result<Account> {
        let spent = self.read()?;
        let other = |spent: &&Spent| spent.table == table && spent.sha256 != sha256;
        if let Some(line) = spent.iter().position(|spent| other(&spent)) {
            let problem = format!(
                "the ledger knows another table as {}: it was changed after a release",
                table.display()
            );
            let remedy = "spend on the table that was released, or, if no patient of it is in this \
                          one, name another ledger with --ledger FILE";
            return Err(Error::input(Place::file(&self.0).row(line + 1), problem, remedy));
        }
        let of_table = spent.iter().filter(|spent| spent.sha256 == sha256);
        let mut all: Vec<accountant::Spent> = of_table.map(Spent::accounted).collect();
        let (releases, before) = (all.len(), together(&all, budget.delta));
        all.push(next);
        Ok(Account { releases, before, after: together(&all, budget.delta) })
    }

    /// Writes a release down, and waits until the disk has it.
    ///
    /// Errors: those of the file.
    pub fn spend(
        &self,
        (table, sha256): (&Path, &str),
        (budget, next): (Budget, accountant::Spent),
    ) -> Result<()> {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let spent = Spent {
            table: table.to_path_buf(),
            sha256: sha256.into(),
            at,
            epsilon: budget.epsilon,
            delta: budget.delta,
            mu: next.mu,
            apart: next.apart,
        };
        let line = serde_json::to_string(&spent).expect("plain data") + "\n";
        let write = || -> std::io::Result<()> {
            if let Some(folder) = self.0.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                std::fs::create_dir_all(folder)?;
            }
            let mut options = OpenOptions::new();
            options.create(true).append(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&self.0)?;
            file.write_all(line.as_bytes())?;
            file.sync_all()
        };
        write().map_err(|error| Error::io(&self.0, error))
    }

    fn read(&self) -> Result<Vec<Spent>> {
        let file = match File::open(&self.0) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::io(&self.0, error)),
        };
        let mut all = Vec::new();
        for (line, text) in BufReader::new(file).lines().enumerate() {
            let text = text.map_err(|error| Error::io(&self.0, error))?;
            let spent: Spent = serde_json::from_str(&text).map_err(|_| {
                let remedy = "restore the file: what was spent cannot be told without it";
                let place = Place::file(&self.0).row(line + 1);
                Error::input(place, "a line that is no release", remedy)
            })?;
            all.push(spent);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use privacy::accountant::gaussian_epsilon;

    fn budget(epsilon: f64) -> (Budget, accountant::Spent) {
        let budget = Budget::new(epsilon, 1e-5).unwrap();
        (budget, accountant::Spent { epsilon, mu: budget.mu, apart: 1e-11 })
    }

    #[test]
    fn releases_of_a_table_add_up() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(folder.path().join("private/ledger.jsonl"));
        let (table, [three, thirty]) = (Path::new("a.csv"), [3.0, 30.0].map(budget));
        let first = ledger.account((table, "aa"), three).unwrap();
        assert_eq!((first.releases, first.before, first.after), (0, 0.0, 3.0));
        for _ in 0..3 {
            ledger.spend((table, "aa"), three).unwrap();
        }
        ledger.spend((Path::new("b.csv"), "bb"), three).unwrap();
        let fourth = ledger.account((table, "aa"), three).unwrap();
        // Four equal releases are one of twice the mu.
        let twice = gaussian_epsilon(2.0 * three.0.mu, 1e-5);
        assert_eq!(fourth.releases, 3);
        assert!((fourth.after - twice).abs() < 0.01, "{} for {twice}", fourth.after);
        assert!(ledger.account((table, "aa"), thirty).unwrap().after > 30.0);
        // The same bytes under another name are the same patients.
        assert_eq!(ledger.account((Path::new("c.csv"), "aa"), three).unwrap().releases, 3);
    }

    #[test]
    fn a_changed_table_and_a_damaged_ledger_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(folder.path().join("ledger.jsonl"));
        let (table, one) = (Path::new("a.csv"), budget(1.0));
        ledger.spend((table, "aa"), one).unwrap();
        let error = ledger.account((table, "changed"), one).unwrap_err().to_string();
        assert!(error.contains("another table") && error.contains("row 1"), "{error}");
        let half = std::fs::read_to_string(ledger.path()).unwrap();
        std::fs::write(ledger.path(), half.clone() + &half[..20]).unwrap();
        let error = ledger.account((table, "aa"), one).unwrap_err().to_string();
        assert!(error.contains("row 2"), "{error}");
    }
}
