//! A checksum of a whole file inside that file, so that any change of any byte is noticed.
//!
//! The file holds `"checksum":"` and 64 hexadecimal digits within its first kilobyte, or the same inside a JSON text,
//! where quotes are escaped.
//! The digits are the SHA-256 of the file with `0` in their place.

use sha2::{Digest, Sha256};

/// The key, as text of a JSON object.
pub const KEY: &str = "checksum";

/// Hexadecimal digits of a checksum.
const DIGITS: usize = 64;

/// Bytes from the start of a file in which its checksum is looked for.
const HEAD: usize = 1024;

/// What stands for a checksum that is not yet known.
pub const BLANK: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Which of these two a file with a checksum has.
const MARKS: [&[u8]; 2] = [br#""checksum":""#, br#"\"checksum\":\""#];

/// What a checksum says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The file is what was written.
    Whole,
    /// It is not.
    Changed,
    /// There is none.
    None,
}

/// SHA-256 as hexadecimal digits.
pub fn sha256(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hexadecimal(hasher)
}

/// SHA-256 of all that a reader has left, as hexadecimal digits; it is read piece by piece.
pub fn sha256_of(mut reader: impl std::io::Read) -> std::io::Result<String> {
    let (mut hasher, mut piece) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match reader.read(&mut piece)? {
            0 => return Ok(hexadecimal(hasher)),
            bytes => hasher.update(&piece[..bytes]),
        }
    }
}

fn hexadecimal(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where the digits begin.
fn place(bytes: &[u8]) -> Option<usize> {
    let found = |mark: &[u8]| {
        let head = &bytes[..HEAD.min(bytes.len())];
        let at = head.windows(mark.len()).position(|window| window == mark)?;
        (at + mark.len() + DIGITS <= bytes.len()).then_some(at + mark.len())
    };
    MARKS.into_iter().filter_map(found).min()
}

fn of(bytes: &[u8], at: usize) -> String {
    sha256(&[&bytes[..at], BLANK.as_bytes(), &bytes[at + DIGITS..]])
}

/// Writes the checksum into a file that has room for one. Panics where it has not.
pub fn seal(bytes: &mut [u8]) {
    let at = place(bytes).expect("room for a checksum");
    let digits = of(bytes, at);
    bytes[at..at + DIGITS].copy_from_slice(digits.as_bytes());
}

/// Whether a file is what was written.
pub fn check(bytes: &[u8]) -> Verdict {
    match place(bytes) {
        None => Verdict::None,
        Some(at) if of(bytes, at).as_bytes() == &bytes[at..at + DIGITS] => Verdict::Whole,
        Some(_) => Verdict::Changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_other_byte_is_noticed() {
        for quote in ["\"", "\\\""] {
            let text = format!("{{{quote}{KEY}{quote}:{quote}{BLANK}{quote}}} and more");
            let mut bytes = text.into_bytes();
            assert_eq!(check(&bytes), Verdict::Changed);
            seal(&mut bytes);
            assert_eq!(check(&bytes), Verdict::Whole);
            for at in 0..bytes.len() {
                for bit in 0..8 {
                    let mut other = bytes.clone();
                    other[at] ^= 1 << bit;
                    assert_ne!(check(&other), Verdict::Whole, "byte {at}, bit {bit}");
                }
            }
        }
    }

    #[test]
    fn a_file_without_one_has_none() {
        assert_eq!(check(b""), Verdict::None);
        assert_eq!(check(br#"{"checksum":"12"}"#), Verdict::None);
    }

    #[test]
    fn the_hash_is_that_of_sha256sum() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(&[b"ab", b"c"]), expected);
        assert_eq!(sha256_of(&b"abc"[..]).unwrap(), expected);
    }
}
