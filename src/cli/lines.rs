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

/// Says a line on stderr.
pub(super) fn say_line(text: &str) {
    match Term::stderr().size_checked() {
        Some((_, columns)) => eprintln!("{}", folded(text, columns.into())),
        None => eprintln!("{text}"),
    }
}

/// Lines for stdout: folded where that is a terminal.
pub(super) fn for_stdout(text: &str) -> String {
    match Term::stdout().size_checked() {
        Some((_, columns)) => folded(text, columns.into()),
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
    fn columns_are_counted_as_terminals_do() {
        assert_eq!(folded("中文字符 中文字符", 10), "中文字符\n  中文字符");
    }
}
