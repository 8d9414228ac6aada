//! Files that people write: schemas, recipes, rules, plans.

use crate::error::{Error, Place, Result};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Bytes of such a file at most: 16 MiB.
const LARGEST: u64 = 16 << 20;

/// The bytes of a file that people write; no more than a limit is read, so that a device without an
/// end does not fill the memory.
///
/// Errors: [`Error::Io`] when it cannot be read; [`Error::Input`] beyond 16 MiB.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    let wrong = |error| Error::io(path, error);
    let mut bytes = Vec::new();
    File::open(path).map_err(wrong)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(wrong)?;
    if bytes.len() as u64 > LARGEST {
        let remedy = "give a schema, a recipe, rules or a plan, and no table or device";
        return Err(Error::input(Place::file(path), "more than 16 MiB of text", remedy));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_device_without_an_end_is_refused() {
        let error = read(Path::new("/dev/zero")).unwrap_err();
        assert!(error.to_string().contains("more than 16 MiB"), "{error}");
        assert_eq!(error.exit_code(), 3);
    }
}
