//! Ring 3: whole training steps against an outside oracle, JAX in f64
//! (`tests/fixtures/make_oracle.py`).

use crate::adapter::gpu_or_skip;
use crate::oracle_file::Oracle;
use engine::cpu::Cpu;
use engine::nn::{Adam, Network};
use engine::op::{Backend, Op, Program, Tensor};
use ground::matrix::Matrix;
use training::gan::{Gan, Layout, Recipe};

/// The oracle's network and loss as a recipe.
fn recipe(variant: &str) -> Recipe {
    let mut recipe = Recipe::paper();
    recipe.generator.latent = 6;
    recipe.generator.widths = vec![8, 17, 9];
    recipe.discriminator.widths = vec![16, 7];
    recipe.optimiser.learning_rate = 1e-3;
    recipe.training.batch = training::gan::recipe::Batch::Rows(23);
    recipe.training.epochs = 4;
    recipe.loss.directions = 4;
    match variant {
        "hybrid" => recipe.loss.adversarial = 0.5,
        "sliced" => recipe.loss.sliced = 0.7,
        _ => {}
    }
    recipe
}

/// A GAN of the oracle's shape on a backend, and the oracle's numbers.
struct Bench<'a> {
    backend: &'a mut dyn Backend,
    gan: Gan,
    oracle: &'a Oracle,
    variant: &'static str,
}

/// One tensor of the state or of the gradients: its name in the file, and where it lies.
type Slot = (String, Tensor);

fn trained_slots(network: &Network, arena: Tensor, prefix: &str) -> Vec<Slot> {
    let layers = network.layers().iter().enumerate();
    layers
        .flat_map(|(i, layer)| layer.parameters().map(move |p| (i, p)))
        .map(|(i, p)| (format!("{i}/{prefix}{}", p.name), arena.window(p.at, p.rows, p.features)))
        .collect()
}

fn state_slots(network: &Network, adam: &Adam) -> Vec<Slot> {
    let mut slots = trained_slots(network, network.parameters, "");
    slots.extend(trained_slots(network, adam.m, "m_"));
    slots.extend(trained_slots(network, adam.v, "v_"));
    for (i, layer) in network.layers().iter().enumerate() {
        slots.extend(layer.statistics().map(|p| {
            (format!("{i}/{}", p.name), network.statistics.window(p.at, p.rows, p.features))
        }));
    }
    slots
}

impl<'a> Bench<'a> {
    fn new(backend: &'a mut dyn Backend, oracle: &'a Oracle, variant: &'static str) -> Self {
        let cohort = Matrix::from_values(70, 5, oracle.get("cohort"));
        let layout = Layout { models: 1, batch: 23, epochs: 4, ring: 4, seed: 1 };
        let gan = Gan::new(backend, &recipe(variant), &cohort, None, layout).unwrap();
        Self { backend, gan, oracle, variant }
    }

    fn discriminator(&self) -> &Network {
        self.gan.discriminator.as_ref().expect("a recipe with a discriminator")
    }

    fn discriminator_adam(&self) -> &Adam {
        self.gan.discriminator_adam.as_ref().expect("a recipe with a discriminator")
    }

    fn state(&self) -> Vec<Slot> {
        let parts = [
            ("g", state_slots(&self.gan.generator, &self.gan.generator_adam)),
            ("d", state_slots(self.discriminator(), self.discriminator_adam())),
        ];
        parts
            .into_iter()
            .flat_map(|(n, s)| s.into_iter().map(move |(name, t)| (format!("{n}/{name}"), t)))
            .collect()
    }

    fn gradients(&self) -> Vec<Slot> {
        let parts = [
            ("g", trained_slots(&self.gan.generator, self.gan.generator_adam.gradients, "d")),
            ("d", trained_slots(self.discriminator(), self.discriminator_adam().gradients, "d")),
        ];
        parts
            .into_iter()
            .flat_map(|(n, s)| s.into_iter().map(move |(name, t)| (format!("{n}/{name}"), t)))
            .collect()
    }

    fn load_state(&mut self, step: usize) {
        for (name, tensor) in self.state() {
            let values = self.oracle.get(&format!("{}/state{step}/{name}", self.variant));
            self.backend.write(tensor, &values).unwrap();
        }
    }

    /// Runs step `step` (from 1) on the oracle's noise, batch and directions.
    fn step(&mut self, step: usize) {
        let get = |name: &str| self.oracle.get(&format!("{}/step{step}/{name}", self.variant));
        self.backend.write(self.gan.latent, &get("z")).unwrap();
        self.backend.write(self.gan.rows.rows_from(0, 23), &get("real")).unwrap();
        if let Some(directions) = self.gan.directions {
            self.backend.write(directions, &get("directions")).unwrap();
        }
        self.backend.replay(&[(self.gan.update, step as u32 - 1)]).unwrap();
    }

    /// Discriminator loss, D(real), D(fake), percentile, adversarial, sliced of the last step, with
    /// the oracle's where it has one.
    fn losses(&mut self, step: usize) -> Vec<(&'static str, f64, f64)> {
        let scores = self.gan.scores.newest_step(self.backend).unwrap();
        let names = ["d_loss", "d_real", "d_fake", "percentile", "adversarial", "sliced"];
        let name = |n: &str| format!("{}/step{step}/{n}", self.variant);
        names
            .iter()
            .zip(scores)
            .filter(|(n, _)| self.oracle.has(&name(n)))
            .map(|(n, ours)| (*n, ours, self.oracle.get(&name(n))[0]))
            .collect()
    }

    /// Relative L2 distance of a tensor to the oracle's.
    fn distance(&mut self, tensor: Tensor, name: &str) -> f64 {
        let ours = self.backend.read(tensor).unwrap();
        let theirs = self.oracle.get(name);
        assert_eq!(ours.len(), theirs.len(), "{name}");
        let norm =
            |values: &mut dyn Iterator<Item = f64>| values.map(|v| v * v).sum::<f64>().sqrt();
        norm(&mut ours.iter().zip(&theirs).map(|(a, b)| a - b))
            / norm(&mut theirs.iter().copied()).max(1e-30)
    }
}

const VARIANTS: [(&str, usize); 3] = [("percentile", 10), ("hybrid", 3), ("sliced", 3)];

#[test]
fn f64_follows_the_oracle_for_all_its_steps() {
    let oracle = Oracle::open();
    for (variant, steps) in VARIANTS {
        let mut backend = Cpu::double();
        let mut bench = Bench::new(&mut backend, &oracle, variant);
        bench.load_state(0);
        for step in 1..=steps {
            bench.step(step);
            for (name, ours, theirs) in bench.losses(step) {
                assert!(
                    (ours - theirs).abs() <= 1e-9 * theirs.abs(),
                    "{variant} step {step} {name}: {ours} {theirs}"
                );
            }
            for (name, tensor) in bench.gradients() {
                let distance = bench.distance(tensor, &format!("{variant}/step{step}/{name}"));
                assert!(distance <= 1e-9, "{variant} step {step} gradient {name}: {distance:e}");
            }
            for (name, tensor) in bench.state() {
                let distance = bench.distance(tensor, &format!("{variant}/state{step}/{name}"));
                assert!(distance <= 1e-9, "{variant} step {step} state {name}: {distance:e}");
            }
        }
    }
}

/// Every step from the oracle's own state before it: gradients to 1e-4, and Adam on the oracle's
/// gradients to 1e-6.
fn single_steps(backend: &mut dyn Backend) -> [f64; 2] {
    let oracle = Oracle::open();
    let mut worst = [0.0f64; 2];
    for (variant, steps) in VARIANTS {
        let mut bench = Bench::new(backend, &oracle, variant);
        let updates = adam_alone(&mut bench);
        for step in 1..=steps {
            bench.load_state(step - 1);
            bench.step(step);
            for (name, ours, theirs) in bench.losses(step) {
                assert!(
                    (ours - theirs).abs() <= 1e-4 * theirs.abs(),
                    "{variant} step {step} {name}: {ours} {theirs}"
                );
            }
            for (name, tensor) in bench.gradients() {
                let distance = bench.distance(tensor, &format!("{variant}/step{step}/{name}"));
                assert!(distance <= 1e-4, "{variant} step {step} gradient {name}: {distance:e}");
                worst[0] = worst[0].max(distance);
            }
            bench.load_state(step - 1);
            for (name, tensor) in bench.gradients() {
                let values = oracle.get(&format!("{variant}/step{step}/{name}"));
                bench.backend.write(tensor, &values).unwrap();
            }
            bench.backend.replay(&[(updates, step as u32 - 1)]).unwrap();
            for (name, tensor) in
                bench.state().into_iter().filter(|(name, _)| !name.contains("running"))
            {
                let distance = bench.distance(tensor, &format!("{variant}/state{step}/{name}"));
                assert!(distance <= 1e-6, "{variant} step {step} Adam {name}: {distance:e}");
                worst[1] = worst[1].max(distance);
            }
        }
    }
    worst
}

/// All steps of a variant from the first state on, on the oracle's noise and batches: f32 drifts,
/// so only losses are compared.
fn free_steps(backend: &mut dyn Backend) -> f64 {
    let oracle = Oracle::open();
    let mut worst = 0.0f64;
    for (variant, steps) in VARIANTS {
        let mut bench = Bench::new(backend, &oracle, variant);
        bench.load_state(0);
        for step in 1..=steps {
            bench.step(step);
            for (name, ours, theirs) in bench.losses(step) {
                let error = (ours - theirs).abs() / theirs.abs();
                assert!(error <= 0.01, "{variant} free step {step} {name}: {ours} {theirs}");
                worst = worst.max(error);
            }
        }
    }
    worst
}

/// The two updates of a step without its gradients.
fn adam_alone(bench: &mut Bench) -> engine::op::Compiled {
    let mut program = Program::new("adam");
    let updates = bench.gan.step_program.ops().iter().filter(|op| matches!(op, Op::Adam { .. }));
    updates.for_each(|op| program.push(*op));
    assert_eq!(program.ops().len(), 2);
    bench.backend.compile(&program).unwrap()
}

fn report(what: &str, [gradients, adam]: [f64; 2]) {
    println!(
        "{what}: gradients within {gradients:.1e} (allowed 1e-4), Adam within {adam:.1e} (allowed 1e-6), relative L2"
    );
}

#[test]
fn f32_agrees_with_the_oracle_step_by_step() {
    report("CPU f32", single_steps(&mut Cpu::single()));
}

#[test]
fn free_steps_stay_with_the_oracle() {
    println!(
        "CPU f32: losses of free steps within {:.1e} of the oracle (allowed 1e-2)",
        free_steps(&mut Cpu::single())
    );
}

mod on_gpu {
    use super::*;

    #[test]
    fn free_steps_stay_with_the_oracle() {
        let Some(mut gpu) = gpu_or_skip(false) else { return };
        println!("{}: the same within {:.1e}", gpu.describe(), free_steps(&mut gpu));
    }

    #[test]
    fn the_gpu_agrees_with_the_oracle_step_by_step() {
        let Some(mut gpu) = gpu_or_skip(false) else { return };
        let worst = single_steps(&mut gpu);
        report(&gpu.describe(), worst);
    }
}
