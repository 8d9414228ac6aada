//! Results never take the place of what they are made of, also under `--force`.

use ground::error::{Error, Place, Result};
use std::path::Path;

/// Whether two paths are one file that is there.
pub(super) fn same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Errors when a file that would be written is one that is read.
pub(super) fn spare<'a>(out: &Path, read: impl IntoIterator<Item = &'a Path>) -> Result<()> {
    if !read.into_iter().any(|input| same_file(out, input)) {
        return Ok(());
    }
    let problem = "the file would be overwritten, and is read";
    Err(Error::input(Place::file(out), problem, "name another file to write"))
}
