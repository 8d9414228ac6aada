//! [`Op`] itself, made of the [declarations](super::kernels): variants, names, operands, checks,
//! cost, examples.

use super::check::{fits, refuse_empty, shape};
use super::kernels::{TILES, an_edge, every_kernel, moment_rows, sum_rows};
use super::operands::{Access, Place, Present};
use super::{Cost, Random, Sets, Tensor};

/// What an example draws with.
const RANDOM: Random = Random { seed: 0x1234_5678_9abc_def0, stream: 7 };

/// The type of an operand's field.
macro_rules! field {
    (may_read) => { Option<Tensor> };
    (may_write) => { Option<Tensor> };
    (may_update) => { Option<Tensor> };
    ($always:ident) => { Tensor };
}

/// What a kernel does with an operand.
macro_rules! access {
    (read) => {
        Access::Read
    };
    (write) => {
        Access::Write
    };
    (update) => {
        Access::Update
    };
    (may_read) => {
        Access::Read
    };
    (may_write) => {
        Access::Write
    };
    (may_update) => {
        Access::Update
    };
}

macro_rules! declare {
    ($(
        $(#[$formula:meta])*
        $kernel:ident = $name:literal {
            operands { $($access:ident $operand:ident [$($size:expr),+]),+ }
            scalars { $($scalar:ident: $type:ty = $example:expr),* }
            sizes { $($letter:ident = $value:expr),+ }
            must { $($condition:expr, $complaint:literal $(, $detail:expr)*;)* }
            flops |$written:ident| { $flops:expr }
            $(untouched { $untouched:expr })?
            cpu |$on:ident, $spare:ident| $cpu:tt
            $(numbers $numbers:tt)?
            $(keys $keys:tt)?
            shader $file:literal $options:tt
            $(entry $entry:tt)?
            uniform $uniform:tt
            grid $grid:tt $(at $step:ident)?
        }
    )+) => {
        /// One kernel with its operands.
        /// Shapes are `[models, rows, features]`: M models, R rows of F features, G groups of rows,
        /// I inputs, O outputs; other letters are explained where they stand.
        ///
        /// A tensor of one row per model (`[M, 1, F]`) is a vector over features.
        /// Read-only operands may be shared by all models (stride 0).
        /// What is not said of a field is in the formula of its variant.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Op {$(
            $(#[$formula])*
            $kernel {
                $(
                    #[doc = concat!("`", stringify!([$($size),+]), "`, ", stringify!($access), ".")]
                    $operand: field!($access),
                )+
                $(#[allow(missing_docs)] $scalar: $type,)*
            },
        )+}

        #[allow(unused_variables, non_snake_case, reason = "a kernel uses a part of its fields")]
        impl Op {
            /// The names of all kernels.
            pub const NAMES: &'static [&'static str] = &[$($name),+];

            /// The name that the shader's entry point and the CPU function share, in snake case.
            pub fn name(&self) -> &'static str {
                match self { $(Op::$kernel { .. } => $name,)+ }
            }

            /// The places of all operands in binding order, also of those that are absent.
            pub(crate) fn places(&self) -> Vec<Place> {
                match *self {$(
                    Op::$kernel { $($operand,)+ .. } => vec![$(Place {
                        name: stringify!($operand),
                        tensor: $operand.present(),
                        access: access!($access),
                    }),+],
                )+}
            }

            /// Panics with both shapes when operands do not fit.
            pub(super) fn check(&self) {
                refuse_empty(self);
                match *self {$(
                    Op::$kernel { $($operand,)+ $($scalar,)* } => {
                        $(assert!(
                            $condition, "{}: {}", $name, format_args!($complaint $(, $detail)*)
                        );)*
                        $(let $letter = $value;)+
                        $(shape($name, stringify!($operand), $operand.present(), [$($size),+]);)+
                    }
                )+}
            }

            /// Least work of one replay.
            /// Random bits and sorting are counted by their comparisons and integer steps.
            pub fn cost(&self) -> Cost {
                let moved = self.moved();
                match *self {$(
                    Op::$kernel { $($operand,)+ $($scalar,)* } => {
                        $(let $letter = $value;)+
                        let $written = moved.written;
                        let bytes = 4 * (moved.numbers $(- $untouched)?) as u64;
                        Cost { flops: ($flops) as u64, bytes }
                    }
                )+}
            }

            /// An example of every kernel, for tests of backends: with all its operands, and once
            /// more without those that may be absent.
            /// `sizes` says what a letter of a shape stands for, in examples with all operands
            /// (`true`) and in those without; `place` makes the tensor of operand number i.
            pub fn examples(
                sizes: impl Fn(&str, bool) -> usize,
                place: impl Fn(u32, [usize; 3]) -> Tensor,
            ) -> Vec<Self> {
                let mut examples = Vec::new();
                $(for whole in [true, false] {
                    $(let $letter = sizes(stringify!($letter), whole);)+
                    $(let $scalar: $type = $example;)*
                    let mut numbers = 0..;
                    $(
                        let number = numbers.next().expect("numbers without end");
                        let $operand: field!($access) =
                            Present::example(whole, place(number, [$($size),+]));
                    )+
                    let example = Op::$kernel { $($operand,)+ $($scalar,)* };
                    if whole || example.places().iter().any(|place| place.tensor.is_none()) {
                        examples.push(example);
                    }
                })+
                examples
            }
        }
    };
}

every_kernel!(declare);
