//! Both tables, halves of the real one, and the hold-out, beside each other.

use super::covariates::{Covariate, complete};
use super::selection::{EVENTS_PER_FEATURE, Selection, select};
use super::strata::strata;
use super::{Coefficient, Difference, Estimate, Group, Hazards, Survival};
use crate::evaluation::draws::{Draws, Purpose};
use crate::evaluation::splits::{Split, median};
use crate::metrics::survival::{Cox, KaplanMeier, cox};
use ground::matrix::Matrix;
use rayon::prelude::*;
use table::Table;
use table::quantile::TOGETHER;
use table::relations::Found;
use table::survival::Outcome;

/// Compares survival; none where the schema of the real table names no time and event.
/// `found` are relations that the real patients keep.
pub(in crate::evaluation) fn survival(
    [real, synthetic]: [&Table; 2],
    holdout: Option<&Table>,
    found: &[Found],
    splits: usize,
    draws: Draws,
) -> Option<Survival> {
    let outcome = Outcome::of(&real.schema)?;
    let schema = &real.schema;
    let selection = select(real, outcome, found);
    let halves: Vec<Half> = (0..splits)
        .into_par_iter()
        .map(|number| {
            let split = Split::of(real, synthetic, 2, number, draws);
            Half::of(&split, outcome, &selection.chosen)
        })
        .collect();
    let groups = [real, synthetic].map(|table| Group::of(table, outcome));
    let difference = Difference {
        whole: apart(&groups[0].curve, &groups[1].curve),
        value: median(halves.iter().map(|half| half.curves[0])),
        ceiling: median(halves.iter().map(|half| half.curves[1])),
        against_holdout: holdout
            .map(|held| held_back(synthetic, held, outcome, splits, draws, Purpose::Synthetic)),
        holdout: holdout.map(|held| held_back(real, held, outcome, splits, draws, Purpose::Real)),
    };
    let (hazards, note) = hazards(synthetic, outcome, &selection, &halves, schema);
    let [real_group, synthetic_group] = groups;
    Some(Survival {
        time: schema.columns[outcome.time].name.clone(),
        unit: schema.columns[outcome.time].unit.clone(),
        event: schema.columns[outcome.event].name.clone(),
        value: outcome.text(schema),
        real: real_group,
        synthetic: synthetic_group,
        holdout: holdout.map(|table| Group::of(table, outcome)),
        difference,
        strata: strata([real, synthetic], outcome),
        hazards,
        notes: note.into_iter().chain(selection.notes).collect(),
    })
}

impl Group {
    pub(super) fn of(table: &Table, outcome: Outcome) -> Self {
        let (followed, _) = complete(table, outcome, &[]);
        let patients = followed.patients();
        let mut times = followed.times.clone();
        times.sort_by(|a, b| b.total_cmp(a));
        Self {
            patients,
            five: times.get(TOGETHER - 1).copied().unwrap_or(f64::NAN),
            events: followed.count_events(),
            left_out: table.rows() - patients,
            curve: KaplanMeier::of(&followed),
        }
    }
}

fn curve(table: &Table, outcome: Outcome) -> KaplanMeier {
    KaplanMeier::of(&complete(table, outcome, &[]).0)
}

pub(super) fn apart(a: &KaplanMeier, b: &KaplanMeier) -> f64 {
    a.largest_difference(b).map_or(f64::NAN, |(difference, _)| difference)
}

/// The median difference of patients and as many of those kept back.
fn held_back(
    table: &Table,
    held: &Table,
    outcome: Outcome,
    splits: usize,
    draws: Draws,
    purpose: Purpose,
) -> f64 {
    let rows = held.rows().min(table.rows());
    let one = |number| {
        let ours = draws.sample(purpose, number, table, rows);
        let theirs = draws.sample(Purpose::Holdout, number, held, rows);
        apart(&curve(&ours, outcome), &curve(&theirs, outcome))
    };
    median((0..splits).into_par_iter().map(one).collect::<Vec<f64>>())
}

/// What half of the real patients is from as many synthetic ones, and from the other half.
struct Half {
    curves: [f64; 2],
    /// Mean errors of log hazard ratios.
    hazards: [f64; 2],
}

impl Half {
    fn of(split: &Split, outcome: Outcome, covariates: &[Covariate]) -> Self {
        let [real, synthetic, other] = [&split.real, &split.synthetic, &split.other];
        let half = curve(real, outcome);
        let far = |table: &Table| apart(&half, &curve(table, outcome));
        let coefficients = |table: &Table| {
            let (places, model) = fit(table, outcome, covariates)?;
            Some(places.into_iter().zip(model.coefficients).collect::<Vec<_>>())
        };
        let ours = coefficients(real);
        let error = |table: &Table| {
            let both = ours.as_ref().zip(coefficients(table));
            both.map_or(f64::NAN, |(ours, theirs)| mean_error(ours, &theirs))
        };
        Self { curves: [far(synthetic), far(other)], hazards: [error(synthetic), error(other)] }
    }
}

/// Mean |difference| of the coefficients that both sides have.
fn mean_error(ours: &[(usize, f64)], theirs: &[(usize, f64)]) -> f64 {
    let shared = ours.iter().filter_map(|(place, a)| {
        theirs.iter().find(|(other, _)| other == place).map(|(_, b)| (a - b).abs())
    });
    let errors: Vec<f64> = shared.collect();
    errors.iter().sum::<f64>() / errors.len() as f64
}

/// The model of a table, without features that are constant in it; also the places of the others.
fn fit(table: &Table, outcome: Outcome, covariates: &[Covariate]) -> Option<(Vec<usize>, Cox)> {
    let (followed, x) = complete(table, outcome, &covariates.iter().collect::<Vec<_>>());
    let varies = |&place: &usize| x.column(place).any(|value| value != x[(0, place)]);
    let places: Vec<usize> = (0..x.columns()).filter(varies).collect();
    let left = Matrix::from_fn(x.rows(), places.len(), |row, place| x[(row, places[place])]);
    let model = cox(&followed, &left).ok().filter(|_| !places.is_empty())?;
    Some((places, model))
}

/// The log hazard ratios, or why there are none.
fn hazards(
    synthetic: &Table,
    outcome: Outcome,
    selection: &Selection,
    halves: &[Half],
    schema: &table::Schema,
) -> (Option<Hazards>, Option<String>) {
    let Some(model) = &selection.model else {
        let note = format!(
            "No hazard ratio was estimated: it takes {EVENTS_PER_FEATURE} events and a column that \
             can be a covariate."
        );
        return (None, Some(note));
    };
    let theirs = fit(synthetic, outcome, &selection.chosen);
    let note = theirs.is_none().then(|| {
        "The hazard ratios of the synthetic patients cannot be estimated: a covariate separates \
         those with the event, or there is no event."
            .to_owned()
    });
    let contrasts = selection.chosen.iter().flat_map(|covariate| {
        let column = &schema.columns[covariate.column];
        covariate.contrasts(column).into_iter().map(|contrast| (column.name.clone(), contrast))
    });
    let of_synthetic = |place: usize| {
        let (places, model) = theirs.as_ref()?;
        places.iter().position(|&other| other == place).map(|at| estimate(model, at))
    };
    let coefficients: Vec<Coefficient> = contrasts
        .enumerate()
        .map(|(place, (column, contrast))| Coefficient {
            column,
            contrast,
            real: estimate(model, place),
            synthetic: of_synthetic(place),
        })
        .collect();
    let pairs: Vec<(Estimate, Estimate)> =
        coefficients.iter().filter_map(|one| Some((one.real, one.synthetic?))).collect();
    let errors = pairs.iter().map(|(a, b)| (a.log_hazard_ratio - b.log_hazard_ratio).abs());
    let inside = |(a, b): &&(Estimate, Estimate)| (a.low..=a.high).contains(&b.log_hazard_ratio);
    let count = pairs.len() as f64;
    let hazards = Hazards {
        mean_error: errors.clone().sum::<f64>() / count,
        largest_error: errors.fold(f64::NAN, f64::max),
        within: pairs.iter().filter(inside).count() as f64 / count,
        value: median(halves.iter().map(|half| half.hazards[0])),
        ceiling: median(halves.iter().map(|half| half.hazards[1])),
        patients: selection.patients,
        events: selection.events,
        coefficients,
    };
    (Some(hazards), note)
}

fn estimate(model: &Cox, feature: usize) -> Estimate {
    let [low, high] = model.interval(feature);
    let (log_hazard_ratio, error) = (model.coefficients[feature], model.errors[feature]);
    Estimate { log_hazard_ratio, error, low, high }
}
