//! The launch table: how each [`Op`] becomes one dispatch.

use super::plan::{plan, size};
use super::shader::{Shader, shader};
use super::variant::{self, Variant};
use crate::op::{Access, Op, Tensor};

/// Most workgroups in one dimension of a grid, on every device.
pub const MOST_WORKGROUPS: usize = 65_535;

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
    /// How a kernel that has variants is computed.
    pub variant: Option<&'static Variant>,
}

impl Launch {
    /// The dispatch of a kernel, by the reference where it has variants.
    /// Panics when a tensor is beyond the reach of a 32-bit index.
    pub fn of(op: &Op) -> Self {
        let plan = plan(op);
        let shader = shader(plan.file);
        let bind = |name, tensor, access| Bound {
            slot: shader.slot(name),
            tensor,
            read_only: access == Access::Read && !shader.shared.contains(&name),
            stand_in: false,
        };
        let absent = |name, tensor, access| Bound { stand_in: true, ..bind(name, tensor, access) };
        let mut bound: Vec<_> =
            op.operands().iter().map(|o| bind(o.name, o.tensor, o.access)).collect();
        let models = bound[0].tensor.models;
        match op {
            Op::DenseForward { w, b: None, .. } => bound.push(absent("b", *w, Access::Read)),
            Op::DenseBackwardWeight { dw, db: None, .. } => {
                bound.push(absent("db", *dw, Access::Write))
            }
            Op::DenseUpdate { dscale: None, lr, .. } => {
                bound.push(absent("dscale", *lr, Access::Read))
            }
            _ => {}
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
        let variant = variant::reference(op);
        Self {
            shader,
            entry: plan.entry,
            clock: plan.clock,
            bound,
            words,
            grid: [x, y, models],
            variant,
        }
    }
}
