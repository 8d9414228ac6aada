//! What is known of a task by its folder: done, failed, begun or open.

use super::plan::Task;
use crate::cli::folder::CHECKPOINTS;
use crate::cli::origin::file_hash;
use ground::error::{Error, Place, Result};
use ground::whole_file::{self, Readers};
use mellizo::synthesis::Checkpoints;
use serde_json::{Map, Value, json};
use std::fs::File;
use std::path::Path;

/// Says that a task is done, and what came of it.
pub(in crate::cli) const DONE: &str = "done.json";

/// Says how a task failed.
pub(in crate::cli) const FAILED: &str = "failed.json";

/// Held by the process that does the task.
const LOCK: &str = "task.lock";

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Done,
    Failed,
    /// There is a checkpoint to go on from.
    Begun,
    Open,
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Begun => "begun",
            Self::Open => "open",
        }
    }
}

impl Task {
    /// How far it is.
    /// Errors ([`Error::Input`]): a folder with the results of another task.
    pub(super) fn state(&self) -> Result<State> {
        if let Some(done) = read(&self.folder.join(DONE)) {
            return self.check(&done).map(|()| State::Done);
        }
        if Checkpoints::are_in(&self.folder.join(CHECKPOINTS)) {
            return Ok(State::Begun);
        }
        Ok(if self.folder.join(FAILED).exists() { State::Failed } else { State::Open })
    }

    /// Errors when what is done was another task: other options, or other files by the same names.
    fn check(&self, done: &Value) -> Result<()> {
        let differs = |what: &str| {
            let problem = format!("the folder holds the result of a task with other {what}");
            let remedy = "remove the folder, or give the plan another `out`";
            Err(Error::input(Place::file(&self.folder), problem, remedy))
        };
        if done["words"] != json!(self.words) {
            return differs("options");
        }
        if done["files"] != Value::Object(self.files()?) {
            return differs("files");
        }
        Ok(())
    }

    /// Checksums of the files that the command line names and that are there.
    fn files(&self) -> Result<Map<String, Value>> {
        let own = |word: &&String| !Path::new(word.as_str()).starts_with(&self.folder);
        let files = self.words[2..].iter().filter(own).filter(|word| Path::new(word).is_file());
        files.map(|word| Ok((word.clone(), file_hash(Path::new(word))?.into()))).collect()
    }

    /// Takes the folder for this process, until the lock is dropped.
    /// Errors ([`Error::Input`]) when another process has it.
    pub(super) fn lock(&self) -> Result<File> {
        let path = self.folder.join(LOCK);
        std::fs::create_dir_all(&self.folder).map_err(|error| Error::io(&self.folder, error))?;
        let file = File::create(&path).map_err(|error| Error::io(&path, error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => {
                let problem = "another process is at this task";
                Err(Error::input(Place::file(&self.folder), problem, "wait for it, or end it"))
            }
            Err(std::fs::TryLockError::Error(error)) => Err(Error::io(&path, error)),
        }
    }

    /// Lets the folder go; a file that cannot be removed does no harm.
    pub(super) fn unlock(&self, lock: File) {
        let _ = std::fs::remove_file(self.folder.join(LOCK));
        drop(lock);
    }

    /// Notes what came of it.
    pub(super) fn note_done(&self, result: Value) -> Result<()> {
        let done = json!({
            "words": self.words,
            "files": self.files()?,
            "labels": self.labels(),
            "result": result,
        });
        write(&self.folder.join(DONE), &done)?;
        // An earlier failure is history.
        let _ = std::fs::remove_file(self.folder.join(FAILED));
        Ok(())
    }

    /// Notes how it failed.
    pub(super) fn note_failed(&self, error: &Error) -> Result<()> {
        let failed = json!({
            "words": self.words,
            "labels": self.labels(),
            "error": error.to_string(),
            "exit_code": error.exit_code(),
        });
        write(&self.folder.join(FAILED), &failed)
    }

    pub(super) fn labels(&self) -> Value {
        let labels = self.labels.iter().map(|(name, text)| ((*name).to_owned(), json!(text)));
        Value::Object(labels.collect())
    }
}

fn write(path: &Path, value: &Value) -> Result<()> {
    whole_file::write(path, Readers::Umask, |out| writeln!(out, "{value:#}"))
}

/// A JSON file that is whole.
pub(in crate::cli) fn read(path: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}
