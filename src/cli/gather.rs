//! `mellizo gather`: the results of many tasks as one report.

use super::args::GatherOptions;
use super::stdout;
use super::sweep::{DONE, FAILED, LIST, PAIR, read};
use ground::error::{Error, Place, Result};
use ground::whole_file::{self, Readers};
use mellizo::synthesis::{Pair, audit_of_pairs};
use report::gathered::{
    Gathered, GatheredAudit, GatheredSample, Group, Mean, better, gathered_json,
};
use report::html::gathered_html;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Folders below one another at most.
const DEEPEST: usize = 8;

/// What was gathered of one task or of one run.
struct Found {
    folder: PathBuf,
    labels: Value,
    result: Value,
}

impl Found {
    fn label(&self, name: &str) -> String {
        self.labels[name].as_str().unwrap_or_default().to_owned()
    }
}

/// Reads all results below the folders, and writes one report.
pub(super) fn gather(options: &GatherOptions) -> Result<()> {
    let out = options.out.as_ref().unwrap_or(&options.folders[0]);
    let targets = ["gathered.html", "gathered.json"].map(|name| out.join(name));
    if let Some(there) = targets.iter().find(|path| path.exists() && !options.force) {
        let remedy = "overwrite it with --force, or choose another folder with --out DIR";
        return Err(Error::input(Place::file(there), "the file exists", remedy));
    }
    let (mut found, mut failed, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for folder in &options.folders {
        if !folder.is_dir() {
            let remedy = "give a folder of `mellizo sweep` or of `mellizo run`";
            return Err(Error::input(Place::file(folder), "there is no such folder", remedy));
        }
        walk(folder, DEEPEST, &mut found, &mut failed)?;
        missing.extend(not_done(folder));
    }
    found.sort_by(|a, b| a.folder.cmp(&b.folder));
    found.dedup_by(|a, b| a.folder == b.folder);
    failed.sort();
    failed.dedup();
    missing.sort();
    missing.retain(|folder: &String| !failed.iter().any(|[task, _]| task == folder));
    if found.is_empty() {
        let place = Place::file(&options.folders[0]);
        return Err(Error::input(place, "no finished task is below it", "run the plan first"));
    }
    let gathered = put_together(&found, failed, missing)?;
    tell(&gathered);
    std::fs::create_dir_all(out).map_err(|error| Error::io(out, error))?;
    let texts = [gathered_html(&gathered), gathered_json(&gathered)];
    for (path, text) in targets.iter().zip(&texts) {
        whole_file::write(path, Readers::Umask, |to| to.write_all(text.as_bytes()))?;
    }
    say!("look at {}", targets[0].display());
    match options.json {
        true => stdout::line(serde_json::to_value(&gathered).expect("plain data")),
        false => stdout::line(text(&gathered)),
    }
}

/// Finished and failed tasks, and runs that no plan asked for.
fn walk(
    folder: &Path,
    depth: usize,
    found: &mut Vec<Found>,
    failed: &mut Vec<[String; 2]>,
) -> Result<()> {
    let name = folder.display().to_string();
    let own = |labels: Value, result: Value| Found { folder: folder.to_path_buf(), labels, result };
    if let Some(done) = read(&folder.join(DONE)) {
        found.push(own(done["labels"].clone(), done["result"].clone()));
        return Ok(());
    }
    if let Some(failure) = read(&folder.join(FAILED)) {
        failed.push([name, failure["error"].as_str().unwrap_or_default().to_owned()]);
        return Ok(());
    }
    if let Some(report) = read(&folder.join("share/report.json")) {
        let facts = &report["facts"];
        let seed = report["seed"].to_string();
        let recipe = facts["recipe"].clone();
        let real = facts["files"].as_array().into_iter().flatten().find(|of| of["role"] == "real");
        let table = real.map_or("a table".into(), |of| of["name"].clone());
        let labels = serde_json::json!({ "table": table, "recipe": recipe, "seed": seed });
        found.push(own(labels, Value::Null));
        return Ok(());
    }
    if depth == 0 {
        return Ok(());
    }
    let entries = std::fs::read_dir(folder).map_err(|error| Error::io(folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Error::io(folder, error))?;
        if entry.file_type().map_err(|error| Error::io(entry.path(), error))?.is_dir() {
            walk(&entry.path(), depth - 1, found, failed)?;
        }
    }
    Ok(())
}

/// Tasks of the plan of a folder that are not done.
fn not_done(folder: &Path) -> Vec<String> {
    let Some(list) = read(&folder.join(LIST)) else { return Vec::new() };
    let tasks = list["tasks"].as_array().into_iter().flatten();
    let folders = tasks.filter_map(|task| task["folder"].as_str()).map(|name| folder.join(name));
    let open = folders.filter(|folder| !folder.join(DONE).exists());
    open.map(|folder| folder.display().to_string()).collect()
}

fn put_together(
    found: &[Found],
    failed: Vec<[String; 2]>,
    missing: Vec<String>,
) -> Result<Gathered> {
    let of =
        |name: &str| found.iter().filter(|one| !one.labels[name].is_null()).collect::<Vec<_>>();
    let (pairs, samples) = (of("pair"), of("sample"));
    let runs = of("recipe").into_iter().filter(|one| one.labels["pair"].is_null());
    let mut notes = Vec::new();
    let groups = groups(runs, &mut notes);
    let audits = audits(&pairs, &mut notes)?;
    let mut gathered =
        Gathered { groups, audits, samples: parts(&samples), failed, missing, notes };
    gathered.rank();
    Ok(gathered)
}

/// Runs by table and recipe.
fn groups<'a>(runs: impl Iterator<Item = &'a Found>, notes: &mut Vec<String>) -> Vec<Group> {
    let mut groups: BTreeMap<[String; 2], Vec<&Found>> = BTreeMap::new();
    for run in runs {
        groups.entry([run.label("table"), run.label("recipe")]).or_default().push(run);
    }
    let group = |([table, recipe], runs): ([String; 2], Vec<&Found>)| {
        let reports: Vec<Option<Value>> =
            runs.iter().map(|run| read(&run.folder.join("share/report.json"))).collect();
        let unjudged = reports.iter().filter(|report| scores(report).is_empty()).count();
        if unjudged > 0 {
            notes.push(format!(
                "{unjudged} of {} runs of {recipe} on {table} have no scores (--no-evaluation, or \
                 a private recipe).",
                runs.len()
            ));
        }
        let mut names: Vec<String> = Vec::new();
        for (name, _) in reports.iter().flat_map(scores) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let mean = |name: &String| {
            let own = || reports.iter().flat_map(scores).filter(|of| of.0 == name).map(|of| of.1);
            let values: Vec<f64> = own().filter_map(|score| score["value"].as_f64()).collect();
            let ceilings: Vec<f64> = own().filter_map(|score| score["ceiling"].as_f64()).collect();
            Mean::of(name, &values, &ceilings)
        };
        let seconds: Vec<f64> =
            runs.iter().filter_map(|run| run.result["seconds"].as_f64()).collect();
        let mut seeds: Vec<u64> =
            runs.iter().filter_map(|r| r.label("seed").parse().ok()).collect();
        seeds.sort_unstable();
        let frechet = ["joint_frechet", "marginal_frechet"].into_iter().filter_map(|name| {
            let key = name.to_owned();
            let known = names.contains(&key);
            let values: Vec<f64> =
                runs.iter().filter_map(|run| run.result[name].as_f64()).collect();
            (!known).then(|| Mean::of(name, &values, &[])).flatten()
        });
        let scores = names.iter().filter_map(mean).chain(frechet).collect();
        let seconds = Mean::of("seconds", &seconds, &[]);
        Group { table, recipe, seeds, scores, rank: None, seconds }
    };
    groups.into_iter().map(group).collect()
}

/// The scores of a report, which may have none.
fn scores(report: &Option<Value>) -> Vec<(&String, &Value)> {
    let scores = report.as_ref().and_then(|report| report["scores"].as_object());
    scores.into_iter().flatten().collect()
}

/// Pairs of shadow models by the audit that they belong to.
fn audits(pairs: &[&Found], notes: &mut Vec<String>) -> Result<Vec<GatheredAudit>> {
    let mut of_audit: BTreeMap<[String; 3], Vec<Pair>> = BTreeMap::new();
    for one in pairs {
        let path = one.folder.join(PAIR);
        let text = std::fs::read(&path).map_err(|error| Error::io(&path, error))?;
        let pair = serde_json::from_slice(&text).map_err(|_| {
            let remedy = "remove its folder and do the task again";
            Error::input(Place::file(&path), "the file is no pair of shadow models", remedy)
        })?;
        let key = ["table", "recipe", "seed"].map(|name| one.label(name));
        of_audit.entry(key).or_default().push(pair);
    }
    let mut audits = Vec::new();
    for ([table, recipe, seed], pairs) in of_audit {
        if pairs.len() < 2 {
            notes
                .push(format!("One pair of shadow models of {recipe} on {table} is no audit yet."));
            continue;
        }
        let audit = audit_of_pairs(&pairs)?;
        audits.push(GatheredAudit { table, recipe, seed, audit });
    }
    Ok(audits)
}

fn parts(samples: &[&Found]) -> Vec<GatheredSample> {
    let mut of_name: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    for one in samples {
        let (parts, rows) = of_name.entry(one.label("sample")).or_default();
        *parts += 1;
        *rows += one.result["rows"].as_u64().unwrap_or(0);
    }
    let named = |(name, (parts, rows))| GatheredSample { name, parts, rows };
    of_name.into_iter().map(named).collect()
}

/// What is not in the report, on stderr.
fn tell(gathered: &Gathered) {
    gathered.notes.iter().for_each(|note| say!("warning: {note}"));
    gathered.failed.iter().for_each(|[task, error]| say!("warning: {task} failed: {error}"));
    let (missing, shown) = (&gathered.missing, 10);
    missing.iter().take(shown).for_each(|task| say!("warning: {task} is not done"));
    if missing.len() > shown {
        say!("warning: {} more tasks are not done", missing.len() - shown);
    }
}

/// The main figures as lines.
fn text(gathered: &Gathered) -> String {
    let mut lines = Vec::new();
    for group in &gathered.groups {
        let rank = group.rank.map_or(String::new(), |rank| format!(", mean rank {rank:.2}"));
        let (table, recipe, runs) = (&group.table, &group.recipe, group.seeds.len());
        lines.push(format!("{table}, {recipe}: {runs} runs{rank}"));
        lines.extend(group.scores.iter().map(|of| {
            let interval = of.low.zip(of.high);
            let interval = interval.map_or(String::new(), |(l, h)| format!("  {l:.3} to {h:.3}"));
            let unknown = if better(&of.name).is_none() { " (not ranked)" } else { "" };
            format!("  {:26} {:8.3}{interval}{unknown}", of.name, of.mean)
        }));
    }
    lines.extend(gathered.audits.iter().map(|of| {
        let audit = &of.audit;
        let (table, recipe, seed, models) = (&of.table, &of.recipe, &of.seed, audit.models);
        let [auc, low, high] = [audit.auc, audit.low, audit.high];
        format!(
            "{table}, {recipe}, seed {seed}: {models} shadow models, AUC {auc:.3} ({low:.3} to \
             {high:.3})"
        )
    }));
    let sample = |of: &GatheredSample| format!("{}: {} parts, {} rows", of.name, of.parts, of.rows);
    lines.extend(gathered.samples.iter().map(sample));
    lines.join("\n")
}
