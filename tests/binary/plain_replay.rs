//! The weights after some epochs by the shortest way: one step after the other, without the trainer
//! and its snapshots.

use mellizo::gan::recipe::Batch;
use mellizo::gan::{Gan, Layout, Recipe, Weights};
use mellizo::op::Backend;
use mellizo::table::bundled;
use mellizo::table::encode::Encoder;
use mellizo::table::pixels::Pixels;
use std::collections::BTreeMap;

/// What a run is started with.
#[derive(Clone, Copy)]
pub struct Start {
    pub models: usize,
    pub seed: u64,
}

/// Every tensor's bytes by name of model `model` (from 0) after `epochs` epochs on the bundled
/// cohort.
pub fn weights(
    backend: &mut dyn Backend,
    recipe: &Recipe,
    start: Start,
    [model, epochs]: [usize; 2],
) -> BTreeMap<String, Vec<u8>> {
    let cohort = bundled::cohort().unwrap();
    let data = Encoder::fit(&cohort, Pixels::Levels256).unwrap().encode(&cohort);
    let Batch::Rows(batch) = recipe.training.batch else { panic!("a number of rows") };
    let layout = Layout { models: start.models, batch, epochs, ring: 1, seed: start.seed };
    let gan = Gan::new(backend, recipe, &data, None, layout).unwrap();
    for step in 0..epochs * (cohort.rows() / batch) {
        backend.replay(&[(gan.step, step as u32)]).unwrap();
    }
    let mut tensors = BTreeMap::new();
    let networks =
        [("generator", Some(&gan.generator)), ("discriminator", gan.discriminator.as_ref())];
    for (part, network) in networks.into_iter().filter_map(|(part, network)| Some((part, network?)))
    {
        for tensor in Weights::read(backend, network, model).unwrap().0 {
            let bytes = tensor.values.iter().flat_map(|value| value.to_le_bytes()).collect();
            tensors.insert(format!("{part}.{}", tensor.name), bytes);
        }
    }
    tensors
}
