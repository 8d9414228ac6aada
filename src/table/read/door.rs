//! The front door: the first bytes tell the kind of a file, never its name alone.

use super::bytes::unreadable;
#[cfg(any(feature = "xlsx", feature = "parquet"))]
use super::damaged::unless_damaged;
use super::text::TextFile;
use super::{Options, RowReader, Source};
use flate2::bufread::MultiGzDecoder;
use ground::error::{Error, Place, Result};
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;

/// What the first bytes tell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Gzip,
    /// A zip archive, which every .xlsx is.
    Xlsx,
    Parquet,
    /// The container of .xls and of workbooks with a password.
    OldOffice,
}

impl Kind {
    fn of(first: &[u8]) -> Self {
        let kinds: [(&[u8], Self); 4] = [
            (b"\x1F\x8B", Self::Gzip),
            (b"PK\x03\x04", Self::Xlsx),
            (b"PAR1", Self::Parquet),
            (b"\xD0\xCF\x11\xE0", Self::OldOffice),
        ];
        match kinds.iter().find(|(magic, _)| first.starts_with(magic)) {
            // The header of a CSV may begin with PAR1; in a Parquet file a control character
            // follows it.
            Some((magic, Self::Parquet))
                if first.get(magic.len()).is_none_or(|&byte| is_text(byte)) =>
            {
                Self::Text
            }
            Some(&(_, kind)) => kind,
            None => Self::Text,
        }
    }

    /// Whether a file with this ending should be something else.
    fn contradicts(self, path: &Path) -> Option<&'static str> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match (ending.as_str(), self) {
            ("gz", Self::Text) => Some("gzip data"),
            ("xlsx" | "xlsm", Self::Text) => Some("a workbook"),
            ("parquet", Self::Text) => Some("a Parquet file"),
            _ => None,
        }
    }
}

fn is_text(byte: u8) -> bool {
    byte >= b' ' || matches!(byte, b'\t' | b'\r' | b'\n')
}

/// Opens a table file: delimited text, gzip of it, a workbook (.xlsx) or Parquet.
///
/// Errors: [`Error::Io`] when the file cannot be read.
/// [`Error::Input`] for a file that is none of these, for a pipe, and for a header with an empty
/// name, one name twice, too many names or none.
/// [`Error::Usage`] for options that name a column or a sheet that is not there.
pub fn open(path: &Path, options: &Options) -> Result<RowReader> {
    let io = |source| Error::io(path, source);
    no_pipe(path)?;
    let mut file = File::open(path).map_err(io)?;
    let first = first_bytes(&mut file).map_err(io)?;
    file.rewind().map_err(io)?;
    let place = Place::file(path);
    // A pipe has no length; what is read of it is counted.
    options.limits.check_file(file.metadata().map_err(io)?.len(), &place)?;
    let kind = Kind::of(&first);
    if let Some(expected) = kind.contradicts(path).filter(|_| !first.is_empty()) {
        let remedy = "export the table again, or give the file the ending of what it is";
        return Err(Error::input(
            place,
            format!("the file is not {expected}, as its name says"),
            remedy,
        ));
    }
    match kind {
        Kind::Text | Kind::Gzip => from_reader(BufReader::new(file), path, options),
        Kind::Xlsx => RowReader::new(workbook(file, place, options)?, options),
        Kind::Parquet => {
            no_sheet(&place, options)?;
            RowReader::new(parquet(file, place, options)?, options)
        }
        Kind::OldOffice => Err(old_office(place)),
    }
}

/// Refuses what can be read only once: a table is read several times.
/// Opening a pipe that nobody writes to would wait for ever.
fn no_pipe(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = std::fs::metadata(path).map(|of| of.file_type());
        if kind.is_ok_and(|kind| kind.is_fifo() || kind.is_socket()) {
            let problem = "a pipe, and a table is read more than once";
            let remedy = format!("copy it into a file first: cat {} > table.csv", path.display());
            return Err(Error::input(Place::file(path), problem, remedy));
        }
    }
    Ok(())
}

/// Reads the bytes of a table file of any kind; `name` stands for the file in errors.
///
/// Errors: as [`open`].
pub fn from_bytes(bytes: Vec<u8>, name: impl AsRef<Path>, options: &Options) -> Result<RowReader> {
    let place = Place::file(&name);
    options.limits.check_file(bytes.len() as u64, &place)?;
    match Kind::of(&bytes) {
        Kind::Text | Kind::Gzip => from_reader(Cursor::new(bytes), name, options),
        Kind::Xlsx => RowReader::new(workbook(Cursor::new(bytes), place, options)?, options),
        Kind::Parquet => {
            no_sheet(&place, options)?;
            RowReader::new(parquet_in_memory(bytes, place, options)?, options)
        }
        Kind::OldOffice => Err(old_office(place)),
    }
}

fn old_office(place: Place) -> Error {
    let problem = "an old workbook (.xls), or one with a password";
    Error::input(place, problem, "save it as .xlsx without a password, or as CSV")
}

/// Reads delimited text, or gzip of it, from anywhere; `name` stands for the file in errors.
///
/// Errors: as [`open`]; a workbook or Parquet has to be a file.
pub fn from_reader(
    mut reader: impl Read + 'static,
    name: impl AsRef<Path>,
    options: &Options,
) -> Result<RowReader> {
    let place = Place::file(name);
    let first = first_bytes(&mut reader).map_err(|source| unreadable(source, &place, false))?;
    no_sheet(&place, options)?;
    let kind = Kind::of(&first);
    let bytes = Cursor::new(first).chain(reader);
    let (text, compressed): (Box<dyn Read>, bool) = match kind {
        Kind::Text => (Box::new(bytes), false),
        Kind::Gzip => (unpacked(bytes, &place)?, true),
        _ => return Err(binary(place)),
    };
    RowReader::new(Box::new(TextFile::new(text, place, options, compressed)?), options)
}

/// The contents of gzip data, all members one after the other; an error unless they are text.
fn unpacked(bytes: impl Read + 'static, place: &Place) -> Result<Box<dyn Read>> {
    let mut inside = MultiGzDecoder::new(BufReader::new(bytes));
    let first = first_bytes(&mut inside).map_err(|source| unreadable(source, place, true))?;
    match Kind::of(&first) {
        Kind::Text => Ok(Box::new(Cursor::new(first).chain(inside))),
        _ => Err(binary(place.clone())),
    }
}

fn no_sheet(place: &Place, options: &Options) -> Result<()> {
    match options.sheet {
        Some(_) => {
            Err(Error::Usage(format!("{} is no workbook; leave out --sheet", place.file.display())))
        }
        None => Ok(()),
    }
}

fn binary(place: Place) -> Error {
    let remedy = "unpack it first, and give a workbook or a Parquet file by its path";
    Error::input(place, "compressed data that hold no text", remedy)
}

fn first_bytes(reader: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut first = Vec::new();
    reader.take(8).read_to_end(&mut first)?;
    Ok(first)
}

#[cfg(feature = "xlsx")]
fn workbook<R: Read + Seek>(file: R, place: Place, options: &Options) -> Result<Box<dyn Source>> {
    let read = || super::xlsx::Workbook::open(file, place.clone(), options);
    Ok(Box::new(unless_damaged(|| place.clone(), read)?))
}

#[cfg(not(feature = "xlsx"))]
fn workbook<R: Read + Seek>(_: R, place: Place, _: &Options) -> Result<Box<dyn Source>> {
    Err(without("a workbook", "xlsx", place))
}

#[cfg(feature = "parquet")]
fn parquet(file: File, place: Place, options: &Options) -> Result<Box<dyn Source>> {
    parquet_of(file, place, options)
}

#[cfg(feature = "parquet")]
fn parquet_in_memory(bytes: Vec<u8>, place: Place, options: &Options) -> Result<Box<dyn Source>> {
    parquet_of(bytes::Bytes::from(bytes), place, options)
}

#[cfg(feature = "parquet")]
fn parquet_of<R>(file: R, place: Place, options: &Options) -> Result<Box<dyn Source>>
where
    R: parquet::file::reader::ChunkReader + 'static,
{
    let read = || super::parquet::ParquetFile::open(file, place.clone(), options.limits);
    Ok(Box::new(unless_damaged(|| place.clone(), read)?))
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: File, place: Place, _: &Options) -> Result<Box<dyn Source>> {
    Err(without("a Parquet file", "parquet", place))
}

#[cfg(not(feature = "parquet"))]
fn parquet_in_memory(_: Vec<u8>, place: Place, _: &Options) -> Result<Box<dyn Source>> {
    Err(without("a Parquet file", "parquet", place))
}

#[cfg(not(all(feature = "xlsx", feature = "parquet")))]
fn without(what: &str, feature: &str, place: Place) -> Error {
    let remedy = format!("build mellizo with `--features {feature}`, or save the table as CSV");
    Error::input(
        place,
        format!("{what}, and this mellizo was built without the feature `{feature}`"),
        remedy,
    )
}
