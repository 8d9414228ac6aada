//! `mellizo schema`: the schema of a table, or a form for what is public of it.

use super::args::SchemaOptions;
use super::stdout;
use ground::error::Result;
use mellizo::synthesis::Reading;
use mellizo::synthesis::private::form;
use table::infer::{Refused, drop_option};

/// Prints the schema that is inferred from a table, or a form with its names and kinds.
/// Columns that cannot be used as they are come last, as comments.
///
/// Errors: a file that cannot be read.
pub(super) fn schema(options: &SchemaOptions) -> Result<()> {
    let reading = options.data.as_ref().map_or_else(Reading::bundled, Reading::file);
    let reading = reading.without(&options.drop).options(options.table.options(None));
    let refused = reading.refused()?;
    let option = drop_option(refused.iter().map(|of| of.column.as_str()));
    let reading = reading.without(options.drop.iter().chain(refused.iter().map(|of| &of.column)));
    let read = reading.table()?;
    read.warnings.iter().for_each(|warning| say!("warning: {warning}"));
    let schema = &read.table.schema;
    let mut text = if options.public { form(schema) } else { schema.to_toml() };
    for Refused { column, problem } in &refused {
        text.push_str(&commented(column, problem));
    }
    if !refused.is_empty() {
        let each = refused.iter().map(|of| format!("{:?}: {}", of.column, of.problem));
        let each = each.collect::<Vec<_>>().join("; ");
        say!(
            "warning: comments at the end are to be completed for columns that cannot be used as \
             they are ({each}), or leave them out, here and in `run`, with {option}"
        );
    }
    stdout::line(text.trim_end())
}

/// The entry of a column that cannot be used as it is, for people to complete.
fn commented(column: &str, problem: &str) -> String {
    let problem: String = problem.chars().filter(|c| !c.is_control()).collect();
    format!(
        "\n# {problem}: complete the kind, and for example levels = [], limits = [\"<...\"] or \
         unit = \"...\"\n# [[column]]\n# name = {column:?}\n# kind = \"\"\n"
    )
}
