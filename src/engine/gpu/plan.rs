//! Kernel by kernel: file, entry point, grid, and the words of the uniform, from the
//! [declarations](crate::op::kernels).

use super::shader::{MOST_WORKGROUPS, SHORT_COLUMN, STRIP, TILE, WORKGROUP};
use crate::op::kernels::{every_kernel, moment_rows};
use crate::op::{Op, Random, philox};

/// Rows that a workgroup of `batch_norm_inference` normalises by what it has read of its features,
/// as long as there are workgroups enough.
const INFERRED: usize = 128;

/// The part of a launch that differs from kernel to kernel.
pub(super) struct Plan {
    pub file: &'static str,
    pub entry: &'static str,
    /// Whether the entry point reads the step.
    pub clock: bool,
    /// Workgroups in x and y.
    pub grid: [usize; 2],
    /// What the uniform `at` holds behind the places of the operands, by name.
    pub scalars: Vec<(&'static str, u32)>,
}

/// Whether the declaration says `at step`.
macro_rules! clock {
    () => {
        false
    };
    (step) => {
        true
    };
}

macro_rules! plan {
    ($(
        $(#[$formula:meta])*
        $kernel:ident = $name:literal {
            operands { $($access:ident $operand:ident $shape:tt),+ }
            scalars { $($scalar:ident: $type:ty = $example:expr),* }
            sizes { $($letter:ident = $value:expr),+ }
            must $must:tt
            flops |$written:ident| $flops:tt
            $(untouched $untouched:tt)?
            cpu |$on:ident, $spare:ident| $cpu:tt
            $(numbers $numbers:tt)?
            $(keys $keys:tt)?
            shader $file:literal $options:tt
            $(entry { $entry:expr })?
            uniform { $($word:ident: $number:expr),* }
            grid { $grid:expr } $(at $step:ident)?
        }
    )+) => {
        /// How an [`Op`] is launched.
        #[allow(unused_variables, non_snake_case, reason = "a kernel uses a part of its fields")]
        pub(super) fn plan(op: &Op) -> Plan {
            match *op {$(
                Op::$kernel { $($operand,)+ $($scalar,)* } => {
                    $(let $letter = $value;)+
                    let entry = $name;
                    $(let entry = $entry;)?
                    Plan {
                        file: $file,
                        entry,
                        clock: clock!($($step)?),
                        grid: $grid,
                        scalars: vec![$((stringify!($word), Word::word($number))),*],
                    }
                }
            )+}
        }
    };
}

every_kernel!(plan);

/// A workgroup for every 256 threads.
fn numbers(threads: usize) -> [usize; 2] {
    [strided(threads), 1]
}

/// Workgroups for that many threads; beyond the limit of a grid the threads stride.
fn strided(threads: usize) -> usize {
    threads.div_ceil(WORKGROUP as usize).min(MOST_WORKGROUPS)
}

/// A workgroup for every strip of features or rows.
fn strips(lines: usize) -> [usize; 2] {
    [lines.div_ceil(STRIP as usize), 1]
}

/// A workgroup for every square of a result whose rows come in groups: tiles lie within a group.
fn row_tiles(groups: usize, rows: usize, features: usize, tile: usize) -> [usize; 2] {
    [features.div_ceil(tile), groups * rows.div_ceil(tile)]
}

/// A workgroup for every tile of a matrix.
fn tiles(rows: usize, columns: usize) -> [usize; 2] {
    [columns, rows].map(|lines| lines.div_ceil(TILE as usize))
}

/// The low word of the key of a seed.
fn low(random: Random) -> u32 {
    philox::key(random.seed)[0]
}

/// The high word of the key of a seed.
fn high(random: Random) -> u32 {
    philox::key(random.seed)[1]
}

/// A size or a place as a shader takes it. Panics when a 32-bit index cannot reach it.
pub(super) fn size(number: usize) -> u32 {
    u32::try_from(number).unwrap_or_else(|_| panic!("{number} is beyond a shader's 32-bit index"))
}

/// What can be a word of the uniform.
trait Word {
    fn word(self) -> u32;
}

impl Word for u32 {
    fn word(self) -> u32 {
        self
    }
}

impl Word for usize {
    fn word(self) -> u32 {
        size(self)
    }
}

impl Word for bool {
    fn word(self) -> u32 {
        u32::from(self)
    }
}

/// A constant, as an f32.
impl Word for f64 {
    fn word(self) -> u32 {
        (self as f32).to_bits()
    }
}
