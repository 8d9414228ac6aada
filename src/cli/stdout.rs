//! Results go to stdout, where a reader that has seen enough (`| head`) is no error.

use ground::error::{Error, Result};
use std::io::{BufWriter, ErrorKind, Write};

/// Writes what `fill` writes to stdout. Errors: [`Error::Io`], but not for a closed pipe.
pub(super) fn write(
    fill: impl FnOnce(&mut (dyn Write + Send)) -> std::io::Result<()>,
) -> Result<()> {
    // Without a lock, which could not be handed to another thread.
    let mut out = BufWriter::new(std::io::stdout());
    told(fill(&mut out).and_then(|()| out.flush()))
}

/// What came of writing to stdout. Errors: [`Error::Io`], but not for a closed pipe.
pub(super) fn told(written: std::io::Result<()>) -> Result<()> {
    match written {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|e| Error::io("stdout", e)),
    }
}

/// Writes one line, or several joined by line ends.
pub(super) fn line(text: impl std::fmt::Display) -> Result<()> {
    write(|out| writeln!(out, "{text}"))
}

/// Writes lines for people, folded at the width of a terminal.
pub(super) fn folded(text: &str) -> Result<()> {
    line(super::lines::for_stdout(text))
}
