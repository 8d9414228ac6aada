//! The relations that a model keeps, for people.

use table::Schema;
use table::relations::{Found, Kept, listed};

/// One line for the terminal.
pub fn line(found: &[Found], kept: &Kept) -> String {
    let shown = found.iter().filter(|found| !found.follows).count();
    format!(
        "{shown} relations kept ({} follow from them): {} cells changed in {} of {} patients",
        found.len() - shown,
        kept.cells,
        kept.changed,
        kept.rows
    )
}

/// `share/relations.md`.
pub fn markdown([found, given_up]: [&[Found]; 2], schema: &Schema, kept: &Kept) -> String {
    let lines: String = listed(found, schema).iter().map(|line| format!("- `{line}`\n")).collect();
    let broken = match kept.broken {
        0 => String::new(),
        broken => format!(
            " {broken} patients still break one, because relations contradict each other in them."
        ),
    };
    let given_up: String =
        listed(given_up, schema).iter().map(|line| format!("- `{line}`\n")).collect();
    let given_up = match given_up.is_empty() {
        true => given_up,
        false => format!(
            "\n## Found and not kept\n\nEvery training row keeps these, too, but so many \
             generated patients break them that a repair would move a column's distribution by \
             more than two points:\n\n{given_up}"
        ),
    };
    format!(
        "# Relations between columns\n\nWhat every training row keeps, with the number of rows it \
         says something about, and what every synthetic patient keeps too. Columns are compared \
         wherever both are present.\n\n{lines}\n{}.{broken}\n{given_up}",
        line(found, kept)
    )
}
