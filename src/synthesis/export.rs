//! A model for sharing: what describes patients is made coarser or taken out, and what remains is
//! listed.

use super::{Model, Recipe};
use engine::op::Backend;
use ground::error::Result;
use judge::metrics::shapes::column_shapes;
use serde::Serialize;
use table::Table;
use training::gan::Weights;

/// Patients that are made by both models to see what the export costs.
const COMPARED: u64 = 2048;

/// A model that may be shared, and what there is to say of it.
pub struct Exported {
    /// The model.
    pub model: Model,
    /// Whether it follows from private releases alone, so that all of it may leave.
    pub private: bool,
    /// What was taken out, or made coarser.
    pub removed: Vec<String>,
    /// What the file still holds, and why.
    pub remains: Vec<String>,
}

/// How much the synthetic patients of an exported model differ from those of the model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// Patients that were made by each.
    pub patients: usize,
    /// What is missing from 1 in the column shapes ([`column_shapes`]), or the difference of the
    /// shares of missing cells where that is greater.
    pub columns: Vec<ColumnCost>,
    /// Their mean.
    pub mean: f64,
}

/// The cost of one column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnCost {
    /// Its name.
    pub name: String,
    /// The greater of the distance of observed cells and that of the shares of missing ones.
    pub distance: f64,
}

const WEIGHTS: &str = "the generator's weights: they were learned from the patients, and there is \
    no proof that nothing of a single one can be read from them (`audit` measures it; the recipe \
    `private` has a proof)";

impl Model {
    /// The model without what describes patients.
    /// A model of the recipe `private` stays as it is: it follows from its releases.
    pub fn exported(&self) -> Exported {
        if self.recipe().parts().privacy.is_some() {
            let epsilon = "everything: the model follows from two noisy releases, whose budget \
                covers whatever is done with it";
            let (model, remains) = (self.copy(), vec![epsilon.into()]);
            return Exported { model, private: true, removed: Vec::new(), remains };
        }
        let shared = self.document.shared();
        let (levels, columns) = (shared.withheld.levels.len(), shared.withheld.columns.len());
        let counted = [
            (levels, "levels of fewer than five patients: they become missing cells"),
            (columns, "columns of numbers that fewer than five patients have: they become empty"),
            (shared.relations, "relations that name a rare level or a bound taken from patients"),
        ];
        let counted = counted.into_iter().filter(|(count, _)| *count > 0);
        let mut removed: Vec<String> =
            counted.map(|(count, what)| format!("{count} {what}")).collect();
        removed.extend(
            [
                "least and greatest values of all columns of numbers",
                "quantiles of five to nine patients: those that remain are means over five of \
                 them, or values that five patients share",
                "shares of missing cells of one to four patients: they count as four",
            ]
            .map(String::from),
        );
        if !self.file.discriminator.0.is_empty() {
            removed.push("the discriminator, which was shown the patients themselves".into());
        }
        if self.file.about.frame.is_some() {
            removed.push("the types of the DataFrame: they name all levels".into());
        }
        let mut model = self.copy();
        model.document = shared.document;
        model.file.discriminator = Weights::default();
        model.file.about.frame = None;
        model.file.about.table = model.document.to_value();
        Exported { model, private: false, removed, remains: remains(self.recipe()) }
    }

    fn copy(&self) -> Self {
        Self {
            name: self.name.clone(),
            file: self.file.clone(),
            recipe: self.recipe.clone(),
            document: self.document.copy(),
            trained: None,
        }
    }
}

fn remains(recipe: &Recipe) -> Vec<String> {
    let typed = recipe.parts().typed.is_some();
    let mut remains = vec![
        "names, kinds, units and levels of the columns: without them nothing can be decoded".into(),
        "coarse quantiles of every column of numbers, without which numbers have no scale".into(),
        "counts of the levels of five patients or more, for --where".into(),
        "relations between columns that all patients keep, and how many are behind each".into(),
        "number of patients, recipe and seed: with the seed the same synthetic patients are made"
            .into(),
    ];
    if typed {
        let smoothed = "ends of columns that are made of others, each smoothed over five to nine \
            patients, and shares of levels in groups of five patients or more";
        remains.push(smoothed.into());
    }
    remains.push(WEIGHTS.into());
    remains
}

/// Makes patients by both models, with the same noise, and compares them column by column.
///
/// Errors: those of the device.
pub fn export_cost(backend: &mut dyn Backend, before: &Model, after: &Model) -> Result<Cost> {
    let [before, mut after] =
        [before.sample(backend, 0..COMPARED)?, after.sample(backend, 0..COMPARED)?];
    // The same levels at the same places, of which some have lost their names.
    after.schema = before.schema.clone();
    let shapes = column_shapes(&before, &after).columns;
    let columns: Vec<ColumnCost> = (0..shapes.len())
        .map(|column| {
            let [told, kept] = [&before, &after].map(|table| missing(table, column));
            let apart = shapes[column].map_or(0.0, |shape| 1.0 - shape);
            let name = before.schema.columns[column].name.clone();
            ColumnCost { name, distance: apart.max((told - kept).abs()) }
        })
        .collect();
    let mean = columns.iter().map(|column| column.distance).sum::<f64>() / columns.len() as f64;
    Ok(Cost { patients: COMPARED as usize, columns, mean })
}

/// The share of missing cells.
fn missing(table: &Table, column: usize) -> f64 {
    let cells = table.cells.column(column);
    cells.filter(|cell| cell.is_nan()).count() as f64 / table.rows() as f64
}
