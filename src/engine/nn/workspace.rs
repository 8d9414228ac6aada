//! Where a training pass keeps what its backward pass and its update read, in few allocations.
//!
//! A GPU can do the updates of all layers in one dispatch only if it can bind their inputs as one
//! buffer, their gradients as another one, and so on.

use super::Network;
use super::network::Output;
use crate::op::{Backend, Program, Tensor, spare_rows};
use ground::error::Result;

/// Every window starts at a multiple of so many numbers: a line of any cache, and what every GPU can
/// bind.
const ALIGNMENT: usize = 64;

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
    pub fn workspace(
        &self,
        backend: &mut dyn Backend,
        [groups, rows]: [usize; 2],
    ) -> Result<Workspace> {
        let models = self.parameters.models;
        let all = groups * rows;
        let inputs: Vec<usize> = self.layers().iter().map(|layer| layer.inputs()).collect();
        let outputs: Vec<usize> = self.layers().iter().map(|layer| layer.outputs()).collect();
        let mut arena = |rows: usize, features: &[usize]| {
            let shapes: Vec<_> = features.iter().map(|features| [rows, *features]).collect();
            side_by_side(backend, models, &shapes)
        };
        let whole = all + spare_rows(groups, rows);
        let (xs, denses) = (arena(all, &inputs)?, arena(whole, &outputs)?);
        let (dys, statistics) = (arena(whole, &outputs)?, arena(2 * groups, &outputs)?);
        let dy = match self.plan().output {
            Output::Linear => dys[dys.len() - 1].rows_from(0, all),
            Output::Tanh => backend.alloc([models, all, self.outputs()])?,
        };
        Ok(Workspace { groups, rows, xs, denses, dys, statistics, dy })
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

/// Tensors of these rows and features in one allocation, each with all its models together, so that
/// no two of them lie in each other's gaps; in one each where the device gives no piece so large.
fn side_by_side(
    backend: &mut dyn Backend,
    models: usize,
    shapes: &[[usize; 2]],
) -> Result<Vec<Tensor>> {
    let strides = shapes.iter().map(|[rows, features]| match models {
        1 => rows * features,
        _ => (rows * features).next_multiple_of(ALIGNMENT),
    });
    let mut end: usize = 0;
    let places: Vec<[usize; 2]> = strides
        .map(|stride| {
            let start = end.next_multiple_of(ALIGNMENT);
            end = start + models * stride;
            [start, stride]
        })
        .collect();
    match backend.alloc([1, 1, end]) {
        Ok(arena) => Ok(places
            .iter()
            .zip(shapes)
            .map(|([start, stride], [rows, features])| Tensor {
                buffer: arena.buffer,
                offset: arena.offset + start,
                stride: *stride,
                models,
                rows: *rows,
                features: *features,
            })
            .collect()),
        Err(_) => shapes
            .iter()
            .map(|[rows, features]| backend.alloc([models, *rows, *features]))
            .collect(),
    }
}
