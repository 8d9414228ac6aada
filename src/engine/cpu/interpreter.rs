//! From an [`Op`] to the function that does it, for every model of its tensors.

use super::memory::Memory;
use super::*;
use crate::op::Op;
use rayon::prelude::*;

/// Memory that kernels need beside their operands, sized when a Program is compiled so that a
/// replay allocates nothing.
pub(super) struct Scratch<T: Real> {
    numbers: Vec<T>,
    keys: Vec<T::Key>,
}

impl<T: Real> Default for Scratch<T> {
    fn default() -> Self {
        Self { numbers: Vec::new(), keys: Vec::new() }
    }
}

impl<T: Real> Scratch<T> {
    /// Makes room for a kernel.
    pub(super) fn reserve(&mut self, task: &Task) {
        self.numbers.resize(self.numbers.len().max(task.models * task.numbers), T::zero());
        self.keys.resize(self.keys.len().max(task.models * task.keys), T::Key::default());
    }
}

/// A kernel and what one of its models needs beside the operands.
pub(super) struct Task {
    op: Op,
    models: usize,
    numbers: usize,
    keys: usize,
}

impl Task {
    /// Takes a kernel's measure.
    pub(super) fn of(op: &Op) -> Self {
        let (numbers, keys) = match op {
            Op::SortColumns { x, .. } => (0, x.len()),
            Op::TypedDirections { factor, sets, .. } => (sets.principal * factor.rows, 0),
            Op::SortedLoss { dx, .. } => (sorted_loss::scratch_len(dx.rows, dx.features), 0),
            Op::CovarianceLoss { mean, .. } => (mean.features, 0),
            Op::PercentileLoss { dx, .. } => (dx.len() + dx.features, 0),
            Op::Covariance { x, .. } => (x.len(), 0),
            Op::BatchNormForward { x, groups, .. } | Op::BatchNormBackward { x, groups, .. } => {
                (batch_norm::scratch_len(x.rows, x.features, *groups), 0)
            }
            Op::BatchNormInference { x, .. } => (x.features, 0),
            Op::DenseUpdate { w, .. } => (w.features, 0),
            _ => (0, 0),
        };
        Self { op: *op, models: op.operands()[0].tensor.models, numbers, keys }
    }

    /// The kernel.
    pub(super) fn op(&self) -> &Op {
        &self.op
    }
}

/// Does a kernel for all its models, side by side.
pub(super) fn execute<T: Real>(
    task: &Task,
    step: u32,
    memory: &Memory<T>,
    scratch: &mut Scratch<T>,
) {
    let Task { op, models, numbers, keys } = task;
    if *models == 1 {
        return run(
            op,
            step,
            0,
            memory,
            &mut scratch.numbers[..*numbers],
            &mut scratch.keys[..*keys],
        );
    }
    match (*numbers, *keys) {
        (0, 0) => {
            (0..*models).into_par_iter().for_each(|m| run(op, step, m, memory, &mut [], &mut []))
        }
        (numbers, 0) => scratch.numbers[..models * numbers]
            .par_chunks_mut(numbers)
            .enumerate()
            .for_each(|(m, numbers)| run(op, step, m, memory, numbers, &mut [])),
        (_, keys) => scratch.keys[..models * keys]
            .par_chunks_mut(keys)
            .enumerate()
            .for_each(|(m, keys)| run(op, step, m, memory, &mut [], keys)),
    }
}

/// The operands of one kernel for one model.
///
/// Sound because [`Program::push`](crate::op::Program::push) refuses a kernel whose written
/// operands overlap another operand or share numbers between models, because every operand is taken
/// once, and because kernels run one after another.
#[derive(Clone, Copy)]
struct Operands<'a, T: Real> {
    memory: &'a Memory<T>,
    model: usize,
}

impl<'a, T: Real> Operands<'a, T> {
    fn read(self, tensor: &Tensor) -> &'a [T] {
        // SAFETY: see the type.
        unsafe { self.memory.slice(tensor, self.model) }
    }

    #[allow(clippy::mut_from_ref)] // see the type
    fn write(self, tensor: &Tensor) -> &'a mut [T] {
        // SAFETY: see the type.
        unsafe { self.memory.slice_mut(tensor, self.model) }
    }
}

/// Does a kernel for one model.
fn run<T: Real>(
    op: &Op,
    step: u32,
    model: usize,
    memory: &Memory<T>,
    numbers: &mut [T],
    keys: &mut [T::Key],
) {
    let operands = Operands { memory, model };
    let read = |tensor: &Tensor| operands.read(tensor);
    let write = |tensor: &Tensor| operands.write(tensor);
    let id = model as u32;
    match op {
        Op::Noise { out, random } => noise::noise(write(out), *random, step, id),
        Op::NormalNoise { out, random } => {
            normal_noise::normal_noise(write(out), *random, step, id)
        }
        Op::Directions { out, random } => {
            directions::directions(write(out), out.features, *random, step, id)
        }
        Op::TypedDirections { factor, blocks, out, sets, random } => {
            let at = typed_directions::At { random: *random, step, model: id, width: out.features };
            typed_directions::typed_directions(
                read(factor),
                read(blocks),
                write(out),
                numbers,
                *sets,
                at,
            );
        }
        Op::Gather { data, batch, random } => {
            gather::gather(read(data), write(batch), data.features, *random, step, id);
        }
        Op::DenseForward { x, w, b, y } => {
            dense::forward(read(x), read(w), b.as_ref().map(read), write(y), [w.rows, w.features]);
        }
        Op::DenseBackwardInput { dy, w, dx } => {
            dense::backward_input(read(dy), read(w), write(dx), [w.rows, w.features]);
        }
        Op::DenseBackwardWeight { x, dy, dw, db } => {
            dense::backward_weight(
                read(x),
                read(dy),
                write(dw),
                db.as_ref().map(write),
                [dw.rows, dw.features],
            );
        }
        Op::BatchNormForward {
            x, gamma, beta, running_mean, running_var, statistics, y, ..
        } => {
            let running =
                batch_norm::Running { mean: write(running_mean), var: write(running_var) };
            let scale = [read(gamma), read(beta)];
            let (statistics, y) = (write(statistics), write(y));
            batch_norm::forward(read(x), scale, running, statistics, y, numbers, constants(op));
        }
        Op::BatchNormInference { x, gamma, beta, running_mean, running_var, y, .. } => {
            let running = [read(running_mean), read(running_var)];
            batch_norm::inference(
                read(x),
                [read(gamma), read(beta)],
                running,
                write(y),
                numbers,
                constants(op),
            );
        }
        Op::BatchNormBackward {
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
        } => {
            let saved = batch_norm::Saved {
                x: read(x),
                gamma: read(gamma),
                beta: read(beta),
                statistics: read(statistics),
            };
            batch_norm::backward(
                saved,
                read(dy),
                write(dx),
                [write(dgamma), write(dbeta)],
                numbers,
                *groups,
                *slope,
            );
        }
        Op::DenseNormForward { x, w, scale, running, dense, statistics, y, .. } => {
            let (running, dense, statistics, y) =
                (write(running), write(dense), write(statistics), write(y));
            let layer = dense_norm_forward::Layer { running, dense, statistics, y };
            dense_norm_forward::dense_norm_forward(
                read(x),
                read(w),
                read(scale),
                layer,
                constants(op),
            );
        }
        Op::DenseNormBackward { dy, w, dense, scale, statistics, dx, dscale, groups, slope } => {
            let kept = dense_norm_backward::Kept {
                dense: read(dense),
                scale: read(scale),
                statistics: read(statistics),
            };
            let (dy, dx, dscale) = ([read(dy), read(w)], write(dx), write(dscale));
            dense_norm_backward::dense_norm_backward(dy, kept, dx, dscale, *groups, *slope);
        }
        Op::DenseUpdate { x, dy, dscale, w, m, v, lr, beta1, beta2, epsilon } => {
            let constants = adam::Constants { beta1: *beta1, beta2: *beta2, epsilon: *epsilon };
            let parameters = dense_update::Parameters { w: write(w), m: write(m), v: write(v) };
            let (given, dscale, sizes) =
                ([read(x), read(dy)], dscale.as_ref().map(read), [x.features, w.features]);
            let rate = adam::rate(read(lr), step);
            dense_update::dense_update(given, dscale, parameters, rate, numbers, sizes, constants);
        }
        Op::LeakyReluForward { x, y, slope } => leaky_relu::forward(read(x), write(y), *slope),
        Op::LeakyReluBackward { x, dy, dx, slope } => {
            leaky_relu::backward(read(x), read(dy), write(dx), *slope)
        }
        Op::TanhForward { x, y } => tanh::forward(read(x), write(y)),
        Op::TanhBackward { y, dy, dx } => tanh::backward(read(y), read(dy), write(dx)),
        Op::HeadsForward { raw, noise, blocks, soft, y, temperature, spread } => {
            let heads = heads::Heads {
                blocks: read(blocks),
                features: raw.features,
                temperature: *temperature,
            };
            heads.forward([read(raw), read(noise)], write(soft), write(y), *spread);
        }
        Op::HeadsGate { gates, soft, y } => {
            heads_gate::heads_gate(read(gates), write(soft), write(y), soft.features);
        }
        Op::HeadsBackward { soft, blocks, dy, draw, temperature } => {
            let heads = heads::Heads {
                blocks: read(blocks),
                features: soft.features,
                temperature: *temperature,
            };
            heads.backward(read(soft), read(dy), write(draw));
        }
        Op::LogisticLoss { logits, loss, probability, dlogits, weight, .. } => {
            logistic_loss::logistic_loss(
                read(logits),
                write(loss),
                write(probability),
                write(dlogits),
                *weight,
            );
        }
        Op::SortColumns { x, sorted, rank, groups } => {
            sort_columns::sort_columns(
                read(x),
                write(sorted),
                write(rank),
                keys,
                x.features,
                *groups,
            );
        }
        Op::PercentileLoss { real, fake, rank, levels, loss, dx, weight } => {
            let order =
                percentile_loss::Order { real: read(real), fake: read(fake), rank: read(rank) };
            let (loss, features) = (write(loss), dx.features);
            percentile_loss::percentile_loss(
                order,
                read(levels),
                loss,
                write(dx),
                numbers,
                features,
                *weight,
            );
        }
        Op::SortedLoss { real, fake, rank, sets, loss, dx } => {
            let order =
                percentile_loss::Order { real: read(real), fake: read(fake), rank: read(rank) };
            sorted_loss::sorted_loss(
                order,
                read(sets),
                write(loss),
                write(dx),
                numbers,
                dx.features,
            );
        }
        Op::CovarianceLoss { covariance, real, mean, loss, w, b, scale, factor } => {
            let (given, made) =
                ([read(covariance), read(real), read(mean)], [write(loss), write(w), write(b)]);
            covariance_loss::covariance_loss(given, made, numbers, [*scale, *factor]);
        }
        Op::Adam { w, dw, m, v, lr, beta1, beta2, epsilon } => {
            let constants = adam::Constants { beta1: *beta1, beta2: *beta2, epsilon: *epsilon };
            adam::adam(
                write(w),
                read(dw),
                write(m),
                write(v),
                adam::rate(read(lr), step),
                constants,
            );
        }
        Op::Average { x, y, rate } => {
            average::average(read(x), write(y), adam::rate(read(rate), step))
        }
        Op::Moments { x, mean, variance } => {
            moments::moments(read(x), write(mean), write(variance))
        }
        Op::Covariance { x, mean, covariance } => {
            covariance::covariance(read(x), read(mean), write(covariance), numbers);
        }
        Op::FiniteCheck { x, count } => finite_check::finite_check(read(x), write(count)),
        Op::Add { x, y } => add::add(read(x), write(y)),
        Op::Copy { x, y } => copy::copy(read(x), write(y)),
        Op::MultiplyAdd { x, y, a, b, times } => {
            multiply_add::multiply_add(read(x), write(y), [*a, *b], *times)
        }
        Op::Record { x, history, period } => record::record(read(x), write(history), *period, step),
    }
}

/// The constants of a batch normalisation; what the kernel has not is 0.
fn constants(op: &Op) -> batch_norm::Constants {
    match op {
        Op::BatchNormForward { groups, momentum, epsilon, slope, .. }
        | Op::DenseNormForward { groups, momentum, epsilon, slope, .. } => batch_norm::Constants {
            groups: *groups,
            momentum: *momentum,
            epsilon: *epsilon,
            slope: *slope,
        },
        Op::BatchNormInference { epsilon, slope, .. } => {
            batch_norm::Constants { groups: 1, momentum: 0.0, epsilon: *epsilon, slope: *slope }
        }
        _ => unreachable!("{} is no batch normalisation", op.name()),
    }
}
