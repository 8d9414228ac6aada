//! A fresh folder in which the binary is run, with a recipe that trains in moments.

use crate::finished::Finished;
use mellizo::gan::Recipe;
use mellizo::gan::recipe::Batch;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Where to compute, as options of the command line.
pub type Engine = Vec<String>;

/// The CPU backend.
pub fn cpu() -> Engine {
    vec!["--backend".into(), "cpu".into()]
}

/// The GPU backend on the adapter of the tests; none where there is none.
pub fn gpu() -> Option<Engine> {
    let adapter = crate::adapter::name_or_skip()?;
    Some(vec!["--backend".into(), "gpu".into(), "--adapter".into(), adapter])
}

/// Synthetic patients per real one in the small recipe: the paper's thirty would take most of the
/// time of a run.
pub const MULTIPLE: usize = 4;

/// A small recipe of the paper's kind that learns in a few dozen epochs of 14 steps.
pub fn small() -> Recipe {
    let mut recipe = Recipe::paper();
    recipe.generator.widths = vec![16, 32];
    recipe.discriminator.widths = vec![32, 16];
    recipe.optimiser.learning_rate = 1e-3;
    recipe.training.batch = Batch::Rows(64);
    assert!(recipe.sampling.set("multiple", MULTIPLE), "a new key");
    recipe
}

/// A temporary folder; the small recipe is there as `small.toml`.
pub struct Desk(TempDir);

impl Desk {
    pub fn new() -> Self {
        let desk = Self(TempDir::new().expect("a temporary folder"));
        desk.put("small.toml", small().to_toml());
        desk
    }

    /// The path of something in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    pub fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).expect("the folder is writable");
    }

    /// Reads a file.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Reads a text file.
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("UTF-8")
    }

    /// Names of what lies in a folder, in order.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder))
            .unwrap_or_else(|error| panic!("{folder}: {error}"));
        let name = |entry: std::io::Result<std::fs::DirEntry>| {
            entry.unwrap().file_name().into_string().unwrap()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    /// Names of the whole checkpoints of the run in a folder, which may write or remove some
    /// meanwhile.
    pub fn checkpoints(&self, out: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(out).join("private/checkpoints"));
        let entries = entries.into_iter().flatten().filter_map(Result::ok);
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.filter(|name| name.starts_with("step-")).collect()
    }

    /// The binary with the arguments of `line`, which blanks separate, in this folder; not yet
    /// started.
    /// `run` leaves out its scores, which take far longer than the small recipe trains:
    /// [`Desk::judged`] is for the tests that are about them.
    pub fn command(&self, line: &str, more: &[String]) -> Command {
        let mut command = self.whole_command(line);
        if line.starts_with("run ") {
            command.arg("--no-evaluation");
        }
        command.args(more);
        command
    }

    fn whole_command(&self, line: &str) -> Command {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_mellizo")));
        command.args(line.split_whitespace()).current_dir(self.0.path()).stdin(Stdio::null());
        // The user's own folder is none of a test's business.
        command.env("MELLIZO_CACHE_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
        // The width of the terminal that the tests are started from, either.
        command.env_remove("COLUMNS");
        command
    }

    /// Runs the binary to its end.
    pub fn mellizo(&self, line: &str) -> Finished {
        self.mellizo_on(&Vec::new(), line)
    }

    /// Runs the binary to its end, with the scores of a run.
    pub fn judged(&self, line: &str) -> Finished {
        let output = self.whole_command(line).output().expect("the binary starts");
        Finished::of(line, output)
    }

    /// Runs the binary to its end on an engine.
    pub fn mellizo_on(&self, engine: &Engine, line: &str) -> Finished {
        let output = self.command(line, engine).output().expect("the binary starts");
        Finished::of(line, output)
    }
}
