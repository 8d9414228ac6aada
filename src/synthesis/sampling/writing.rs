//! Synthetic patients as a file: made part by part, encoded on all cores, written in their order.
//!
//! A line of CSV depends on its patient alone, so the files of ranges that follow each other are,
//! joined, the file of the whole range.

use super::pipeline::pipeline;
use super::{Finish, Part, Stream};
use flate2::Compression;
use flate2::write::GzEncoder;
use ground::error::{Error, Result};
use ground::whole_file::{self, Readers};
use std::io::{self, Write};
use std::path::Path;
use table::formula::FormulaGuard;
use table::write::CsvText;

/// How patients are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text.
    Csv,
    /// Text, compressed in members of some hundred kilobytes: files joined one behind the other are
    /// one file.
    Gzip,
    /// Typed columns, with the feature `parquet`.
    Parquet,
}

impl Format {
    /// By the ending, in any case of its letters; what is neither `.gz` nor `.parquet` is CSV.
    pub fn of(path: &Path) -> Self {
        match path
            .extension()
            .map(|ending| ending.to_string_lossy().to_ascii_lowercase())
            .as_deref()
        {
            Some("gz") => Self::Gzip,
            Some("parquet") => Self::Parquet,
            _ => Self::Csv,
        }
    }

    /// Text as the bytes of this format.
    fn pack(self, text: Vec<u8>) -> io::Result<Vec<u8>> {
        if self == Self::Csv {
            return Ok(text);
        }
        let mut member = GzEncoder::new(Vec::with_capacity(text.len() / 2), Compression::default());
        member.write_all(&text)?;
        member.finish()
    }
}

impl<'a> Stream<'a> {
    /// Writes what is left of the stream to a file, whole or not at all.
    ///
    /// `stop` is asked between parts; when it says so, nothing is written.
    /// Errors: those of the file and of the device, conditions that too few rows satisfy, and
    /// [`Error::Interrupted`].
    pub fn save(
        &mut self,
        path: &Path,
        how: (Format, FormulaGuard),
        stop: &dyn Fn() -> bool,
    ) -> Result<()> {
        let mut failure = None;
        let written = whole_file::write(path, Readers::Umask, |out| {
            keep(&mut failure, self.pour(how, out, stop))
        });
        failure.map_or(written, Err)
    }

    /// Writes what is left of the stream. Errors: as [`Stream::save`].
    /// Those of `out` are the outer ones.
    pub fn write(
        &mut self,
        how: (Format, FormulaGuard),
        out: &mut (dyn Write + Send),
        failure: &mut Option<Error>,
    ) -> io::Result<()> {
        keep(failure, self.pour(how, out, &|| false))
    }

    fn pour(
        &mut self,
        (format, guard): (Format, FormulaGuard),
        out: &mut (dyn Write + Send),
        stop: &dyn Fn() -> bool,
    ) -> io::Result<Result<()>> {
        let make = |stream: &mut Self| {
            if stop() {
                return Err(Error::Interrupted("nothing was written".into()));
            }
            stream.next_part()
        };
        let finish = &self.finish();
        match format {
            Format::Csv | Format::Gzip => csv(self, make, finish, (format, guard), out),
            Format::Parquet => parquet(self, make, finish, out),
        }
    }
}

/// An error of the device or a wish of the user would lose its exit code inside an error of the
/// system.
fn keep(failure: &mut Option<Error>, written: io::Result<Result<()>>) -> io::Result<()> {
    written?.map_err(|error| {
        *failure = Some(error);
        io::Error::other("sampling failed")
    })
}

fn csv<'a>(
    stream: &mut Stream<'a>,
    mut make: impl FnMut(&mut Stream<'a>) -> Result<Option<Part>>,
    finish: &Finish,
    (format, guard): (Format, FormulaGuard),
    out: &mut (dyn Write + Send),
) -> io::Result<Result<()>> {
    let csv = CsvText::with(finish.schema(), guard);
    if stream.rows().start() == 0 {
        out.write_all(&format.pack(csv.header())?)?;
    }
    let encode = |part| {
        let mut text = Vec::new();
        csv.rows(&finish.patients(part), &mut text);
        format.pack(text)
    };
    let ahead = 2 * rayon::current_num_threads();
    pipeline(ahead, || make(stream), encode, |text: Vec<u8>| out.write_all(&text))
}

/// Numbers of a group of rows: large enough for columns to be compressed well and for the list of
/// groups to stay short.
#[cfg(feature = "parquet")]
const GROUP_NUMBERS: usize = 1 << 22;

/// Rows of a group at most.
#[cfg(feature = "parquet")]
const GROUP_ROWS: usize = 1 << 16;

#[cfg(feature = "parquet")]
fn parquet<'a>(
    stream: &mut Stream<'a>,
    mut make: impl FnMut(&mut Stream<'a>) -> Result<Option<Part>>,
    finish: &Finish,
    out: &mut (dyn Write + Send),
) -> io::Result<Result<()>> {
    use rayon::prelude::*;
    use table::write_parquet::{ParquetLayout, ParquetWriter};
    let layout = ParquetLayout::of(finish.schema(), &finish.largest())?;
    let mut file = ParquetWriter::start(out, &layout)?;
    let most = (GROUP_NUMBERS / finish.schema().columns.len()).clamp(1, GROUP_ROWS) as u64;
    let group = || {
        let (mut parts, mut rows) = (Vec::new(), 0);
        while rows < most
            && let Some(part) = make(stream)?
        {
            rows += part.rows() as u64;
            parts.push(part);
        }
        Ok(if parts.is_empty() { None } else { Some(parts) })
    };
    let encode = |parts: Vec<Part>| {
        let tables: Vec<_> = parts.into_par_iter().map(|part| finish.patients(part)).collect();
        layout.group(&tables)
    };
    // Columns are encoded side by side, so that one group keeps all cores busy while the next one
    // is made.
    match pipeline(1, group, encode, |group| file.append(group))? {
        Ok(()) => file.finish().map(Ok),
        failed => Ok(failed),
    }
}

#[cfg(not(feature = "parquet"))]
fn parquet<'a>(
    _stream: &mut Stream<'a>,
    _make: impl FnMut(&mut Stream<'a>) -> Result<Option<Part>>,
    _finish: &Finish,
    _out: &mut (dyn Write + Send),
) -> io::Result<Result<()>> {
    Ok(Err(Error::Usage("this mellizo was built without Parquet; write .csv or .csv.gz".into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_is_the_format() {
        for (name, format) in [
            ("a.csv", Format::Csv),
            ("a.csv.gz", Format::Gzip),
            ("a.CSV.GZ", Format::Gzip),
            ("a.parquet", Format::Parquet),
            ("a.Parquet", Format::Parquet),
            ("a", Format::Csv),
            ("gz", Format::Csv),
            ("shard.0001", Format::Csv),
        ] {
            assert_eq!(Format::of(Path::new(name)), format, "{name}");
        }
    }
}
