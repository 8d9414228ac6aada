//! The relations that a model keeps, for people.

use table::relations::{Found, Kept, listed};
use table::{Schema, Table};

/// Relations that a warning names at most.
const NAMED: usize = 5;

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

/// Relations that every training row keeps and synthetic patients do not, with the share that
/// breaks each; none where no patient does.
pub fn warning(given_up: &[Found], synthetic: &Table) -> Option<String> {
    let share = |found: &Found| {
        let rows = 0..synthetic.rows();
        let broken = rows
            .filter(|&row| found.relation.holds(synthetic.cells.row(row)) == Some(false))
            .count();
        broken as f64 / synthetic.rows().max(1) as f64
    };
    let said = given_up.iter().filter(|found| !found.follows);
    let mut broken: Vec<(f64, &Found)> =
        said.map(|found| (share(found), found)).filter(|(share, _)| *share > 0.0).collect();
    broken.sort_by(|a, b| b.0.total_cmp(&a.0));
    let named: Vec<String> = broken
        .iter()
        .take(NAMED)
        .map(|(share, found)| {
            let text = found.relation.text(&synthetic.schema);
            format!("{text} (broken by {:.1} % of synthetic patients)", 100.0 * share)
        })
        .collect();
    let more = match broken.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    (!named.is_empty()).then(|| {
        let subject = if broken.len() == 1 { "relation is" } else { "relations are" };
        format!(
            "{} {subject} kept by every training row and could not be kept: {}{more}",
            broken.len(),
            named.join("; ")
        )
    })
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
    let too = match (kept.broken, given_up.is_empty()) {
        (0, true) => "every synthetic patient keeps it, too",
        (0, false) => {
            "every synthetic patient keeps this list, too; what could not be kept follows below"
        }
        _ => "synthetic patients keep it, too, but for those that are named below",
    };
    format!(
        "# Relations between columns\n\nWhat every training row keeps, with the number of rows it \
         says something about: {too}. Columns are compared wherever both are present.\n\n{lines}\n\
         {}.{broken}\n{given_up}",
        line(found, kept)
    )
}
