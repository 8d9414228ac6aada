//! The launch table: how each [`Op`] becomes one dispatch.

use super::plan::{plan, size};
use super::shader::{Shader, shader};
use crate::op::{Access, Op, Place, Tensor};

/// What a shader's variable is bound to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Place in [`Shader::operands`]; the binding is the next number.
    pub slot: usize,
    /// The numbers.
    pub tensor: Tensor,
    /// Whether the variable is declared `read` rather than `read_write`.
    pub read_only: bool,
    /// Whether it only fills the place of an operand that is absent.
    pub stand_in: bool,
}

/// One dispatch: an entry point, what it is bound to, and its uniform words.
#[derive(Clone, Debug, PartialEq)]
pub struct Launch {
    /// The file.
    pub shader: &'static Shader,
    /// The entry point.
    pub entry: &'static str,
    /// Whether it reads the step.
    pub clock: bool,
    /// What is bound, in the order of [`Op::operands`]; then the stand-in for an absent operand.
    pub bound: Vec<Bound>,
    /// The uniform `at`, as many blocks as the shader's table has.
    pub words: Vec<u32>,
    /// Workgroups in x, y and z.
    pub grid: [usize; 3],
    /// The name of the variant that computes it, for a kernel that has several.
    pub variant: Option<&'static str>,
    /// Values of the shader's `override`s.
    pub constants: &'static [(&'static str, f64)],
}

impl Launch {
    /// The dispatch of a kernel, by the file that it is declared in; a kernel with variants gets
    /// one of them in `variant.rs`.
    /// Panics when a tensor is beyond the reach of a 32-bit index.
    pub fn of(op: &Op) -> Self {
        let plan = plan(op);
        let shader = shader(plan.file);
        let bind = |name, tensor, access, stand_in| Bound {
            slot: shader.slot(name),
            tensor,
            read_only: access == Access::Read && !shader.shared.contains(&name),
            stand_in,
        };
        let (present, absent): (Vec<_>, Vec<_>) =
            op.places().into_iter().partition(|place| place.tensor.is_some());
        let bound = |place: &Place| Some(bind(place.name, place.tensor?, place.access, false));
        let mut bound: Vec<_> = present.iter().filter_map(bound).collect();
        let models = bound[0].tensor.models;
        // The place of an absent operand must be bound, too: to the last one that is
        // read, or written, as well.
        for Place { name, access, .. } in absent {
            let read = |access| access == Access::Read;
            let other = present.iter().rev().find(|place| read(place.access) == read(access));
            let tensor = other.and_then(|place| place.tensor).expect("a stand-in");
            bound.push(bind(name, tensor, access, true));
        }
        let mut words = vec![0; shader.table * shader.words()];
        for Bound { slot, tensor, .. } in &bound {
            words[2 * slot] = size(tensor.offset);
            words[2 * slot + 1] = size(tensor.stride);
        }
        for (name, word) in plan.scalars {
            words[shader.scalar(name)] = word;
        }
        let [x, y] = plan.grid;
        Self {
            shader,
            entry: plan.entry,
            clock: plan.clock,
            bound,
            words,
            grid: [x, y, models],
            variant: None,
            constants: &[],
        }
    }
}
