//! Twenty free steps from one seed: the same random numbers, batches and initial weights bit for
//! bit, the same losses within 1 %.

use crate::adapter;
use engine::cpu::Cpu;
use engine::op::Backend;
use ground::matrix::Matrix;
use training::gan::recipe::Batch;
use training::gan::{Gan, Layout, Recipe};

const STEPS: u32 = 20;
const MODELS: usize = 2;

/// A cohort with levels, ties and continuous columns, in [-1, 1].
fn cohort() -> Matrix {
    let number = |row: usize, column: usize| {
        ((row * 7919 + column * 104_729 + row * row * 31) % 1009) as f64 / 1009.0
    };
    Matrix::from_fn(130, 9, |row, column| match column % 3 {
        0 => 1.294_118 * number(row, column) - 0.294_118,
        1 => [-1.0, -0.294_118, 1.0][(number(row, column) * 3.0) as usize],
        _ => f64::from((2.0 * number(row, column).powi(3) - 1.0) as f32),
    })
}

fn recipe() -> Recipe {
    let mut recipe = Recipe::paper();
    recipe.generator.widths = vec![32, 48, 24];
    recipe.discriminator.widths = vec![40, 16];
    recipe.training.batch = Batch::Rows(43);
    recipe.loss.sliced = 0.5;
    recipe.loss.adversarial = 0.1;
    recipe.loss.directions = 7;
    recipe
}

/// What a backend saw in every step.
#[derive(Default)]
struct Seen {
    /// Initial weights, then noise, real rows of every step: to be equal bit for bit.
    exact: Vec<Vec<f64>>,
    /// Losses and probabilities of every step.
    losses: Vec<Vec<f64>>,
}

fn run(backend: &mut dyn Backend) -> Seen {
    let layout = Layout { models: MODELS, batch: 43, epochs: 10, ring: 4, seed: 11 };
    let gan = Gan::new(backend, &recipe(), &cohort(), None, layout).expect("a GAN");
    let mut seen = Seen::default();
    for network in [Some(&gan.generator), gan.discriminator.as_ref()].into_iter().flatten() {
        seen.exact.push(backend.read(network.parameters).expect("weights"));
    }
    for step in 0..STEPS {
        backend.replay(&[(gan.step, step)]).expect("a step");
        seen.exact.push(backend.read(gan.latent).expect("noise"));
        seen.exact.push(backend.read(gan.rows.rows_from(0, 43)).expect("rows"));
        seen.losses.push(gan.scores.newest_step(backend).expect("losses")[..6].to_vec());
    }
    seen
}

fn compare(name: &str, ours: &Seen, reference: &Seen) {
    assert_eq!(ours.exact.len(), 2 + 2 * STEPS as usize);
    for (i, (a, b)) in ours.exact.iter().zip(&reference.exact).enumerate() {
        assert!(
            a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits()),
            "{name}: exact numbers {i} differ"
        );
    }
    let mut worst = 0.0f64;
    for (step, (a, b)) in ours.losses.iter().zip(&reference.losses).enumerate() {
        for (kind, (a, b)) in a.iter().zip(b).enumerate() {
            let error = (a - b).abs() / b.abs();
            assert!(error <= 0.01, "{name}: step {step}, loss {kind}: {a} against {b}");
            worst = worst.max(error);
        }
    }
    println!(
        "{name}: losses of {STEPS} free steps within {worst:.1e} of the reference (allowed 1e-2)"
    );
}

#[test]
fn f32_runs_as_f64_does() {
    // Noise and weights are the same numbers in both precisions; the cohort's are rounded before
    // they are compared.
    let mut cpu = Cpu::single();
    let single = run(&mut cpu);
    let mut double = run(&mut Cpu::double());
    for rows in double.exact.iter_mut().skip(2) {
        rows.iter_mut().for_each(|value| *value = f64::from(*value as f32));
    }
    compare("CPU f32 against f64", &single, &double);
}

mod on_gpu {
    use super::*;

    #[test]
    fn the_gpu_runs_as_the_cpu_does() {
        let Some(mut gpu) = adapter::gpu_or_skip(false) else { return };
        compare(&gpu.describe(), &run(&mut gpu), &run(&mut Cpu::single()));
    }
}
