//! The two files that outlive a process: choices, and the driver's compiled pipelines.
//!
//! Whatever is wrong with them (missing, cut short, garbage, of another adapter, in a folder that
//! cannot be written) they count as absent: then choices are measured and pipelines compiled anew.
//! Files are written whole, so that processes at the same time cannot mix theirs.

use super::key::{Key, hash};
use ground::whole_file::{self, Readers};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Start of the file of pipelines.
const MAGIC: &[u8; 8] = b"mellizo1";

/// A variant's name by the kernel that it was chosen for.
pub(in crate::gpu) type Choices = BTreeMap<String, String>;

/// What an adapter is remembered by in a folder.
#[derive(Clone, Debug)]
pub(in crate::gpu) struct Store {
    folder: PathBuf,
    key: Key,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    key: Key,
    choices: Choices,
}

impl Store {
    /// The files of an adapter in a folder, which need not exist.
    pub fn new(folder: &Path, key: Key) -> Self {
        Self { folder: folder.to_owned(), key }
    }

    /// Where the choices are.
    pub fn choices_file(&self) -> PathBuf {
        self.folder.join(format!("products-{}.json", self.key.short()))
    }

    /// Where the pipelines are.
    pub fn pipelines_file(&self) -> PathBuf {
        self.folder.join(format!("pipelines-{}.bin", self.key.short()))
    }

    /// The choices of earlier processes.
    pub fn choices(&self) -> Choices {
        let document = std::fs::read(self.choices_file())
            .ok()
            .and_then(|text| serde_json::from_slice::<Document>(&text).ok());
        document
            .filter(|document| document.key == self.key)
            .map(|document| document.choices)
            .unwrap_or_default()
    }

    /// Keeps choices, together with those that another process has made meanwhile.
    pub fn keep_choices(&self, choices: &Choices) {
        let mut all = self.choices();
        all.extend(choices.clone());
        let document = Document { key: self.key.clone(), choices: all };
        let text = serde_json::to_vec_pretty(&document).expect("strings");
        self.keep(&self.choices_file(), &[&text]);
    }

    /// The driver's data, if it is what was kept.
    pub fn pipelines(&self) -> Option<Vec<u8>> {
        let file = std::fs::read(self.pipelines_file()).ok()?;
        let (head, data) = file.split_at_checked(16)?;
        (head[..8] == *MAGIC && head[8..] == hash(data).to_le_bytes()).then(|| data.to_owned())
    }

    /// Keeps the driver's data with its checksum: drivers trust what they are given.
    pub fn keep_pipelines(&self, data: &[u8]) {
        self.keep(&self.pipelines_file(), &[MAGIC, &hash(data).to_le_bytes(), data]);
    }

    /// A cache that cannot be written is no error: the next process measures again.
    fn keep(&self, path: &Path, parts: &[&[u8]]) {
        let _ = std::fs::create_dir_all(&self.folder);
        let _ = whole_file::write(path, Readers::Umask, |out| {
            parts.iter().try_for_each(|part| out.write_all(part))
        });
    }
}
