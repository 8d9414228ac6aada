//! Where a training pass keeps what its backward pass and its update read, in few allocations.
//!
//! A GPU can do the updates of all layers in one dispatch only if it can bind their inputs as one
//! buffer, their gradients as another one, and so on.

use super::Network;
use super::arena::{Order, together};
use super::layer::Layer;
use super::network::Output;
use crate::op::{Backend, Program, Tensor, spare_rows};
use ground::error::Result;

/// For each layer of a network, for one number of rows: its input, the result of its dense product,
/// the gradient there, and the statistics of its normalisation.
///
/// Behind the rows of a result and of a gradient lie rows that a fused kernel may use
/// ([`Program::spare`]).
#[derive(Clone, Debug)]
pub struct Workspace {
    groups: usize,
    rows: usize,
    pub(super) xs: Vec<Tensor>,
    /// With their spare rows.
    denses: Vec<Tensor>,
    /// With their spare rows.
    dys: Vec<Tensor>,
    pub(super) statistics: Vec<Tensor>,
    dy: Tensor,
}

impl Network {
    /// Allocates the workspace of a training pass over `groups` runs of `rows` rows of every model;
    /// every run is normalised by itself.
    pub fn workspace(&self, backend: &mut dyn Backend, runs: [usize; 2]) -> Result<Workspace> {
        let mut one = Self::workspaces(backend, &[(self, runs)])?;
        Ok(one.remove(0))
    }

    /// The same of several networks in common allocations, so that one dispatch can do the updates
    /// of all of them.
    /// The inputs of all but the first one lie apart: an earlier network may put out there what it
    /// computes from numbers in the common allocation.
    /// Panics if they have different numbers of models.
    pub fn workspaces(
        backend: &mut dyn Backend,
        passes: &[(&Self, [usize; 2])],
    ) -> Result<Vec<Workspace>> {
        let models = || passes.iter().map(|(network, _)| network.parameters.models);
        let shapes = |shape: &dyn Fn([usize; 2], &Layer) -> [usize; 2]| -> Vec<Vec<[usize; 2]>> {
            let of = |(network, runs): &(&Self, [usize; 2])| {
                network.layers().iter().map(|layer| shape(*runs, layer)).collect()
            };
            passes.iter().map(of).collect()
        };
        let all = |[groups, rows]: [usize; 2]| groups * rows;
        let mut inputs = shapes(&|runs, layer| [all(runs), layer.inputs()]);
        let apart: Vec<_> = inputs[1..].iter_mut().map(|inputs| inputs.remove(0)).collect();
        let outputs = shapes(&|[groups, rows], layer| {
            [groups * rows + spare_rows(groups, rows), layer.outputs()]
        });
        let kept = shapes(&|[groups, _], layer| [2 * groups, layer.outputs()]);
        let mut xs = together(backend, models(), &inputs, Order::Lists)?;
        for (xs, [rows, features]) in xs[1..].iter_mut().zip(apart) {
            xs.insert(0, backend.alloc([passes[0].0.parameters.models, rows, features])?);
        }
        let denses = together(backend, models(), &outputs, Order::Lists)?;
        let dys = together(backend, models(), &outputs, Order::Alternating)?;
        let statistics = together(backend, models(), &kept, Order::Lists)?;
        let spaces = passes.iter().zip(xs).zip(denses).zip(dys).zip(statistics);
        let space = |((((pass, xs), denses), dys), statistics)| {
            let (network, [groups, rows]): &(&Self, [usize; 2]) = pass;
            let dys: Vec<Tensor> = dys;
            let all = groups * rows;
            let dy = match network.plan().output {
                Output::Linear => dys[dys.len() - 1].rows_from(0, all),
                Output::Tanh => {
                    backend.alloc([network.parameters.models, all, network.outputs()])?
                }
            };
            Ok(Workspace { groups: *groups, rows: *rows, xs, denses, dys, statistics, dy })
        };
        spaces.map(space).collect()
    }
}

impl Workspace {
    /// Where the network's input belongs `[models, groups x rows, inputs]`.
    pub fn x(&self) -> Tensor {
        self.xs[0]
    }

    /// Where the gradient of the network's output belongs `[models, groups x rows, outputs]`.
    pub fn dy(&self) -> Tensor {
        self.dy
    }

    /// Runs of rows with statistics of their own.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// Declares that nobody asks for the gradients at the hidden layers' results after a replay.
    pub fn discard(&self, program: &mut Program) {
        for layer in 0..self.dys.len() - 1 {
            program.discard(self.of_rows(self.dys[layer]));
        }
    }

    /// The result of a layer's dense product; its spare rows are declared.
    pub(super) fn dense(&self, program: &mut Program, layer: usize) -> Tensor {
        self.with_spare(program, self.denses[layer])
    }

    /// The gradient at the result of a layer's dense product; its spare rows are declared.
    pub(super) fn gradient(&self, program: &mut Program, layer: usize) -> Tensor {
        self.with_spare(program, self.dys[layer])
    }

    fn of_rows(&self, whole: Tensor) -> Tensor {
        whole.rows_from(0, self.groups * self.rows)
    }

    fn with_spare(&self, program: &mut Program, whole: Tensor) -> Tensor {
        let tensor = self.of_rows(whole);
        if program.with_spare(&tensor).is_none() {
            program.spare(tensor, whole);
        }
        tensor
    }
}
