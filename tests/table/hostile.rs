//! Files that are broken or made to harm: each ends in an error with its place, long before the
//! file does.

use flate2::Compression;
use flate2::write::GzEncoder;
use ground::error::{Error, Result};
use std::cell::Cell;
use std::io::{Read, Write};
use std::rc::Rc;
use table::read::{Limits, Options, RowReader, Sheet, from_reader};

/// A head, then a text over and over to a length, with a count of the bytes that were taken.
struct Stream {
    head: &'static [u8],
    again: &'static [u8],
    length: usize,
    taken: Rc<Cell<usize>>,
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let taken = self.taken.get();
        let count = buffer.len().min(self.length - taken);
        for (at, byte) in buffer[..count].iter_mut().enumerate() {
            let at = taken + at;
            *byte = self
                .head
                .get(at)
                .copied()
                .unwrap_or_else(|| self.again[(at - self.head.len()) % self.again.len()]);
        }
        self.taken.set(taken + count);
        Ok(count)
    }
}

const GIGABYTE: usize = 1 << 30;
/// What may be taken of any of these streams: the sample, one row at its limit, and some buffers.
const MOST: usize = (1 << 18) + (1 << 22) + (1 << 17);

fn read(reader: impl Read + 'static, options: &Options) -> Result<usize> {
    let mut rows: RowReader = from_reader(reader, "hostile.csv", options)?;
    let mut count = 0;
    while rows.next_row()?.is_some() {
        count += 1;
    }
    Ok(count)
}

/// Reads a gigabyte of `head` and then `again`, and expects an early error with these parts.
fn refused(head: &'static [u8], again: &'static [u8], parts: &[&str]) {
    let taken = Rc::new(Cell::new(0));
    let stream = Stream { head, again, length: GIGABYTE, taken: taken.clone() };
    let error = read(stream, &Options::default()).expect_err("a hostile stream was read");
    let message = error.to_string();
    assert_eq!(error.exit_code(), 3, "{message}");
    assert!(
        message.starts_with("hostile.csv") && message.len() < 500 && !message.contains('\n'),
        "{message}"
    );
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
    assert!(taken.get() <= MOST, "{} bytes were taken of it: {message}", taken.get());
}

#[test]
fn a_gigabyte() {
    let quote = "a double quote that is never closed";
    refused(b"a,b\n1,2\n\"", b"x,y\n", &["row 2", "no end of the row", "line 3", quote]);
    refused(b"\"a", b"x,y\n", &["header", "no end of the row", quote]);
    refused(b"a,b\n1,", b"x", &["row 1", "no end of the row"]);
    refused(b"a,b\n1,2\n", b"\n", &["row 2", "no end of the row", "empty lines"]);
    refused(b"", b"x,", &["header", "no end of the row"]);
    refused(b"a,b\n", b"\0", &["row 1"]);
    refused(b"a,b\n1,\0\n", b"1,2\n", &["row 1", "column \"b\"", "NUL"]);
}

#[test]
fn a_cell_and_a_table_beyond_their_limits() {
    let csv = format!("a,b\n1,2\n3,{}\n", "x".repeat((1 << 20) + 1));
    let error = read(std::io::Cursor::new(csv), &Options::default()).unwrap_err().to_string();
    assert!(error.contains("row 2, column \"b\"") && error.contains("1048576 bytes"), "{error}");
    let limits = Limits { table: 10_000, ..Limits::default() };
    let taken = Rc::new(Cell::new(0));
    let stream = Stream { head: b"a,b\n", again: b"1,2\n", length: GIGABYTE, taken: taken.clone() };
    let options = Options { limits, ..Options::default() };
    let error = Sheet::read(from_reader(stream, "hostile.csv", &options).unwrap()).unwrap_err();
    assert!(
        matches!(&error, Error::Input { problem, .. } if problem.contains("10000 bytes")),
        "{error}"
    );
    assert!(taken.get() <= MOST, "{}", taken.get());
}

#[test]
fn rows_that_are_read_one_by_one_have_no_limit() {
    let stream =
        Stream { head: b"a;b\n", again: b"1;2,5\n", length: 4 + 6 * 200_000, taken: Rc::default() };
    assert_eq!(read(stream, &Options::default()).unwrap(), 200_000);
}

#[test]
fn gzip_that_is_damaged_or_a_bomb() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(b"a,b\n1,\"").unwrap();
    for _ in 0..64 {
        encoder.write_all(&vec![b'x'; 1 << 20]).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let gzip =
        |bytes: &[u8]| read(std::io::Cursor::new(bytes.to_vec()), &Options::default()).unwrap_err();
    assert!(gzip(&bomb).to_string().contains("row 1: no end of the row"), "{}", gzip(&bomb));
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all("a,b\n1,2\n".repeat(500).as_bytes()).unwrap();
    let whole = encoder.finish().unwrap();
    for cut in [12, whole.len() - 9, whole.len() - 1] {
        let error = gzip(&whole[..cut]);
        assert_eq!(error.exit_code(), 3, "{error}");
        assert!(error.to_string().contains("damaged or cut off"), "{error}");
    }
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(b"PK\x03\x04 and more").unwrap();
    assert!(gzip(&packed.finish().unwrap()).to_string().contains("hold no text"));
}
