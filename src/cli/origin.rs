//! How a result can be repeated: the command line, and what the files were.

use ground::checksum::sha256_of;
use ground::error::{Error, Result};
use judge::evaluation::{InputFile, Role};
use mellizo::synthesis::Known;
use std::path::Path;

/// What is known of tables from these files.
pub(super) fn known(files: Vec<InputFile>) -> Known {
    let version = env!("CARGO_PKG_VERSION").into();
    Known {
        command: command(super::call::arguments().into_iter()),
        version,
        files,
        ..Known::default()
    }
}

/// A table's file.
pub(super) fn input_file(role: Role, path: &Path) -> Result<InputFile> {
    Ok(InputFile { role, name: file_name(path), sha256: file_hash(path)? })
}

/// The command line with names of files in place of their paths: folders of the user's machine do
/// not belong into a report.
fn command(mut arguments: impl Iterator<Item = String>) -> String {
    arguments.next();
    let word = |argument: String| {
        let (option, value) = match argument.split_once('=') {
            Some((option, value)) if option.starts_with("--") => (format!("{option}="), value),
            _ => (String::new(), argument.as_str()),
        };
        let word = format!("{option}{}", file_name(Path::new(value)));
        let plain = |c: char| c.is_alphanumeric() || "-_.,=:+@%".contains(c);
        if word.chars().all(plain) { word } else { format!("'{}'", word.replace('\'', "'\\''")) }
    };
    std::iter::once("mellizo".to_owned()).chain(arguments.map(word)).collect::<Vec<_>>().join(" ")
}

/// A path's last part.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// SHA-256 of a file's bytes.
pub(super) fn file_hash(path: &Path) -> Result<String> {
    std::fs::File::open(path).and_then(sha256_of).map_err(|e| Error::io(path, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_folder_of_the_machine_is_told() {
        let line = [
            "/usr/bin/mellizo",
            "evaluate",
            "some folder/real data.csv",
            "a/b.csv",
            "--json=/tmp/x.json",
            "--seed",
            "7",
        ];
        let told = command(line.iter().map(|part| part.to_string()));
        assert_eq!(told, "mellizo evaluate 'real data.csv' b.csv --json=x.json --seed 7");
    }
}
