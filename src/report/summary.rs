//! `share/summary.md`: what was run, how close the result is, and what it must not be taken for.

use crate::column_tables::{missing_section, percentile_section};
use crate::markdown::escape;
use crate::pair::{Encoded, Tables};
use crate::paper_tables::{table_five, table_seven, table_six};
use crate::run_record::{RunRecord, run_section, scores_section};
use table::Table;

const PERCENTILES: &str = "How far percentiles (5, 10, ..., 95 %) of every column's known values \
                           are from the real ones, in parts of the range that they span. Only \
                           those with five real patients beyond them are compared, so no extreme \
                           of a patient is in these numbers.";
const WITHHELD: &str = "A count of one to four real patients is printed as &lt;5, the largest \
                        group beside it as a lower bound, and moments that would tell more with \
                        fewer decimals.";
const RELATIONS_TRAINED: &str = "This recipe was trained on columns and on their relations; how \
                                 well the relations came out must be measured before a model or \
                                 a conclusion rests on them.";
const VALUES_AS_THEY_ARE: &str = "Smallest, largest and rare values of the real table can appear \
                                  in synthetic patients as they are, also where only one real \
                                  patient has them.";
const VALUES_SMOOTHED: &str = "Extremes are means of several patients and levels of fewer than \
                               five patients are left out, but a value between them can still be \
                               one that a single real patient has.";
const COLUMNS_ONLY: &str = "This recipe matches each column by itself and not the relations \
                            between columns: do not study associations, risks or subgroups with \
                            these patients.";

/// Writes the summary as Markdown; panics when the tables' columns or the encoded shapes differ.
///
/// Counts of one to four real patients are withheld as [`crate::disclosure`] describes.
pub fn summary_markdown(run: &RunRecord, tables: Tables, encoded: &Encoded) -> String {
    let names = |table: &Table| {
        table.schema.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(tables.real), names(tables.synthetic), "real and synthetic columns differ");
    assert_eq!(encoded.columns.len(), encoded.real.columns(), "names against encoded columns");
    let percentiles = match percentile_section(tables) {
        section if section.is_empty() => section,
        section => format!("{PERCENTILES}\n\n{section}"),
    };
    let mut sections = vec![
        "# Summary".to_owned(),
        caution(run),
        "## The run".to_owned(),
        run_section(run),
        warnings(&run.untrained),
        "## How training ended".to_owned(),
        scores_section(&run.training.scores.unwrap_or_default(), tables.real.cells.rows()),
    ];
    sections.extend(paper_sections(tables, encoded));
    sections.extend(["## Column by column".to_owned(), missing_section(tables), percentiles]);
    sections.retain(|section| !section.is_empty());
    sections.iter().map(|section| section.trim_end()).collect::<Vec<_>>().join("\n\n") + "\n"
}

fn paper_sections(tables: Tables, encoded: &Encoded) -> Vec<String> {
    let schema = &tables.real.schema;
    let place = |name: &Option<String>| {
        let name = name.as_ref()?;
        schema.columns.iter().position(|column| column.name == *name)
    };
    let (status, stage) = (place(&schema.status), place(&schema.stage));
    let coded =
        |column: Option<usize>| column.filter(|&column| schema.columns[column].kind.is_coded());
    let mut sections = Vec::new();
    let fives: Vec<String> = [status, stage]
        .into_iter()
        .flatten()
        .filter_map(|column| table_five(tables, encoded, column))
        .collect();
    if !fives.is_empty() {
        sections.push("## Status and stage, as in the paper's Tables 5 to 7".to_owned());
        sections.push(WITHHELD.to_owned());
        sections.extend(fives);
    }
    if let Some(status) = coded(status) {
        sections.push(table_six(tables, status));
        if let Some(stage) = coded(stage).filter(|&stage| stage != status) {
            sections.push(table_seven(tables, stage, status));
        }
    }
    sections
}

fn caution(run: &RunRecord) -> String {
    let relations = if run.relations_trained { RELATIONS_TRAINED } else { COLUMNS_ONLY };
    let values = if run.values_smoothed { VALUES_SMOOTHED } else { VALUES_AS_THEY_ARE };
    format!(
        "> **Before you use this.** {relations} Nothing here is differentially private: no formal \
         guarantee bounds what a synthetic table tells about a real patient. {values} The folder \
         `private/` (cohort, model, weights) must never leave the house; only `share/` is made \
         to be passed on, and whoever passes it on decides."
    )
}

fn warnings(warnings: &[String]) -> String {
    let lines: Vec<String> =
        warnings.iter().map(|warning| format!("- {}", escape(warning))).collect();
    if lines.is_empty() { String::new() } else { format!("Warnings:\n\n{}", lines.join("\n")) }
}
