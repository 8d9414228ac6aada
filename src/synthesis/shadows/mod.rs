//! A membership audit: shadow models of a run's recipe on halves of its patients, as many and for
//! as long as the minutes allow.

mod pair;

pub use pair::{Pair, audit_of_pairs, audit_pair};

use super::document::Document;
use super::watch::{Line, Stage, Watch};
use super::{BackendChoice, Cohort, Recipe};
use engine::op::Backend;
use ground::error::{Error, Result};
use judge::evaluation::Audit;
use judge::metrics::privacy::{Rows, Scale, halves, log_densities};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};
use training::gan::{self, Pace, Sampler, ShadowModels, Shadows, Weights, settle_choice_rates};

/// Numbers of models to choose from, the best first.
const MODELS: [usize; 3] = [16, 8, 4];

/// Patients without whom nothing can be told.
const FEWEST_PATIENTS: usize = 8;

/// Share of the minutes that training is planned for; the rest is for tables and their densities.
const TRAINING: f64 = 0.8;

/// Share of the minutes after which training is ended, however far it is.
const LATEST: f64 = 0.9;

/// Share of the minutes in which the time of an epoch is measured.
const MEASURING: f64 = 0.02;

/// Synthetic patients of a shadow model at most: more of them cost time and hardly change a
/// density.
const MOST_PATIENTS: usize = 10_000;

/// Minutes of an audit at most: a week.
const MOST_MINUTES: f64 = 10_080.0;

/// The run whose shadows are trained.
#[derive(Clone, Copy)]
struct Subject<'a> {
    cohort: &'a Cohort,
    choice: &'a BackendChoice,
    /// The epoch that the run kept: shadow models learn no longer.
    epochs: usize,
    /// Seed of the noise; who learns from whom is dealt by the cohort's own.
    noise: u64,
}

/// What there is time for.
struct Plan {
    members: Vec<Vec<bool>>,
    epochs: usize,
}

/// Refuses a cohort whose halves are too small for an audit. Errors: [`Error::Usage`].
pub fn check_audit(recipe: &Recipe, patients: usize) -> Result<()> {
    if patients < FEWEST_PATIENTS {
        let problem = format!(
            "--audit-minutes needs {FEWEST_PATIENTS} patients at least, and there are {patients}"
        );
        return Err(Error::Usage(problem));
    }
    recipe.training().batch_rows(patients / 2).map(drop).map_err(|problem| {
        Error::Usage(format!(
            "--audit-minutes trains on halves of the patients: {problem}; \
             give a smaller batch (--batch N, or --batch auto)"
        ))
    })
}

/// Trains shadow models for about so many minutes, none of them for more `epochs` than the run's
/// own model, and judges whose presence shows in their synthetic patients.
///
/// Errors: a cohort that is too small ([`check_audit`]), and those of the device.
pub fn audit(
    cohort: &Cohort,
    choice: &BackendChoice,
    epochs: usize,
    minutes: f64,
    watch: &mut dyn Watch,
) -> Result<Audit> {
    if !(0.0 < minutes && minutes <= MOST_MINUTES) {
        let problem = format!("an audit of {minutes} minutes; at most {MOST_MINUTES} are possible");
        return Err(Error::Usage(problem));
    }
    check_audit(&cohort.settings().recipe, cohort.table.rows())?;
    let epochs = epochs_of_halves(cohort, epochs);
    let noise = cohort.settings().seed;
    Subject { cohort, choice, epochs, noise }.audit(minutes, watch)
}

/// So many epochs of all patients in epochs of half of them, which may have fewer steps.
fn epochs_of_halves(cohort: &Cohort, epochs: usize) -> usize {
    let (rows, recipe) = (cohort.learned().rows(), cohort.settings().recipe.training());
    let steps = [rows, rows / 2].map(|rows| epoch_steps(recipe, rows));
    (epochs * steps[0]).div_ceil(steps[1]).max(1)
}

/// Steps of an epoch of so many rows.
fn epoch_steps(recipe: &gan::Recipe, rows: usize) -> usize {
    recipe.epochs(rows, recipe.batch_rows(rows).unwrap_or(rows.max(1)))[1]
}

impl Subject<'_> {
    fn audit(self, minutes: f64, watch: &mut dyn Watch) -> Result<Audit> {
        let start = Instant::now();
        let budget = Duration::from_secs_f64(60.0 * minutes);
        watch.say(Line::Note(&format!("training shadow models for about {minutes} minutes")));
        let plan = self.plan(start, budget, watch)?;
        let mut backend = self.choice.open(watch)?;
        let trained = self.train(backend.as_mut(), &plan, start + budget.mul_f64(LATEST), watch)?;
        let rows = self.rows_of_each();
        let densities =
            self.densities(backend.as_mut(), &plan.members, &trained.generators, rows)?;
        let mut audit = Audit::of(&densities, &plan.members);
        (audit.epochs, audit.budget) = (trained.epochs, minutes);
        audit.notes.splice(0..0, self.notes(&plan, &trained, rows));
        audit.minutes = start.elapsed().as_secs_f64() / 60.0;
        watch.say(Line::Note(&format!(
            "{} shadow models of {} epochs in {:.1} of {minutes} minutes: \
             AUC {:.3} ({:.3} to {:.3}; 0.5 is guessing)",
            audit.models, audit.epochs, audit.minutes, audit.auc, audit.low, audit.high
        )));
        Ok(audit)
    }

    /// The most models that can be trained for half of the run's epochs at least, else the fewest.
    /// Every try is measured on a backend of its own, whose memory goes with it.
    fn plan(&self, start: Instant, budget: Duration, watch: &mut dyn Watch) -> Result<Plan> {
        let patients = self.patients();
        let fewest = MODELS[MODELS.len() - 1];
        for models in MODELS.into_iter().filter(|models| *models <= 2 * patients) {
            let members = self.halves(models);
            let mut backend = self.choice.open(watch)?;
            let shadows = self.shadows(self.recipe(), &members);
            let pace = shadows.pace(backend.as_mut(), budget.mul_f64(MEASURING))?;
            let epochs =
                self.epochs_within(pace, budget.mul_f64(TRAINING).saturating_sub(start.elapsed()));
            if 2 * epochs >= self.epochs || models == fewest {
                return Ok(Plan { members, epochs });
            }
        }
        unreachable!("the last number of models is taken")
    }

    /// Persons.
    fn patients(&self) -> usize {
        let rows = self.cohort.table.rows();
        self.cohort.patients().map_or(rows, |of| of.iter().collect::<HashSet<_>>().len())
    }

    /// Which rows each model learns from: all rows of a patient or none, but for a few that are
    /// left out where halves of the patients are not of one size.
    fn halves(&self, models: usize) -> Vec<Vec<bool>> {
        let persons = halves(self.patients(), models, self.cohort.settings().seed);
        let Some(of) = self.cohort.patients() else { return persons };
        let mut numbers = HashMap::new();
        let person = |patient: &usize| {
            let next = numbers.len();
            *numbers.entry(*patient).or_insert(next)
        };
        let of: Vec<usize> = of.iter().map(person).collect();
        let rows = |persons: &Vec<bool>| of.iter().map(|&at| persons[at]).collect::<Vec<bool>>();
        let mut members: Vec<Vec<bool>> = persons.iter().map(rows).collect();
        let size = |rows: &Vec<bool>| rows.iter().filter(|is| **is).count();
        let least = members.iter().map(size).min().unwrap_or(0);
        for rows in &mut members {
            let more = size(rows) - least;
            rows.iter_mut().rev().filter(|is| **is).take(more).for_each(|is| *is = false);
        }
        members
    }

    fn recipe(&self) -> &gan::Recipe {
        self.cohort.settings().recipe.training()
    }

    fn epochs_within(&self, pace: Pace, time: Duration) -> usize {
        pace.epochs_within(time).clamp(1, self.epochs)
    }

    fn shadows<'b>(&'b self, recipe: &'b gan::Recipe, members: &'b [Vec<bool>]) -> Shadows<'b> {
        let (rows, blocks) = (self.cohort.learned(), self.cohort.blocks());
        Shadows { recipe, rows, blocks, members, seed: self.noise }
    }

    fn train(
        &self,
        backend: &mut dyn Backend,
        plan: &Plan,
        latest: Instant,
        watch: &mut dyn Watch,
    ) -> Result<ShadowModels> {
        let mut recipe = self.recipe().clone();
        if recipe.training.steps > 0 {
            let rows = self.cohort.learned().rows() / 2;
            recipe.training.steps = plan.epochs * epoch_steps(&recipe, rows);
            recipe.training.per_patient = 0;
        } else {
            recipe.training.epochs = plan.epochs;
        }
        watch.begin(Stage::ShadowModels, plan.epochs);
        let trained = self.shadows(&recipe, &plan.members).train(backend, &mut |progress| {
            watch.progress(Stage::ShadowModels, progress);
            Instant::now() < latest && !watch.stop()
        });
        watch.end(Stage::ShadowModels);
        trained
    }

    /// As many patients as the recipe makes of half a cohort, within reason.
    fn rows_of_each(&self) -> usize {
        self.cohort
            .settings()
            .recipe
            .parts()
            .sampling
            .rows(self.cohort.table.rows() / 2)
            .min(MOST_PATIENTS)
    }

    /// The log density of every model's table at every patient.
    /// What is fitted after training is fitted to the model's own half.
    fn densities(
        &self,
        backend: &mut dyn Backend,
        members: &[Vec<bool>],
        generators: &[Weights],
        rows: usize,
    ) -> Result<Vec<Vec<f64>>> {
        let (cohort, parts) = (self.cohort, self.cohort.settings().recipe.parts());
        let patients = Rows::of(&cohort.table);
        let scale = Scale::of(&patients);
        let of_model = |(model, (members, weights)): (usize, (&Vec<bool>, &Weights))| {
            let seed = self.noise.wrapping_add(model as u64);
            let half: Vec<usize> = (0..cohort.table.rows()).filter(|&row| members[row]).collect();
            let half = cohort.of_rows(&half)?;
            let columns = cohort.learned().columns();
            let mut weights = weights.clone();
            if let Some(blocks) = cohort.blocks() {
                let (recipe, learned) = (self.recipe(), half.learned());
                settle_choice_rates(backend, recipe, &mut weights, learned, blocks, seed)?;
            }
            let sampler =
                Sampler::new(backend, self.recipe(), &weights, columns, cohort.blocks(), seed)?;
            let document = Document::fit(&half, &parts.sampling, &sampler, backend)?;
            let synthetic =
                document.patients(sampler.rows(backend, 0, rows)?, parts, seed, 0).table;
            Ok(log_densities(&patients, &Rows::of(&synthetic), &scale))
        };
        members.iter().zip(generators).enumerate().map(of_model).collect()
    }

    /// What was run, in sentences.
    fn notes(&self, plan: &Plan, trained: &ShadowModels, rows: usize) -> Vec<String> {
        let (models, most) = (plan.members.len(), MODELS[0]);
        let patients = self.cohort.table.rows();
        let mut notes = vec![format!(
            "Pairs of models learned from complementary random halves of the {patients} patients \
             trained on, and each model made {rows} synthetic patients."
        )];
        if models < most || trained.epochs < self.epochs {
            notes.push(format!(
                "There was time for {models} of {most} models and for {} of the {} epochs that \
                 the run's own model learned: what is learned for less time remembers less, so \
                 the run's model can expose more. More minutes (--audit-minutes) tell.",
                trained.epochs, self.epochs
            ));
        }
        if trained.epochs < plan.epochs {
            notes.push(format!(
                "Training was ended before its {} planned epochs, because it took longer than \
                 measured.",
                plan.epochs
            ));
        }
        if trained.diverged > 0 {
            notes.push(format!(
                "{} of the models diverged and count as they stood.",
                trained.diverged
            ));
        }
        notes.push(
            "Levels, ranks and ranges by which patients are encoded were learned from all of them \
             for every model, so what these alone give away is not seen."
                .into(),
        );
        notes.push(
            "A model of half of the patients remembers each of them more easily than the \
                    run's own, which learned from all."
                .into(),
        );
        notes
    }
}
