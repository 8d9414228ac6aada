//! `mellizo check`: what a run would do, without training.

use super::args::RunOptions;
use super::folder::Folder;
use super::run::{private_plan, reading, recipe, settings};
use super::stdout;
use super::terminal::Terminal;
use super::version::VERSION;
use ground::error::{Error, Result};
use mellizo::synthesis::{Cohort, Outlook, Reading, step_time};
use serde_json::json;
use std::fmt::Write;
use std::time::Duration;
use table::infer::{Refused, drop_option};

/// Relations that are printed; `--json` has all.
const MOST_RELATIONS: usize = 20;

/// What was found, and what was measured.
struct Found {
    outlook: Outlook,
    refused: Vec<Refused>,
    warnings: Vec<String>,
    backend: String,
    /// Of a step.
    time: Option<Duration>,
    /// Bytes of memory that this process had at most; none where the system does not say.
    memory: Option<u64>,
    /// Whether the synthetic patients are judged.
    judged: bool,
    /// What the rows of the table are.
    rows: &'static str,
}

/// Reads, prepares, measures a step, and prints what a run with these options would do.
/// What a run would refuse is the inner result: the one document of `--json` tells it already.
/// Columns that cannot be used are told after all else.
///
/// Errors: what keeps it from telling anything.
pub(super) fn check(options: &RunOptions) -> Result<Result<()>> {
    if private_plan(options)?.is_some() {
        let problem = "check is for recipes that learn from patients; a private recipe says what is \
                       missing before it spends anything (mellizo schema --public prints a form)";
        return Err(Error::Usage(problem.into()));
    }
    let whole = reading(options);
    let refused = whole.refused()?;
    let names = refused.iter().map(|of| &of.column);
    let usable = whole.clone().without(options.drop.iter().chain(names));
    let in_the_way = !refused.is_empty();
    let found = found(options, &usable, refused);
    if found.is_err() && in_the_way {
        // What is left may lack a column that an option names: the refused one is the reason.
        return whole.table().map(|_| Ok(()));
    }
    let found = found?;
    let name =
        options.data.as_ref().map_or("the bundled cohort".into(), |d| d.display().to_string());
    let ended = match found.refused.is_empty() {
        true => Folder::check(&options.out, options.force),
        false => whole.table().map(drop),
    };
    if options.json {
        let mut document = document(&name, &found);
        if let Err(error) = &ended {
            document["error"] = error.to_string().into();
            document["exit_code"] = error.exit_code().into();
        }
        stdout::line(document)?;
    } else {
        stdout::folded(text(&name, &found).trim_end())?;
    }
    Ok(ended)
}

fn found(options: &RunOptions, reading: &Reading, refused: Vec<Refused>) -> Result<Found> {
    let read = reading.table()?;
    let cohort = Cohort::prepare(&read.table, &settings(options, recipe(options)?, &read))?;
    let mut backend = options.engine.choice().open(&mut Terminal::default())?;
    let time = step_time(backend.as_mut(), &cohort)?;
    let warnings = cohort.notes().iter().chain(&read.warnings).chain(cohort.warnings());
    Ok(Found {
        outlook: Outlook::of(&read, &cohort),
        refused,
        warnings: warnings.cloned().collect(),
        backend: backend.describe(),
        time,
        memory: peak_memory(),
        judged: !options.no_evaluation,
        rows: if cohort.patients().is_some() { "rows" } else { "patients" },
    })
}

fn document(name: &str, found: &Found) -> serde_json::Value {
    let refused: Vec<_> = found
        .refused
        .iter()
        .map(|of| json!({ "column": of.column, "problem": of.problem }))
        .collect();
    let mut object = json!({
        "version": VERSION,
        "command": "check",
        "file": name,
        "refused": refused,
        "warnings": found.warnings,
        "backend": found.backend,
        "seconds_per_step": found.time.map(|time| time.as_secs_f64()),
        "seconds": found.time.map(|time| seconds(found, time)),
        "memory_bytes": found.memory,
    });
    let outlook = serde_json::to_value(&found.outlook).expect("plain values");
    for (key, value) in outlook.as_object().expect("a struct is an object") {
        object[key] = value.clone();
    }
    object
}

/// Of the whole training at most.
fn seconds(found: &Found, step: Duration) -> f64 {
    step.as_secs_f64() * found.outlook.training.steps as f64
}

fn text(name: &str, found: &Found) -> String {
    let mut text = String::new();
    let outlook = &found.outlook;
    let _ = writeln!(text, "{name}: {} rows", outlook.patients.read);
    text.push_str(&columns(outlook));
    if !found.refused.is_empty() {
        let _ = writeln!(text, "\ncolumns that cannot be used as they are:");
        for Refused { column, problem } in &found.refused {
            let _ = writeln!(text, "  {column:?}: {problem}");
        }
        let option = drop_option(found.refused.iter().map(|of| of.column.as_str()));
        let _ = writeln!(text, "leave them out with {option}; the rest is as if that were said");
    }
    for warning in &found.warnings {
        let _ = writeln!(text, "\nwarning: {warning}");
    }
    text.push_str(&patients(outlook, found.rows));
    text.push_str(&relations(outlook));
    text.push_str(&training(found));
    text
}

fn columns(outlook: &Outlook) -> String {
    let width = |name: &str| name.chars().count();
    let widest = outlook.columns.iter().map(|of| width(&of.name)).max().unwrap_or(0).clamp(6, 30);
    let head = ("column", "kind", "missing", "different");
    let mut text =
        format!("\n{:widest$}  {:9}  {:>7}  {:>9}  why\n", head.0, head.1, head.2, head.3);
    for of in &outlook.columns {
        let (kind, why) = (of.kind.to_string(), &of.why);
        let (name, missing, different) = (&of.name, of.missing, of.different);
        let _ = writeln!(text, "{name:widest$}  {kind:9}  {missing:>7}  {different:>9}  {why}");
    }
    text
}

fn patients(outlook: &Outlook, rows: &str) -> String {
    let (of, [cells, most]) = (&outlook.patients, outlook.thresholds);
    let mut text = format!(
        "\n{rows}: {} read, {} left out with more than {cells} missing cells, {} kept back, {} \
         learned\n",
        of.read, of.dropped, of.kept_back, of.trained
    );
    if !outlook.dropped_columns.is_empty() {
        let names = outlook.dropped_columns.join(", ");
        let _ = writeln!(text, "columns left out, missing in more than {most} {rows}: {names}");
    }
    text
}

fn relations(outlook: &Outlook) -> String {
    let all = &outlook.relations;
    let mut text = format!("\nrelations that synthetic patients keep: {}\n", all.len());
    for relation in all.iter().take(MOST_RELATIONS) {
        let _ = writeln!(text, "  {relation}");
    }
    if all.len() > MOST_RELATIONS {
        let _ = writeln!(text, "  and {} more (--json has all)", all.len() - MOST_RELATIONS);
    }
    text
}

fn training(found: &Found) -> String {
    let (of, patients) = (&found.outlook.training, &found.outlook.patients);
    let mut text = format!(
        "\ntraining: recipe {}, {} columns as {} numbers a row, batches of {} rows\n\
         at most {} steps ({} epochs of {}); it may end before\n",
        of.recipe, of.features, of.width, of.batch, of.steps, of.epochs, of.steps_per_epoch
    );
    if let Some(step) = found.time {
        let milliseconds = step.as_secs_f64() * 1e3;
        let _ = writeln!(
            text,
            "a step takes {milliseconds:.2} ms on {}, measured now: training takes {} at most",
            found.backend,
            long(seconds(found, step))
        );
    }
    if let Some(bytes) = found.memory {
        let _ = writeln!(text, "memory up to here: {} MB", bytes.div_ceil(1_000_000));
    }
    let judged = if found.judged { " and judged" } else { "" };
    let _ = writeln!(text, "then {} synthetic {} are made{judged}", patients.synthetic, found.rows);
    text
}

/// A time for people.
fn long(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{seconds:.0} s"),
        ..7200.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

/// The most memory that this process had, where the system has /proc.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
