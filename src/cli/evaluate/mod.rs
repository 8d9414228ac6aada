//! `mellizo evaluate`: how good a synthetic table is, made by any tool.

mod facts;
mod judging;
mod print;
mod tables;

pub(super) use facts::{Provenance, file_hash, file_name, text_hash};
pub(super) use judging::judge;

use super::describe::width;
use super::stdout;
use super::table_options::TableOptions;
use clap::Args;
use ground::error::{Error, Result};
use judge::evaluation::{InputFile, Role};
use std::path::{Path, PathBuf};

/// The options of `mellizo evaluate`.
#[derive(Debug, Args)]
pub(super) struct EvaluateOptions {
    /// The real patients that the synthetic ones were made of, as a table file with a header.
    real: PathBuf,
    /// The synthetic patients: the same columns, in any order, from any tool.
    synthetic: PathBuf,
    /// Real patients who were kept back when the synthetic ones were made; without them several
    /// risks cannot be judged.
    #[arg(long, value_name = "FILE")]
    holdout: Option<PathBuf>,
    /// Kinds, levels and labels of the columns and targets of prediction as TOML; kinds are
    /// inferred from REAL if left out.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Columns to leave out, such as identifiers and free text.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    drop: Vec<String>,
    /// How REAL and the hold-out are read; of SYNTHETIC the codes for missing alone.
    #[command(flatten)]
    table: TableOptions,
    /// Seed of every split, draw and classifier.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// File for the scores as JSON (docs/report.md).
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// File for the report that may be passed on.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// File for the owner's report, with pictures of real patients.
    #[arg(long, value_name = "FILE")]
    private_html: Option<PathBuf>,
}

impl EvaluateOptions {
    fn outputs(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.json, &self.html, &self.private_html].into_iter().flatten()
    }

    fn inputs(&self) -> impl Iterator<Item = (Role, &PathBuf)> {
        let given = [
            (Role::Real, Some(&self.real)),
            (Role::Synthetic, Some(&self.synthetic)),
            (Role::Holdout, self.holdout.as_ref()),
        ];
        given.into_iter().filter_map(|(role, path)| Some((role, path?)))
    }

    /// Refuses results that would take the place of a table or of each other.
    fn check(&self) -> Result<()> {
        let mut taken: Vec<PathBuf> = self.inputs().map(|(_, path)| whole(path)).collect();
        taken.extend(self.schema.as_deref().map(whole));
        for output in self.outputs() {
            let output_path = whole(output);
            if taken.contains(&output_path) {
                let problem = format!(
                    "{} is named twice; give every result a file of its own",
                    output.display()
                );
                return Err(Error::Usage(problem));
            }
            taken.push(output_path);
        }
        Ok(())
    }
}

/// A path that names an existing file in one way only.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// Reads the tables, judges the synthetic one, prints the scores and writes what is asked for.
pub(super) fn evaluate(options: &EvaluateOptions) -> Result<()> {
    options.check()?;
    let tables = tables::read(options)?;
    tables.warnings.iter().for_each(|warning| eprintln!("warning: {warning}"));
    let hash = |(role, path): (Role, &PathBuf)| {
        Ok(InputFile { role, name: file_name(path), sha256: file_hash(path)? })
    };
    let files = options.inputs().map(hash).collect::<Result<Vec<_>>>()?;
    let provenance = Provenance { files, ..Provenance::default() };
    let judged = judge(
        [&tables.real, &tables.synthetic],
        tables.holdout.as_ref(),
        options.seed,
        provenance,
        tables.notes,
    );
    let cohort = file_name(&options.real);
    let report = judged.report(&cohort, None, None);
    let text = |path: &Option<PathBuf>, private, make: &dyn Fn() -> String| {
        path.as_ref().map_or(Ok(()), |path| judging::write(path, private, &make()))
    };
    text(&options.json, false, &|| judged.json())?;
    text(&options.html, false, &|| report.share())?;
    text(&options.private_html, true, &|| report.private())?;
    stdout::line(print::text(&judged.evaluation, width()))
}
