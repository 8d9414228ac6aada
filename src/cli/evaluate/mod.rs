//! `mellizo evaluate`: how good a synthetic table is, made by any tool.

mod print;

use super::args::EvaluateOptions;
use super::describe::width;
use super::origin::{file_name, input_file, known};
use super::stdout;
use ground::error::{Error, Result};
use ground::whole_file::{self, Readers};
use judge::evaluation::{Role, emptied};
use mellizo::synthesis::{
    ComparisonFiles, Judgement, Known, Options, evaluate_known, sample_notes,
};
use std::path::{Path, PathBuf};

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
    let tables = files(options).read()?;
    tables.warnings.iter().for_each(|warning| say!("warning: {warning}"));
    let read = options.inputs().map(|(role, path)| input_file(role, path));
    let read = read.collect::<Result<Vec<_>>>()?;
    let known = Known { notes: tables.notes, ..known(read) };
    let (real, synthetic) = (&tables.real, &tables.synthetic);
    let chosen = Options { seed: options.seed, ..Options::default() };
    let holdout = tables.holdout.as_ref();
    let sampled = sample_notes(real, synthetic, holdout, &chosen);
    sampled.iter().for_each(|note| say!("warning: {note}"));
    emptied(real, synthetic).iter().for_each(|warning| say!("warning: {warning}"));
    let evaluation = evaluate_known(real, synthetic, holdout, &chosen, known);
    let cohort = file_name(&options.real);
    let judged = Judgement::of_tables(&cohort, (real, synthetic), evaluation);
    write(&options.json, Readers::Umask, || judged.json())?;
    write(&options.html, Readers::Umask, || judged.share_html())?;
    write(&options.private_html, Readers::Owner, || judged.private_html())?;
    stdout::folded(&print::text(&judged.evaluation, width()))
}

fn files(options: &EvaluateOptions) -> ComparisonFiles {
    ComparisonFiles {
        holdout: options.holdout.clone(),
        schema: options.schema.clone(),
        drop: options.drop.clone(),
        patient: options.patient.clone(),
        survival: options.survival.columns(),
        options: options.table.options(None),
        ..ComparisonFiles::new(&options.real, &options.synthetic)
    }
}

/// Writes a result whole or not at all, where it is asked for.
fn write(path: &Option<PathBuf>, readers: Readers, text: impl Fn() -> String) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    whole_file::write(path, readers, |out| out.write_all(text().as_bytes()))
}
