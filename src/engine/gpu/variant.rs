//! The ways to compute a matrix product or to sort columns: one kernel, several shaders, the same
//! bits.
//!
//! Every variant of a product adds the terms of a result in the order of the inner dimension, and
//! there is one right order of a column; so choosing a variant never changes a model.
//! `tests/engine/variants.rs` compares them bit by bit, and `tune` does so again on the shapes of a
//! run.

use super::launch::Launch;
use super::shader::{SHADERS, SHORT_COLUMN, Shader, shader};
use crate::op::{Op, Tensor};

/// One way to compute a kernel.
#[derive(Debug, PartialEq)]
pub struct Variant {
    /// What people and the cache call it.
    pub name: &'static str,
    /// The kernels that it computes: those of the file of that name.
    pub family: &'static str,
    /// Its file.
    pub file: &'static str,
    /// Rows and columns of the result that a workgroup owns; none where the kernel's own grid
    /// holds.
    tile: Option<[usize; 2]>,
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
    /// That the kernel itself asks for tiles of so many rows: what it leaves depends on them.
    Tile(usize),
}

const fn tiled(
    name: &'static str,
    family: &'static str,
    side: u32,
    constants: &'static [(&'static str, f64)],
) -> Variant {
    let edge = 4 * side as usize;
    let tile = Some([edge, edge]);
    Variant {
        name,
        family,
        file: family,
        tile,
        threads: side * side,
        constants,
        needs: Needs::Nothing,
    }
}

const fn plain(
    name: &'static str,
    file: &'static str,
    tile: [usize; 2],
    threads: u32,
    needs: Needs,
) -> Variant {
    Variant { name, family: "dense", file, tile: Some(tile), threads, constants: &[], needs }
}

const fn sliced(
    name: &'static str,
    family: &'static str,
    rows: usize,
    constants: &'static [(&'static str, f64)],
) -> Variant {
    let needs = Needs::Tile(rows);
    Variant { name, family, file: family, tile: None, threads: 256, constants, needs }
}

const fn sorting(name: &'static str, file: &'static str, threads: u32, needs: Needs) -> Variant {
    Variant { name, family: "sort_columns", file, tile: None, threads, constants: &[], needs }
}

/// Every variant; the first of a family computes everything and is the one that others are compared
/// with.
pub static VARIANTS: [Variant; 19] = [
    tiled("tile64", "dense", 16, &[("SIDE", 16.0)]),
    tiled("tile32", "dense", 8, &[("SIDE", 8.0)]),
    plain("vectors", "dense_vectors", [64, 64], 64, Needs::Fours),
    plain("lanes", "dense_lanes", [48, 64], 8, Needs::Eights),
    tiled("tile64", "covariance", 16, &[("SIDE", 16.0)]),
    tiled("tile32", "covariance", 8, &[("SIDE", 8.0)]),
    sorting("bitonic", "sort_columns", 256, Needs::Nothing),
    sorting("lanes", "sort_columns_lanes", 8, Needs::Eights),
    sliced("tile64", "norm_dense_forward", 64, &[("SIDE", 16.0)]),
    sliced("tile32", "norm_dense_forward", 32, &[("SIDE", 8.0)]),
    sliced("tile16", "norm_dense_forward", 16, &[("SIDE", 4.0)]),
    sliced("tile64", "norm_dense_backward", 64, &[("SIDE", 16.0)]),
    sliced("tile32", "norm_dense_backward", 32, &[("SIDE", 8.0)]),
    sliced("tile16", "norm_dense_backward", 16, &[("SIDE", 4.0)]),
    sliced("tile64", "dense_update", 64, &[("SIDE", 16.0)]),
    sliced("tile32", "dense_update", 32, &[("SIDE", 8.0)]),
    sliced("tile16", "dense_update", 16, &[("SIDE", 4.0)]),
    sliced("tile32", "sliced_covariance", 32, &[("SIDE", 8.0)]),
    sliced("tile16", "sliced_covariance", 16, &[("SIDE", 4.0)]),
];

/// What a device offers beyond the WebGPU standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// Subgroups of exactly eight threads.
    pub eights: bool,
}

/// The first matrix that a kernel with variants writes, and their family; none for any other
/// kernel.
fn family(op: &Op) -> Option<(&'static str, &Tensor)> {
    match op {
        Op::DenseForward { y, .. } => Some(("dense", y)),
        Op::DenseBackwardInput { dx, .. } => Some(("dense", dx)),
        Op::DenseBackwardWeight { dw, .. } => Some(("dense", dw)),
        Op::Covariance { covariance, .. } => Some(("covariance", covariance)),
        Op::SortColumns { sorted, .. } => Some(("sort_columns", sorted)),
        Op::NormDenseForward { dense, .. } => Some(("norm_dense_forward", dense)),
        Op::NormDenseBackward { dx, .. } => Some(("norm_dense_backward", dx)),
        Op::DenseUpdate { w, .. } => Some(("dense_update", w)),
        Op::SlicedCovariance { covariance, .. } => Some(("sliced_covariance", covariance)),
        _ => None,
    }
}

/// The variants that can compute a kernel on a device, the reference first; none for kernels that
/// are computed in one way.
pub fn variants(op: &Op, abilities: Abilities) -> impl Iterator<Item = &'static Variant> {
    let family = family(op).map(|(family, _)| family);
    VARIANTS
        .iter()
        .filter(move |variant| Some(variant.family) == family)
        .filter(move |variant| variant.covers(op, abilities))
}

/// The dispatch of a kernel, by the reference if it has variants.
/// Panics when a tensor is beyond the reach of a 32-bit index.
pub fn reference(op: &Op) -> Launch {
    let first = variants(op, Abilities::default()).next();
    first.map_or_else(|| Launch::of(op), |variant| variant.launch(op))
}

/// Every text that a kernel with variants may be made of.
pub(super) fn texts() -> impl Iterator<Item = String> {
    SHADERS
        .iter()
        .filter(|shader| VARIANTS.iter().any(|variant| variant.file == shader.name))
        .map(Shader::source)
}

impl Variant {
    fn covers(&self, op: &Op, abilities: Abilities) -> bool {
        match self.needs {
            Needs::Nothing => true,
            Needs::Fours => in_fours(op),
            Needs::Eights => abilities.eights && !is_long_sort(op),
            Needs::Tile(rows) => matches!(
                op,
                Op::NormDenseForward { tile, .. }
                    | Op::NormDenseBackward { tile, .. }
                    | Op::DenseUpdate { tile, .. }
                    | Op::SlicedCovariance { tile, .. } if *tile == rows
            ),
        }
    }

    /// Whether it needs threads that are executed eight at a time.
    pub fn needs_eights(&self) -> bool {
        self.needs == Needs::Eights
    }

    /// The dispatch of a kernel by this variant. Panics when it is not of this family.
    pub fn launch(&'static self, op: &Op) -> Launch {
        let (family, result) = family(op).expect("a kernel with variants");
        assert_eq!(family, self.family, "a variant of {}", self.family);
        let launch = Launch::of(op);
        let grid = match self.tile {
            Some([rows, columns]) => {
                [result.features.div_ceil(columns), result.rows.div_ceil(rows), launch.grid[2]]
            }
            None => launch.grid,
        };
        Launch {
            shader: shader(self.file),
            variant: Some(self.name),
            constants: self.constants,
            grid,
            ..launch
        }
    }
}

/// Whether columns are to be sorted that do not fit the workgroup memory.
fn is_long_sort(op: &Op) -> bool {
    matches!(op, Op::SortColumns { x, groups, .. } if x.rows / groups > SHORT_COLUMN)
}

/// Whether every operand can be read four numbers at a time.
pub(super) fn in_fours(op: &Op) -> bool {
    let apart = |tensor: &Tensor| if tensor.models > 1 { tensor.stride } else { 0 };
    let fours = |tensor: &Tensor| {
        [tensor.offset, tensor.features, apart(tensor)].iter().all(|number| number % 4 == 0)
    };
    op.operands().iter().all(|operand| fours(&operand.tensor))
}
