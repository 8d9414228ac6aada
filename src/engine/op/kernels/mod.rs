//! The declarations of all kernels: everything that is known of a kernel stands in one place, once.
//!
//! A family of kernels has a file here.
//! The file declares each kernel like this:
//!
//! ```text
//! /// `y = y + x`.                                        the formula: the variant's documentation
//! Add = "add" {                                           variant of `Op`, and its name
//!     operands { read x [M, R, F], update y [M, R, F] }   tensors in binding order, with shapes
//!     scalars {}                                          other fields: `slope: f64 = 0.01`
//!     sizes { M = x.models, R = x.rows, F = x.features }  what the letters of the shapes stand for
//!     must {}                                             what else has to hold, and the complaint
//!     flops |written| { written }                         least arithmetic of one replay
//!     cpu |on, spare| { add::add(on.read(x), on.write(y)) }   the call of its mirror
//!     shader "add" {}                                     its file, and what follows it as text
//!     uniform { size: R * F }                             what `at` holds behind the places
//!     grid { numbers(R * F) }                             workgroups in x and y; z is the model
//! }
//! ```
//!
//! - Access is `read`, `write`, `update`, or `may_read`, `may_write` and `may_update` for what may be
//!   absent.
//! - The value of a scalar is an example; [`Op::examples`](super::Op::examples) uses it.
//! - `written` is the number of numbers of the largest written operand.
//! - Four clauses may be left out: `untouched` (numbers of operands that a replay leaves alone),
//!   `numbers` and `keys` (scratch memory that the mirror needs for a model), `entry` (the entry
//!   point, where it does not have the kernel's name).
//! - `at step` behind the grid says that the shader reads the step.
//!
//! [`every_kernel`] hands all declarations to a macro, and each of these macros takes the clauses
//! that it needs: `declare` makes [`Op`](super::Op) with its names, operands, checks, cost and
//! examples, `interpret` the CPU's dispatch, `plan` the launch table, `files` the table of shaders
//! that `tests/engine/shaders` compares with the text of the WGSL files.
//! All of them match on every kernel, and no clause but those four has a default: a kernel that is
//! forgotten anywhere does not compile.
//!
//! Why macros and not naga at build time: naga could read names, bindings and the uniform out of a
//! shader, but not shapes, formulas, costs or what `at` is filled with.
//! The declaration would still be needed, a build would wait for naga, and `Op` would be generated
//! text that no editor can jump into.
//! So the declaration comes first and naga checks the shaders against it, in the tests.
//! A family is a macro of its own, because a macro's input cannot be spread over files otherwise:
//! it adds its kernels to those before it and calls the next family.

mod activation;
mod batch_norm;
mod dense;
mod distance;
mod fused;
mod heads;
mod loss;
mod random;
mod rows;
mod statistics;
mod update;

pub(crate) use activation::activation;
pub(crate) use batch_norm::batch_norm;
pub(crate) use dense::dense;
pub(crate) use distance::distance;
pub(crate) use fused::{TILES, an_edge, fused, moment_rows, sum_rows};
pub(crate) use heads::heads;
pub(crate) use loss::loss;
pub(crate) use random::random;
pub(crate) use rows::rows;
pub(crate) use statistics::statistics;
pub(crate) use update::update;

/// `every_kernel!(taker)`: calls the macro `taker` with the declarations of all kernels.
macro_rules! every_kernel {
    ($taker:ident) => {
        $crate::op::kernels::random! {
            [dense batch_norm fused activation heads loss distance update statistics rows all_given]
            $taker
        }
    };
}

/// Behind the last family: every declaration is there.
macro_rules! all_given {
    ([] $taker:ident $($kernels:tt)*) => { $taker! { $($kernels)* } };
}

pub(crate) use {all_given, every_kernel};
