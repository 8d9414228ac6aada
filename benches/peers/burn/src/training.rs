//! The training step and the evaluation, with burn's autodiff and burn's Adam.
//!
//! What differs from the recipe: burn's Adam has its epsilon inside the bias correction.

use crate::network::Network;
use burn::module::Module;
use burn::optim::{AdamConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::activation::softplus;
use burn::tensor::{Device, Distribution, Int, Tensor, TensorData};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;

/// Percentiles that the generator's loss compares.
pub const LEVELS: usize = 20;

/// Sizes, and Adam's rate.
#[derive(Clone, Copy)]
pub struct Recipe<'a> {
    pub generator: &'a [usize],
    pub discriminator: &'a [usize],
    pub batch: usize,
    pub rate: f64,
}

/// Both networks and their optimisers.
pub struct Training<'a> {
    pub g: Network,
    pub d: Network,
    adams: [ModuleOptimizer; 2],
    recipe: Recipe<'a>,
    /// `LEVELS x batch`: what a sorted column is multiplied by to become its percentiles.
    percentiles: Tensor<2>,
    device: Device,
    shuffle: SmallRng,
}

/// Both losses of a step, on the device.
pub type Losses = [Tensor<1>; 2];

impl<'a> Training<'a> {
    /// Fresh networks on a device with autodiff.
    pub fn new(recipe: Recipe<'a>, seed: u64, device: &Device) -> Self {
        device.seed(seed);
        let adam = || AdamConfig::new().with_beta_1(0.9).with_beta_2(0.999).with_epsilon(1e-7).init();
        Self {
            g: Network::new(recipe.generator, device),
            d: Network::new(recipe.discriminator, device),
            adams: [adam(), adam()],
            recipe,
            percentiles: interpolation(recipe.batch, device),
            device: device.clone(),
            shuffle: SmallRng::seed_from_u64(seed),
        }
    }

    /// Losses and gradients at the present weights: one forward pass of G for both.
    pub fn gradients(&self, latent: Tensor<2>, real: Tensor<2>) -> (Losses, [GradientsParams; 2]) {
        let fake = self.g.forward(latent);
        let error = self.percentiles.clone().matmul(fake.clone().sort(0) - real.clone().sort(0));
        let g_loss = (error.clone() * error).mean();
        // Real rows first: that is the order in which D's running statistics take them.
        let on_real = softplus(-self.d.forward(real), 1.0).mean();
        let d_loss = on_real + softplus(self.d.forward(fake.detach()), 1.0).mean();
        let g_gradients = GradientsParams::from_grads(g_loss.backward(), &self.g);
        let d_gradients = GradientsParams::from_grads(d_loss.backward(), &self.d);
        ([g_loss.inner(), d_loss.inner()], [g_gradients, d_gradients])
    }

    /// Both updates.
    pub fn update(&mut self, [g_gradients, d_gradients]: [GradientsParams; 2]) {
        let [g_adam, d_adam] = &mut self.adams;
        self.g = g_adam.step(self.recipe.rate, self.g.clone(), g_gradients);
        self.d = d_adam.step(self.recipe.rate, self.d.clone(), d_gradients);
    }

    /// An epoch on the cohort, then `[1 + d, d]`: means and covariance of as many generated rows as
    /// the cohort has.
    pub fn epoch(&mut self, cohort: &Tensor<2>) -> (Losses, Tensor<2>) {
        let [rows, batch] = [cohort.dims()[0], self.recipe.batch];
        let mut order: Vec<i32> = (0..rows as i32).collect();
        order.shuffle(&mut self.shuffle);
        let mut losses = None;
        for chosen in order.chunks_exact(batch) {
            let chosen = TensorData::new(chosen.to_vec(), [batch]);
            let real = cohort.clone().select(0, Tensor::<1, Int>::from_data(chosen, &self.device));
            let (of_step, gradients) = self.gradients(self.noise(batch, &self.device), real);
            self.update(gradients);
            losses = Some(of_step);
        }
        (losses.expect("an epoch has a batch"), self.evaluate(rows))
    }

    fn noise(&self, rows: usize, device: &Device) -> Tensor<2> {
        Tensor::random([rows, self.recipe.generator[0]], Distribution::Uniform(-1.0, 1.0), device)
    }

    fn evaluate(&self, rows: usize) -> Tensor<2> {
        let plain = self.device.clone().inner();
        let made = self.g.valid().forward(self.noise(rows, &plain));
        Tensor::cat(vec![made.clone().mean_dim(0), made.cov(0, 1)], 0)
    }
}

/// Linear interpolation between order statistics (numpy's "linear") at 5, 10, ..., 100 %.
fn interpolation(rows: usize, device: &Device) -> Tensor<2> {
    let mut weights = vec![0f32; LEVELS * rows];
    for level in 0..LEVELS {
        let place = (level + 1) as f64 / LEVELS as f64 * (rows - 1) as f64;
        let (below, share) = (place.floor() as usize, place.fract());
        weights[level * rows + below] += (1.0 - share) as f32;
        weights[level * rows + (below + 1).min(rows - 1)] += share as f32;
    }
    Tensor::from_data(TensorData::new(weights, [LEVELS, rows]), device)
}
