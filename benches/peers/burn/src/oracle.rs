//! Holds the step to the outside oracle of `tests/fixtures`: ten steps of a small GAN from JAX in
//! f64.
//!
//! burn's optimisers take no state in a readable form, so the gradients and running statistics of
//! every step are compared from the oracle's state, and the update itself from the first one, where
//! Adam has no history.

use crate::network::Network;
use crate::training::{Recipe, Training};
use burn::module::{Param, RunningState};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;
use std::collections::BTreeMap;

const G: [usize; 5] = [6, 8, 17, 9, 5];
const D: [usize; 4] = [5, 16, 7, 1];
const RECIPE: Recipe = Recipe { generator: &G, discriminator: &D, batch: 23, rate: 1e-3 };

struct Oracle<'a>(SafeTensors<'a>);

impl Oracle<'_> {
    fn values(&self, name: &str) -> Vec<f64> {
        let bytes = self.0.tensor(name).unwrap_or_else(|error| panic!("the oracle's {name}: {error}"));
        bytes.data().chunks_exact(8).map(|bytes| f64::from_le_bytes(bytes.try_into().expect("eight bytes"))).collect()
    }

    fn tensor<const R: usize>(&self, name: &str, shape: [usize; R], device: &Device) -> Tensor<R> {
        let values = self.values(name).into_iter().map(|value| value as f32).collect();
        Tensor::from_data(TensorData::new::<f32, _>(values, shape), device)
    }

    /// Puts a state's weights and running statistics into a network.
    fn load(&self, prefix: &str, mut network: Network, device: &Device) -> Network {
        let set = |param: Param<Tensor<1>>, name: String| {
            param.map(|old| self.tensor(&name, old.dims(), device).require_grad())
        };
        let set_matrix = |param: Param<Tensor<2>>, name: String| {
            param.map(|old| self.tensor(&name, old.dims(), device).require_grad())
        };
        let count = network.hidden.len();
        for (i, layer) in network.hidden.iter_mut().enumerate() {
            let name = |key: &str| format!("{prefix}{i}/{key}");
            layer.dense.weight = set_matrix(layer.dense.weight.clone(), name("w"));
            layer.norm.gamma = set(layer.norm.gamma.clone(), name("gamma"));
            layer.norm.beta = set(layer.norm.beta.clone(), name("beta"));
            let [width] = layer.norm.gamma.dims();
            layer.norm.running_mean = RunningState::new(self.tensor(&name("running_mean"), [width], device));
            layer.norm.running_var = RunningState::new(self.tensor(&name("running_var"), [width], device));
        }
        network.last.weight = set_matrix(network.last.weight.clone(), format!("{prefix}{count}/w"));
        network.last.bias = network.last.bias.map(|bias| set(bias, format!("{prefix}{count}/b")));
        network
    }
}

/// The largest relative L2 distance of each kind of tensor.
#[derive(Default)]
struct Agreement(BTreeMap<&'static str, (f64, f64)>);

impl Agreement {
    fn hold(&mut self, kind: &'static str, got: &[f64], want: &[f64], allowed: f64) {
        assert_eq!(got.len(), want.len(), "{kind}");
        let norm = |values: &mut dyn Iterator<Item = f64>| values.map(|x| x * x).sum::<f64>().sqrt();
        let off = norm(&mut got.iter().zip(want).map(|(a, b)| a - b)) / norm(&mut want.iter().copied());
        let worst = self.0.entry(kind).or_insert((0.0, allowed));
        // NaN must stay.
        worst.0 = if off <= worst.0 { worst.0 } else { off };
    }

    fn verdict(&self, name: &str) -> bool {
        let good = !self.0.is_empty() && self.0.values().all(|(off, allowed)| off <= allowed);
        let kinds: Vec<String> =
            self.0.iter().map(|(kind, (off, allowed))| format!("{kind} {off:.1e} (allowed {allowed:.0e})")).collect();
        println!("{name}: {}: {}", if good { "the same step" } else { "WRONG" }, kinds.join(", "));
        good
    }
}

fn numbers<const R: usize>(tensor: Tensor<R>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

/// Every parameter of a network by the oracle's name, as `(name, value, gradient)`.
fn parameters(network: &Network, gradients: Option<&GradientsParams>) -> Vec<(String, Vec<f64>, Vec<f64>)> {
    fn one<const R: usize>(
        name: String,
        param: &Param<Tensor<R>>,
        gradients: Option<&GradientsParams>,
    ) -> (String, Vec<f64>, Vec<f64>) {
        let gradient = gradients.map(|all| numbers(all.get::<R>(param.id).expect("a gradient")));
        (name, numbers(param.val().inner()), gradient.unwrap_or_default())
    }
    let mut all = Vec::new();
    for (i, layer) in network.hidden.iter().enumerate() {
        all.push(one(format!("{i}/w"), &layer.dense.weight, gradients));
        all.push(one(format!("{i}/gamma"), &layer.norm.gamma, gradients));
        all.push(one(format!("{i}/beta"), &layer.norm.beta, gradients));
    }
    let count = network.hidden.len();
    all.push(one(format!("{count}/w"), &network.last.weight, gradients));
    all.push(one(format!("{count}/b"), network.last.bias.as_ref().expect("a bias"), gradients));
    all
}

/// How far values moved.
fn moved(new: &[f64], old: &[f64]) -> Vec<f64> {
    new.iter().zip(old).map(|(new, old)| new - old).collect()
}

/// What burn's Adam makes of a gradient in its first step, in f64: the epsilon is beside the
/// corrected root.
fn first_update(gradient: &[f64]) -> Vec<f64> {
    gradient.iter().map(|g| -RECIPE.rate * g / (g.abs() + 1e-7)).collect()
}

/// The names of a step in the oracle's file.
struct Step {
    before: String,
    answers: String,
    after: String,
}

/// Gradients of one network, and how far its running statistics moved.
fn hold_network(
    agreement: &mut Agreement,
    oracle: &Oracle,
    step: &Step,
    net: &str,
    network: &Network,
    gradients: &GradientsParams,
) {
    let Step { before, answers, after } = step;
    for (key, _, gradient) in parameters(network, Some(gradients)) {
        let (layer, leaf) = key.split_once('/').expect("layer and key");
        agreement.hold("gradients", &gradient, &oracle.values(&format!("{answers}{net}/{layer}/d{leaf}")), 1e-4);
    }
    for (i, layer) in network.hidden.iter().enumerate() {
        let now = [layer.norm.running_mean.value_sync(), layer.norm.running_var.value_sync()];
        for (value, key) in now.into_iter().zip(["running_mean", "running_var"]) {
            let [old, new] = [before, after].map(|state| oracle.values(&format!("{state}{net}/{i}/{key}")));
            agreement.hold("running statistics", &moved(&numbers(value), &old), &moved(&new, &old), 1e-3);
        }
    }
}

/// The weights of one network after the first update.
fn hold_update(agreement: &mut Agreement, oracle: &Oracle, step: &Step, net: &str, network: &Network) {
    for (key, value, _) in parameters(network, None) {
        let (layer, leaf) = key.split_once('/').expect("layer and key");
        let gradient = oracle.values(&format!("{}{net}/{layer}/d{leaf}", step.answers));
        let old = oracle.values(&format!("{}{net}/{key}", step.before));
        agreement.hold("updates", &moved(&value, &old), &first_update(&gradient), 1e-3);
    }
}

/// Compares and says how it went; false when this is not the paper's step.
pub fn check(name: &str, bytes: &[u8], device: &Device) -> bool {
    let oracle = Oracle(SafeTensors::deserialize(bytes).expect("the oracle's file"));
    let mut agreement = Agreement::default();
    for number in 1..=10 {
        let name = |what, number: usize| format!("percentile/{what}{number}/");
        let step =
            Step { before: name("state", number - 1), answers: name("step", number), after: name("state", number) };
        let mut training = Training::new(RECIPE, 1, device);
        training.g = oracle.load(&format!("{}g/", step.before), training.g, device);
        training.d = oracle.load(&format!("{}d/", step.before), training.d, device);
        let latent = oracle.tensor(&format!("{}z", step.answers), [RECIPE.batch, G[0]], device);
        let real = oracle.tensor(&format!("{}real", step.answers), [RECIPE.batch, D[0]], device);
        let (losses, gradients) = training.gradients(latent, real);
        let losses: Vec<f64> = losses.into_iter().flat_map(numbers).collect();
        let want = ["g_loss", "d_loss"].map(|key| oracle.values(&format!("{}{key}", step.answers))).concat();
        agreement.hold("losses", &losses, &want, 1e-5);
        hold_network(&mut agreement, &oracle, &step, "g", &training.g, &gradients[0]);
        hold_network(&mut agreement, &oracle, &step, "d", &training.d, &gradients[1]);
        if number == 1 {
            training.update(gradients);
            hold_update(&mut agreement, &oracle, &step, "g", &training.g);
            hold_update(&mut agreement, &oracle, &step, "d", &training.d);
        }
    }
    agreement.verdict(name)
}
