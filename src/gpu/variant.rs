//! The ways to compute a matrix product: one kernel, several shaders, the same bits.
//!
//! Every variant adds the terms of a result in the order of the inner dimension, so that choosing one never changes a model;
//! `tests/variants.rs` compares them bit by bit, and `tune` does so again on the shapes of a run.

use super::launch::Launch;
use super::shader::{SHADERS, Shader, shader};
use crate::op::{Op, Tensor};

/// One way to compute a product.
#[derive(Debug, PartialEq)]
pub struct Variant {
    /// What people and the cache call it.
    pub name: &'static str,
    /// The kernels that it computes: those of `dense.wgsl` or of `covariance.wgsl`.
    pub family: &'static str,
    /// Its file.
    pub file: &'static str,
    /// Rows and columns of the result that a workgroup owns.
    pub tile: [usize; 2],
    /// Threads of a workgroup.
    pub threads: u32,
    /// Values of the shader's `override`s.
    pub constants: &'static [(&'static str, f64)],
    needs: Needs,
}

/// What a variant cannot do without.
#[derive(Debug, PartialEq)]
enum Needs {
    Nothing,
    /// Sizes, places and strides that are multiples of four, for reads of four numbers at a time.
    Fours,
    /// Threads that are executed eight at a time and can hear each other.
    Eights,
}

const fn tiled(
    name: &'static str,
    family: &'static str,
    side: u32,
    constants: &'static [(&'static str, f64)],
) -> Variant {
    let edge = 4 * side as usize;
    Variant { name, family, file: family, tile: [edge, edge], threads: side * side, constants, needs: Needs::Nothing }
}

const fn plain(name: &'static str, file: &'static str, tile: [usize; 2], threads: u32, needs: Needs) -> Variant {
    Variant { name, family: "dense", file, tile, threads, constants: &[], needs }
}

/// Every variant; the first of a family computes everything and is the one that others are compared with.
pub static VARIANTS: [Variant; 6] = [
    tiled("tile64", "dense", 16, &[("SIDE", 16.0)]),
    tiled("tile32", "dense", 8, &[("SIDE", 8.0)]),
    plain("vectors", "dense_vectors", [64, 64], 64, Needs::Fours),
    plain("lanes", "dense_lanes", [48, 64], 8, Needs::Eights),
    tiled("tile64", "covariance", 16, &[("SIDE", 16.0)]),
    tiled("tile32", "covariance", 8, &[("SIDE", 8.0)]),
];

/// What a device offers beyond the WebGPU standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// Subgroups of exactly eight threads.
    pub eights: bool,
}

/// The matrix that a product writes and the family of its kernel; none for any other kernel.
fn product(op: &Op) -> Option<(&'static str, &Tensor)> {
    match op {
        Op::DenseForward { y, .. } => Some(("dense", y)),
        Op::DenseBackwardInput { dx, .. } => Some(("dense", dx)),
        Op::DenseBackwardWeight { dw, .. } => Some(("dense", dw)),
        Op::Covariance { covariance, .. } => Some(("covariance", covariance)),
        _ => None,
    }
}

/// The variants that can compute a kernel on a device, the reference first; none for kernels that are no products.
pub fn variants(op: &Op, abilities: Abilities) -> impl Iterator<Item = &'static Variant> {
    let family = product(op).map(|(family, _)| family);
    VARIANTS
        .iter()
        .filter(move |variant| Some(variant.family) == family)
        .filter(move |variant| variant.covers(op, abilities))
}

/// The reference of a product.
pub(super) fn reference(op: &Op) -> Option<&'static Variant> {
    variants(op, Abilities::default()).next()
}

/// Every text that a product may be made of.
pub(super) fn texts() -> impl Iterator<Item = String> {
    SHADERS.iter().filter(|shader| VARIANTS.iter().any(|variant| variant.file == shader.name)).map(Shader::source)
}

impl Variant {
    fn covers(&self, op: &Op, abilities: Abilities) -> bool {
        match self.needs {
            Needs::Nothing => true,
            Needs::Fours => in_fours(op),
            Needs::Eights => abilities.eights,
        }
    }

    /// Whether it needs threads that are executed eight at a time.
    pub fn needs_eights(&self) -> bool {
        self.needs == Needs::Eights
    }

    /// The dispatch of a product by this variant. Panics when it is no product of this family.
    pub fn launch(&'static self, op: &Op) -> Launch {
        let (family, result) = product(op).expect("a product");
        assert_eq!(family, self.family, "a variant of {}", self.family);
        let [rows, columns] = self.tile;
        let launch = Launch::of(op);
        let grid = [result.features.div_ceil(columns), result.rows.div_ceil(rows), launch.grid[2]];
        Launch { shader: shader(self.file), variant: Some(self), grid, ..launch }
    }
}

/// Whether every operand can be read four numbers at a time.
pub(super) fn in_fours(op: &Op) -> bool {
    let apart = |tensor: &Tensor| if tensor.models > 1 { tensor.stride } else { 0 };
    let fours = |tensor: &Tensor| [tensor.offset, tensor.features, apart(tensor)].iter().all(|number| number % 4 == 0);
    op.operands().iter().all(|operand| fours(&operand.tensor))
}
