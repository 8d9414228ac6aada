//! What a run was, as plain data: the report neither trains nor reads files.

use crate::disclosure::Count;
use crate::markdown::{escape, number, table};
use ground::frechet::{STOP_THRESHOLD, marginal_noise_floor};
use std::time::Duration;

const JOINT: &str = "columns and their relations; no absolute threshold: compare with that of two \
                     halves of the cohort, or between runs on one cohort";

/// One run: what was read, how training went, what was kept.
///
/// The summary, `report.json`, both pages and the JSON of the command line are made of it.
/// Text is printed as it is, and must name no patient, except for `warnings`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunRecord {
    /// Name of the recipe.
    pub recipe: String,
    /// Seed of all randomness.
    pub seed: u64,
    /// What computed: the backend and the adapter's name.
    pub backend: String,
    /// Patients.
    pub patients: Patients,
    /// Columns.
    pub columns: Columns,
    /// Missing cells that a patient, then a column, may have.
    pub thresholds: [usize; 2],
    /// How training went.
    pub training: TrainingRecord,
    /// True when the loss looked at columns together, false when it only looked at each alone (the
    /// paper's).
    pub relations_trained: bool,
    /// Whether no extreme or rare level of a few patients comes out as it is.
    pub values_smoothed: bool,
    /// Columns that could not be trained, in sentences that tell no value.
    pub untrained: Vec<String>,
    /// All that the user should know. It may tell single values.
    pub warnings: Vec<String>,
}

/// Patients of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Patients {
    /// In the input file.
    pub read: usize,
    /// After the missing-value rules.
    pub cleaned: usize,
    /// Of these, kept back from training; none without a hold-out.
    pub kept_back: Option<usize>,
    /// Trained on.
    pub used: usize,
    /// Synthetic patients that were written, if any.
    pub synthetic: Option<usize>,
}

/// Columns of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// In the input file.
    pub read: usize,
    /// After the missing-value rules.
    pub used: usize,
    /// Of these, trained.
    pub trained: usize,
    /// Names of those that the missing-value rules dropped.
    pub dropped: Vec<String>,
}

/// The training of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainingRecord {
    /// Models trained side by side.
    pub models: usize,
    /// Which of them was kept, from 1.
    pub model: usize,
    /// Those that diverged, from 1.
    pub diverged: Vec<usize>,
    /// Epochs trained.
    pub epochs: usize,
    /// Epochs that the recipe allowed.
    pub epochs_planned: usize,
    /// The epoch whose model was kept; 0 is the initial weights.
    pub epoch: usize,
    /// Why training ended.
    pub reason: String,
    /// Steps of each model.
    pub steps: usize,
    /// What the backend launches in one step.
    pub kernels_per_step: usize,
    /// Time from the first to the last epoch.
    pub elapsed: Duration,
    /// Scores of the kept epoch; none when the initial weights are kept.
    pub scores: Option<FinalScores>,
}

impl TrainingRecord {
    /// Milliseconds of a step; none without any.
    pub fn step_milliseconds(&self) -> Option<f64> {
        (self.steps > 0).then(|| self.elapsed.as_secs_f64() * 1e3 / self.steps as f64)
    }
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
pub(crate) fn run_section(run: &RunRecord) -> String {
    let dropped: Vec<String> = run.columns.dropped.iter().map(|name| escape(name)).collect();
    let columns = match dropped.len() {
        0 => format!("{} read, all used", run.columns.read),
        count => format!("{} read, {count} dropped: {}", run.columns.read, dropped.join(", ")),
    };
    let training = &run.training;
    let epochs = format!("{} of at most {}", training.epochs, training.epochs_planned);
    let lines = [
        ("recipe", escape(&run.recipe)),
        ("seed", run.seed.to_string()),
        ("computed by", escape(&run.backend)),
        ("epochs", epochs),
        ("model kept", format!("epoch {}", training.epoch)),
        ("training ended because", escape(&training.reason)),
        ("training time", duration(training.elapsed)),
        ("real patients", patients(run.patients)),
        ("columns", columns),
        ("synthetic patients", run.patients.synthetic.unwrap_or(0).to_string()),
    ];
    table(&["", ""], &lines.map(|(name, value)| vec![name.to_owned(), value]))
        .replace("|--:|", "|:--|")
}

fn patients(of: Patients) -> String {
    let dropped = of.read.saturating_sub(of.cleaned);
    let patients = match Count::of(dropped) {
        Count::Exact(0) => format!("{} read, all used", of.read),
        // With the number read beside the number used, a subtraction would give the number dropped.
        Count::Fewer => format!("{} used, fewer than 5 dropped", of.cleaned),
        dropped => format!(
            "{} read, {} used, {dropped} dropped (too many missing cells)",
            of.read, of.cleaned
        ),
    };
    match of.kept_back.unwrap_or(0) {
        0 => patients,
        kept_back => {
            format!("{patients}; {} of these kept back from training", Count::of(kept_back))
        }
    }
}

/// The table of final scores, each with what it means.
pub(crate) fn scores_section(scores: &FinalScores, rows: usize) -> String {
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
