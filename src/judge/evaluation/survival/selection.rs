//! Which covariates are compared: those that matter most in the real table.
//!
//! Every column is tried by itself, and ranked by the gain of the likelihood less its features
//! (Akaike 1974).
//! The best are taken one after the other while there are ten events per feature and no more than
//! ten features, two thirds of the patients miss none of them, and none repeats those before it.

use super::covariates::{Covariate, Unfit, complete};
use crate::metrics::survival::{Cox, cox};
use rayon::prelude::*;
use table::Table;
use table::condition::Test;
use table::relations::{Found, Relation};
use table::survival::Outcome;

/// Events per feature at least.
pub(super) const EVENTS_PER_FEATURE: usize = 10;
/// Features at most: what a reader can look at.
const MOST_FEATURES: usize = 10;
/// The share of patients, two of three, who must be left with all covariates.
const LEAST_COMPLETE: [usize; 2] = [2, 3];
/// A feature repeats others where its variance grows by this beside them.
const MOST_INFLATION: f64 = 10.0;

/// The covariates, with their model in the real table.
#[derive(Default)]
pub(super) struct Selection {
    pub(super) chosen: Vec<Covariate>,
    /// None where nothing was chosen.
    pub(super) model: Option<Cox>,
    pub(super) patients: usize,
    pub(super) events: usize,
    /// What was left out and why, in sentences.
    pub(super) notes: Vec<String>,
}

/// A column tried by itself.
struct Tried {
    covariate: Covariate,
    gain: f64,
    errors: Vec<f64>,
}

/// The columns other than time and event that a relation of values ties to one of them.
/// They are consequences, such as death in hospital, and no causes.
fn tied(found: &[Found], outcome: Outcome) -> Vec<usize> {
    let value = |test: &Test| !matches!(test, Test::Missing | Test::Present);
    let about = |relation: &Relation| match relation {
        // Which cells are missing together says nothing of their values.
        Relation::Together { .. } => Vec::new(),
        Relation::Implies { when, then } if !value(&when.test) || !value(&then.test) => Vec::new(),
        // Several together tie none of them.
        Relation::Conjunction { .. } => Vec::new(),
        other => other.columns(),
    };
    let of_outcome = |column: &usize| [outcome.time, outcome.event].contains(column);
    let columns = found.iter().map(|found| about(&found.relation));
    let mut tied: Vec<usize> =
        columns.filter(|columns| columns.iter().any(of_outcome)).flatten().collect();
    tied.retain(|column| !of_outcome(column));
    tied.sort_unstable();
    tied.dedup();
    tied
}

/// Chooses covariates of the real table; `found` are relations that its patients keep.
pub(super) fn select(real: &Table, outcome: Outcome, found: &[Found]) -> Selection {
    if complete(real, outcome, &[]).0.count_events() < EVENTS_PER_FEATURE {
        return Selection::default();
    }
    let tied = tied(found, outcome);
    let columns = 0..real.schema.columns.len();
    let columns: Vec<usize> = columns
        .filter(|column| ![outcome.time, outcome.event].contains(column) && !tied.contains(column))
        .collect();
    let tried: Vec<(usize, Result<Tried, Option<Unfit>>)> =
        columns.into_par_iter().map(|column| (column, attempt(real, outcome, column))).collect();
    let unfit = |reason: Option<Unfit>| -> Vec<usize> {
        let for_it = |one: &&(usize, Result<Tried, Option<Unfit>>)| {
            one.1.as_ref().err().is_some_and(|why| *why == reason)
        };
        tried.iter().filter(for_it).map(|one| one.0).collect()
    };
    let reasons = [
        (tied, "what every real patient keeps ties them to the time or the event"),
        (unfit(Some(Unfit::Missing)), "more than 20 % missing cells"),
        (unfit(Some(Unfit::FewEvents)), "fewer than five events in their levels"),
        (unfit(None), "they separate patients with the event from others"),
    ];
    let mut ranked: Vec<Tried> = tried.into_iter().filter_map(|(_, tried)| tried.ok()).collect();
    ranked.sort_by(|a, b| b.gain.total_cmp(&a.gain));
    let (mut selection, repeated) = take(real, outcome, ranked);
    let all = reasons.into_iter().chain([(repeated, "they repeat covariates that were taken")]);
    selection.notes = all.filter_map(|(columns, why)| note(real, &columns, why)).collect();
    selection
}

fn attempt(real: &Table, outcome: Outcome, column: usize) -> Result<Tried, Option<Unfit>> {
    let covariate = Covariate::of(real, outcome, column).map_err(Some)?;
    let (followed, x) = complete(real, outcome, &[&covariate]);
    let model = cox(&followed, &x).map_err(|_| None)?;
    let gain = model.log_likelihood - model.null_log_likelihood - covariate.features() as f64;
    Ok(Tried { covariate, gain, errors: model.errors })
}

/// Takes the ranked covariates one after the other; also those that repeat others.
fn take(real: &Table, outcome: Outcome, ranked: Vec<Tried>) -> (Selection, Vec<usize>) {
    let all = complete(real, outcome, &[]).0.patients();
    let (mut taken, mut repeated): (Vec<Tried>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut selection = Selection::default();
    for tried in ranked {
        let with: Vec<&Covariate> =
            taken.iter().chain([&tried]).map(|tried| &tried.covariate).collect();
        let (followed, x) = complete(real, outcome, &with);
        let events = followed.count_events();
        let [part, of] = LEAST_COMPLETE;
        if x.columns() > MOST_FEATURES
            || x.columns() * EVENTS_PER_FEATURE > events
            || of * followed.patients() < part * all
        {
            continue;
        }
        let model = cox(&followed, &x);
        let alone = || taken.iter().chain([&tried]).flat_map(|tried| &tried.errors);
        match model {
            Ok(model) if !inflated(&model, alone()) => {
                taken.push(tried);
                (selection.patients, selection.events) = (followed.patients(), events);
                selection.model = Some(model);
            }
            _ => repeated.push(tried.covariate.column),
        }
    }
    selection.chosen = taken.into_iter().map(|tried| tried.covariate).collect();
    (selection, repeated)
}

fn inflated<'a>(model: &Cox, alone: impl Iterator<Item = &'a f64>) -> bool {
    let pairs = model.errors.iter().zip(alone);
    pairs.into_iter().any(|(beside, alone)| beside.powi(2) > MOST_INFLATION * alone.powi(2))
}

fn note(real: &Table, columns: &[usize], why: &str) -> Option<String> {
    let name = |&column: &usize| format!("{:?}", real.schema.columns[column].name);
    let names: Vec<String> = columns.iter().map(name).collect();
    (!names.is_empty()).then(|| format!("Cox's model leaves out {}: {why}.", names.join(", ")))
}
