//! Lines for people: on a terminal they are folded at its width between words, elsewhere they stay
//! one line each, as `grep` wants them.

use console::{Term, measure_text_width as width};

/// Fewest columns that folding leaves for words.
const FEWEST: usize = 16;

/// Says a line on stderr; takes what `format!` takes.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::cli::lines::say_line(&format!($($text)*))
    };
}

/// Columns of a terminal that does not tell how many it has.
const USUAL: usize = 80;

/// Columns of a terminal; none of what is no terminal.
pub(super) fn columns(of: &Term) -> Option<usize> {
    let told = of.size_checked().map(|(_, columns)| usize::from(columns));
    or_usual(told, of.is_term())
}

/// A serial line and some containers report 0 columns, or none.
fn or_usual(told: Option<usize>, terminal: bool) -> Option<usize> {
    told.filter(|columns| *columns > 0).or(terminal.then_some(USUAL))
}

/// Says a line on stderr.
pub(super) fn say_line(text: &str) {
    match columns(&Term::stderr()) {
        Some(columns) => eprintln!("{}", folded(text, columns)),
        None => eprintln!("{text}"),
    }
}

/// Lines for stdout: folded where that is a terminal.
pub(super) fn for_stdout(text: &str) -> String {
    match columns(&Term::stdout()) {
        Some(columns) => folded(text, columns),
        None => text.to_owned(),
    }
}

/// Lines of at most so many columns, where a word is no longer.
///
/// What goes on stands below the last column of a table, where the line has one (two blanks before
/// it), else two places behind the line's beginning.
fn folded(text: &str, columns: usize) -> String {
    text.lines().map(|line| fold(line, columns)).collect::<Vec<_>>().join("\n")
}

fn fold(line: &str, columns: usize) -> String {
    if width(line) <= columns {
        return line.to_owned();
    }
    let first = line.len() - line.trim_start().len();
    // Blanks within a quoted name are rare, and then only the indent is odd.
    let table = line.trim_end().rmatch_indices("  ").next().map(|(at, _)| &line[..at + 2]);
    let table = table.filter(|head| !head.trim().is_empty() && width(head) <= columns);
    let (head, indent) = match table {
        Some(head) if width(head) + FEWEST <= columns => (head, width(head)),
        other => (other.unwrap_or(&line[..first]), first + 2),
    };
    let mut lines = vec![head.to_owned()];
    for word in line[head.len()..].split_whitespace() {
        let last = lines.last_mut().expect("there is one");
        let blank = if last.is_empty() || last.ends_with(' ') { "" } else { " " };
        let begun = !last.trim().is_empty();
        if begun && width(last) + blank.len() + width(word) > columns {
            last.truncate(last.trim_end().len());
            lines.push(" ".repeat(indent) + word);
        } else {
            last.push_str(blank);
            last.push_str(word);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole() {
        for (line, shown) in [
            ("short", "short"),
            (
                "warning: a line that is too long for so few columns",
                "warning: a line that is too long\n  for so few columns",
            ),
            (
                "  indented lines go on two places behind it",
                "  indented lines go on two places\n    behind it",
            ),
            (
                "a  12  the last column is folded by itself",
                "a  12  the last column is folded\n       by itself",
            ),
            (
                "name with much before a column  then text",
                "name with much before a column\n  then text",
            ),
            (
                "/a/path/that/is/longer/than/the/terminal is whole",
                "/a/path/that/is/longer/than/the/terminal\n  is whole",
            ),
        ] {
            assert_eq!(folded(line, 34), shown);
        }
    }

    #[test]
    fn a_terminal_without_columns_has_eighty() {
        assert_eq!(or_usual(Some(0), true), Some(80));
        assert_eq!(or_usual(None, true), Some(80));
        assert_eq!(or_usual(Some(40), true), Some(40));
        assert_eq!(or_usual(None, false), None);
    }

    #[test]
    fn columns_are_counted_as_terminals_do() {
        assert_eq!(folded("中文字符 中文字符", 10), "中文字符\n  中文字符");
    }
}
