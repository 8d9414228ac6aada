//! The arguments of a call, and those of the run that it goes on with.

use super::args::{Arguments, Command};
use super::folder::CHECKPOINTS;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches};
use ground::error::{Error, Place, Result};
use mellizo::synthesis::{Checkpoints, Recipe};
use serde_json::Value;
use std::ffi::OsString;
use std::path::Path;
use std::sync::Mutex;

/// What was given on the command line: names of options, each with its values.
pub type Given = Vec<(String, Vec<String>)>;

/// Options that are about one call and not about its result.
const OF_ONE_CALL: [&str; 4] = ["resume", "force", "out", "json"];

/// Options whose values are paths.
const PATHS: [&str; 7] = ["data", "schema", "ledger", "release", "recipe", "log", "tensorboard"];

/// The arguments of the command that is running: those that it was called with, or those of the run
/// that it goes on with.
static WORDS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The arguments that the command was called with, or those that they stand for.
pub(super) fn arguments() -> Vec<String> {
    WORDS.lock().expect("a list is never half written").clone()
}

/// Notes them.
fn set_arguments(words: &[OsString]) {
    let shown = words.iter().map(|word| word.to_string_lossy().into_owned());
    *WORDS.lock().expect("a list is never half written") = shown.collect();
}

/// The call that goes on with the run in a folder.
pub(super) fn going_on(folder: &Path) -> String {
    let train = arguments().get(1).is_some_and(|command| command == "train");
    let command = if train { "train" } else { "run" };
    format!("mellizo {command} --resume {}", folder.display())
}

/// Reads the arguments, the first of which is the program's name.
pub(super) fn read(words: &[OsString]) -> std::result::Result<Arguments, clap::Error> {
    set_arguments(words);
    let matches = Arguments::command().try_get_matches_from(words)?;
    let mut arguments = Arguments::from_arg_matches(&matches)?;
    remember(&mut arguments.command, &matches);
    Ok(arguments)
}

/// Completes a call that goes on with a run by what that run was given.
///
/// Errors: those of a folder without a checkpoint, and what does not fit together.
pub(super) fn completed(command: Command) -> Result<Command> {
    let (name, options) = match &command {
        Command::Run(options) => ("run", options),
        Command::Train(options) => ("train", options),
        Command::Check(options) => ("check", options),
        _ => return Ok(command),
    };
    let Some(folder) = options.keeping.resume.clone() else { return Ok(command) };
    if !folder.exists() {
        let remedy =
            "give the folder of a run that was ended (its --out), or run it without --resume";
        return Err(Error::input(Place::file(&folder), "there is no such folder", remedy));
    }
    let (checkpoint, _) = Checkpoints::newest(&folder.join(CHECKPOINTS))?;
    let begun: Given =
        serde_json::from_value(checkpoint.note()["options"].clone()).unwrap_or_default();
    let said = |id: &str| options.given.iter().any(|(given, _)| given == id);
    let begun = begun.into_iter().filter(|(id, _)| !said(id));
    let words = words(name, &options.given.iter().cloned().chain(begun).collect());
    let read = |words: &[OsString]| {
        let matches = Arguments::command().try_get_matches_from(words)?;
        let mut arguments = Arguments::from_arg_matches(&matches)?;
        remember(&mut arguments.command, &matches);
        if let Command::Run(options) | Command::Train(options) | Command::Check(options) =
            &mut arguments.command
        {
            options.out.clone_from(&folder);
            options.keeping.resume = Some(folder.clone());
        }
        Ok::<_, clap::Error>(arguments.command)
    };
    set_arguments(&words);
    read(&words).map_err(|error| {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        let problem = first.strip_prefix("error: ").unwrap_or(first);
        Error::Usage(format!("{problem} (with the options of the run in {})", folder.display()))
    })
}

/// The options of a run as a checkpoint keeps them.
pub(super) fn note(given: &Given) -> Value {
    let absolute = |id: &str, value: &String| {
        let known = id == "recipe" && Recipe::built_in(value).is_ok();
        match std::path::absolute(Path::new(value)) {
            Ok(path) if PATHS.contains(&id) && !known => path.display().to_string(),
            _ => value.clone(),
        }
    };
    let kept = given.iter().filter(|(id, _)| !OF_ONE_CALL.contains(&id.as_str()));
    let kept: Given = kept
        .map(|(id, values)| (id.clone(), values.iter().map(|v| absolute(id, v)).collect()))
        .collect();
    serde_json::json!({ "options": kept })
}

/// Notes what was given for a run.
fn remember(command: &mut Command, matches: &ArgMatches) {
    let Some((_, matches)) = matches.subcommand() else { return };
    if let Command::Run(options) | Command::Train(options) | Command::Check(options) = command {
        options.given = given(matches);
    }
}

fn given(matches: &ArgMatches) -> Given {
    let said = |id: &&clap::Id| {
        // Groups of options are ids, too, and have no values of their own.
        matches.value_source(id.as_str()) == Some(ValueSource::CommandLine)
    };
    let known = Arguments::command();
    let known = known.find_subcommand("run").expect("a command").clone();
    let option = |id: &&clap::Id| known.get_arguments().any(|argument| argument.get_id() == *id);
    let values = |id: &clap::Id| {
        let raw = matches.try_get_raw(id.as_str()).ok().flatten();
        let text = |value: &std::ffi::OsStr| value.to_string_lossy().into_owned();
        (id.to_string(), raw.into_iter().flatten().map(text).collect())
    };
    matches.ids().filter(said).filter(option).map(values).collect()
}

/// A command line with these options.
fn words(name: &str, given: &Given) -> Vec<OsString> {
    let command = Arguments::command();
    let command = command.find_subcommand(name).expect("a command").clone();
    let mut words: Vec<OsString> = vec!["mellizo".into(), name.into()];
    let mut last = Vec::new();
    for (id, values) in given {
        let argument = command.get_arguments().find(|argument| argument.get_id() == id);
        match argument.map(|argument| (argument.get_long(), argument.get_action())) {
            Some((Some(long), clap::ArgAction::SetTrue)) => words.push(format!("--{long}").into()),
            Some((Some(long), _)) => {
                words.extend(values.iter().map(|value| format!("--{long}={value}").into()));
            }
            Some((None, _)) => last.extend(values.iter().map(OsString::from)),
            None => {}
        }
    }
    if !last.is_empty() {
        words.push("--".into());
        words.extend(last);
    }
    words
}
