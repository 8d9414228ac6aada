//! Everything that can go wrong for a user, with the exit code the command line gives it.

use crate::exit_code::ExitCode;
use crate::spelling::nearest;
use std::fmt;
use std::path::{Path, PathBuf};

/// The result of everything in this crate that a user's input or machine can make fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Where in an input file a problem is.
/// Rows count data rows from 1 (the header is row 0), so that row 1 is the first patient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The file, or a name such as `bundled cohort`.
    pub file: PathBuf,
    /// Data row, from 1; 0 is the header.
    pub row: Option<usize>,
    /// Name of the column.
    pub column: Option<String>,
}

impl Place {
    /// The file as a whole.
    pub fn file(file: impl AsRef<Path>) -> Self {
        Self { file: file.as_ref().to_path_buf(), row: None, column: None }
    }

    /// The same file at a data row (from 1; 0 is the header).
    pub fn row(mut self, row: usize) -> Self {
        self.row = Some(row);
        self
    }

    /// The same place in a named column.
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        match self.row {
            Some(0) => write!(f, ", header")?,
            Some(row) => write!(f, ", row {row}")?,
            None => {}
        }
        match &self.column {
            Some(column) => write!(f, ", column {column:?}"),
            None => Ok(()),
        }
    }
}

/// What went wrong, for a person to read on one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An input file that cannot be used as it is (exit code 3).
    #[error("{place}: {problem}; {remedy}")]
    Input {
        /// Where.
        place: Place,
        /// What is wrong there, with the value's kind.
        problem: String,
        /// What the user can do.
        remedy: String,
    },
    /// A model or a checkpoint that is not what was written (exit code 7).
    #[error("{path}: {problem}; {remedy}")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What shows it.
        problem: String,
        /// What the user can do.
        remedy: String,
    },
    /// A recipe or an option whose value makes no sense (exit code 2).
    #[error("{0}")]
    Usage(String),
    /// A file that could not be read or written (exit code 4).
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// No adapter, a lost device, or a limit of the device that the work exceeds (exit code 5).
    #[error("{0}")]
    Device(String),
    /// The user ended the work; says what is left of it (exit code 130, as of a process that the
    /// signal ended).
    #[error("interrupted; {0}")]
    Interrupted(String),
    /// A run whose privacy is not what it had to be (exit code 8).
    #[error("the privacy gate failed: {0}")]
    Gate(String),
    /// SIGTERM ended the work; says what is left of it (exit code 143).
    #[error("terminated; {0}")]
    Terminated(String),
    /// Training met NaN or infinity (exit code 6).
    #[error("training diverged in epoch {epoch}: {reason}; the last good model is {}", model_of(*kept))]
    Diverged {
        /// The first epoch (from 1) with a value that is not finite.
        epoch: usize,
        /// The last epoch (0: the initial weights) whose weights are kept.
        kept: usize,
        /// Which value.
        reason: String,
    },
}

impl Error {
    /// An [`Error::Input`] from its three parts.
    pub fn input(place: Place, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Input { place, problem: problem.into(), remedy: remedy.into() }
    }

    /// An [`Error::Corrupt`] from its three parts.
    pub fn corrupt(
        path: impl AsRef<Path>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let path = path.as_ref().to_path_buf();
        Self::Corrupt { path, problem: problem.into(), remedy: remedy.into() }
    }

    /// An [`Error::Io`] for `path`; of a link that points to nothing it says so.
    pub fn io(path: impl AsRef<Path>, source: std::io::Error) -> Self {
        let path = path.as_ref().to_path_buf();
        let missing = source.kind() == std::io::ErrorKind::NotFound;
        let target = std::fs::read_link(&path).ok().filter(|_| missing);
        let source = match target {
            Some(target) => {
                let text = format!("the link points to {}, which is not there", target.display());
                std::io::Error::new(source.kind(), text)
            }
            None => source,
        };
        Self::Io { path, source }
    }

    /// The exit code of the process.
    pub fn exit_code(&self) -> u8 {
        let code = match self {
            Self::Usage(_) => ExitCode::Usage,
            Self::Input { .. } => ExitCode::Input,
            Self::Io { .. } => ExitCode::Files,
            Self::Device(_) => ExitCode::Device,
            Self::Diverged { .. } => ExitCode::Diverged,
            Self::Corrupt { .. } => ExitCode::Corrupt,
            Self::Gate(_) => ExitCode::Gate,
            Self::Interrupted(_) => ExitCode::Interrupted,
            Self::Terminated(_) => ExitCode::Terminated,
        };
        code as u8
    }
}

fn model_of(epoch: usize) -> String {
    if epoch == 0 { "the untrained one".into() } else { format!("that of epoch {epoch}") }
}

/// What is wrong with a TOML text, on one line. `text` is the text that was read, if it was text.
/// It repeats nothing but the key of a line, and that of a TOML text alone: a table that is taken
/// for one has patients.
pub fn toml_problem(error: &toml::de::Error, text: Option<&str>) -> String {
    let Some((text, span)) = text.zip(error.span()) else {
        // Without a text the message names the key.
        let message = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        return meant(&message) + &message;
    };
    let message = error.message().trim().replace('\n', " ");
    let message = meant(&message) + &message;
    let start = span.start.min(text.len());
    let line = text[..start].matches('\n').count();
    let before = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let column = text[before..start].chars().count() + 1;
    let key = text.lines().nth(line).and_then(|line| line.split_once('=')).map(|of| of.0.trim());
    let is_toml = || toml::de::DeTable::parse(text).is_ok();
    let at = key.filter(|_| is_toml()).map_or_else(String::new, |key| format!(", at `{key}`"));
    format!("line {}, column {column}: {message}{at}", line + 1)
}

/// Of a message about an unknown key or word, the known one that was probably meant, as a question.
fn meant(message: &str) -> String {
    let unknown = message.contains("unknown field") || message.contains("unknown variant");
    let mut names = message.split('`').skip(1).step_by(2);
    let wanted = names.next().filter(|_| unknown);
    wanted
        .and_then(|wanted| nearest(names, wanted))
        .map_or_else(String::new, |name| format!("did you mean `{name}`? "))
}
