//! A stack of dense layers: records its forward pass into a Program.

use super::Workspace;
use super::arena::{Order, together};
use super::layer::{Layer, Parameter};
use crate::op::{Backend, Op, Program, Tensor};
use ground::error::Result;

/// What the last layer puts out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// The dense layer's values (a generator's range, a discriminator's logit).
    Linear,
    /// Their hyperbolic tangent.
    Tanh,
}

/// The shape of a network and the constants of its layers.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Features that go in, widths of the hidden layers, features that come out.
    pub sizes: Vec<usize>,
    /// Whether hidden layers are normalised (then without bias).
    pub batch_norm: bool,
    /// Slope of leaky ReLU for negative values.
    pub slope: f64,
    /// Added to the variance in batch normalisation.
    pub epsilon: f64,
    /// Share of the old running statistics that a batch leaves.
    pub momentum: f64,
    /// The last layer's activation.
    pub output: Output,
    /// Whether the last layer also takes in what goes into the network, past all hidden layers (a
    /// residual network; He et al. 2016).
    pub shortcut: bool,
}

/// A network of `models` independent models, with its parameters and running statistics in two flat
/// arenas.
#[derive(Clone, Debug)]
pub struct Network {
    plan: Plan,
    layers: Vec<Layer>,
    lengths: [usize; 2],
    /// Trained parameters `[models, 1, P]`.
    pub parameters: Tensor,
    /// Running means and variances `[models, 1, S]`.
    pub statistics: Tensor,
}

/// The tensors of one recorded forward pass, which the backward pass reads.
#[derive(Clone, Debug)]
pub struct Pass {
    pub(super) layers: Vec<LayerPass>,
    pub(super) groups: usize,
    /// Where the gradients at the dense outputs belong that an update reads.
    pub(super) space: Option<Workspace>,
    /// What the network put out.
    pub y: Tensor,
}

#[derive(Clone, Debug)]
pub(super) struct LayerPass {
    pub(super) x: Tensor,
    pub(super) dense: Tensor,
    pub(super) statistics: Option<Tensor>,
}

impl Plan {
    /// The layers, and how many numbers they train and keep of each model.
    fn layers(&self) -> (Vec<Layer>, [usize; 2]) {
        assert!(self.sizes.len() >= 2, "a network needs an input and an output: {:?}", self.sizes);
        let hidden = self.sizes.len() - 2;
        let mut lengths = [0, 0];
        let [trained, kept] = &mut lengths;
        let layer = |(i, size): (usize, &[usize])| {
            Layer::new(size[0], size[1], self.batch_norm && i < hidden, trained, kept)
        };
        let mut layers: Vec<Layer> = self.sizes.windows(2).enumerate().map(layer).collect();
        if self.shortcut {
            let last = layers.pop().expect("a layer");
            layers.push(last.with_shortcut(self.sizes[0], trained));
        }
        (layers, lengths)
    }
}

impl Network {
    /// Lays a network out and allocates its arenas. Panics on fewer than two sizes.
    pub fn new(plan: Plan, models: usize, backend: &mut dyn Backend) -> Result<Self> {
        Ok(Self::beside(vec![plan], models, backend)?.remove(0))
    }

    /// Several networks whose arenas lie side by side in common allocations, so that one dispatch
    /// can update all of them ([`Adam::beside`](super::Adam::beside)).
    /// Panics on fewer than two sizes.
    pub fn beside(plans: Vec<Plan>, models: usize, backend: &mut dyn Backend) -> Result<Vec<Self>> {
        let laid: Vec<_> = plans.iter().map(Plan::layers).collect();
        let mut arena = |which: usize| {
            // A network without hidden layers keeps no statistics, but a tensor cannot be empty.
            let shape = |(_, lengths): &(_, [usize; 2])| vec![[1, lengths[which].max(1)]];
            let shapes: Vec<_> = laid.iter().map(shape).collect();
            together(backend, vec![models; plans.len()], &shapes, Order::Lists)
        };
        let (parameters, statistics) = (arena(0)?.concat(), arena(1)?.concat());
        let arenas = parameters.into_iter().zip(statistics);
        let network = |((plan, (layers, lengths)), (parameters, statistics))| Self {
            plan,
            layers,
            lengths,
            parameters,
            statistics,
        };
        Ok(plans.into_iter().zip(laid).zip(arenas).map(network).collect())
    }

    /// A network of the same layout with arenas of its own, which hold zeros.
    pub fn like(&self, backend: &mut dyn Backend) -> Result<Self> {
        let parameters = backend.alloc(self.parameters.shape())?;
        let statistics = backend.alloc(self.statistics.shape())?;
        Ok(Self { parameters, statistics, ..self.clone() })
    }

    /// Its layers, first to last.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Trained parameters of one model.
    pub fn parameters_len(&self) -> usize {
        self.lengths[0]
    }

    /// Running statistics of one model.
    pub fn statistics_len(&self) -> usize {
        self.lengths[1]
    }

    /// Features that come out.
    pub fn outputs(&self) -> usize {
        self.plan.sizes[self.plan.sizes.len() - 1]
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(super) fn slot(arena: Tensor, parameter: Parameter) -> Tensor {
        arena.window(parameter.at, parameter.rows, parameter.features)
    }

    /// Records a training pass over the input of a workspace into `y` (allocated when none is given).
    /// Every group of rows is normalised with its own statistics, and the running statistics take
    /// them in one after another.
    pub fn forward(
        &self,
        backend: &mut dyn Backend,
        program: &mut Program,
        workspace: &Workspace,
        y: Option<Tensor>,
    ) -> Result<Pass> {
        self.record(backend, program, workspace.x(), y, Some(workspace))
    }

    /// Records a pass with running statistics.
    pub fn inference(
        &self,
        backend: &mut dyn Backend,
        program: &mut Program,
        x: Tensor,
    ) -> Result<Tensor> {
        Ok(self.record(backend, program, x, None, None)?.y)
    }

    fn record(
        &self,
        backend: &mut dyn Backend,
        program: &mut Program,
        x: Tensor,
        y: Option<Tensor>,
        workspace: Option<&Workspace>,
    ) -> Result<Pass> {
        let training = workspace.map(Workspace::groups);
        let mut passes = Vec::with_capacity(self.layers.len());
        let (input, mut x) = (x, x);
        for (i, layer) in self.layers.iter().enumerate() {
            let last = i + 1 == self.layers.len();
            let shape = [x.models, x.rows, layer.outputs()];
            let given = if last { y } else { None };
            let bare = last && self.plan.output == Output::Linear;
            let dense = match (given, workspace) {
                (Some(y), _) if bare => y,
                (_, Some(space)) => space.dense(program, i),
                _ => backend.alloc(shape)?,
            };
            let b = layer.b.map(|b| Self::slot(self.parameters, b));
            program.push(Op::DenseForward {
                x,
                w: Self::slot(self.parameters, layer.w),
                b,
                y: dense,
            });
            if let Some(w) = layer.shortcut.map(|w| Self::slot(self.parameters, w)) {
                let past = backend.alloc(shape)?;
                program.push(Op::DenseForward { x: input, w, b: None, y: past });
                program.push(Op::Add { x: past, y: dense });
            }
            let statistics = layer.running.and(workspace).map(|space| space.statistics[i]);
            passes.push(LayerPass { x, dense, statistics });
            x = if bare {
                dense
            } else {
                let out = match given.or(workspace.and_then(|space| space.xs.get(i + 1).copied())) {
                    Some(y) => y,
                    None => backend.alloc(shape)?,
                };
                self.activate(program, layer, dense, out, statistics, training, last);
                out
            };
        }
        let groups = training.unwrap_or(1);
        Ok(Pass { layers: passes, groups, space: workspace.cloned(), y: x })
    }

    #[allow(clippy::too_many_arguments)] // the two passes of a layer differ in these
    fn activate(
        &self,
        program: &mut Program,
        layer: &Layer,
        x: Tensor,
        y: Tensor,
        statistics: Option<Tensor>,
        training: Option<usize>,
        last: bool,
    ) {
        let Plan { slope, epsilon, momentum, .. } = self.plan;
        let (Some(scale), Some(running)) = (layer.scale, layer.running) else {
            return program.push(if last {
                Op::TanhForward { x, y }
            } else {
                Op::LeakyReluForward { x, y, slope }
            });
        };
        let [gamma, beta] = scale.map(|p| Self::slot(self.parameters, p));
        let [running_mean, running_var] = running.map(|p| Self::slot(self.statistics, p));
        program.push(match (statistics, training) {
            (Some(statistics), Some(groups)) => Op::BatchNormForward {
                x,
                gamma,
                beta,
                running_mean,
                running_var,
                statistics,
                y,
                groups,
                momentum,
                epsilon,
                slope,
            },
            _ => Op::BatchNormInference {
                x,
                gamma,
                beta,
                running_mean,
                running_var,
                y,
                epsilon,
                slope,
            },
        });
    }
}

impl Pass {
    /// The same pass seen by one of its groups of rows alone; its backward pass is for the gradient
    /// of its input.
    pub fn group(&self, group: usize) -> Self {
        let share =
            |t: Tensor, groups: usize| t.rows_from(group * (t.rows / groups), t.rows / groups);
        let layers = self
            .layers
            .iter()
            .map(|layer| LayerPass {
                x: share(layer.x, self.groups),
                dense: share(layer.dense, self.groups),
                statistics: layer.statistics.map(|s| share(s, self.groups)),
            })
            .collect();
        Self { layers, groups: 1, space: None, y: share(self.y, self.groups) }
    }
}
