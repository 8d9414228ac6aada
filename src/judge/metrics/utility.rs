//! Utility: whether a model that learned from synthetic rows predicts real patients ("train on
//! synthetic, test on real", Esteban, Hyland and Rätsch 2017).
//!
//! It is compared with the same learner, trained on as many real rows.
//! That one shows how well a target can be predicted at all.

use super::auc::auc;
use super::folds::{draw, select};
use super::trees::{BoostedTrees, Objective, Options};
use ground::matrix::Matrix;
use rayon::prelude::*;
use table::Table;

/// For a level to count among several, so many patients of the hold-out must have it, and as many
/// must not.
const FEWEST: usize = 5;

/// How well one column is predicted from all others on the hold-out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PredictionScore {
    /// The column.
    pub column: usize,
    /// "AUC" for a Boolean column, "macro AUC" for other levels (mean over levels of the area of
    /// this level against all others), "R2" for a number.
    pub measure: &'static str,
    /// The score of a learner that was trained on real rows.
    pub real: f64,
    /// The score of the same learner, trained on synthetic rows.
    pub synthetic: f64,
}

impl PredictionScore {
    /// What training on synthetic rows loses (below 0) or wins.
    pub fn difference(&self) -> f64 {
        self.synthetic - self.real
    }
}

/// Mean over targets of the difference synthetic - real, of those where both are numbers; NaN when
/// there are none.
pub fn mean_difference(scores: &[PredictionScore]) -> f64 {
    let differences: Vec<f64> =
        scores.iter().map(PredictionScore::difference).filter(|value| !value.is_nan()).collect();
    differences.iter().sum::<f64>() / differences.len() as f64
}

/// Trains boosted trees on training rows and on as many synthetic rows, and judges both on the
/// hold-out, for every target column.
///
/// Features are all other columns.
/// Of the larger of the two tables as many rows are drawn, by the seed, as the other one has; then
/// rows without the target are dropped.
/// A score is NaN where it cannot be computed: if no learned row has the target, or if the hold-out
/// has one class only or no variance.
/// (With several levels: fewer than two levels that five patients have and five others have not.)
/// A learner that saw one class scores 0.5.
/// Panics when the numbers of columns differ or a target is not a column.
pub fn utility(
    train: &Table,
    synthetic: &Table,
    holdout: &Table,
    targets: &[usize],
    seed: u64,
) -> Vec<PredictionScore> {
    let columns = [train.cells.columns(), synthetic.cells.columns(), holdout.cells.columns()];
    assert!(
        columns == [columns[0]; 3],
        "training, synthetic and hold-out tables have {columns:?} columns"
    );
    let size = train.rows().min(synthetic.rows());
    let real = select(&train.cells, &draw(train.rows(), size, seed, 4));
    let fake = select(&synthetic.cells, &draw(synthetic.rows(), size, seed, 5));
    let jobs: Vec<(usize, &Matrix)> =
        targets.iter().flat_map(|&target| [(target, &real), (target, &fake)]).collect();
    let scores: Vec<f64> = jobs
        .into_par_iter()
        .map(|(target, learned)| {
            let levels = levels(train, target);
            score(&Task::new(learned, target), &Task::new(&holdout.cells, target), levels)
        })
        .collect();
    let pairs = scores.chunks_exact(2);
    let measure = |target| match levels(train, target) {
        None => "R2",
        Some(2) => "AUC",
        Some(_) => "macro AUC",
    };
    targets
        .iter()
        .zip(pairs)
        .map(|(&column, pair)| PredictionScore {
            column,
            measure: measure(column),
            real: pair[0],
            synthetic: pair[1],
        })
        .collect()
}

/// None for a number.
fn levels(table: &Table, target: usize) -> Option<usize> {
    let column = &table.schema.columns[target];
    column.kind.is_coded().then_some(column.levels.len())
}

/// The rows of a table whose target is known.
struct Task {
    x: Matrix,
    y: Vec<f64>,
}

impl Task {
    fn new(cells: &Matrix, target: usize) -> Self {
        let known: Vec<usize> =
            (0..cells.rows()).filter(|&row| !cells[(row, target)].is_nan()).collect();
        let others: Vec<usize> = (0..cells.columns()).filter(|&column| column != target).collect();
        let x = Matrix::from_fn(known.len(), others.len(), |row, column| {
            cells[(known[row], others[column])]
        });
        Self { x, y: known.into_iter().map(|row| cells[(row, target)]).collect() }
    }

    fn is_level(&self, level: usize) -> Vec<bool> {
        self.y.iter().map(|&y| y == level as f64).collect()
    }
}

fn score(learned: &Task, judged: &Task, levels: Option<usize>) -> f64 {
    match levels {
        None => {
            let model =
                BoostedTrees::fit(&learned.x, &learned.y, Objective::Squared, &Options::default());
            r2(&model.predict(&judged.x), &judged.y)
        }
        Some(2) => level_auc(learned, judged, 1),
        Some(levels) => macro_auc(learned, judged, levels),
    }
}

/// Mean over the levels that are neither too rare nor too common to be judged.
fn macro_auc(learned: &Task, judged: &Task, levels: usize) -> f64 {
    let areas: Vec<f64> = (0..levels)
        .filter(|&level| {
            let patients = judged.is_level(level).into_iter().filter(|&is| is).count();
            patients >= FEWEST && judged.y.len() - patients >= FEWEST
        })
        .map(|level| level_auc(learned, judged, level))
        .collect();
    if areas.len() < 2 { f64::NAN } else { areas.iter().sum::<f64>() / areas.len() as f64 }
}

/// Area under the ROC curve of one level against all others.
fn level_auc(learned: &Task, judged: &Task, level: usize) -> f64 {
    let y: Vec<f64> = learned.is_level(level).into_iter().map(f64::from).collect();
    let model = BoostedTrees::fit(&learned.x, &y, Objective::Logistic, &Options::default());
    auc(&model.predict(&judged.x), &judged.is_level(level))
}

/// The share of the variance of `y` that predictions explain: 1 - sum (f - y)² / sum (y - mean)²;
/// NaN without variance.
fn r2(predictions: &[f64], y: &[f64]) -> f64 {
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let rest: f64 = predictions.iter().zip(y).map(|(f, y)| (f - y).powi(2)).sum();
    let total: f64 = y.iter().map(|y| (y - mean).powi(2)).sum();
    if total > 0.0 { 1.0 - rest / total } else { f64::NAN }
}
