//! The two networks, their batch, and the Programs of a training step, an evaluation and a snapshot.

use super::Recipe;
use super::scores::{CHECKS, Scores};
use crate::error::Result;
use crate::matrix::Matrix;
use crate::nn::{Adam, Network, Workspace};
use crate::op::{Backend, Compiled, Op, Program, Random, Tensor};

/// The random streams of a run.
pub mod stream {
    /// Initial weights of the generator.
    pub const GENERATOR: u32 = 1;
    /// Initial weights of the discriminator.
    pub const DISCRIMINATOR: u32 = 2;
    /// Noise of the training steps.
    pub const NOISE: u32 = 3;
    /// Shuffles of the cohort.
    pub const SHUFFLE: u32 = 4;
    /// Noise of the evaluation after each epoch.
    pub const EVALUATION: u32 = 5;
    /// Directions of the sliced loss.
    pub const DIRECTIONS: u32 = 6;
    /// Noise of the synthetic patients.
    pub const SAMPLE: u32 = 7;
}

/// How a run is laid out: everything that shapes depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Models side by side.
    pub models: usize,
    /// Rows of a batch.
    pub batch: usize,
    /// Epochs at most.
    pub epochs: usize,
    /// Epochs whose results the device keeps for the host.
    pub ring: usize,
    /// The run's seed.
    pub seed: u64,
}

/// Everything of a GAN that lives on a backend, recorded and compiled.
pub struct Gan {
    /// The generator.
    pub generator: Network,
    /// The discriminator.
    pub discriminator: Network,
    /// Adam of the generator.
    pub generator_adam: Adam,
    /// Adam of the discriminator.
    pub discriminator_adam: Adam,
    /// The encoded cohort `[1, n, d]`.
    pub data: Tensor,
    /// Noise of the step `[models, batch, latent]`.
    pub latent: Tensor,
    /// Real rows, then fake rows `[models, 2 batch, d]`.
    pub rows: Tensor,
    /// Random directions of the step `[models, d, k]`, if the recipe has the sliced term.
    pub directions: Option<Tensor>,
    /// What the device keeps for the host.
    pub scores: Scores,
    /// Steps of an epoch.
    pub batches: usize,
    /// One training step.
    pub step: Compiled,
    /// The kernels of one training step.
    pub step_program: Program,
    /// The part of a step after noise, batch and directions are in place.
    pub update: Compiled,
    /// The evaluation after an epoch.
    pub evaluate: Compiled,
    /// Of the generator's and of the discriminator's training pass.
    workspaces: [Workspace; 2],
    layout: Layout,
}

impl Gan {
    /// Allocates, initialises and records a GAN for the encoded cohort `data` (n x d, in [-1, 1]).
    pub fn new(backend: &mut dyn Backend, recipe: &Recipe, data: &Matrix, layout: Layout) -> Result<Self> {
        let Layout { models, batch, epochs, seed, .. } = layout;
        let features = data.columns();
        let batches = data.rows() / batch;
        let generator = Network::new(recipe.generator_plan(features), models, backend)?;
        let discriminator = Network::new(recipe.discriminator_plan(features), models, backend)?;
        for (network, stream) in [(&generator, stream::GENERATOR), (&discriminator, stream::DISCRIMINATOR)] {
            let initial = |m| network.initial_parameters(seed, stream, m as u32);
            backend.write(network.parameters, &(0..models).flat_map(initial).collect::<Vec<_>>())?;
            if network.statistics_len() > 0 {
                backend.write(network.statistics, &network.initial_statistics().repeat(models))?;
            }
        }
        let steps = epochs * batches;
        let cohort = backend.alloc([1, data.rows(), features])?;
        backend.write(cohort, data.values())?;
        let scores = Scores::new(backend, [models, features], layout.ring, batches)?;
        let workspaces = [generator.workspace(backend, batch)?, discriminator.workspace(backend, 2 * batch)?];
        let mut gan = Self {
            generator_adam: Adam::new(recipe.adam_plan(), &generator, steps, backend)?,
            discriminator_adam: Adam::new(recipe.adam_plan(), &discriminator, steps, backend)?,
            generator,
            discriminator,
            data: cohort,
            latent: workspaces[0].x(),
            rows: workspaces[1].x(),
            directions: match recipe.loss.sliced > 0.0 {
                true => Some(backend.alloc([models, features, recipe.loss.directions])?),
                false => None,
            },
            scores,
            batches,
            step: Compiled(0),
            step_program: Program::new("step"),
            update: Compiled(0),
            evaluate: Compiled(0),
            workspaces,
            layout,
        };
        gan.record(backend, recipe)?;
        Ok(gan)
    }

    /// How the run is laid out.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The tensors that training changes: a copy of them is a snapshot.
    pub fn state(&self) -> Vec<Tensor> {
        let (g, d) = (&self.generator_adam, &self.discriminator_adam);
        let networks = [&self.generator, &self.discriminator].map(|n| [n.parameters, n.statistics]);
        networks.into_iter().flatten().chain([g.m, g.v, d.m, d.v]).collect()
    }

    fn random(&self, stream: u32) -> Random {
        Random { seed: self.layout.seed, stream }
    }

    fn record(&mut self, backend: &mut dyn Backend, recipe: &Recipe) -> Result<()> {
        let mut update = Program::new("update");
        self.record_update(backend, recipe, &mut update)?;
        let mut step = Program::new("step");
        step.push(Op::Noise { out: self.latent, random: self.random(stream::NOISE) });
        let real = self.rows.rows_from(0, self.layout.batch);
        let data = self.data.broadcast(self.layout.models);
        step.push(Op::Gather { data, batch: real, random: self.random(stream::SHUFFLE) });
        if let Some(out) = self.directions {
            step.push(Op::Directions { out, random: self.random(stream::DIRECTIONS) });
        }
        step.append(&update);
        // The update alone is for those who look at the gradients; in a step nobody does.
        for adam in [&self.generator_adam, &self.discriminator_adam] {
            step.discard(adam.gradients);
        }
        let mut evaluate = Program::new("evaluate");
        self.record_evaluation(backend, &mut evaluate)?;
        self.update = backend.compile(&update)?;
        self.step = backend.compile(&step)?;
        self.evaluate = backend.compile(&evaluate)?;
        self.step_program = step;
        Ok(())
    }

    /// One forward pass of G for both updates, both gradients at the old weights, then both Adams.
    fn record_update(&self, backend: &mut dyn Backend, recipe: &Recipe, program: &mut Program) -> Result<()> {
        let batch = self.layout.batch;
        let fake = self.rows.rows_from(batch, batch);
        let [of_generator, of_discriminator] = &self.workspaces;
        let generated = self.generator.forward(backend, program, of_generator, Some(fake), 1)?;
        let judged = self.discriminator.forward(backend, program, of_discriminator, None, 2)?;
        let dlogits = of_discriminator.dy();
        let (loss, probability) = (self.scores.discriminator_loss(), self.scores.probabilities());
        let (logits, groups) = (judged.y, 2);
        program.push(Op::LogisticLoss { logits, loss, probability, dlogits, groups, weight: 1.0 });
        let gradients = Some(self.discriminator_adam.gradients);
        self.discriminator.backward(backend, program, &judged, dlogits, gradients, None)?;

        let mut terms = super::loss::Terms::new(recipe, fake, of_generator.dy());
        if recipe.loss.percentile > 0.0 {
            terms.percentile(backend, program, self.rows, self.scores.percentile_loss())?;
        }
        if let Some(w) = self.directions {
            terms.sliced(backend, program, self.rows, self.scores.sliced_loss(), w)?;
        }
        if recipe.loss.adversarial > 0.0 {
            let loss = [self.scores.adversarial_loss(), self.scores.spare()];
            terms.adversarial(backend, program, &self.discriminator, &judged.group(1), loss)?;
        }
        let gradients = Some(self.generator_adam.gradients);
        self.generator.backward(backend, program, &generated, terms.gradient(), gradients, None)?;
        self.discriminator_adam.update(program);
        self.generator_adam.update(program);
        self.scores.record_step(program);
        Ok(())
    }

    /// As many generated rows as the cohort has, with running statistics: their moments, and whether every parameter is finite.
    fn record_evaluation(&self, backend: &mut dyn Backend, program: &mut Program) -> Result<()> {
        let latent = backend.alloc([self.layout.models, self.data.rows, self.latent.features])?;
        program.push(Op::Noise { out: latent, random: self.random(stream::EVALUATION) });
        let x = self.generator.inference(backend, program, latent)?;
        self.scores.record_evaluation(program, x);
        for (network, part) in [(&self.generator, 0), (&self.discriminator, 1)] {
            let count = self.scores.checks.window(part * CHECKS, 1, CHECKS);
            program.push(Op::FiniteCheck { x: network.parameters, count });
        }
        self.scores.record_checks(program);
        Ok(())
    }
}
