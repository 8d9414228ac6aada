//! `mellizo sample`: patients from a model, streamed at constant memory to a file or to stdout.
//!
//! A patient depends on the seed and on its number alone, and a line of CSV on its patient alone:
//! shards of one range, joined, are the bytes of one run.

mod pipeline;
mod target;

use super::args::SampleOptions;
use super::interrupt::Interrupt;
use super::stdout;
use super::terminal::Terminal;
use super::version::VERSION;
use ground::error::{Error, Result};
use ground::whole_file::{self, Readers};
use mellizo::synthesis::{Finish, Model, Part, Rows, Stream, Wanted};
use pipeline::pipeline;
use serde_json::json;
use std::io::{self, Write};
use std::time::Instant;
use table::formula::FormulaGuard;
use table::write::CsvText;
use target::{Format, Target};

/// Writes synthetic patients to a file or to stdout.
pub(super) fn sample(options: &SampleOptions) -> Result<()> {
    let target = Target::of(options.out.as_deref(), options.force, options.json)?;
    let model = Model::open(&options.model)?;
    let mut backend = options.engine.choice().open(&mut Terminal::default())?;
    let described = backend.describe();
    let rows = options.rows.unwrap_or(Rows::first(model.patients()));
    let seed = options.seed.unwrap_or(model.seed());
    let wanted = Wanted::of(&options.conditions, model.schema(), model.support())?;
    let of_them = if wanted.is_some() { " of those that satisfy the conditions" } else { "" };
    let (count, first) = (rows.count(), rows.start());
    let mut stream = model.stream(backend.as_mut(), rows, seed, wanted)?;
    eprintln!("{described}: {count} synthetic patients from number {first}{of_them} on");
    let start = Instant::now();
    write_to(&target, &mut stream, options.formulas.guard())?;
    let accepted = stream.accepted();
    if let Some(accepted) = &accepted {
        eprintln!("{}", accepted.told(model.support().rows()));
    }
    drop(stream);
    backend.warnings().iter().for_each(|warning| eprintln!("warning: {warning}"));
    if options.json {
        let seconds = start.elapsed().as_secs_f64();
        let mut object = json!({
            "version": VERSION,
            "command": "sample",
            "first": first,
            "rows": count,
            "seconds": seconds,
        });
        if let Some(accepted) = accepted {
            object["where"] = json!(options.conditions);
            object["generated"] = json!(accepted.tried);
            object["accepted"] = json!(accepted.count);
        }
        stdout::line(object)?;
    }
    Ok(())
}

/// Writes the stream to the file, whole or not at all, or to stdout.
fn write_to(target: &Target, stream: &mut Stream, guard: FormulaGuard) -> Result<()> {
    let mut failure = None;
    let written = match &target.path {
        None => {
            stdout::write(|out| keep(&mut failure, write(stream, (Format::Csv, guard), out, None)))
        }
        Some(path) => {
            let interrupt = Interrupt::catch(SAID[0], SAID[1]);
            whole_file::write(path, Readers::Umask, |out| {
                let format = (target.format, guard);
                keep(&mut failure, write(stream, format, out, Some(&interrupt)))
            })
        }
    };
    failure.map_or(written, Err)
}

/// What is said to Ctrl-C, and where it is not heard.
const SAID: [&str; 2] = [
    "stopping; nothing will be written. Once more to stop at once and leave a temporary file \
     behind",
    "Ctrl-C will leave a temporary file behind",
];

/// An error of the device or a wish of the user would lose its exit code inside an error of the
/// system.
fn keep(failure: &mut Option<Error>, written: io::Result<Result<()>>) -> io::Result<()> {
    written?.map_err(|error| {
        *failure = Some(error);
        io::Error::other("sampling failed")
    })
}

/// Writes the whole table.
/// The outer error is that of `out`, the inner one the device's, an interruption or a condition
/// that too few satisfy.
fn write(
    stream: &mut Stream,
    (format, guard): (Format, FormulaGuard),
    out: &mut (dyn Write + Send),
    interrupt: Option<&Interrupt>,
) -> io::Result<Result<()>> {
    let make = |stream: &mut Stream| {
        if interrupt.is_some_and(Interrupt::came) {
            return Err(Error::Interrupted("nothing was written".into()));
        }
        stream.next_part()
    };
    let finish = &stream.finish();
    match format {
        Format::Csv | Format::Gzip => csv(stream, make, finish, (format, guard), out),
        Format::Parquet => parquet(stream, make, finish, out),
    }
}

fn csv(
    stream: &mut Stream,
    mut make: impl FnMut(&mut Stream) -> Result<Option<Part>>,
    finish: &Finish,
    (format, guard): (Format, FormulaGuard),
    out: &mut (dyn Write + Send),
) -> io::Result<Result<()>> {
    let csv = CsvText::with(finish.schema(), guard);
    if stream.rows().start() == 0 {
        out.write_all(&format.pack(csv.header())?)?;
    }
    let encode = |part| {
        let mut text = Vec::new();
        csv.rows(&finish.patients(part), &mut text);
        format.pack(text)
    };
    let ahead = 2 * rayon::current_num_threads();
    pipeline(ahead, || make(stream), encode, |text: Vec<u8>| out.write_all(&text))
}

/// Numbers of a group of rows: large enough for columns to be compressed well and for the list of
/// groups to stay short.
#[cfg(feature = "parquet")]
const GROUP_NUMBERS: usize = 1 << 22;

/// Rows of a group at most.
#[cfg(feature = "parquet")]
const GROUP_ROWS: usize = 1 << 16;

#[cfg(feature = "parquet")]
fn parquet(
    stream: &mut Stream,
    mut make: impl FnMut(&mut Stream) -> Result<Option<Part>>,
    finish: &Finish,
    out: &mut (dyn Write + Send),
) -> io::Result<Result<()>> {
    use rayon::prelude::*;
    use table::write_parquet::{ParquetLayout, ParquetWriter};
    let layout = ParquetLayout::of(finish.schema(), &finish.largest())?;
    let mut file = ParquetWriter::start(out, &layout)?;
    let most = (GROUP_NUMBERS / finish.schema().columns.len()).clamp(1, GROUP_ROWS) as u64;
    let group = || {
        let (mut parts, mut rows) = (Vec::new(), 0);
        while rows < most
            && let Some(part) = make(stream)?
        {
            rows += part.rows() as u64;
            parts.push(part);
        }
        Ok(if parts.is_empty() { None } else { Some(parts) })
    };
    let encode = |parts: Vec<Part>| {
        let tables: Vec<_> = parts.into_par_iter().map(|part| finish.patients(part)).collect();
        layout.group(&tables)
    };
    // Columns are encoded side by side, so that one group keeps all cores busy while the next one
    // is made.
    match pipeline(1, group, encode, |group| file.append(group))? {
        Ok(()) => file.finish().map(Ok),
        failed => Ok(failed),
    }
}

#[cfg(not(feature = "parquet"))]
fn parquet(
    _stream: &mut Stream,
    _make: impl FnMut(&mut Stream) -> Result<Option<Part>>,
    _finish: &Finish,
    _out: &mut (dyn Write + Send),
) -> io::Result<Result<()>> {
    unreachable!("the target was refused")
}
