//! The command line: it maps options to the library, prints, and writes files.

#[macro_use]
mod lines;

mod args;
mod bar;
mod bench;
mod call;
mod check;
mod clean;
mod course;
mod describe;
mod devices;
mod doctor;
mod evaluate;
mod export;
mod folder;
mod gather;
mod images;
mod interrupt;
mod manual;
mod missing;
mod mistake;
mod origin;
mod private_folder;
mod recipes;
mod reproduce;
mod run;
mod run_json;
mod sample;
mod schema;
mod simulate;
mod spare;
mod stdout;
mod sweep;
mod terminal;
mod version;

use args::{ApiOption, Command};
use engine::gpu::Api;
use ground::error::{Error, Result};
use std::ffi::OsString;
use std::io::Write;

pub use sweep::tasks_of_plan;

/// Runs the command of these arguments, the first of which is the program's name, and returns the
/// exit code.
///
/// Results go to stdout, talk to stderr; the exit code is that of
/// [`Error::exit_code`](ground::error::Error::exit_code).
/// Signals and threads are the process's own: one command at a time.
pub fn command(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    mistake::tell_places_alone();
    interrupt::let_full_files_fail();
    let words: Vec<OsString> = arguments.into_iter().collect();
    let arguments = match call::read(&words) {
        Ok(arguments) => arguments,
        Err(error) => return misread(&error, &words),
    };
    let json = arguments.command.json();
    match call::completed(arguments.command).and_then(dispatch) {
        Ok(Ok(())) => 0,
        Ok(Err(error)) => {
            say!("error: {error}");
            error.exit_code()
        }
        Err(error) => {
            say!("error: {error}");
            fail(&error.to_string(), error.exit_code(), json)
        }
    }
}

/// Arguments that make no sense, or a call for help.
fn misread(error: &clap::Error, words: &[OsString]) -> u8 {
    let printed = error.print().and_then(|()| std::io::stdout().flush());
    if !error.use_stderr() {
        // A help that was asked for is a result.
        let Err(error) = stdout::told(printed) else { return 0 };
        say!("error: {error}");
        return error.exit_code();
    }
    // Where the message cannot be printed either, the exit code is left.
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    // The `--json FILE` of `evaluate` is no wish for an object on stdout.
    let evaluate = words.get(1).is_some_and(|command| command == "evaluate");
    let json = !evaluate && words.iter().any(|argument| argument == "--json");
    fail(first.strip_prefix("error: ").unwrap_or(first), error.exit_code() as u8, json)
}

/// The exit code, after one JSON object if it was asked for.
fn fail(error: &str, exit_code: u8, json: bool) -> u8 {
    if json {
        let version = version::VERSION;
        let object =
            serde_json::json!({ "version": version, "error": error, "exit_code": exit_code });
        // An error of stdout must not hide the one that is reported.
        let _ = stdout::line(object);
    }
    exit_code
}

/// `--threads`, before anything has started the pool of this process.
fn limit_threads(threads: Option<u16>) -> Result<()> {
    let Some(threads) = threads else { return Ok(()) };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.into());
    pool.build_global().map_err(|e| Error::Device(format!("{threads} threads: {e}")))
}

/// A result as one object, where that is asked for.
fn printed(wanted: bool, object: serde_json::Value) -> Result<()> {
    if wanted { stdout::line(object) } else { Ok(()) }
}

/// `--api`, for whatever opens a GPU in this process.
/// Errors when the environment names an interface that there is not.
fn limit_api(option: Option<&ApiOption>) -> Result<()> {
    let Some(option) = option else { return Ok(()) };
    Api::limit(option.wanted());
    Api::wanted().map(drop)
}

/// Does what a command says.
/// The inner error is one that the command's own JSON object has told.
fn dispatch(command: Command) -> Result<Result<()>> {
    limit_api(command.api())?;
    limit_threads(command.threads())?;
    let done = match command {
        Command::Check(options) => return check::check(&options),
        Command::Run(options) => printed(options.json, run::run(&options)?),
        Command::Train(options) => printed(options.json, run::train(&options)?),
        Command::Clean(options) => clean::clean(&options),
        Command::Sample(options) => printed(options.json, sample::sample(&options)?),
        Command::Export(options) => printed(options.json, export::export(&options)?),
        Command::Sweep(options) => sweep::sweep(&options),
        Command::Gather(options) => gather::gather(&options),
        Command::Schema(options) => schema::schema(&options),
        Command::Describe(options) => describe::describe(&options),
        Command::Missing(options) => missing::missing(&options),
        Command::Images(options) => images::images(&options),
        Command::Evaluate(options) => evaluate::evaluate(&options),
        Command::Reproduce(options) => reproduce::reproduce(&options),
        Command::Simulate(options) => simulate::simulate(&options),
        Command::Bench(options) => bench::bench(&options),
        Command::Devices(options) => devices::devices(options.json),
        Command::Doctor(options) => doctor::doctor(options.json),
        Command::Recipe(options) => recipes::print(&options),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { command } => manual::page(command.as_deref()),
    };
    done.map(Ok)
}
