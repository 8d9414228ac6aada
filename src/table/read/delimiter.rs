//! The delimiter of a text file, found in the text outside of double quotes.

use csv::{ByteRecord, ReaderBuilder, StringRecord};

/// The delimiters that exports use.
/// Of two that fit equally well the one that makes more columns wins, then the first.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Rows that are compared with the header.
const ROWS: usize = 100;

/// How often each candidate occurs in a line, outside of double quotes.
type Counts = [usize; 4];

/// The delimiter of a text that begins with `sample`, or is all of it (`whole`).
/// It is the candidate in the header that most rows have as often as the header has it.
/// It is a comma if the header has no candidate, or if no row agrees.
pub(super) fn delimiter(sample: &[u8], whole: bool) -> u8 {
    let lines = counts(sample, whole);
    let Some((header, rows)) = lines.split_first() else { return b',' };
    let agree =
        |candidate: usize| rows.iter().filter(|row| row[candidate] == header[candidate]).count();
    let best = (0..CANDIDATES.len())
        .filter(|&candidate| header[candidate] > 0)
        .filter(|&candidate| rows.is_empty() || agree(candidate) > 0)
        // The first of the best: `max_by_key` gives the last one.
        .rev()
        .max_by_key(|&candidate| (agree(candidate), header[candidate]));
    best.map_or(b',', |candidate| CANDIDATES[candidate])
}

/// Counts in the header and the first rows.
/// A quote counts at the start of a cell, which is after any of the candidates.
fn counts(sample: &[u8], whole: bool) -> Vec<Counts> {
    let mut lines = Vec::new();
    let (mut line, mut quoted, mut start, mut empty) = (Counts::default(), false, true, true);
    for &byte in sample {
        let candidate = CANDIDATES.iter().position(|&candidate| candidate == byte);
        match (byte, candidate) {
            (b'"', _) if quoted => quoted = false,
            // A quote right behind a closing one stands for a quote in the text: the cell goes on.
            (b'"', _) if start => quoted = true,
            _ if quoted => {}
            (b'\n' | b'\r', _) => {
                if !empty {
                    lines.push(std::mem::take(&mut line));
                }
                (start, empty) = (true, true);
                if lines.len() > ROWS {
                    return lines;
                }
                continue;
            }
            (_, Some(candidate)) => {
                line[candidate] += 1;
                (start, empty) = (true, false);
                continue;
            }
            _ => start = false,
        }
        empty = false;
    }
    // The last line of a sample may be incomplete, but an incomplete header is better than none.
    if !empty && (whole || lines.is_empty()) {
        lines.push(line);
    }
    lines
}

/// The rows of the sample under a delimiter, as whole cells.
/// The last row may be incomplete and is left out.
pub(super) fn sample_rows(sample: &[u8], delimiter: u8, whole: bool) -> Vec<StringRecord> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(sample);
    let mut rows = Vec::new();
    let mut record = ByteRecord::new();
    while let Ok(true) = reader.read_byte_record(&mut record) {
        // Numbers are ASCII in every encoding that is read, so other characters need no care here.
        rows.push(record.iter().map(String::from_utf8_lossy).collect::<StringRecord>());
    }
    if !whole {
        rows.pop();
    }
    rows.split_off(rows.len().min(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_where_others_occur_in_cells() {
        let cases: [(&str, u8); 13] = [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2\n", b';'),
            ("a\tb\n1,5\t2;3\n", b'\t'),
            ("a|b\n1|2\n", b'|'),
            ("age, years;dose;sex\n61,5;2;m\n", b';'),
            ("\"a;b;c\",d\n1,2\n", b','),
            ("d,\"a;b;c\"\n1,2\n", b','),
            ("a;b\n\"1;\n2\";3\n", b';'),
            ("a;b\n\"say \"\"no; no\"\"\";3\n", b';'),
            ("a,b\r1,2\r", b','),
            ("a\n1;2\n", b','),
            ("a;b", b';'),
            ("x;y\n1\n2\n", b','),
        ];
        for (text, expected) in cases {
            assert_eq!(
                char::from(delimiter(text.as_bytes(), true)),
                char::from(expected),
                "{text:?}"
            );
        }
    }
}
