//! The backward pass of a network, recorded into a Program.

use super::Network;
use super::network::{Output, Pass};
use crate::op::{Backend, Op, Program, Tensor};
use ground::error::Result;

impl Network {
    /// Records the backward pass of `pass` from `dy`: parameter gradients into the arena
    /// `gradients` (none: not computed), the input's gradient into `dx` (none: not computed).
    /// The gradients at the dense outputs go into the workspace of the pass if an update is to read
    /// them.
    pub fn backward(
        &self,
        backend: &mut dyn Backend,
        program: &mut Program,
        pass: &Pass,
        dy: Tensor,
        gradients: Option<Tensor>,
        dx: Option<Tensor>,
    ) -> Result<()> {
        let (mut dy, mut past) = (dy, None);
        // One after the other, the gradients between the layers: each is taken in by the kernel
        // behind the one that made it.
        let largest = pass.layers[1..].iter().map(|layer| layer.x.len()).max();
        let between = largest.map(|length| backend.alloc([dy.models, 1, length])).transpose()?;
        between.into_iter().for_each(|tensor| program.discard(tensor));
        for (i, layer) in self.layers().iter().enumerate().rev() {
            let this = &pass.layers[i];
            dy = self.deactivate(backend, program, pass, i, dy, gradients)?;
            if let Some(arena) = gradients {
                let db = layer.b.map(|b| Self::slot(arena, b));
                program.push(Op::DenseBackwardWeight {
                    x: this.x,
                    dy,
                    dw: Self::slot(arena, layer.w),
                    db,
                });
                if let Some(w) = layer.shortcut {
                    program.push(Op::DenseBackwardWeight {
                        x: pass.layers[0].x,
                        dy,
                        dw: Self::slot(arena, w),
                        db: None,
                    });
                }
            }
            if let (Some(w), Some(dx)) = (layer.shortcut, dx) {
                let into = backend.alloc(dx.shape())?;
                program.push(Op::DenseBackwardInput {
                    dy,
                    w: Self::slot(self.parameters, w),
                    dx: into,
                });
                past = Some(into);
            }
            let into = match (i, dx, between) {
                (0, None, _) => continue,
                (0, Some(dx), _) => dx,
                (_, _, Some(between)) => between.window(0, this.x.rows, this.x.features),
                (_, _, None) => unreachable!("a hidden layer has a layer behind it"),
            };
            program.push(Op::DenseBackwardInput {
                dy,
                w: Self::slot(self.parameters, layer.w),
                dx: into,
            });
            dy = into;
        }
        if let (Some(x), Some(y)) = (past, dx) {
            program.push(Op::Add { x, y });
        }
        Ok(())
    }

    /// Records the gradient of a layer's activation and returns the tensor that holds it.
    fn deactivate(
        &self,
        backend: &mut dyn Backend,
        program: &mut Program,
        pass: &Pass,
        index: usize,
        dy: Tensor,
        gradients: Option<Tensor>,
    ) -> Result<Tensor> {
        let (layer, this) = (&self.layers()[index], &pass.layers[index]);
        let (x, slope) = (this.dense, self.plan().slope);
        let last = index + 1 == self.layers().len();
        if last && self.plan().output == Output::Linear {
            return Ok(dy);
        }
        let dx = match (&pass.space, gradients) {
            (Some(space), Some(_)) => space.gradient(program, index),
            _ => backend.alloc(dy.shape())?,
        };
        let Some(scale) = layer.scale else {
            program.push(if last {
                Op::TanhBackward { y: pass.y, dy, dx }
            } else {
                Op::LeakyReluBackward { x, dy, dx, slope }
            });
            return Ok(dx);
        };
        let [gamma, beta] = scale.map(|p| Self::slot(self.parameters, p));
        let [dgamma, dbeta] = match gradients {
            Some(arena) => scale.map(|p| Self::slot(arena, p)),
            // The kernel computes both on its way; without an arena they go nowhere.
            // Apart, because a browser refuses two neighbours that one kernel writes.
            None => {
                let mut nowhere = || backend.alloc([x.models, 1, layer.outputs()]);
                [nowhere()?, nowhere()?]
            }
        };
        let statistics = this.statistics.expect("a backward pass follows a training pass");
        let groups = pass.groups;
        program.push(Op::BatchNormBackward {
            x,
            dy,
            gamma,
            beta,
            statistics,
            dx,
            dgamma,
            dbeta,
            groups,
            slope,
        });
        Ok(dx)
    }
}
