//! `mellizo export`: a model for sharing, and what it still tells.

use super::args::ExportOptions;
use super::spare::spare;
use super::terminal::Terminal;
use super::version::VERSION;
use ground::error::{Error, Place, Result};
use mellizo::synthesis::{BackendChoice, Exported, Model, export_cost};
use serde_json::{Value, json};

/// Columns that are named with what they cost.
const NAMED: usize = 5;

/// Writes the model; what was taken out and what remains as one object.
pub(super) fn export(options: &ExportOptions) -> Result<Value> {
    let out = &options.out;
    if out.exists() && !options.force {
        let remedy = "choose another with --out FILE, or overwrite with --force";
        return Err(Error::input(Place::file(out), "the file exists", remedy));
    }
    spare(out, [options.model.as_path()])?;
    let model = Model::open(&options.model)?;
    let exported = model.exported();
    // Patients are compared on the CPU, so that the figures are the same everywhere.
    let cost = match exported.private {
        true => None,
        false => {
            let mut backend = BackendChoice::cpu().open(&mut Terminal::default())?;
            Some(export_cost(backend.as_mut(), &model, &exported.model)?)
        }
    };
    exported.model.save(out)?;
    let Exported { private, removed, remains, .. } = exported;
    removed.iter().for_each(|what| say!("taken out: {what}"));
    remains.iter().for_each(|what| say!("remains: {what}"));
    if let Some(cost) = &cost {
        let mut worst: Vec<_> = cost.columns.iter().collect();
        worst.sort_by(|a, b| b.distance.total_cmp(&a.distance));
        let named = worst.iter().take(NAMED).filter(|column| column.distance > 0.0);
        let named: Vec<String> =
            named.map(|column| format!("{} {:.3}", column.name, column.distance)).collect();
        let most = if named.is_empty() { "none".into() } else { named.join(", ") };
        say!(
            "cost: distributions of {} synthetic patients moved by {:.4} on average (0 to 1); most: \
             {most}",
            cost.patients,
            cost.mean
        );
    }
    say!("written to {}: `mellizo sample` reads it", out.display());
    Ok(json!({
        "version": VERSION,
        "command": "export",
        "out": out.display().to_string(),
        "private": private,
        "removed": removed,
        "remains": remains,
        "cost": cost,
    }))
}
