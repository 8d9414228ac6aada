//! The shader files: what each of them binds, in which order, and what its uniform `at` holds.
//! `tests/engine/shaders` reads the files and fails when they say anything else.

/// The length of a workgroup of every kernel but some variants, in threads.
pub const WORKGROUP: u32 = 256;

/// Rows or features that a workgroup owns where it does not own single numbers.
pub const STRIP: u32 = 16;

/// Rows and columns of the matrix that a workgroup of a product's reference variant owns.
pub const TILE: u32 = 64;

/// Features that a workgroup of `dense_norm_forward` and `dense_norm_backward` owns: four for each
/// of the QUADS of `strip.wgsl`.
pub const WIDE_STRIP: u32 = 32;

/// Most rows of a column that fit the workgroup memory of `sort_columns` and `sort_columns_lanes`.
pub const SHORT_COLUMN: usize = 2048;

/// One WGSL file.
///
/// Operand `i` is binding `i + 1` of group 0; binding 0 is the uniform `at`, which holds two words
/// (offset, model stride) for every operand and then one word for every scalar.
/// Binding 0 of group 1 is the step, in the kernels that need it.
/// An operand that one kernel of the file writes and another one reads has a second variable
/// `NAME_read` at the same binding.
#[derive(Debug, PartialEq, Eq)]
pub struct Shader {
    /// Name of the file without its ending.
    pub name: &'static str,
    /// The text of the file, without what follows it.
    pub text: &'static str,
    /// The variables of its operands.
    pub operands: &'static [&'static str],
    /// The sizes and constants in `at`.
    pub scalars: &'static [&'static str],
    /// The text of the matrix product that it uses, `tile.wgsl` or `strip.wgsl`, if any.
    pub product: &'static str,
    /// Operands that are only read, but declared `read_write` because they may share a buffer with
    /// one that is written: WebGPU forbids to bind a buffer in both ways in one dispatch.
    pub shared: &'static [&'static str],
    /// Blocks of the uniform `at`: 1, or as many launches as one dispatch can do together.
    pub table: usize,
}

impl Shader {
    /// The whole module: the file, the matrix product if it needs that, and the prelude.
    pub fn source(&self) -> String {
        [self.text, self.product, include_str!("../../../shaders/prelude.wgsl")].join("\n")
    }

    /// Name of the CPU file that mirrors it, without its ending: variants of one kernel share one.
    pub fn mirror(&self) -> &'static str {
        match self.name {
            "dense_lanes" | "dense_vectors" => "dense",
            "sort_columns_lanes" => "sort_columns",
            name => name,
        }
    }

    /// Place of an operand in the file's list. Panics when there is none.
    pub fn slot(&self, operand: &str) -> usize {
        let found = self.operands.iter().position(|name| *name == operand);
        found.unwrap_or_else(|| panic!("{}.wgsl has no operand {operand}", self.name))
    }

    /// Words of a block of the uniform `at`; where there are several, they start at multiples of 16
    /// bytes.
    pub fn words(&self) -> usize {
        let words = 2 * self.operands.len() + self.scalars.len();
        if self.table > 1 { words.next_multiple_of(4) } else { words }
    }

    /// Word of the uniform `at` that holds a scalar. Panics when there is none.
    pub fn scalar(&self, scalar: &str) -> usize {
        let found = self.scalars.iter().position(|name| *name == scalar);
        2 * self.operands.len()
            + found.unwrap_or_else(|| panic!("{}.wgsl has no scalar {scalar}", self.name))
    }
}

/// `shader!("tanh": x, y, dy, dx; size)` with the text of the file; `tile` or `strip` after the
/// name for a matrix product.
macro_rules! shader {
    (@product tile) => { include_str!("../../../shaders/tile.wgsl") };
    (@product strip) => { include_str!("../../../shaders/strip.wgsl") };
    (@product) => { "" };
    ($name:literal $($product:ident)?: $($operand:ident),*; $($scalar:ident),*) => {
        Shader {
            name: $name,
            text: include_str!(concat!("../../../shaders/", $name, ".wgsl")),
            operands: &[$(stringify!($operand)),*],
            scalars: &[$(stringify!($scalar)),*],
            product: shader!(@product $($product)?),
            shared: &[],
            table: 1,
        }
    };
}

/// Every shader file except those that others are followed by (`prelude.wgsl`, `tile.wgsl`,
/// `strip.wgsl`).
pub static SHADERS: [Shader; 31] = [
    shader!("noise": out; size, stream, seed_low, seed_high),
    shader!("normal_noise": out; size, stream, seed_low, seed_high),
    shader!("directions": out; rows, features, stream, seed_low, seed_high),
    shader!("typed_directions": factor, blocks, out; rank, count, width, dense, principal, pairs, stream, seed_low, seed_high),
    shader!("gather": data, batch; patients, rows, features, stream, seed_low, seed_high),
    shader!("dense" tile: x, w, b, y, dy, dx, dw, db; rows, inputs, outputs, biased),
    shader!("dense_lanes": x, w, b, y, dy, dx, dw, db; rows, inputs, outputs, biased),
    shader!("dense_vectors": x, w, b, y, dy, dx, dw, db; rows, inputs, outputs, biased),
    shader!("batch_norm": x, gamma, beta, running_mean, running_var, statistics, y, dy,
        dx, dgamma, dbeta; rows, features, groups, momentum, rest, epsilon, slope),
    Shader {
        shared: &["x"],
        ..shader!("dense_norm_forward" strip: x, w, scale, running, dense, statistics, y;
            rows, inputs, features, groups, momentum, rest, epsilon, slope)
    },
    Shader {
        shared: &["dy"],
        ..shader!("dense_norm_backward" strip: dy, w, dense, scale, statistics, dx, dscale;
            rows, features, outputs, groups, slope)
    },
    Shader {
        table: 16,
        ..shader!("dense_update" tile: x, dy, dscale, w, m, v, lr;
            first, across, layers, rows, inputs, outputs, extra, steps, beta1, rest1, beta2, rest2, epsilon)
    },
    shader!("leaky_relu": x, y, dy, dx; size, slope),
    shader!("tanh": x, y, dy, dx; size),
    shader!("heads": raw, noise, blocks, soft, y, dy, draw; rows, features, count, temperature, spread),
    shader!("heads_gate": gates, soft, y; rows, features, count),
    shader!("logistic_loss": logits, loss, probability, dlogits; rows, groups, weight),
    shader!("sort_columns": x, sorted, rank; rows, features),
    shader!("sort_columns_lanes": x, sorted, rank; rows, features),
    shader!("percentile_loss": real, fake, rank, levels, loss, dx; rows, features, count, weight),
    shader!("sorted_loss": real, fake, rank, sets, loss, dx; rows, features, count),
    shader!("covariance_loss": covariance, real, mean, loss, w, b; features, scale, factor),
    shader!("adam": w, dw, m, v, lr; size, steps, beta1, rest1, beta2, rest2, epsilon),
    shader!("average": x, y, rate; size, steps),
    shader!("moments": x, mean, variance; rows, features),
    shader!("covariance" tile: x, mean, covariance; rows, features),
    shader!("finite_check": x, count; size, parts),
    shader!("add": x, y; size),
    shader!("copy": x, y; size),
    shader!("multiply_add": x, y; size, times, a, b),
    shader!("record": x, history; size, rows, period),
];

/// The shader file of that name. Panics when there is none.
pub fn shader(name: &str) -> &'static Shader {
    SHADERS
        .iter()
        .find(|shader| shader.name == name)
        .unwrap_or_else(|| panic!("no shader {name}.wgsl"))
}
