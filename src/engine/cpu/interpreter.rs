//! From an [`Op`] to the function that does it, for every model of its tensors.
//! The calls stand in the [declarations](crate::op::kernels).

use super::memory::Memory;
use super::*;
use crate::op::Op;
use crate::op::kernels::every_kernel;
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
        let [numbers, keys] = needs(op);
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
    let run = |model: usize, numbers: &mut [T], keys: &mut [T::Key]| {
        run(op, Operands { memory, step, model: model as u32 }, Spare { numbers, keys });
    };
    if *models == 1 {
        return run(0, &mut scratch.numbers[..*numbers], &mut scratch.keys[..*keys]);
    }
    match (*numbers, *keys) {
        (0, 0) => (0..*models).into_par_iter().for_each(|model| run(model, &mut [], &mut [])),
        (numbers, 0) => scratch.numbers[..models * numbers]
            .par_chunks_mut(numbers)
            .enumerate()
            .for_each(|(model, numbers)| run(model, numbers, &mut [])),
        (_, keys) => scratch.keys[..models * keys]
            .par_chunks_mut(keys)
            .enumerate()
            .for_each(|(model, keys)| run(model, &mut [], keys)),
    }
}

/// The operands of one kernel for one model, and what random numbers and schedules are keyed by.
///
/// Sound because [`Program::push`](crate::op::Program::push) refuses a kernel whose written
/// operands overlap another operand or share numbers between models, because every operand is taken
/// once, and because kernels run one after another.
struct Operands<'a, T: Real> {
    memory: &'a Memory<T>,
    step: u32,
    model: u32,
}

impl<'a, T: Real> Operands<'a, T> {
    fn read(&self, tensor: Tensor) -> &'a [T] {
        // SAFETY: see the type.
        unsafe { self.memory.slice(&tensor, self.model as usize) }
    }

    #[allow(clippy::mut_from_ref)] // see the type
    fn write(&self, tensor: Tensor) -> &'a mut [T] {
        // SAFETY: see the type.
        unsafe { self.memory.slice_mut(&tensor, self.model as usize) }
    }
}

/// Scratch memory of one kernel for one model: as much as its declaration says.
struct Spare<'a, T: Real> {
    numbers: &'a mut [T],
    keys: &'a mut [T::Key],
}

macro_rules! interpret {
    ($(
        $(#[$formula:meta])*
        $kernel:ident = $name:literal {
            operands { $($access:ident $operand:ident $shape:tt),+ }
            scalars { $($scalar:ident: $type:ty = $example:expr),* }
            sizes { $($letter:ident = $value:expr),+ }
            must $must:tt
            flops |$written:ident| $flops:tt
            $(untouched $untouched:tt)?
            cpu |$on:ident, $spare:ident| $cpu:block
            $(numbers { $numbers:expr })?
            $(keys { $keys:expr })?
            shader $file:literal $options:tt
            $(entry $entry:tt)?
            uniform $uniform:tt
            grid $grid:tt $(at $step:ident)?
        }
    )+) => {
        /// Does a kernel for one model.
        #[allow(unused_variables, non_snake_case, reason = "a kernel uses a part of its fields")]
        fn run<T: Real>(op: &Op, operands: Operands<T>, scratch: Spare<T>) {
            match *op {$(
                Op::$kernel { $($operand,)+ $($scalar,)* } => {
                    $(let $letter = $value;)+
                    let ($on, $spare) = (operands, scratch);
                    $cpu
                }
            )+}
        }

        /// Scratch numbers and keys that a kernel needs for one model.
        #[allow(unused_variables, non_snake_case, reason = "a kernel uses a part of its fields")]
        fn needs(op: &Op) -> [usize; 2] {
            match *op {$(
                Op::$kernel { $($operand,)+ $($scalar,)* } => {
                    $(let $letter = $value;)+
                    [0 $(+ $numbers)?, 0 $(+ $keys)?]
                }
            )+}
        }
    };
}

every_kernel!(interpret);
