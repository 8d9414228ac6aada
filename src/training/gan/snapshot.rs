//! Copies of the training state on the device.
//! With them any epoch can be replayed exactly, without a copy of each.

use super::Gan;
use engine::op::{Backend, Compiled, Op, Program, Tensor};
use ground::error::Result;

/// Two copies of the state.
/// `mark` is that of all models at the start of the current chunk of epochs.
/// `best` is that of each model at the start of the chunk with the epoch that it keeps.
pub(super) struct Snapshots {
    mark: Compiled,
    keep: Vec<Compiled>,
    restore: Vec<Compiled>,
    /// Where the best states lie, in the order of [`Gan::state`].
    pub(super) best: Vec<Tensor>,
}

impl Snapshots {
    /// Allocates and compiles the copies.
    pub(super) fn new(backend: &mut dyn Backend, gan: &Gan) -> Result<Self> {
        let live = gan.state();
        let copies = |backend: &mut dyn Backend| -> Result<Vec<Tensor>> {
            live.iter().map(|tensor| backend.alloc(tensor.shape())).collect()
        };
        let (marked, best) = (copies(backend)?, copies(backend)?);
        let program = |backend: &mut dyn Backend,
                       name,
                       from: &[Tensor],
                       to: &[Tensor],
                       model: Option<usize>| {
            let mut program = Program::new(name);
            for (x, y) in from.iter().zip(to) {
                let only = |t: &Tensor| model.map_or(*t, |m| one_model(t, m));
                program.push(Op::Copy { x: only(x), y: only(y) });
            }
            backend.compile(&program)
        };
        let models = gan.layout().models;
        Ok(Self {
            mark: program(backend, "mark", &live, &marked, None)?,
            keep: (0..models)
                .map(|m| program(backend, "keep", &marked, &best, Some(m)))
                .collect::<Result<_>>()?,
            restore: (0..models)
                .map(|m| program(backend, "restore", &best, &live, Some(m)))
                .collect::<Result<_>>()?,
            best,
        })
    }

    /// Copies the state of all models.
    pub(super) fn mark(&self, backend: &mut dyn Backend) -> Result<()> {
        backend.replay(&[(self.mark, 0)])
    }

    /// Makes the marked state of a model the one to return to.
    pub(super) fn keep(&self, backend: &mut dyn Backend, model: usize) -> Result<()> {
        backend.replay(&[(self.keep[model], 0)])
    }

    /// Returns a model to the kept state.
    pub(super) fn restore(&self, backend: &mut dyn Backend, model: usize) -> Result<()> {
        backend.replay(&[(self.restore[model], 0)])
    }
}

/// The tensor of one model alone.
pub(super) fn one_model(tensor: &Tensor, model: usize) -> Tensor {
    Tensor { offset: tensor.start(model), models: 1, ..*tensor }
}
