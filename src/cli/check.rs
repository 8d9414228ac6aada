//! `mellizo check`: what a run would do, without training.

mod private;

use super::args::RunOptions;
use super::folder::Folder;
use super::run::{Asked, Learned, cohort, learned, reading};
use super::stdout;
use super::terminal::Terminal;
use super::version::VERSION;
use ground::error::Result;
use mellizo::synthesis::{Outlook, Reading, step_time};
use private::Spends;
use serde_json::{Value, json};
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
    /// Epochs and steps after which a run goes on.
    goes_on: Option<[usize; 2]>,
    /// What a private run would spend.
    spends: Option<Spends>,
}

/// Reads, prepares, measures a step, and prints what a run with these options would do.
/// What a run would refuse is the inner result: the one document of `--json` tells it already.
/// Columns that cannot be used are told after all else.
///
/// Errors: what keeps it from telling anything.
pub(super) fn check(options: &RunOptions) -> Result<Result<()>> {
    let asked = Asked::of(options, true)?;
    if let Some(plan) = asked.plan {
        return private::check(options, asked, plan);
    }
    let whole = reading(options);
    let refused = whole.refused()?;
    let names = refused.iter().map(|of| &of.column);
    let usable = whole.clone().without(options.drop.iter().chain(names));
    let in_the_way = !refused.is_empty();
    let found = found(options, asked, &usable, refused);
    if found.is_err() && in_the_way {
        // What is left may lack a column that an option names: the refused one is the reason.
        return whole.table().map(|_| Ok(()));
    }
    let found = found?;
    let ended = match found.refused.is_empty() {
        true => room(options),
        false => whole.table().map(drop),
    };
    print(options, &found, &ended)?;
    Ok(ended)
}

/// Prints what was found; the document of `--json` has what a run would refuse, too.
fn print(options: &RunOptions, found: &Found, ended: &Result<()>) -> Result<()> {
    let name =
        options.data.as_ref().map_or("the bundled cohort".into(), |d| d.display().to_string());
    if !options.json {
        return stdout::folded(text(&name, found).trim_end());
    }
    stdout::line(with_error(document(&name, found), ended))
}

/// A document with the error that a run would end with, if there is one.
fn with_error(mut document: Value, ended: &Result<()>) -> Value {
    if let Err(error) = ended {
        document["error"] = error.to_string().into();
        document["exit_code"] = error.exit_code().into();
    }
    document
}

/// Errors when the folder of the results cannot be used.
fn room(options: &RunOptions) -> Result<()> {
    Folder::check(&options.out, options.force || options.keeping.resume.is_some())
}

fn found(
    options: &RunOptions,
    asked: Asked,
    reading: &Reading,
    refused: Vec<Refused>,
) -> Result<Found> {
    let Learned { read, settings, keeping } = learned(options, asked, reading)?;
    let (audit, mut watch) = (options.audit_minutes, Terminal::default());
    let cohort = cohort((&read, &settings), audit, &keeping, &mut watch)?;
    let mut backend = options.engine.choice().open(&mut watch)?;
    let time = step_time(backend.as_mut(), &cohort)?;
    let goes_on = keeping.warnings(backend.as_ref());
    let warnings = cohort.notes().iter().chain(&read.warnings).chain(cohort.warnings());
    Ok(Found {
        outlook: Outlook::of(&read, &cohort),
        refused,
        warnings: warnings.chain(&goes_on).cloned().collect(),
        backend: backend.describe(),
        time,
        memory: peak_memory(),
        judged: !options.no_evaluation,
        rows: if cohort.patients().is_some() { "rows" } else { "patients" },
        goes_on: keeping.position(),
        spends: None,
    })
}

fn document(name: &str, found: &Found) -> Value {
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
        "goes_on_after_steps": found.goes_on.map(|[_, steps]| steps),
        "privacy": found.spends,
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
    text.push_str(&match &found.spends {
        None => patients(outlook, found.rows),
        Some(spends) => spends.text(outlook),
    });
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
    if let Some([epochs, steps]) = found.goes_on {
        let _ = writeln!(text, "it goes on after {steps} steps ({epochs} epochs)");
    }
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
    // Of a private run the number of patients has noise.
    let about = if found.spends.is_some() { "about " } else { "" };
    let (synthetic, rows) = (patients.synthetic, found.rows);
    let _ = writeln!(text, "then {about}{synthetic} synthetic {rows} are made{judged}");
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
