//! Bytes on their way to text: how many may be read before a row ends, what their encoding is, and
//! whether the file or the system is at fault when reading fails.

use ground::error::{Error, Place};
use std::io::{self, Read};
use std::str::FromStr;

/// How bytes make characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    #[default]
    Utf8,
    /// Windows-1252, which holds Latin-1 (ISO 8859-1): older Windows programs of western Europe.
    Windows1252,
}

impl FromStr for Encoding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Ok(Self::Utf8),
            "latin1" | "latin-1" | "iso-8859-1" | "windows-1252" | "cp1252" => {
                Ok(Self::Windows1252)
            }
            _ => Err("must be utf-8, latin1 or windows-1252; convert other files to UTF-8".into()),
        }
    }
}

/// A reader that fails when more than `limit` bytes are read between two calls of [`Guard::renew`],
/// or more than `whole` bytes in all.
/// So nothing that reads from it can take more memory, or more time, than that.
pub(super) struct Guard {
    inner: Box<dyn Read>,
    limit: usize,
    left: usize,
    whole: u64,
}

/// Which bound of a [`Guard`] was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exceeded {
    Row,
    File,
}

impl Guard {
    pub(super) fn new(inner: Box<dyn Read>, limit: usize, whole: u64) -> Self {
        Self { inner, limit, left: limit, whole }
    }

    /// Allows `limit` bytes from here on.
    pub(super) fn renew(&mut self) {
        self.left = self.limit;
    }

    /// The bound because of which reading failed, if it was one.
    pub(super) fn exceeded(&self) -> Option<Exceeded> {
        match (self.whole, self.left) {
            (0, _) => Some(Exceeded::File),
            (_, 0) => Some(Exceeded::Row),
            _ => None,
        }
    }
}

impl Read for Guard {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 || self.whole == 0 {
            // A file that just fits ends here.
            let more = self.inner.read(&mut buffer[..1])?;
            let beyond = || io::Error::other("more bytes than the limit");
            return if more == 0 { Ok(0) } else { Err(beyond()) };
        }
        let whole = usize::try_from(self.whole).unwrap_or(usize::MAX);
        let most = self.left.min(buffer.len()).min(whole);
        let read = self.inner.read(&mut buffer[..most])?;
        self.left -= read;
        self.whole -= read as u64;
        Ok(read)
    }
}

/// The error for bytes that could not be read.
/// It names the file if that is compressed and damaged, else the system.
pub(super) fn unreadable(source: io::Error, place: &Place, compressed: bool) -> Error {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    if compressed && matches!(source.kind(), InvalidData | InvalidInput | UnexpectedEof) {
        let problem = format!("the gzip data are damaged or cut off ({source})");
        return Error::input(place.clone(), problem, "copy the file again, or compress it again");
    }
    Error::io(&place.file, source)
}
