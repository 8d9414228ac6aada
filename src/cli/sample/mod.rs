//! `mellizo sample`: patients from a model, streamed at constant memory to a file or to stdout.
//!
//! A patient depends on the seed and on its number alone, and a line of CSV on its patient alone:
//! shards of one range, joined, are the bytes of one run.

mod target;

use super::args::SampleOptions;
use super::interrupt::Interrupt;
use super::spare::spare;
use super::stdout;
use super::terminal::Terminal;
use super::version::VERSION;
use ground::error::Result;
use mellizo::synthesis::{Model, Rows, Stream, Wanted};
use serde_json::{Value, json};
use std::time::Instant;
use table::formula::FormulaGuard;
use target::Target;

/// Writes synthetic patients to a file or to stdout; how it went as one object.
pub(super) fn sample(options: &SampleOptions) -> Result<Value> {
    let target = Target::of(options.out.as_deref(), options.force, options.json)?;
    if let Some(out) = &target.path {
        spare(out, [options.model.as_path()])?;
    }
    target.check_ending()?;
    let model = Model::open(&options.model)?;
    let mut backend = options.engine.choice().open(&mut Terminal::default())?;
    let described = backend.describe();
    let rows = options.rows.unwrap_or(Rows::first(model.patients()));
    let seed = options.seed.unwrap_or(model.seed());
    let wanted = Wanted::of(&options.conditions, model.schema(), model.support())?;
    let of_them = if wanted.is_some() { " of those that satisfy the conditions" } else { "" };
    let (count, first) = (rows.count(), rows.start());
    let mut stream = model.stream(backend.as_mut(), rows, seed, wanted)?;
    say!("{described}: {count} synthetic patients from number {first}{of_them} on");
    let start = Instant::now();
    write_to(&target, &mut stream, options.formulas.guard())?;
    let accepted = stream.accepted();
    if let Some(accepted) = &accepted {
        say!("{}", accepted.told(model.support().rows()));
    }
    drop(stream);
    backend.warnings().iter().for_each(|warning| say!("warning: {warning}"));
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
    Ok(object)
}

/// Writes the stream to the file, whole or not at all, or to stdout.
fn write_to(target: &Target, stream: &mut Stream, guard: FormulaGuard) -> Result<()> {
    let how = (target.format, guard);
    match &target.path {
        None => {
            let mut failure = None;
            let written = stdout::write(|out| stream.write(how, out, &mut failure));
            failure.map_or(written, Err)
        }
        Some(path) => {
            let interrupt = Interrupt::catch(SAID[0], SAID[1]);
            stream.save(path, how, &|| interrupt.came())
        }
    }
}

/// What is said to Ctrl-C, and where it is not heard.
const SAID: [&str; 2] = [
    "stopping; nothing will be written. Once more to stop at once and leave a temporary file \
     behind",
    "Ctrl-C will leave a temporary file behind",
];
