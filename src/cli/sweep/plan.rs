//! A plan of many tasks: the list of tasks that its file means.

mod written;

pub(super) use written::Plan;
use written::{Samples, Seeds};

use ground::error::{Error, Place, Result, toml_problem};
use ground::spelling::{advice, nearest};
use mellizo::synthesis::{Recipe, text};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Endings of synthetic tables.
const FORMATS: [&str; 3] = ["csv", "csv.gz", "parquet"];

/// Tasks of a plan at most: a list of so many takes a third of a gigabyte.
const MOST: usize = 100_000;

/// What a task does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Run,
    /// A pair of shadow models, and how many there are.
    Pair(usize, usize),
    Sample,
}

/// One task of a plan.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Task {
    pub(super) kind: Kind,
    /// Where its results go.
    pub(super) folder: PathBuf,
    /// The command line that does it; of a pair of shadow models that of the run it audits.
    pub(super) words: Vec<String>,
    /// Names by which results are put together: table, recipe, seed; or name and part.
    pub(super) labels: Vec<(&'static str, String)>,
}

impl Plan {
    /// Reads a plan. Errors: [`Error::Input`] with what is wrong.
    pub(super) fn read(path: &Path) -> Result<Self> {
        Self::parse(&text(path)?, path)
    }

    /// Reads a plan's text; `path` stands for it in errors, which are those of [`Plan::read`].
    pub(super) fn parse(text: &str, path: &Path) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            let remedy = "docs/many-machines.md shows a whole plan";
            Error::input(Place::file(path), toml_problem(&error, Some(text)), remedy)
        })
    }

    /// The folder of all results.
    pub(super) fn out(&self) -> &Path {
        &self.out
    }

    /// The tasks in the order of their indices.
    ///
    /// Errors ([`Error::Input`]): a plan of nothing, of too much, of an unknown table, or of two
    /// tasks with one folder.
    pub(super) fn tasks(&self, path: &Path) -> Result<Vec<Task>> {
        let wrong =
            |problem: String, remedy: &str| Error::input(Place::file(path), problem, remedy);
        let mut tasks = Tasks::default();
        for runs in &self.runs {
            let cells = (&runs.tables, &runs.recipes, &runs.seeds);
            let cells = self.cells(cells).map_err(|(problem, remedy)| wrong(problem, remedy))?;
            tasks.add(cells.map(|cell| self.run("runs", &cell, &runs.options)));
        }
        for audit in &self.audits {
            let cells = (&audit.tables, &audit.recipes, &audit.seeds);
            let cells = self.cells(cells).map_err(|(problem, remedy)| wrong(problem, remedy))?;
            tasks.add(cells.flat_map(|cell| {
                let whole = self.run("audits", &cell, &audit.options);
                (0..audit.pairs).map(move |pair| whole.clone().pair(pair, audit.pairs))
            }));
        }
        for samples in &self.samples {
            let parts = self.parts(samples).map_err(|problem| {
                wrong(
                    problem,
                    "give rows such as 1000000 or 0..1000000, and as many or fewer parts",
                )
            })?;
            tasks.add(parts);
        }
        let Tasks(tasks) = tasks;
        if tasks.is_empty() {
            let remedy = "add [[runs]], [[audits]] or [[samples]]";
            return Err(wrong("the plan has no task".into(), remedy));
        }
        if tasks.len() > MOST {
            return Err(wrong(format!("more than {MOST} tasks"), "make several plans"));
        }
        let mut folders = HashSet::new();
        if let Some(twice) = tasks.iter().find(|task| !folders.insert(&task.folder)) {
            let problem = format!("two tasks with the folder {}", twice.folder.display());
            return Err(wrong(problem, "name every table, recipe, seed and sample once"));
        }
        Ok(tasks)
    }

    /// Tables by recipes with seeds.
    fn cells<'a>(
        &'a self,
        (tables, recipes, seeds): (&'a Vec<String>, &'a Vec<String>, &'a Seeds),
    ) -> std::result::Result<impl Iterator<Item = Cell<'a>>, (String, &'static str)> {
        let all: Vec<&String> = match tables.as_slice() {
            [] => self.table.keys().collect(),
            some => some.iter().collect(),
        };
        if let Some(name) = all.iter().find(|name| !self.table.contains_key(**name)) {
            let meant = advice(self.table.keys().map(String::as_str), name);
            let problem = format!("the plan has no table {name:?} ({meant})");
            return Err((problem, "add [table.NAME] with data = \"FILE\""));
        }
        // A file is looked for when its task is done, a name needs no look.
        let built_in = |name: &&String| !name.contains(['.', '/', '\\']);
        if let Some(Err(error)) =
            recipes.iter().filter(built_in).map(|name| Recipe::built_in(name)).find(Result::is_err)
        {
            return Err((error.to_string(), "name a built-in recipe or a TOML file"));
        }
        if all.is_empty() {
            return Err(("runs without a table".into(), "add [table.NAME] with data = \"FILE\""));
        }
        let plain = |name: &&String| {
            !name.is_empty() && !name.contains(['/', '\\']) && !name.starts_with('.')
        };
        if let Some(name) = all.iter().find(|name| !plain(name)) {
            return Err((format!("a table named {name:?}"), "give it a name for a folder"));
        }
        let of_table = move |name: &'a String| {
            let of_recipe = move |recipe: &'a String| {
                seeds.list().into_iter().map(move |seed| Cell { name, recipe, seed })
            };
            recipes.iter().flat_map(of_recipe)
        };
        Ok(all.into_iter().flat_map(of_table))
    }

    fn run(&self, kind: &str, cell: &Cell, options: &[String]) -> Task {
        let Cell { name, recipe, seed } = cell;
        let table = &self.table[*name];
        // A recipe's file is called by its name without the folder and the ending.
        let stem = Path::new(recipe).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let folder = self.out.join(kind).join(name).join(&stem).join(format!("seed-{seed}"));
        let seed = seed.to_string();
        let mut words: Vec<String> = ["mellizo", "run"].map(String::from).to_vec();
        words.extend(table.data.iter().map(|path| path.display().to_string()));
        words.extend(["--recipe", recipe, "--seed", &seed].map(String::from));
        words.extend(table.options.iter().chain(options).cloned());
        words.extend(["--out".into(), folder.display().to_string()]);
        let labels = vec![("table", (*name).clone()), ("recipe", stem), ("seed", seed)];
        Task { kind: Kind::Run, folder, words, labels }
    }

    /// The rows of a synthetic table in parts that follow each other.
    fn parts<'a>(
        &'a self,
        of: &'a Samples,
    ) -> std::result::Result<impl Iterator<Item = Task> + 'a, String> {
        let rows: mellizo::synthesis::Rows =
            of.rows.parse().map_err(|problem| format!("rows {:?} {problem}", of.rows))?;
        if !(1..=rows.count()).contains(&of.parts) {
            return Err(format!("{} parts of {} rows", of.parts, rows.count()));
        }
        if !FORMATS.contains(&of.format.as_str()) {
            let meant = nearest(FORMATS, &of.format)
                .map_or_else(String::new, |name| format!("; did you mean {name:?}?"));
            return Err(format!(
                "format {:?}, where csv, csv.gz and parquet are known{meant}",
                of.format
            ));
        }
        let end = move |part: u64| {
            let wide = u128::from(rows.count()) * u128::from(part) / u128::from(of.parts);
            rows.start() + wide as u64
        };
        let digits = (of.parts - 1).to_string().len();
        let part = move |part: u64| {
            let label = format!("{part:0digits$}");
            let folder = self.out.join("samples").join(&of.name).join(format!("part-{label}"));
            let file = folder.join(format!("patients.{}", of.format));
            let range = format!("{}..{}", end(part), end(part + 1));
            let mut words: Vec<String> = ["mellizo", "sample"].map(String::from).to_vec();
            words.push(of.model.display().to_string());
            words.extend(["--rows".into(), range]);
            words.extend(of.options.iter().cloned());
            words.extend(["--out".into(), file.display().to_string(), "--force".into()]);
            let labels = vec![("sample", of.name.clone()), ("part", label)];
            Task { kind: Kind::Sample, folder, words, labels }
        };
        Ok((0..of.parts).map(part))
    }
}

/// Tasks that are listed one by one, and no more of them than show that there are too many: a short
/// plan can ask for more than any memory holds.
#[derive(Default)]
struct Tasks(Vec<Task>);

impl Tasks {
    fn add(&mut self, more: impl Iterator<Item = Task>) {
        self.0.extend(more.take((MOST + 1).saturating_sub(self.0.len())));
    }
}

impl Task {
    fn pair(mut self, pair: usize, pairs: usize) -> Self {
        let digits = (pairs - 1).to_string().len();
        self.kind = Kind::Pair(pair, pairs);
        self.folder = self.folder.join(format!("pair-{pair:0digits$}"));
        self.labels.push(("pair", pair.to_string()));
        self
    }
}

/// A table, a recipe and a seed.
struct Cell<'a> {
    name: &'a String,
    recipe: &'a String,
    seed: u64,
}

#[cfg(test)]
mod tests;
