//! What a run was, as plain data: the report neither trains nor reads files.

use crate::disclosure::Count;
use crate::markdown::{escape, number, table};
use ground::frechet::{STOP_THRESHOLD, marginal_noise_floor};
use std::time::Duration;

const JOINT: &str = "columns and their relations; no absolute threshold: compare with that of two halves of the cohort, \
                     or between runs on one cohort";

/// The run behind a synthetic table. All text is printed as it is: it must name no patient.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunFacts {
    /// Name of the recipe.
    pub recipe: String,
    /// Seed of all randomness.
    pub seed: u64,
    /// What computed: the backend and the adapter's name.
    pub backend: String,
    /// Epochs trained.
    pub epochs_run: usize,
    /// Epochs that the recipe allowed.
    pub epochs_planned: usize,
    /// The epoch whose model was kept.
    pub kept_epoch: usize,
    /// Why training ended.
    pub stop_reason: String,
    /// Time from the first to the last epoch.
    pub wall_time: Duration,
    /// Patients in the input file.
    pub rows_read: usize,
    /// Patients after the missing-value rules.
    pub rows_used: usize,
    /// Of these, patients who were kept back from training.
    pub rows_kept_back: usize,
    /// Synthetic patients written.
    pub rows_synthetic: usize,
    /// Columns in the input file.
    pub columns_read: usize,
    /// Columns that the missing-value rules dropped.
    pub dropped_columns: Vec<String>,
    /// True when the loss looked at columns together, false when it only looked at each alone (the
    /// paper's).
    pub relations_trained: bool,
    /// Whether no extreme or rare level of a few patients comes out as it is.
    pub values_smoothed: bool,
    /// What the user should know: constant columns, coerced cells and the like.
    pub warnings: Vec<String>,
}

/// The scores of the kept epoch; `None` where the recipe has no such thing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FinalScores {
    /// Generator loss.
    pub generator_loss: f64,
    /// Discriminator loss.
    pub discriminator_loss: Option<f64>,
    /// Mean probability of being real that the discriminator gives to real patients, 0 to 1.
    pub probability_real: Option<f64>,
    /// The same for synthetic patients.
    pub probability_synthetic: Option<f64>,
    /// Marginal Fréchet distance.
    pub marginal: f64,
    /// Joint Fréchet distance.
    pub joint: f64,
}

/// The table of what was run.
pub fn run_section(run: &RunFacts) -> String {
    let dropped = run.rows_read.saturating_sub(run.rows_used);
    let patients = match Count::of(dropped) {
        Count::Exact(0) => format!("{} read, all used", run.rows_read),
        // With the number read beside the number used, a subtraction would give the number dropped.
        Count::Fewer => format!("{} used, fewer than 5 dropped", run.rows_used),
        dropped => {
            format!(
                "{} read, {} used, {dropped} dropped (too many missing cells)",
                run.rows_read, run.rows_used
            )
        }
    };
    let patients = match run.rows_kept_back {
        0 => patients,
        kept_back => {
            format!("{patients}; {} of these kept back from training", Count::of(kept_back))
        }
    };
    let names: Vec<String> = run.dropped_columns.iter().map(|name| escape(name)).collect();
    let columns = match names.len() {
        0 => format!("{} read, all used", run.columns_read),
        count => format!("{} read, {count} dropped: {}", run.columns_read, names.join(", ")),
    };
    let lines = [
        ("recipe", escape(&run.recipe)),
        ("seed", run.seed.to_string()),
        ("computed by", escape(&run.backend)),
        ("epochs", format!("{} of at most {}", run.epochs_run, run.epochs_planned)),
        ("model kept", format!("epoch {}", run.kept_epoch)),
        ("training ended because", escape(&run.stop_reason)),
        ("training time", duration(run.wall_time)),
        ("real patients", patients),
        ("columns", columns),
        ("synthetic patients", run.rows_synthetic.to_string()),
    ];
    table(&["", ""], &lines.map(|(name, value)| vec![name.to_owned(), value]))
        .replace("|--:|", "|:--|")
}

/// The table of final scores, each with what it means.
pub fn scores_section(scores: &FinalScores, rows: usize) -> String {
    let absent = "not part of this recipe".to_owned();
    let optional = |value: Option<f64>| value.map_or(absent.clone(), number);
    let chance = |value: Option<f64>| {
        value.map_or(absent.clone(), |value| format!("{:.2} %", 100.0 * value))
    };
    let floor = marginal_noise_floor(rows);
    let marginal = format!(
        "each column alone; two samples of {rows} patients from one population are about {} apart, \
         the paper stops below {STOP_THRESHOLD}",
        number(floor)
    );
    let lines = [
        ("generator loss", number(scores.generator_loss), "compare only runs of one recipe"),
        (
            "discriminator loss",
            optional(scores.discriminator_loss),
            "1.386 when it cannot tell real from synthetic",
        ),
        (
            "probability of being real, real patients",
            chance(scores.probability_real),
            "50 % when the discriminator cannot tell; the paper: 50.06 %",
        ),
        (
            "probability of being real, synthetic patients",
            chance(scores.probability_synthetic),
            "as above; the paper: 45.40 %",
        ),
        ("marginal Fréchet distance", number(scores.marginal), &marginal),
        ("joint Fréchet distance", number(scores.joint), JOINT),
    ];
    let lines =
        lines.map(|(name, value, meaning)| vec![name.to_owned(), value, meaning.to_owned()]);
    table(&["score of the kept model", "value", "what it says"], &lines)
        .replace("|--:|--:|", "|--:|:--|")
}

fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        ..60.0 => format!("{seconds:.1} s"),
        ..3600.0 => {
            format!("{:.0} min {:.0} s", (seconds / 60.0).floor(), (seconds % 60.0).floor())
        }
        _ => format!(
            "{:.0} h {:.0} min",
            (seconds / 3600.0).floor(),
            (seconds % 3600.0 / 60.0).floor()
        ),
    }
}
