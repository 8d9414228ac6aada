//! The table of exit codes in the documents is that of the code.

use mellizo::exit_code::ExitCode;

#[test]
fn the_documents_have_the_table_of_the_code() {
    let text = include_str!("../../docs/command-line.md");
    let rows: Vec<String> = ExitCode::ALL
        .iter()
        .map(|code| format!("| {} | {} |", *code as u8, code.meaning()))
        .collect();
    let table = rows.join("\n");
    assert!(text.contains(&table), "docs/command-line.md lacks this table:\n{table}");
}
