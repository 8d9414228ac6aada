//! `mellizo sweep`: one of many tasks, by its number, on whatever machine asks.
//!
//! A task is a folder, and the folder alone says how far it is: a scheduler may start a task twice,
//! end it at any time and start it again elsewhere.

mod done;
mod plan;

pub(super) use done::{DONE, FAILED, read};

use super::args::{Command, RunOptions, SweepOptions};
use super::folder::close;
use super::terminal::Terminal;
use super::{call, run, sample, stdout};
use done::State;
use ground::error::{Error, Place, Result};
use ground::whole_file::{self, Readers};
use mellizo::synthesis::{Cohort, audit_pair};
use plan::{Kind, Plan, Task};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::path::Path;
use training::gan::Reason;

/// Where a task of shadow models writes what they show, for the owner alone.
pub(super) const PAIR: &str = "private/pair.json";

/// The list of a plan's tasks, beside their folders.
pub(super) const LIST: &str = "sweep.json";

/// Prints the list of tasks, or does one or all of them.
pub(super) fn sweep(options: &SweepOptions) -> Result<()> {
    let plan = Plan::read(&options.plan)?;
    let tasks = plan.tasks(&options.plan)?;
    enter(&options.plan)?;
    if options.count {
        return stdout::line(tasks.len());
    }
    write_list(plan.out(), &tasks)?;
    match options.index {
        Some(index) => {
            let task = tasks.get(index).ok_or_else(|| {
                let last = tasks.len() - 1;
                Error::Usage(format!("--index {index}: the plan has the tasks 0 to {last}"))
            })?;
            let result = perform(task)?;
            if options.json { stdout::line(result) } else { Ok(()) }
        }
        None if options.all => {
            let results = tasks.iter().map(perform).collect::<Result<Vec<_>>>()?;
            if options.json { stdout::line(json!({ "tasks": results })) } else { Ok(()) }
        }
        None => print(&tasks, options.json),
    }
}

/// The number of tasks of a plan's text. Errors: those of reading a plan.
pub fn tasks_of_plan(text: &str) -> Result<usize> {
    let name = Path::new("plan.toml");
    Ok(Plan::parse(text, name)?.tasks(name)?.len())
}

/// Paths of a plan count from its folder.
fn enter(plan: &Path) -> Result<()> {
    match plan.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => std::env::set_current_dir(folder).map_err(|e| Error::io(folder, e)),
        None => Ok(()),
    }
}

/// Writes the list where `gather` finds what is missing.
/// Tasks that run at once write the same text.
fn write_list(out: &Path, tasks: &[Task]) -> Result<()> {
    let of = |task: &Task| {
        let folder = task.folder.strip_prefix(out).unwrap_or(&task.folder);
        json!({ "folder": folder.display().to_string(), "labels": task.labels() })
    };
    let list = json!({ "tasks": tasks.iter().map(of).collect::<Vec<_>>() }).to_string();
    let path = out.join(LIST);
    if std::fs::read_to_string(&path).is_ok_and(|text| text == list) {
        return Ok(());
    }
    std::fs::create_dir_all(out).map_err(|error| Error::io(out, error))?;
    whole_file::write(&path, Readers::Umask, |to| to.write_all(list.as_bytes()))
}

fn print(tasks: &[Task], as_json: bool) -> Result<()> {
    let states = tasks.iter().map(Task::state).collect::<Result<Vec<_>>>()?;
    let both = || tasks.iter().zip(&states).enumerate();
    if as_json {
        let of = |(index, (task, state)): (usize, (&Task, &State))| {
            json!({ "index": index, "folder": task.folder.display().to_string(),
                    "state": state.name(), "words": task.words, "labels": task.labels() })
        };
        let list: Vec<Value> = both().map(of).collect();
        return stdout::line(json!({ "version": super::version::VERSION, "tasks": list }));
    }
    let line = |(index, (task, state)): (usize, (&Task, &State))| {
        format!("{index:5}  {:6}  {}", state.name(), task.folder.display())
    };
    stdout::line(both().map(line).collect::<Vec<_>>().join("\n"))
}

/// Does a task, if it is not done; goes on with one that was ended.
fn perform(task: &Task) -> Result<Value> {
    let before = |state: State| match state {
        State::Done => read(&task.folder.join(DONE)).map(|done| done["result"].clone()),
        _ => None,
    };
    if let Some(result) = before(task.state()?) {
        say!("{}: done already", task.folder.display());
        return Ok(result);
    }
    let lock = task.lock()?;
    // Another process may have done it while this one waited for the folder.
    let state = task.state()?;
    if let Some(result) = before(state) {
        task.unlock(lock);
        return Ok(result);
    }
    say!("{}: {}", task.folder.display(), task.words.join(" "));
    let result = act(task, state).and_then(|result| {
        task.note_done(result.clone())?;
        Ok(result)
    });
    if let Err(error) = &result
        && !matches!(error, Error::Interrupted(_) | Error::Terminated(_))
    {
        task.note_failed(error)?;
    }
    task.unlock(lock);
    result
}

fn act(task: &Task, state: State) -> Result<Value> {
    let mut words = task.words.clone();
    match (task.kind, state) {
        (Kind::Run, State::Begun) => {
            let folder = task.folder.display().to_string();
            words = ["mellizo", "run", "--resume", &folder].map(String::from).to_vec();
        }
        // What a run left behind that was ended before its first checkpoint is of no use.
        (Kind::Run, _) => words.extend(again(task)),
        _ => {}
    }
    let words: Vec<OsString> = words.into_iter().map(OsString::from).collect();
    let wrong = |error: clap::Error| {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        let problem = first.strip_prefix("error: ").unwrap_or(first);
        Error::Usage(format!("{problem} (in the plan, for {})", task.folder.display()))
    };
    let command = call::completed(call::read(&words).map_err(wrong)?.command)?;
    match (task.kind, command) {
        (Kind::Run, Command::Run(options)) => {
            let result = run::run(&options)?;
            // Training that was interrupted in good order has a report, but is not what was planned.
            match result["reason"] == Reason::Interrupted.to_string() {
                true => Err(Error::Interrupted("the task goes on from its checkpoint".into())),
                false => Ok(result),
            }
        }
        (Kind::Sample, Command::Sample(options)) => sample::sample(&options),
        (Kind::Pair(pair, pairs), Command::Run(options)) => shadows(&options, (pair, pairs), task),
        _ => unreachable!("a task is of its own command"),
    }
}

/// The options of a run that begins again in its folder.
/// A private one that drew its release uses that again: a second one would spend once more.
fn again(task: &Task) -> Vec<String> {
    let release = task.folder.join("private/release.json");
    let kept = release.exists() && !task.words.iter().any(|word| word.starts_with("--release"));
    let kept = kept.then(|| ["--release".to_owned(), release.display().to_string()]);
    ["--force".to_owned()].into_iter().chain(kept.into_iter().flatten()).collect()
}

/// Trains a pair of shadow models of the run with these options.
fn shadows(options: &RunOptions, numbers: (usize, usize), task: &Task) -> Result<Value> {
    if run::private_plan(options)?.is_some() {
        let problem = "an audit of a private recipe: its guarantee bounds what shadow models find";
        return Err(Error::Usage(problem.into()));
    }
    let read = run::reading(options).table()?;
    let settings = run::settings(options, run::recipe(options)?, &read);
    let cohort = Cohort::prepare(&read.table, &settings)?;
    let mut watch = Terminal::default();
    let pair = audit_pair(&cohort, &options.engine.choice(), numbers, &mut watch)?;
    let path = task.folder.join(PAIR);
    let room = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(room).map_err(|error| Error::io(room, error))?;
    close(room)?;
    let text = serde_json::to_string(&pair).expect("plain data");
    whole_file::write(&path, Readers::Owner, |out| out.write_all(text.as_bytes()))?;
    let place = Place::file(&path);
    Ok(json!({ "pair": numbers.0, "pairs": numbers.1, "epochs": pair.epochs,
               "file": place.to_string() }))
}
