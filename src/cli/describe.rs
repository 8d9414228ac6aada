//! `mellizo describe`.

use super::args::DescribeOptions;
use super::lines::columns;
use super::stdout;
use super::version::VERSION;
use clinical::describe::{self, Options, csv_text, print};
use clinical::source::Source;
use ground::error::Result;
use mellizo::synthesis::text;
use std::path::Path;
use table::{Schema, bundled};

/// Reads the table and prints what is in it.
pub(super) fn describe(options: &DescribeOptions) -> Result<()> {
    let source = source(options.data.as_deref())?;
    let schema = match &options.schema {
        Some(path) => Some(Schema::from_toml(&text(path)?, path)?),
        None if options.data.is_none() => Some(bundled::schema()?),
        None => None,
    };
    let mut reading = options.table.options(schema.as_ref());
    reading.missing.extend(schema.iter().flat_map(Schema::missing_codes));
    let source = source.with(reading);
    let choices = Options { fence: options.fence, top: options.top.into() };
    let description = describe::describe(&source, schema.as_ref(), choices)?;
    if options.csv {
        return stdout::write(|out| csv_text::write(&description, options.formulas.guard(), out));
    }
    let name = source.place().file.display().to_string();
    if options.json {
        let types =
            description.types().into_iter().map(|(kind, count)| (kind.to_string(), count.into()));
        let mut object =
            serde_json::json!({ "version": VERSION, "command": "describe", "file": name });
        object["types"] = serde_json::Value::Object(types.collect());
        let described = serde_json::to_value(&description).expect("plain values");
        for (key, value) in described.as_object().expect("a struct is an object") {
            object[key] = value.clone();
        }
        return stdout::line(object);
    }
    stdout::line(print::text(&description, &name, width(), options.all))
}

/// The table that a command is about: a file, stdin, or the bundled cohort.
pub(super) fn source(data: Option<&Path>) -> Result<Source> {
    match data {
        None => Ok(Source::bundled()),
        Some(path) if path == Path::new("-") => Source::spool(std::io::stdin().lock(), "stdin"),
        Some(path) => Ok(Source::file(path)),
    }
}

/// Columns of the terminal; 120 where stdout is none and `COLUMNS` says nothing.
pub(super) fn width() -> usize {
    let terminal = columns(&console::Term::stdout());
    let told = || std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let told = || told().filter(|columns: &usize| *columns > 0);
    terminal.or_else(told).unwrap_or(120).clamp(40, 1000)
}
