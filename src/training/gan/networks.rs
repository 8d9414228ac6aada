//! The two networks of a run and everything else that it keeps on a backend.

use super::average::Average;
use super::heads::Heads;
use super::joint::{Joint, needs_spectra};
use super::scores::Scores;
use super::shortcut::start_at_components;
use super::{Cohorts, Layout, Recipe, stream};
use engine::nn::{Adam, Network, Workspace};
use engine::op::{Backend, Compiled, Program, Random, Tensor};
use ground::blocks::Blocks;
use ground::error::Result;
use ground::spectrum::Spectrum;
use rayon::prelude::*;

/// Everything of a GAN that lives on a backend, recorded and compiled.
pub struct Gan {
    /// The generator.
    pub generator: Network,
    /// The discriminator, if the recipe has one.
    pub discriminator: Option<Network>,
    /// Adam of the generator.
    pub generator_adam: Adam,
    /// Adam of the discriminator.
    pub discriminator_adam: Option<Adam>,
    /// The encoded cohort `[1, n, d]`, or `[models, n, d]` where every model has its own.
    pub data: Tensor,
    /// Noise of the step `[models, batch, latent]`.
    pub latent: Tensor,
    /// Noise of the typed heads `[models, batch, d]`, if the recipe has them.
    pub head_noise: Option<Tensor>,
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
    /// The part of a step after its noise, batch and directions were drawn.
    pub update: Compiled,
    /// The evaluation after an epoch.
    pub evaluate: Compiled,
    pub(super) heads: Option<Heads>,
    pub(super) average: Option<Average>,
    pub(super) joint: Joint,
    /// Of the generator's and of the discriminator's training pass.
    pub(super) generator_space: Workspace,
    pub(super) discriminator_space: Option<Workspace>,
    layout: Layout,
}

impl Gan {
    /// Allocates, initialises and records a GAN for the encoded cohort `data` (n x d), which all
    /// models share, or of which each has its own.
    /// `blocks` are those of a typed matrix.
    /// Errors when the recipe has heads and there are no blocks
    /// ([`Error::Usage`](ground::error::Error::Usage)).
    pub fn new<'a>(
        backend: &mut dyn Backend,
        recipe: &Recipe,
        data: impl Into<Cohorts<'a>>,
        blocks: Option<&Blocks>,
        layout: Layout,
    ) -> Result<Self> {
        let Layout { models, batch, epochs, .. } = layout;
        let data = data.into();
        let (features, [_, batches]) = (data.columns(), recipe.epochs(data.rows(), batch));
        let steps = epochs * batches;
        let heads = Heads::new(backend, recipe, blocks, features)?;
        let spectra = spectra(recipe, data);
        let (generator, discriminator) = networks(backend, recipe, layout, features)?;
        start_at_components(backend, recipe, &generator, &spectra, blocks)?;
        let cohort = written(backend, data, models)?;
        let scores = Scores::new(backend, [models, features], layout.ring, batches)?;
        let both: Vec<&Network> =
            [Some(&generator), discriminator.as_ref()].into_iter().flatten().collect();
        let mut adams = Adam::beside(recipe.adam_plan(), &both, steps, backend)?.into_iter();
        let passes: Vec<_> =
            both.iter().zip([1, 2]).map(|(n, groups)| (*n, [groups, batch])).collect();
        let mut spaces = Network::workspaces(backend, &passes)?.into_iter();
        let (generator_space, discriminator_space) =
            (spaces.next().expect("the generator's"), spaces.next());
        let mut gan = Self {
            generator_adam: adams.next().expect("the generator's"),
            discriminator_adam: adams.next(),
            average: Average::new(backend, recipe, &generator, [epochs, batches])?,
            joint: Joint::new(backend, recipe, data, &spectra, blocks, models)?,
            data: cohort,
            latent: generator_space.x(),
            head_noise: heads.map(|_| backend.alloc([models, batch, features])).transpose()?,
            rows: match &discriminator_space {
                Some(space) => space.x(), // where the discriminator reads them
                None => backend.alloc([models, 2 * batch, features])?,
            },
            directions: (recipe.loss.sliced > 0.0)
                .then(|| backend.alloc([models, features, recipe.loss.directions]))
                .transpose()?,
            generator,
            discriminator,
            scores,
            batches,
            step: Compiled(0),
            step_program: Program::new("step"),
            update: Compiled(0),
            evaluate: Compiled(0),
            heads,
            generator_space,
            discriminator_space,
            layout,
        };
        gan.record(backend, recipe)?;
        Ok(gan)
    }

    /// How the run is laid out.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The generator that is judged and kept: the average of the weights if the recipe asks for it,
    /// else the newest weights.
    pub fn judged(&self) -> &Network {
        self.average.as_ref().map_or(&self.generator, |average| &average.network)
    }

    /// The tensors that training changes. A copy of them is a snapshot.
    pub fn state(&self) -> Vec<Tensor> {
        self.named_state().into_iter().map(|(_, tensor)| tensor).collect()
    }

    /// The same with their names, such as `generator.parameters`.
    pub(crate) fn named_state(&self) -> Vec<(String, Tensor)> {
        let average = self.average.as_ref().map(|average| &average.network);
        let networks = [
            ("generator", Some(&self.generator)),
            ("discriminator", self.discriminator.as_ref()),
            ("average", average),
        ];
        let arenas =
            networks.into_iter().filter_map(|(name, n)| Some((name, n?))).flat_map(|(name, n)| {
                [(name, "parameters", n.parameters), (name, "statistics", n.statistics)]
            });
        let optimisers = [
            ("generator", Some(&self.generator_adam)),
            ("discriminator", self.discriminator_adam.as_ref()),
        ];
        let moments = optimisers
            .into_iter()
            .filter_map(|(name, adam)| Some((name, adam?)))
            .flat_map(|(name, adam)| [(name, "m", adam.m), (name, "v", adam.v)]);
        let named = |(network, part, tensor)| (format!("{network}.{part}"), tensor);
        arenas.chain(moments).map(named).collect()
    }

    pub(super) fn random(&self, stream: u32) -> Random {
        Random { seed: self.layout.seed, stream }
    }
}

/// The spectrum of every cohort's covariance, if the recipe asks for it.
fn spectra(recipe: &Recipe, data: Cohorts) -> Vec<Spectrum> {
    match recipe.generator.shortcut || needs_spectra(&recipe.loss) {
        true => data.matrices().par_iter().map(Spectrum::of_rows).collect(),
        false => Vec::new(),
    }
}

/// The generator, and the discriminator if the recipe has one, with their initial weights.
fn networks(
    backend: &mut dyn Backend,
    recipe: &Recipe,
    layout: Layout,
    features: usize,
) -> Result<(Network, Option<Network>)> {
    let mut plans = vec![recipe.generator_plan(features)];
    plans.extend(recipe.discriminator.enabled.then(|| recipe.discriminator_plan(features)));
    let mut both = Network::beside(plans, layout.models, backend)?.into_iter();
    let (generator, discriminator) = (both.next().expect("the generator"), both.next());
    initialise(backend, &generator, stream::GENERATOR, layout)?;
    if let Some(discriminator) = &discriminator {
        initialise(backend, discriminator, stream::DISCRIMINATOR, layout)?;
    }
    Ok((generator, discriminator))
}

/// Writes initial parameters and running statistics.
fn initialise(
    backend: &mut dyn Backend,
    network: &Network,
    stream: u32,
    layout: Layout,
) -> Result<()> {
    let initial = |m| network.initial_parameters(layout.seed, stream, m as u32);
    backend.write(network.parameters, &(0..layout.models).flat_map(initial).collect::<Vec<_>>())?;
    match network.statistics_len() {
        0 => Ok(()),
        _ => backend.write(network.statistics, &network.initial_statistics().repeat(layout.models)),
    }
}

/// The cohort on the backend, once for all models or once for each.
/// Panics when there is not one for each.
fn written(backend: &mut dyn Backend, data: Cohorts, models: usize) -> Result<Tensor> {
    let matrices = data.matrices();
    if let Cohorts::Each(_) = data {
        assert_eq!(matrices.len(), models, "cohorts (left) and models (right)");
    }
    let tensor = backend.alloc([matrices.len(), data.rows(), data.columns()])?;
    backend.write(
        tensor,
        &matrices.iter().flat_map(|matrix| matrix.values()).copied().collect::<Vec<_>>(),
    )?;
    Ok(tensor)
}
