//! The command line: the one place that joins table, engine and report, and that chooses a backend.

mod args;
mod bench;
mod compare;
mod devices;
mod engine;
mod folder;
mod input;
mod model;
mod outcome;
mod parts;
mod progress;
mod recipes;
mod run;
mod sample;

use crate::error::Result;
use args::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

/// Runs the command of this process's arguments. Results go to stdout, talk to stderr; the exit code is that of
/// [`Error::exit_code`](crate::error::Error::exit_code).
pub fn main() -> ExitCode {
    quiet_drivers();
    let arguments = Arguments::parse();
    let json = arguments.command.json();
    match dispatch(arguments.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if json {
                let object = serde_json::json!({
                    "version": outcome::VERSION,
                    "error": error.to_string(),
                    "exit_code": error.exit_code(),
                });
                println!("{object}");
            }
            ExitCode::from(error.exit_code())
        }
    }
}

/// Without a desktop, Mesa's layer that picks a default GPU complains on stderr; mellizo picks its adapter itself.
fn quiet_drivers() {
    if cfg!(target_os = "linux") && std::env::var_os("XDG_RUNTIME_DIR").is_none() {
        // SAFETY: the process has no other thread yet.
        unsafe { std::env::set_var("NODEVICE_SELECT", "1") };
    }
}

fn dispatch(command: Command) -> Result<()> {
    match command {
        Command::Run(options) => run::run(&options),
        Command::Train(options) => run::train(&options),
        Command::Sample(options) => sample::sample(&options),
        Command::Bench(options) => bench::bench(&options),
        Command::Devices(options) => devices::devices(options.json),
        Command::Recipe(options) => recipes::print(options.name.as_deref()),
    }
}
