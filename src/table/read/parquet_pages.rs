//! What the pages of a Parquet file unpack to, before any of them is unpacked.
//!
//! A page says how large it becomes, and a reader believes it: a file of a few hundred bytes may
//! ask for gigabytes.
//! So the headers of all pages are read first.
//! A page of gzip data may become larger than it says, so it is unpacked once to nowhere.
//!
//! Headers are Thrift structs in the compact protocol; fields 2 and 3 of a `PageHeader` are its
//! sizes (Apache Parquet, `parquet.thrift`; Apache Thrift, `thrift-compact-protocol.md`).

use super::Limits;
use flate2::read::MultiGzDecoder;
use ground::error::{Error, Place, Result};
use parquet::basic::Compression;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::reader::ChunkReader;
use std::io::Read;

/// Structs inside structs, at most.
const DEEPEST: usize = 64;

/// Errors ([`Error::Input`]): a page, or all of them together, beyond the limits.
pub(super) fn check_pages(
    file: &impl ChunkReader,
    metadata: &ParquetMetaData,
    limits: &Limits,
    place: &Place,
) -> Result<()> {
    let mut whole: u64 = 0;
    for group in metadata.row_groups() {
        for column in group.columns() {
            for page in (Pages { file, column, at: start(column) }) {
                let place = || place.clone().column(column.column_descr().name());
                // A reader that makes something of such a header may make any size of it.
                let page = page.ok_or_else(|| unreadable(place()))?;
                if page.unpacked > limits.unpacked as u64 || page.lies(file, column) {
                    return Err(beyond(place(), limits));
                }
                whole = whole.saturating_add(page.unpacked);
                limits.check_file(whole, &place())?;
            }
        }
    }
    Ok(())
}

fn beyond(place: Place, limits: &Limits) -> Error {
    let most = limits.unpacked;
    let problem = format!("a page of the file unpacks to more than it says, or than {most} bytes");
    let remedy = "write the file again in smaller pages, save the table as CSV, or raise \
        --max-unpacked-size";
    Error::input(place, problem, remedy)
}

fn unreadable(place: Place) -> Error {
    let problem = "it cannot be read as Parquet (the header of a page is damaged)";
    Error::input(place, problem, "write the file again, or save the table as CSV")
}

/// Where the first page of a column is.
fn start(column: &ColumnChunkMetaData) -> u64 {
    let first = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
    u64::try_from(first).unwrap_or(u64::MAX)
}

/// The pages of a column; none of one whose header cannot be read, after which there is no other.
struct Pages<'a, R> {
    file: &'a R,
    column: &'a ColumnChunkMetaData,
    at: u64,
}

/// A page: where its data begin, and its sizes.
struct Page {
    data: u64,
    packed: usize,
    unpacked: u64,
}

impl<R: ChunkReader> Iterator for Pages<'_, R> {
    type Item = Option<Page>;

    fn next(&mut self) -> Option<Option<Page>> {
        let length = u64::try_from(self.column.compressed_size()).unwrap_or(0);
        if self.at >= start(self.column).saturating_add(length) {
            return None;
        }
        let page = self.page();
        let next = |page: &Page| page.data.checked_add(page.packed as u64);
        self.at = page.as_ref().and_then(next).unwrap_or(u64::MAX);
        Some(page)
    }
}

impl<R: ChunkReader> Pages<'_, R> {
    fn page(&self) -> Option<Page> {
        let mut header = Header { from: self.file.get_read(self.at).ok()?, read: 0 };
        let [unpacked, packed] = header.sizes()?;
        let data = self.at.checked_add(header.read)?;
        Some(Page { data, packed: usize::try_from(packed).ok()?, unpacked })
    }
}

impl Page {
    /// Whether gzip data unpack to more than the page says.
    fn lies(&self, file: &impl ChunkReader, column: &ColumnChunkMetaData) -> bool {
        if !matches!(column.compression(), Compression::GZIP(_)) {
            return false;
        }
        // Data that are cut off are the reader's to refuse.
        let Ok(bytes) = file.get_bytes(self.data, self.packed) else { return false };
        let mut inside = MultiGzDecoder::new(&bytes[..]).take(self.unpacked + 1);
        // What was unpacked before the data are damaged counts.
        let (mut size, mut piece) = (0, vec![0; 1 << 14]);
        while let Ok(read @ 1..) = inside.read(&mut piece) {
            size += read as u64;
        }
        size > self.unpacked
    }
}

/// A Thrift struct on its way from a file.
struct Header<R> {
    from: R,
    read: u64,
}

impl<R: Read> Header<R> {
    /// Fields 2 and 3 of the struct, which is read to its end.
    fn sizes(&mut self) -> Option<[u64; 2]> {
        let (mut sizes, mut field) = ([None; 2], 0);
        while let Some(kind) = self.field(&mut field)? {
            match (kind, field) {
                (5, 2 | 3) => sizes[field as usize - 2] = Some(u64::try_from(self.whole()?).ok()?),
                _ => self.skip(kind, false, 0)?,
            }
        }
        let [unpacked, packed] = sizes;
        Some([unpacked?, packed?])
    }

    /// The type of the next field, whose number becomes `field`; the end of the struct has none.
    fn field(&mut self, field: &mut i64) -> Option<Option<u8>> {
        let byte = self.byte()?;
        if byte == 0 {
            return Some(None);
        }
        *field = match byte >> 4 {
            0 => self.whole()?,
            step => field.checked_add(i64::from(step))?,
        };
        Some(Some(byte & 15))
    }

    fn byte(&mut self) -> Option<u8> {
        let mut byte = [0];
        self.from.read_exact(&mut byte).ok()?;
        self.read += 1;
        Some(byte[0])
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(value);
            }
        }
        None
    }

    /// A whole number, in zigzag form.
    fn whole(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn bytes(&mut self, count: u64) -> Option<()> {
        let skipped = std::io::copy(&mut self.from.by_ref().take(count), &mut std::io::sink());
        self.read += count;
        (skipped.ok()? == count).then_some(())
    }

    /// Passes a value of a type; `inside` a list a truth value is a byte.
    fn skip(&mut self, kind: u8, inside: bool, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match kind {
            1 | 2 if !inside => Some(()),
            1..=3 => self.byte().map(drop),
            4..=6 => self.varint().map(drop),
            7 => self.bytes(8),
            8 => {
                let length = self.varint()?;
                self.bytes(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
                (0..count).try_for_each(|_| self.skip(head & 15, true, depth + 1))
            }
            11 => {
                let count = self.varint()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                (0..count).try_for_each(|_| {
                    self.skip(kinds >> 4, true, depth + 1)?;
                    self.skip(kinds & 15, true, depth + 1)
                })
            }
            12 => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field)? {
                    self.skip(kind, false, depth + 1)?;
                }
                Some(())
            }
            13 => self.bytes(16),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(bytes: &[u8]) -> (Option<[u64; 2]>, u64) {
        let mut header = Header { from: bytes, read: 0 };
        (header.sizes(), header.read)
    }

    #[test]
    fn a_header_says_both_sizes_whatever_stands_beside_them() {
        // Kind 0; 2^31 - 1 and 100 bytes; a struct of one field, a list of two texts, true.
        let header = [
            &[0x15, 0x00, 0x15, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0x15, 0xC8, 0x01][..],
            &[0x2C, 0x15, 0x02, 0x00, 0x19, 0x28, 0x01, b'a', 0x02, b'b', b'c', 0x11, 0x00],
        ]
        .concat();
        let behind = [&header[..], b"the page itself"].concat();
        assert_eq!(sizes(&behind), (Some([2_147_483_647, 100]), header.len() as u64));
        for cut in 0..header.len() {
            assert_eq!(sizes(&header[..cut]).0, None, "{cut} bytes");
        }
        // A size below 0, one that is missing, and structs without end.
        assert_eq!(sizes(&[0x25, 0x01, 0x15, 0x02, 0x00]).0, None);
        assert_eq!(sizes(&[0x25, 0x02, 0x00]).0, None);
        assert_eq!(sizes(&[0x1C; 4096]).0, None);
    }
}
