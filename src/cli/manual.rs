//! `mellizo completions` and `mellizo man`: what a shell and `man` know of the command line, made from
//! the same definitions as its help.

use super::args::Arguments;
use super::stdout;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use ground::error::{Error, Result};
use ground::spelling::advice;

/// The name of the binary.
const NAME: &str = "mellizo";

/// Prints the script that completes the command line in a shell.
pub(super) fn completions(shell: Shell) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), NAME, &mut script);
    stdout::write(|out| out.write_all(&script))
}

/// Prints a page for `man`: of a command, or of the whole. Errors: [`Error::Usage`] for a command
/// that there is not.
pub(super) fn page(of: Option<&str>) -> Result<()> {
    let mut whole = Arguments::command();
    // Gives every command its full name, and the options that all have.
    whole.build();
    let command = match of {
        None => whole,
        Some(name) => named(&whole, name)?,
    };
    let mut page = Vec::new();
    let rendered = clap_mangen::Man::new(command).render(&mut page);
    rendered.map_err(|error| Error::io("stdout", error))?;
    stdout::write(|out| out.write_all(&page))
}

fn named(whole: &Command, name: &str) -> Result<Command> {
    let found = whole.get_subcommands().find(|command| command.get_name() == name);
    let command = found.ok_or_else(|| {
        let advice = advice(whole.get_subcommands().map(Command::get_name), name);
        Error::Usage(format!("there is no command {name:?}; {advice}"))
    })?;
    // `man` wants one word as the name of a page.
    Ok(command.clone().display_name(format!("{NAME}-{name}")))
}
