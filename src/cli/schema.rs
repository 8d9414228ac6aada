//! `mellizo schema`: the schema of a table, or a form for what is public of it.

use super::args::SchemaOptions;
use super::stdout;
use ground::error::Result;
use mellizo::synthesis::Reading;
use mellizo::synthesis::private::form;

/// Prints the schema that is inferred from a table, or a form with its names and kinds.
pub(super) fn schema(options: &SchemaOptions) -> Result<()> {
    let reading = options.data.as_ref().map_or_else(Reading::bundled, Reading::file);
    let reading = reading.without(&options.drop).options(options.table.options(None));
    let read = reading.table()?;
    read.warnings.iter().for_each(|warning| say!("warning: {warning}"));
    let schema = &read.table.schema;
    stdout::line(if options.public { form(schema) } else { schema.to_toml() }.trim_end())
}
