//! Puts a case on a backend, runs it, and takes the numbers back together with every number it
//! should have left alone.

use super::case::{Case, Layout};
use engine::op::{Access, Backend, Compiled, Program, Tensor};

/// Numbers in front of, between and behind the windows of an arena: odd, so that windows are not
/// aligned to anything.
const GAP: usize = 5;

/// One allocation and the windows in it.
struct Arena {
    shape: [usize; 3],
    /// (slot, first number within a model) of each window.
    windows: Vec<(usize, usize)>,
    written: bool,
}

/// The allocations of a case.
struct Plan {
    arenas: Vec<Arena>,
}

impl Plan {
    fn of(case: &Case) -> Self {
        let access = case.access();
        // Forward and backward share a shader, which takes what one of them keeps for the other as
        // written even where it is only read.
        let kept = |slot: usize| {
            let name = case.slots[slot].name;
            access[slot] == Access::Read
                && ["statistics", "running_mean", "running_var", "y"].contains(&name)
        };
        // What these kernels read may lie beside what they write, as a network's activations and
        // gradients do.
        let beside = |slot: usize| {
            let reader = ["norm_dense_forward", "norm_dense_backward"].contains(&case.kernel());
            reader && ["x", "dy"].contains(&case.slots[slot].name)
        };
        let access_of = |slot: usize| if beside(slot) { Access::Write } else { access[slot] };
        let key = |slot: usize| match case.layout {
            Layout::Apart => (slot, false, false),
            Layout::Arenas => (access_of(slot) as usize, kept(slot), case.slots[slot].shared),
            Layout::TwoArenas => {
                (usize::from(access_of(slot) != Access::Read), kept(slot), case.slots[slot].shared)
            }
        };
        let mut keys: Vec<_> = (0..case.slots.len()).map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        let arenas = keys.into_iter().map(|wanted| {
            let members: Vec<usize> =
                (0..case.slots.len()).filter(|&slot| key(slot) == wanted).collect();
            let written = members.iter().any(|&slot| access[slot] != Access::Read);
            Arena::holding(case, &members, written)
        });
        Self { arenas: arenas.collect() }
    }
}

impl Arena {
    fn holding(case: &Case, members: &[usize], written: bool) -> Self {
        let first = &case.slots[members[0]];
        if case.layout == Layout::Apart {
            return Self { shape: first.shape, windows: vec![(members[0], 0)], written };
        }
        let mut end = GAP;
        let mut windows = Vec::new();
        for &slot in members {
            windows.push((slot, end));
            end += case.slots[slot].len() + GAP;
        }
        Self { shape: [first.shape[0], 1, end], windows, written }
    }

    fn len(&self) -> usize {
        self.shape[1] * self.shape[2]
    }

    /// What the allocation holds before the run.
    /// Gaps of a read arena are NaN, so that a read beyond a window poisons the result; gaps of a
    /// written arena are numbers of their own, so that any write beyond a window shows.
    fn content(&self, case: &Case) -> Vec<f64> {
        let gap = |i: usize| if self.written { -(70_000.0 + i as f64) } else { f64::NAN };
        let mut content: Vec<f64> = (0..self.shape[0] * self.len()).map(gap).collect();
        for &(slot, at) in &self.windows {
            let slot = &case.slots[slot];
            for (model, values) in slot.values.chunks_exact(slot.len()).enumerate() {
                content[model * self.len() + at..][..slot.len()].copy_from_slice(values);
            }
        }
        content
    }
}

/// A case on a backend, ready to run.
pub struct Staged {
    plan: Plan,
    wholes: Vec<Tensor>,
    /// The tensors of the slots.
    pub tensors: Vec<Tensor>,
    /// The Program of its one kernel.
    pub compiled: Compiled,
}

/// What a run left behind.
#[derive(Clone)]
pub struct Outcome {
    /// The numbers of each slot.
    pub after: Vec<Vec<f64>>,
    /// The first number that was changed though the kernel does not write it, in words.
    pub stray: Option<String>,
}

impl Staged {
    /// Allocates, fills and compiles.
    pub fn new(case: &Case, backend: &mut dyn Backend) -> Self {
        let plan = Plan::of(case);
        let mut wholes = Vec::new();
        let mut tensors = vec![None; case.slots.len()];
        for arena in &plan.arenas {
            let whole = backend.alloc(arena.shape).expect("memory for a case");
            backend.write(whole, &arena.content(case)).expect("a written arena");
            for &(slot, at) in &arena.windows {
                let [_, rows, features] = case.slots[slot].shape;
                let window = whole.flat().window(at, rows, features);
                tensors[slot] = Some(if case.slots[slot].shared {
                    window.broadcast(case.models)
                } else {
                    window
                });
            }
            wholes.push(whole);
        }
        let tensors: Vec<Tensor> =
            tensors.into_iter().map(|tensor| tensor.expect("a window")).collect();
        let mut program = Program::new("case");
        program.push(case.op_on(&tensors));
        let compiled = backend
            .compile(&program)
            .unwrap_or_else(|e| panic!("{} {}: {e}", case.kernel(), case.label));
        Self { plan, wholes, tensors, compiled }
    }

    /// Runs the kernel once and reads everything back.
    pub fn run(&self, case: &Case, backend: &mut dyn Backend) -> Outcome {
        backend
            .replay(&[(self.compiled, case.step)])
            .unwrap_or_else(|e| panic!("{} {}: {e}", case.kernel(), case.label));
        self.outcome(case, backend)
    }

    fn outcome(&self, case: &Case, backend: &mut dyn Backend) -> Outcome {
        let access = case.access();
        let mut outcome = Outcome { after: vec![Vec::new(); case.slots.len()], stray: None };
        for (arena, whole) in self.plan.arenas.iter().zip(&self.wholes) {
            let before = arena.content(case);
            let after = backend
                .read(*whole)
                .unwrap_or_else(|e| panic!("{} {}: {e}", case.kernel(), case.label));
            let mut may_change = vec![false; before.len()];
            for &(slot, at) in &arena.windows {
                let len = case.slots[slot].len();
                for model in 0..arena.shape[0] {
                    let window = model * arena.len() + at..model * arena.len() + at + len;
                    outcome.after[slot].extend_from_slice(&after[window.clone()]);
                    may_change[window].fill(access[slot] != Access::Read);
                }
            }
            let stray =
                (0..before.len()).find(|&i| !may_change[i] && !unchanged(before[i], after[i]));
            outcome.stray = outcome.stray.or_else(|| {
                stray.map(|i| {
                    format!(
                        "number {i} of an arena {:?} went from {} to {}",
                        arena.shape, before[i], after[i]
                    )
                })
            });
        }
        outcome
    }
}

fn unchanged(before: f64, after: f64) -> bool {
    before.to_bits() == after.to_bits() || (before.is_nan() && after.is_nan())
}

/// Allocates, runs once, reads back.
pub fn run(case: &Case, backend: &mut dyn Backend) -> Outcome {
    Staged::new(case, backend).run(case, backend)
}
