//! `mellizo clean`: an export becomes a cohort by declared rules, with a log.

use super::args::CleanOptions;
use super::folder::{CLEAN_FILES, Folder};
use super::stdout;
use clinical::cleaning::{Cleaned, CleaningLog, Rules, clean as apply};
use ground::error::Result;
use report::cleaning::log_markdown;
use serde_json::json;
use std::path::Path;
use table::read::Sheet;

/// `mellizo clean DATA --rules FILE --out DIR`.
pub(super) fn clean(options: &CleanOptions) -> Result<()> {
    let rules = Rules::open(&options.rules)?;
    let out = options.out.as_ref().filter(|_| !options.dry_run);
    out.map_or(Ok(()), |out| Folder::spare(out, CLEAN_FILES, &options.data))?;
    let sheet = Sheet::open(&options.data)?;
    let mut cleaned = apply(&sheet, &rules, options.lenient)?;
    cleaned.guard = options.formulas.guard();
    if let Some(out) = out {
        write(&cleaned, out, options.force)?;
        for line in told(&cleaned.log) {
            say!("{line}");
        }
        say!("written to {}: cohort.csv, audit.md, audit.json, private/", out.display());
    } else if !options.json {
        return stdout::write(|to| to.write_all(log_markdown(&cleaned.log).as_bytes()));
    }
    if !options.json {
        return Ok(());
    }
    let out = out.map(|out| out.display().to_string());
    let version = crate::cli::version::VERSION;
    stdout::line(
        json!({ "version": version, "command": "clean", "out": out, "audit": cleaned.log }),
    )
}

fn write(cleaned: &Cleaned, out: &Path, force: bool) -> Result<()> {
    let folder = Folder::prepare(out, CLEAN_FILES, force)?;
    folder.clear()?;
    folder.write("cohort.csv", |to| cleaned.write_cohort(to))?;
    folder.write("private/changes.csv", |to| cleaned.write_changes(to))?;
    folder.write("private/statistics.csv", |to| cleaned.write_statistics(to))?;
    folder.write("audit.json", |to| to.write_all(cleaned.log.to_json().as_bytes()))?;
    folder.write("audit.md", |to| to.write_all(log_markdown(&cleaned.log).as_bytes()))
}

/// What happened, for a person at a terminal.
fn told(log: &CleaningLog) -> Vec<String> {
    let size = |shape: clinical::cleaning::log::Shape| match shape.patients {
        Some(patients) => format!("{} rows of {patients} patients x {}", shape.rows, shape.columns),
        None => format!("{} x {}", shape.rows, shape.columns),
    };
    let cells: usize = log.rules.iter().map(|entry| entry.cells).sum();
    let (rules, before, after) = (log.rules.len(), size(log.before), size(log.after));
    let mut lines: Vec<String> =
        log.warnings.iter().map(|warning| format!("warning: {warning}")).collect();
    lines.push(format!("{rules} rules: {before} became {after}, {cells} cells changed or new"));
    let idle: Vec<String> = log
        .rules
        .iter()
        .filter(|rule| rule.is_idle())
        .map(|rule| rule.number.to_string())
        .collect();
    if !idle.is_empty() {
        lines.push(format!("changed nothing: rule {}", idle.join(", ")));
    }
    if log.unreadable() > 0 {
        lines.push(format!(
            "{} cells could not be read and are now empty (--lenient)",
            log.unreadable()
        ));
    }
    lines
}
