//! Values of the terms by plain loops over their definition, gradients by central differences, on
//! the rows and through a whole step.

use super::target::{RIDGE, whitening};
use super::*;
use crate::gan::loss::Terms;
use crate::gan::recipe::Batch;
use crate::gan::scores::Scores;
use crate::gan::{Gan, Layout};
use engine::cpu::Cpu;
use engine::op::philox::{key, philox};
use ground::matrix::Matrix;

const BATCH: usize = 7;
const TERMS: [Term; 6] =
    [Term::Dense, Term::Principal, Term::Pairs, Term::Masks, Term::Columns, Term::Covariance];

/// Four features in ten columns.
fn typed() -> Vec<Block> {
    let block = |kind, first, len, missing| Block { kind, first, len, scale: 0.8, missing };
    vec![
        block(BlockKind::Levels, 0, 3, true),
        block(BlockKind::Number, 3, 1, false),
        block(BlockKind::MaskedNumber, 4, 2, true),
        block(BlockKind::Levels, 6, 4, false),
    ]
}

/// Numbers between -1 and 1; the tenth column is the sum of the two before it.
fn cohort(rows: usize, salt: u32) -> Matrix {
    let number = |row: usize, column: usize| {
        f64::from(philox([row as u32, column as u32, salt, 0], key(9))[0]) / f64::from(1u32 << 31)
            - 1.0
    };
    Matrix::from_fn(rows, 10, |row, column| match column {
        9 => number(row, 7) + number(row, 8),
        _ => number(row, column),
    })
}

fn joint_of(
    cpu: &mut Cpu,
    recipe: &Recipe,
    data: Cohorts,
    blocks: Option<&Blocks>,
    models: usize,
) -> Joint {
    let spectra: Vec<Spectrum> = data.matrices().iter().map(Spectrum::of_rows).collect();
    Joint::new(cpu, recipe, data, &spectra, blocks, models).unwrap()
}

/// The joint recipe with few directions and only this term, or with all.
fn recipe(only: Option<Term>) -> Recipe {
    let mut recipe = Recipe::joint();
    recipe.heads = None;
    recipe.generator.latent = 5;
    recipe.generator.widths = vec![9];
    recipe.training.batch = Batch::Rows(BATCH);
    let loss = &mut recipe.loss;
    (
        loss.dense_directions,
        loss.principal_directions,
        loss.pair_directions,
        loss.mask_directions,
    ) = (3, 4, 5, 2);
    let weight = |term| {
        if only.is_none_or(|only| only == term) { 0.5 + 0.25 * term.index() as f64 } else { 0.0 }
    };
    loss.dense = weight(Term::Dense);
    loss.principal = weight(Term::Principal);
    loss.pairs = weight(Term::Pairs);
    loss.masks = weight(Term::Masks);
    loss.columns = weight(Term::Columns);
    loss.covariance = weight(Term::Covariance);
    loss.whitening = 0.0;
    recipe
}

/// The terms of a recipe on rows of two models, each with a cohort of its own.
struct Desk {
    cpu: Cpu,
    joint: Joint,
    scores: Scores,
    rows: Tensor,
    gradient: Tensor,
    terms: engine::op::Compiled,
}

impl Desk {
    fn new(recipe: &Recipe, cohorts: &[Matrix]) -> Self {
        let (mut cpu, blocks) = (Cpu::double(), typed());
        let joint = joint_of(&mut cpu, recipe, cohorts.into(), Some(&blocks.clone().into()), 2);
        let scores = Scores::new(&mut cpu, [2, 10], 1, 1).unwrap();
        let rows = cpu.alloc([2, 2 * BATCH, 10]).unwrap();
        let gradient = cpu.alloc([2, BATCH, 10]).unwrap();
        let values: Vec<f64> =
            [5, 6].iter().flat_map(|salt| cohort(2 * BATCH, *salt).values().to_vec()).collect();
        cpu.write(rows, &values).unwrap();
        let mut draw = Program::new("draw");
        joint.draw(&mut draw, Random { seed: 3, stream: 8 });
        let draw = cpu.compile(&draw).unwrap();
        cpu.replay(&[(draw, 12)]).unwrap();
        let mut program = Program::new("terms");
        let mut terms = Terms::new(recipe, rows.rows_from(BATCH, BATCH), gradient);
        terms.joint(&mut cpu, &mut program, rows, &joint, &scores).unwrap();
        let terms = cpu.compile(&program).unwrap();
        Self { cpu, joint, scores, rows, gradient, terms }
    }

    fn read(&mut self, tensor: Tensor) -> Vec<f64> {
        self.cpu.read(tensor).unwrap()
    }

    /// The weighted sum of both models' terms on these rows.
    fn loss(&mut self, recipe: &Recipe, rows: &[f64]) -> f64 {
        self.cpu.write(self.rows, rows).unwrap();
        self.cpu.replay(&[(self.terms, 0)]).unwrap();
        TERMS
            .iter()
            .map(|term| {
                recipe.loss.weight(*term) * self.read(self.scores.term(*term)).iter().sum::<f64>()
            })
            .sum()
    }
}

fn close(what: &str, actual: f64, expected: f64, scale: f64, tolerance: f64) {
    assert!(
        (actual - expected).abs() <= tolerance * scale,
        "{what}: {actual:e} is not {expected:e}"
    );
}

/// Four times the mean over projections and order statistics of the squared difference between fake
/// and real.
fn order_statistics(rows: &[f64], directions: &[Vec<f64>]) -> f64 {
    let mut sum = 0.0;
    for direction in directions {
        let project = |row: &[f64]| row.iter().zip(direction).map(|(x, w)| x * w).sum::<f64>();
        let mut all: Vec<f64> = rows.chunks_exact(10).map(project).collect();
        let (real, fake) = all.split_at_mut(BATCH);
        real.sort_by(f64::total_cmp);
        fake.sort_by(f64::total_cmp);
        sum += real.iter().zip(fake).map(|(real, fake)| (*real - *fake).powi(2)).sum::<f64>();
    }
    4.0 * sum / (directions.len() * BATCH) as f64
}

#[test]
fn terms_have_the_values_of_their_definitions() {
    let (recipe, cohorts) = (recipe(None), [cohort(40, 1), cohort(40, 2)]);
    let mut desk = Desk::new(&recipe, &cohorts);
    let rows = desk.read(desk.rows);
    desk.loss(&recipe, &rows);
    let Directions { out, sets, .. } = desk.joint.directions.unwrap();
    let directions = desk.read(out);
    for (model, cohort) in cohorts.iter().enumerate() {
        let rows = &rows[model * 20 * BATCH..(model + 1) * 20 * BATCH];
        let of = |k: usize| directions[(model * sets.total() + k) * 10..][..10].to_vec();
        let value = |desk: &mut Desk, term| desk.read(desk.scores.term(term))[model];
        for (range, term) in sets.ranges().into_iter().zip(TERMS) {
            let expected = order_statistics(rows, &range.map(of).collect::<Vec<_>>());
            close(term.name(), value(&mut desk, term), expected, expected, 1e-12);
        }
        let axes: Vec<Vec<f64>> =
            (0..10).map(|axis| (0..10).map(|i| f64::from(u8::from(i == axis))).collect()).collect();
        let expected = order_statistics(rows, &axes);
        close("columns", value(&mut desk, Term::Columns), expected, expected, 1e-12);
        let fake = Matrix::from_values(BATCH, 10, rows[10 * BATCH..].to_vec());
        let (fake, real) = (covariance(&fake).1, covariance(cohort).1);
        let expected =
            fake.values().iter().zip(real.values()).map(|(a, b)| (a - b).powi(2)).sum::<f64>()
                / 4.0;
        close("covariance", value(&mut desk, Term::Covariance), expected, expected, 1e-12);
    }
}

#[test]
fn the_covariance_is_compared_in_the_metric_of_the_cohort() {
    let mut recipe = recipe(Some(Term::Covariance));
    recipe.loss.whitening = 1.0;
    let cohorts = [cohort(40, 1), cohort(40, 2)];
    let mut desk = Desk::new(&recipe, &cohorts);
    let rows = desk.read(desk.rows);
    desk.loss(&recipe, &rows);
    for (model, cohort) in cohorts.iter().enumerate() {
        let real = square(covariance(cohort).1.values(), 10);
        let a = whitening(&Spectrum::of_rows(cohort), 1.0);
        let ridge = &real / (real.trace() / 10.0) + DMatrix::identity(10, 10) * RIDGE;
        // At full strength A^2 is the inverse of the covariance with its ridge, up to what keeps
        // the total variance.
        let one = &a * &a * ridge;
        let factor = one[(0, 0)];
        let off = (&one - DMatrix::identity(10, 10) * factor).abs().max();
        assert!(off < 1e-10 * factor, "{off:e}");
        let white = &a * &real * &a;
        close("total variance", white.trace(), real.trace(), real.trace(), 1e-12);
        let fake = Matrix::from_values(
            BATCH,
            10,
            rows[(2 * model + 1) * 10 * BATCH..][..10 * BATCH].to_vec(),
        );
        let fake = &a * square(covariance(&fake).1.values(), 10) * &a;
        let expected = (fake - white).norm_squared() / 4.0;
        let value = desk.read(desk.scores.term(Term::Covariance))[model];
        close("covariance", value, expected, expected, 1e-10);
    }
    let still = Spectrum::of_rows(&Matrix::zeros(5, 3));
    assert_eq!(whitening(&still, 0.5), DMatrix::identity(3, 3), "a cohort without any variance");
}

#[test]
fn gradients_on_the_rows_agree_with_central_differences() {
    for only in TERMS.map(Some).into_iter().chain([None]) {
        let mut recipe = recipe(only);
        recipe.loss.whitening = 0.6;
        let mut desk = Desk::new(&recipe, &[cohort(40, 1), cohort(40, 2)]);
        let rows = desk.read(desk.rows);
        desk.loss(&recipe, &rows);
        let gradient = desk.read(desk.gradient);
        let largest = gradient.iter().fold(0.0f64, |largest, g| largest.max(g.abs()));
        assert!(largest > 1e-3, "{only:?}: no gradient");
        for i in (0..gradient.len()).step_by(3) {
            let place = i / (10 * BATCH) * 20 * BATCH + 10 * BATCH + i % (10 * BATCH);
            let mut at = |h: f64| {
                let mut rows = rows.clone();
                rows[place] += h;
                desk.loss(&recipe, &rows)
            };
            let difference = (at(1e-6) - at(-1e-6)) / 2e-6;
            close(&format!("{only:?}, number {i}"), gradient[i], difference, largest, 1e-6);
        }
    }
}

#[test]
fn principal_directions_follow_the_covariance() {
    let mut recipe = recipe(Some(Term::Principal));
    recipe.loss.principal_directions = 4000;
    let cohorts = [cohort(40, 1), cohort(40, 1)];
    let mut desk = Desk::new(&recipe, &cohorts);
    let Directions { out, .. } = desk.joint.directions.unwrap();
    let real = covariance(&cohorts[0]).1;
    // Columns 7, 8 and 9 = 7 + 8: what is across them has no variance, so no direction may point
    // there.
    let mut mean = 0.0;
    for direction in desk.read(out).chunks_exact(10) {
        assert!((direction[9] - direction[7] - direction[8]).abs() < 1e-12);
        mean += direction[9] * direction[9] / 8000.0;
    }
    // The tenth column has the largest variance, and directions point there more often than
    // anywhere else.
    let total: f64 = (0..10).map(|j| real[(j, j)]).sum();
    assert!(mean > 0.15 && mean < 2.0 * real[(9, 9)] / total, "{mean}");
}

#[test]
fn a_set_that_cannot_be_drawn_is_left_out() {
    let (recipe, mut cpu) = (recipe(None), Cpu::double());
    let joint = joint_of(&mut cpu, &recipe, (&cohort(40, 1)).into(), None, 1);
    assert_eq!(joint.directions.unwrap().sets, Sets { dense: 3, principal: 4, pairs: 5, masks: 0 });
    assert_eq!(joint.features, 10.0, "without blocks every column is a feature");
    let one = Matrix::from_fn(20, 1, |row, _| row as f64);
    let joint = joint_of(&mut cpu, &recipe, (&one).into(), None, 1);
    assert_eq!(joint.directions.unwrap().sets, Sets { dense: 3, principal: 4, pairs: 0, masks: 0 });
}

#[test]
fn the_gradient_of_a_whole_step_agrees_with_central_differences() {
    for only in TERMS.map(Some).into_iter().chain([None]) {
        let (recipe, mut cpu) = (recipe(only), Cpu::double());
        let layout = Layout { models: 1, batch: BATCH, epochs: 3, ring: 1, seed: 4 };
        let gan =
            Gan::new(&mut cpu, &recipe, &cohort(40, 1), Some(&typed().into()), layout).unwrap();
        let parameters = cpu.read(gan.generator.parameters).unwrap();
        // Noise, batch and directions of a step stay while the parameters move.
        cpu.replay(&[(gan.step, 2)]).unwrap();
        let loss = |cpu: &mut Cpu, parameters: &[f64]| {
            cpu.write(gan.generator.parameters, parameters).unwrap();
            cpu.replay(&[(gan.update, 0)]).unwrap();
            let losses = TERMS
                .map(|term| recipe.loss.weight(term) * cpu.read(gan.scores.term(term)).unwrap()[0]);
            losses.iter().sum::<f64>()
        };
        loss(&mut cpu, &parameters);
        let gradient = cpu.read(gan.generator_adam.gradients).unwrap();
        let largest = gradient.iter().fold(0.0f64, |largest, g| largest.max(g.abs()));
        for i in (0..gradient.len()).step_by(5) {
            let mut at = |h: f64| {
                let mut parameters = parameters.clone();
                parameters[i] += h;
                loss(&mut cpu, &parameters)
            };
            let difference = (at(1e-6) - at(-1e-6)) / 2e-6;
            close(&format!("{only:?}, parameter {i}"), gradient[i], difference, largest, 1e-6);
        }
    }
}
