//! Texts that a spreadsheet would execute, and the apostrophe that makes it show them instead.
//!
//! A cell such as `=HYPERLINK(...)` is a formula to Excel and LibreOffice, whoever wrote the file.
//! An apostrophe in front of it makes it text.
//! Our reader takes the apostrophe off again, so that a table that is written and read stays the
//! same.

use super::number::Text;
use std::borrow::Cow;

/// Whether texts that a spreadsheet would execute get an apostrophe in front.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FormulaGuard {
    /// They do.
    #[default]
    On,
    /// Every text is written as it is.
    Off,
}

impl FormulaGuard {
    /// A cell's or a header's text as it is to be written. Numbers are never touched.
    pub fn apply(self, text: &str) -> Cow<'_, str> {
        // A text that looks like a guarded one gets one more apostrophe.
        // So taking one off gives every text back.
        match self == Self::On && (is_formula(text) || is_guarded(text)) {
            true => Cow::Owned(format!("'{text}")),
            false => Cow::Borrowed(text),
        }
    }
}

/// The text behind the apostrophe of a trimmed cell that was guarded; any other text as it is.
///
/// A tab or a line end behind the apostrophe keeps it, because no trimmed cell begins with one.
pub(crate) fn unguard(cell: &str) -> &str {
    if is_guarded(cell) { &cell[1..] } else { cell }
}

/// Whether a text is a formula behind one apostrophe or more.
fn is_guarded(text: &str) -> bool {
    let bare = text.trim_start_matches('\'');
    bare.len() < text.len() && !bare.starts_with(char::is_whitespace) && is_formula(bare)
}

/// Whether a spreadsheet would execute a text: it begins with `=`, `+`, `-` or `@` (their wide
/// forms, too), perhaps behind a tab or a line end, and is no number.
/// Signs alone, such as the `-` and `+++` of laboratories, are no formula to any spreadsheet.
fn is_formula(text: &str) -> bool {
    let signs = text.chars().all(|c| c == '+' || c == '-');
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
        && !signs
        && !matches!(Text::of(text.trim()), Text::Number(_) | Text::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_guarded_and_come_back() {
        for text in [
            "=1+1",
            "@SUM(A1)",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "=",
            "'=1",
            "''-x",
            "－1+2",
            "-inf",
            "=\"a\"",
        ] {
            let guarded = FormulaGuard::On.apply(text);
            assert_eq!(guarded, format!("'{text}"));
            assert_eq!(unguard(&guarded), text);
            assert_eq!(FormulaGuard::Off.apply(text), text);
        }
        assert_eq!(FormulaGuard::On.apply("\t=1"), "'\t=1");
        assert_eq!(FormulaGuard::On.apply("\r@a"), "'\r@a");
    }

    #[test]
    fn numbers_signs_and_words_are_never_touched() {
        for text in [
            "-1", "+4.9e3", "-.5", "1=2", "a@b", "'quoted'", "-", "+++", "", "'", "'-5", "'a",
            "-1e999", "5-7", "'\t+a",
        ] {
            assert_eq!(FormulaGuard::On.apply(text), text);
            assert_eq!(unguard(text), text);
        }
    }
}
