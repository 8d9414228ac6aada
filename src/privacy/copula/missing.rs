//! Missing cells: each column's share and the number per patient, both at once.
//!
//! The latents alone give patients of about the right number of missing cells.
//! A patient is kept with a chance that depends on it; the thresholds make up for what that does to
//! the shares of the columns.

use super::draw;
use super::latent::{Latent, threshold};
use super::ranks::below;
use crate::coordinates::Aspect;
use crate::margins::Margins;
use nalgebra::DMatrix;
use rand::rngs::Xoshiro256PlusPlus;

/// Latent patients.
const PATIENTS: usize = 12_000;

/// Steps of thresholds and chances.
const STEPS: usize = 20;

/// Rounds of the levels of columns without an order.
const LEVEL_ROUNDS: usize = 5;

/// A number of missing cells is made at most so much more frequent, or rarer.
const MOST: f64 = 8.0;

/// Chances to keep a patient with 0, 1, ... missing cells; sets the thresholds of the latents.
pub(super) fn fit(
    latent: &mut Latent,
    factor: &DMatrix<f64>,
    margins: &Margins,
    rng: &mut Xoshiro256PlusPlus,
) -> Vec<f64> {
    let columns = latent.columns();
    let places: Vec<Option<usize>> = latent
        .coordinates
        .columns()
        .iter()
        .map(|ladder| ladder.at.end - 1)
        .map(|last| (latent.coordinates.entries()[last].aspect == Aspect::Missing).then_some(last))
        .collect();
    let latents = draw(factor, PATIENTS, rng);
    // Cells are missing above a threshold; without a coordinate they have a latent of their own.
    let own = draw(&DMatrix::identity(columns, columns), PATIENTS, rng);
    let masks = DMatrix::from_fn(columns, PATIENTS, |column, patient| match places[column] {
        Some(place) => latents[(place, patient)],
        None => own[(column, patient)],
    });
    let (thresholds, weights) = thresholds(&masks, margins);
    for (column, threshold) in thresholds.iter().copied().enumerate() {
        match places[column] {
            Some(place) => latent.shifts[place] = threshold,
            None if margins.columns[column].missing > 0.0 => {
                latent.chances[column] = below(-threshold)
            }
            None => {}
        }
    }
    let patients: Vec<f64> =
        numbers(&masks, &thresholds).into_iter().map(|number| weights[number]).collect();
    for _ in 0..LEVEL_ROUNDS {
        latent.fit_levels(&latents, &patients, margins);
    }
    latent.fit_ranks(&latents, &patients, true);
    // The largest weight that some patients have: one that nearly none has would waste the others.
    let mut of_patients = patients;
    of_patients.sort_by(f64::total_cmp);
    let most = of_patients[PATIENTS - PATIENTS / 1000];
    weights.into_iter().map(|weight| (weight / most).min(1.0)).collect()
}

/// The thresholds (by column) above which cells are missing and the weights of patients with 0, 1,
/// ... missing cells, by which columns and numbers are as the margins say.
fn thresholds(masks: &DMatrix<f64>, margins: &Margins) -> (Vec<f64>, Vec<f64>) {
    let wanted: Vec<f64> = margins.columns.iter().map(|margin| margin.missing).collect();
    let mut thresholds: Vec<f64> = wanted.iter().map(|share| threshold(*share)).collect();
    let mut weights = vec![1.0; margins.missing_per_patient.len().max(masks.nrows() + 1)];
    for _ in 0..STEPS {
        let numbers = numbers(masks, &thresholds);
        weights = weights_of(&numbers, &margins.missing_per_patient, weights.len());
        for (column, (threshold, wanted)) in thresholds.iter_mut().zip(&wanted).enumerate() {
            if *wanted > 0.0 {
                let found = share(masks, column, *threshold, (&numbers, &weights));
                let density = (-0.5 * threshold.powi(2)).exp() / std::f64::consts::TAU.sqrt();
                let step = (found - wanted) / density.max(1e-3);
                *threshold += step.clamp(-0.3, 0.3);
            }
        }
    }
    (thresholds, weights)
}

/// Missing cells of every patient.
fn numbers(latents: &DMatrix<f64>, thresholds: &[f64]) -> Vec<usize> {
    let of = |g: &[f64]| g.iter().zip(thresholds).filter(|(g, threshold)| g > threshold).count();
    latents.column_iter().map(|g| of(g.as_slice())).collect()
}

/// Weights of patients by their missing cells that make the numbers as frequent as wanted.
fn weights_of(numbers: &[usize], wanted: &[f64], most: usize) -> Vec<f64> {
    let mut found = vec![0.0; most];
    numbers.iter().for_each(|number| found[*number] += 1.0 / numbers.len() as f64);
    let wanted = wanted.iter().copied().chain(std::iter::repeat(0.0));
    let ratio = |(found, wanted): (&f64, f64)| (wanted / found.max(1e-9)).clamp(1.0 / MOST, MOST);
    found.iter().zip(wanted).map(ratio).collect()
}

/// The share of missing cells of a column among weighted patients.
fn share(
    latents: &DMatrix<f64>,
    column: usize,
    threshold: f64,
    (numbers, weights): (&[usize], &[f64]),
) -> f64 {
    let (mut all, mut missing) = (0.0, 0.0);
    for (g, number) in latents.row(column).iter().zip(numbers) {
        all += weights[*number];
        missing += if *g > threshold { weights[*number] } else { 0.0 };
    }
    missing / all
}
