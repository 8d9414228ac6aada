//! What was spent on a table so far: a file of lines beside it.
//!
//! A release is written down, and the disk told to keep it, before any noise is drawn: one that was
//! broken off counts as spent.

use ground::disk::{Disk, RealDisk};
use ground::error::{Error, Place, Result};
use privacy::accountant::{self, Budget, together};
use serde::{Deserialize, Serialize};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
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

/// A ledger in hand: nobody else reads or writes it until this is dropped, so that of two runs at
/// once the second one sees what the first one spends.
#[derive(Debug)]
pub struct LockedLedger {
    path: PathBuf,
    file: File,
    spent: Vec<Spent>,
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

    /// Opens the file, makes it if it is not there, waits for whoever has it locked, and reads it.
    ///
    /// Errors: those of the file, and a line that is no release ([`Error::Input`]).
    pub fn lock(&self) -> Result<LockedLedger> {
        let open = || -> std::io::Result<(File, String)> {
            if let Some(folder) = self.0.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                let mut builder = DirBuilder::new();
                builder.recursive(true);
                #[cfg(unix)]
                std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
                builder.create(folder)?;
            }
            let mut options = OpenOptions::new();
            options.create(true).read(true).append(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&self.0)?;
            file.lock()?;
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            Ok((file, text))
        };
        let (file, text) = open().map_err(|error| Error::io(&self.0, error))?;
        Ok(LockedLedger { path: self.0.clone(), file, spent: self.read(&text)? })
    }

    /// Adds up what was spent on a table, as [`LockedLedger::account`] does, and writes nothing; a
    /// file that is not there is an empty one. It waits for whoever has it locked.
    ///
    /// Errors: those of the file, and those of [`LockedLedger::account`].
    pub fn account(&self, of: (&Path, &str), next: (Budget, accountant::Spent)) -> Result<Account> {
        let mut text = String::new();
        let read = File::open(&self.0).and_then(|mut file| {
            file.lock_shared()?;
            file.read_to_string(&mut text)
        });
        match read {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io(&self.0, error))
            }
            _ => account(&self.0, &self.read(&text)?, of, next),
        }
    }

    /// Reads what stands in a ledger; errors name the file of this one.
    ///
    /// Errors ([`Error::Input`]): a line that is no release, or that was broken off.
    pub fn read(&self, text: &str) -> Result<Vec<Spent>> {
        let release = |(at, line): (usize, &str)| {
            // A whole line ends with a line feed, which is written last.
            let read = line.strip_suffix('\n').and_then(|line| serde_json::from_str(line).ok());
            read.ok_or_else(|| {
                let place = Place::file(&self.0).row(at + 1);
                match line.ends_with('\n') {
                    true => Error::input(place, "a line that is no release", DAMAGED),
                    false => Error::input(place, "a line that was broken off", BROKEN_OFF),
                }
            })
        };
        text.split_inclusive('\n').enumerate().map(release).collect()
    }
}

/// What to do about a line that is none.
const DAMAGED: &str = "restore the file: what was spent cannot be told without it";

/// What to do about a last line without an end.
const BROKEN_OFF: &str = "remove this last line if a run ended while it wrote it: noise is drawn \
                          only after the whole line is on the disk, so nothing was released";

impl LockedLedger {
    /// Adds up what was spent on a table with this hash.
    ///
    /// Errors ([`Error::Input`]): a ledger that knows another table under the same path, whose
    /// patients may be the same ones.
    pub fn account(&self, of: (&Path, &str), next: (Budget, accountant::Spent)) -> Result<Account> {
        account(&self.path, &self.spent, of, next)
    }

    /// Writes a release down, waits until the disk has it, and lets the ledger go.
    ///
    /// Errors: those of the file.
    pub fn spend(self, of: (&Path, &str), spent: (Budget, accountant::Spent)) -> Result<()> {
        self.spend_on(&RealDisk, of, spent)
    }

    /// The same on any disk.
    fn spend_on(
        mut self,
        disk: &dyn Disk,
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
        let written = self.file.write_all(line.as_bytes()).and_then(|()| disk.sync(&self.file));
        written.map_err(|error| Error::io(&self.path, error))
    }
}

fn account(
    path: &Path,
    spent: &[Spent],
    (table, sha256): (&Path, &str),
    (budget, next): (Budget, accountant::Spent),
) -> Result<Account> {
    let other = |spent: &Spent| spent.table == table && spent.sha256 != sha256;
    if let Some(line) = spent.iter().position(other) {
        let problem = format!(
            "the ledger knows another table as {}: it was changed after a release",
            table.display()
        );
        let remedy = "spend on the table that was released, or, if no patient of it is in this \
                      one, name another ledger with --ledger FILE";
        return Err(Error::input(Place::file(path).row(line + 1), problem, remedy));
    }
    let of_table = spent.iter().filter(|spent| spent.sha256 == sha256);
    let mut all: Vec<accountant::Spent> = of_table.map(Spent::accounted).collect();
    let (releases, before) = (all.len(), together(&all, budget.delta));
    all.push(next);
    Ok(Account { releases, before, after: together(&all, budget.delta) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ground::disk::{Fault, FaultyDisk};
    use privacy::accountant::gaussian_epsilon;

    fn budget(epsilon: f64) -> (Budget, accountant::Spent) {
        let budget = Budget::new(epsilon, 1e-5).unwrap();
        (budget, accountant::Spent { epsilon, mu: budget.mu, apart: 1e-11 })
    }

    #[test]
    fn releases_of_a_table_add_up() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(folder.path().join("private/ledger.jsonl"));
        let account = |of, budget| ledger.lock().unwrap().account(of, budget).unwrap();
        let spend = |of, budget| ledger.lock().unwrap().spend(of, budget).unwrap();
        let (table, [three, thirty]) = (Path::new("a.csv"), [3.0, 30.0].map(budget));
        let first = account((table, "aa"), three);
        assert_eq!((first.releases, first.before, first.after), (0, 0.0, 3.0));
        (0..3).for_each(|_| spend((table, "aa"), three));
        spend((Path::new("b.csv"), "bb"), three);
        let fourth = account((table, "aa"), three);
        // Four equal releases are one of twice the mu.
        let twice = gaussian_epsilon(2.0 * three.0.mu, 1e-5);
        assert_eq!(fourth.releases, 3);
        assert!((fourth.after - twice).abs() < 0.01, "{} for {twice}", fourth.after);
        assert!(account((table, "aa"), thirty).after > 30.0);
        // The same bytes under another name are the same patients.
        assert_eq!(account((Path::new("c.csv"), "aa"), three).releases, 3);
    }

    #[test]
    fn a_changed_table_and_a_damaged_ledger_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(folder.path().join("ledger.jsonl"));
        let (table, one) = (Path::new("a.csv"), budget(1.0));
        ledger.lock().unwrap().spend((table, "aa"), one).unwrap();
        let error = ledger.lock().unwrap().account((table, "changed"), one).unwrap_err();
        let error = error.to_string();
        assert!(error.contains("another table") && error.contains("row 1"), "{error}");
        let line = std::fs::read_to_string(ledger.path()).unwrap();
        // All of a line but its end may look whole.
        for (rest, problem) in
            [(&line[..20], "broken off"), (line.trim_end(), "broken off"), ("{}\n", "no release")]
        {
            std::fs::write(ledger.path(), line.clone() + rest).unwrap();
            let error = ledger.lock().unwrap_err().to_string();
            assert!(error.contains("row 2") && error.contains(problem), "{error}");
        }
    }

    /// What is not known to be on the disk is not spent: no noise may be drawn after it.
    #[test]
    fn a_line_that_cannot_be_synced_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(folder.path().join("ledger.jsonl"));
        let (table, one) = (Path::new("a.csv"), budget(1.0));
        let spend = |at: usize| {
            let disk = FaultyDisk::new(Fault::Medium, at);
            ledger.lock().unwrap().spend_on(&disk, (table, "aa"), one)
        };
        assert_eq!(spend(0).unwrap_err().exit_code(), 4);
        assert!(spend(1).is_ok(), "there is one operation that may fail");
    }

    /// Of runs at once each sees what those before it spent.
    #[test]
    fn a_ledger_in_hand_is_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::at(folder.path().join("ledger.jsonl"));
        let (table, one) = (Path::new("a.csv"), budget(1.0));
        let run = || {
            let locked = ledger.lock().unwrap();
            let seen = locked.account((table, "aa"), one).unwrap().releases;
            std::thread::sleep(std::time::Duration::from_millis(5));
            locked.spend((table, "aa"), one).unwrap();
            seen
        };
        let mut seen: Vec<usize> = std::thread::scope(|scope| {
            let runs: Vec<_> = (0..8).map(|_| scope.spawn(run)).collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect()
        });
        seen.sort_unstable();
        assert_eq!(seen, [0, 1, 2, 3, 4, 5, 6, 7]);
    }
}
