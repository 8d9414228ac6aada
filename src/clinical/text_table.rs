//! Tables of text that fit a terminal: the least important columns are left out first, then long
//! names are cut.

use console::{measure_text_width, truncate_str};

/// Blanks between two columns.
const GAP: usize = 2;
/// The first column is not cut to less than this.
const NARROWEST: usize = 12;

/// A table with names in its first column and words or numbers in the others.
#[derive(Debug, Default)]
pub struct TextTable {
    columns: Vec<Heading>,
    rows: Vec<Vec<String>>,
}

#[derive(Debug)]
struct Heading {
    text: String,
    /// Columns with a larger number are left out first; 0 never.
    rank: usize,
    left: bool,
}

impl TextTable {
    /// Adds a column of numbers. Columns of higher `rank` are left out first, those of rank 0
    /// never.
    pub fn numbers(mut self, heading: &str, rank: usize) -> Self {
        self.columns.push(Heading { text: heading.into(), rank, left: false });
        self
    }

    /// Adds a column of words; `rank` as in [`TextTable::numbers`].
    pub fn words(mut self, heading: &str, rank: usize) -> Self {
        self.columns.push(Heading { text: heading.into(), rank, left: true });
        self
    }

    /// Adds a row with a cell per column.
    pub fn row(&mut self, cells: Vec<String>) {
        assert_eq!(cells.len(), self.columns.len(), "a row of another length than the headings");
        self.rows.push(cells);
    }

    /// Whether there is a row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lines of the table, in at most `width` columns of a terminal if that is possible.
    pub fn lines(&self, width: usize) -> Vec<String> {
        let mut shown: Vec<usize> = (0..self.columns.len()).collect();
        let mut widths: Vec<usize> = shown.iter().map(|&column| self.width(column)).collect();
        let total = |shown: &[usize], widths: &[usize]| {
            shown.iter().map(|&c| widths[c] + GAP).sum::<usize>() - GAP
        };
        widths[0] = widths[0].min((width / 3).max(NARROWEST));
        while total(&shown, &widths) > width {
            let Some(least) = shown
                .iter()
                .copied()
                .max_by_key(|&c| self.columns[c].rank)
                .filter(|&c| self.columns[c].rank > 0)
            else {
                break;
            };
            shown.retain(|&column| column != least);
        }
        let over = total(&shown, &widths).saturating_sub(width);
        widths[0] = widths[0].saturating_sub(over).max(NARROWEST.min(widths[0]));
        let heading: Vec<&str> = self.columns.iter().map(|heading| heading.text.as_str()).collect();
        let rows = self.rows.iter().map(|row| row.iter().map(String::as_str).collect::<Vec<_>>());
        std::iter::once(heading)
            .chain(rows)
            .map(|cells| self.line(&cells, &shown, &widths))
            .collect()
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().map(|row| measure_text_width(&row[column]));
        cells.chain([measure_text_width(&self.columns[column].text)]).max().unwrap_or(0)
    }

    fn line(&self, cells: &[&str], shown: &[usize], widths: &[usize]) -> String {
        let cell = |&column: &usize| {
            let text = truncate_str(cells[column], widths[column], "…");
            let blanks = " ".repeat(widths[column].saturating_sub(measure_text_width(&text)));
            if self.columns[column].left {
                format!("{text}{blanks}")
            } else {
                format!("{blanks}{text}")
            }
        };
        let line = shown.iter().map(cell).collect::<Vec<_>>().join(&" ".repeat(GAP));
        line.trim_end().to_owned()
    }
}

/// Words joined by blanks into lines of at most `width`.
/// All lines but the first one begin with `indent` blanks; `first` is how much of the first line is
/// taken.
pub(crate) fn wrap(words: &[String], first: usize, indent: usize, width: usize) -> String {
    let (mut text, mut used) = (String::new(), first);
    for word in words {
        let wide = measure_text_width(word);
        if used > indent.max(first) && used + 1 + wide > width {
            text.push('\n');
            text.push_str(&" ".repeat(indent));
            used = indent;
        } else if used > first {
            text.push(' ');
            used += 1;
        }
        text.push_str(word);
        used += wide;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_terminal_gets_what_matters() {
        let mut table = TextTable::default()
            .words("variable", 0)
            .numbers("N", 0)
            .numbers("SE mean", 2)
            .numbers("mean", 1);
        table.row(["a rather long name", "908", "0.1234", "62.850"].map(str::to_owned).to_vec());
        assert_eq!(table.lines(80)[1], "a rather long name  908   0.1234  62.850");
        assert_eq!(table.lines(30)[1], "a rather lo…  908  62.850");
        assert_eq!(table.lines(18)[1], "a rather lo…  908");
    }

    #[test]
    fn words_are_wrapped() {
        let words = ["1: 20,", "2: 30,", "3: 40"].map(str::to_owned);
        assert_eq!(wrap(&words, 4, 4, 18), "1: 20, 2: 30,\n    3: 40");
    }
}
