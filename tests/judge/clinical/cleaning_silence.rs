//! Nothing is changed silently: the list of changes, replayed on the input, gives the output, and
//! the log counts it.

use super::cleaning_desk::apply;
use proptest::prelude::*;
use std::collections::HashMap;

type Columns = Vec<(String, HashMap<usize, String>)>;

fn records(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Columns by name, their cells by the row of the input.
fn replay(csv: &str, changes: &str) -> (Columns, Vec<usize>) {
    let input = records(csv);
    let mut rows: Vec<usize> = (1..input.len()).collect();
    let column = |at: usize| rows.iter().map(|&row| (row, input[row][at].clone())).collect();
    let mut columns: Columns =
        (0..input[0].len()).map(|at| (input[0][at].clone(), column(at))).collect();
    for change in records(changes).into_iter().skip(1) {
        let row: usize = change[2].parse().unwrap_or(0);
        let at = columns.iter().position(|(name, _)| *name == change[3]);
        match change[1].as_str() {
            "cell" => {
                let cell = columns[at.unwrap()].1.get_mut(&row).unwrap();
                assert_eq!(*cell, change[4], "the old text");
                cell.clone_from(&change[5]);
            }
            "drop_row" => rows.retain(|&kept| kept != row),
            "drop_column" => drop(columns.remove(at.unwrap())),
            "add_column" => columns
                .push((change[3].clone(), rows.iter().map(|&row| (row, String::new())).collect())),
            "rename" => columns[at.unwrap()].0.clone_from(&change[5]),
            other => assert_eq!(other, "order"),
        }
    }
    (columns, rows)
}

const RULES: [&str; 9] = [
    "[[rule]]\nkind = \"missing\"\ncodes = [\"NA\", -9]\ncolumns = [\"b*\"]\n",
    "[[rule]]\nkind = \"complete\"\ncolumn = \"a\"\nequals = [1]\ntargets = [\"c\", \"b1\"]\nvalue = 7\noverwrite = true\n",
    "[[rule]]\nkind = \"range\"\nranges.c = { min = 0, max = 5 }\n",
    "[[rule]]\nkind = \"derive\"\ninto = \"new\"\nhow = \"any\"\ncolumns = [\"b*\"]\n",
    "[[rule]]\nkind = \"outliers\"\ncolumns = [\"b2\"]\nfence = 0.5\npasses = 3\n",
    "[[rule]]\nkind = \"round\"\ncolumns = [\"c\"]\ndecimals = 0\n",
    "[[rule]]\nkind = \"recode\"\ncolumns = [\"a\"]\nlevels = { 1 = \"one\", 7 = 70 }\n",
    "[[rule]]\nkind = \"drop_rows\"\nmissing_above = 2\n",
    "[[rule]]\nkind = \"select\"\ncolumns = [\"c\", { first = \"a\" }, \"b2\", { third = \"b1\" }]\n",
];

fn cell() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "0",
        "1",
        "1.0",
        "-9",
        "NA",
        "7",
        "3.25",
        "99",
        "word, with comma",
        "4",
        "2",
    ])
}

proptest! {
    #[test]
    fn changes_restate_every_difference(
        cells in prop::collection::vec([cell(), cell(), cell(), cell()], 1..30),
        used in prop::collection::vec(any::<bool>(), RULES.len()),
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["a", "b1", "b2", "c"]).unwrap();
        cells.iter().for_each(|row| writer.write_record(row).unwrap());
        let csv = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let rules: String = RULES.iter().zip(&used).filter(|(_, used)| **used).map(|(rule, _)| *rule).collect();
        let rules = if rules.is_empty() { RULES[0].to_owned() } else { rules };
        let outcome = match apply(&csv, &rules, true) {
            Ok(outcome) => outcome,
            Err(error) => {
                prop_assert!(error.to_string().contains("no row would be left"), "{}", error);
                return Ok(());
            }
        };
        let (columns, rows) = replay(&csv, &outcome.changes);
        let output = records(&outcome.cohort);
        prop_assert_eq!(output.len(), rows.len() + 1);
        let columns: HashMap<String, HashMap<usize, String>> = columns.into_iter().collect();
        prop_assert_eq!(output[0].len(), columns.len());
        for (line, row) in output[1..].iter().zip(&rows) {
            for (name, cell) in output[0].iter().zip(line) {
                prop_assert_eq!(cell, &columns[name][row], "column {} row {}", name, row);
            }
        }
        let lines = records(&outcome.changes).iter().filter(|change| change[1] == "cell").count();
        prop_assert_eq!(lines, outcome.log.rules.iter().map(|rule| rule.cells).sum::<usize>());
    }
}
