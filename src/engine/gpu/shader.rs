//! The shader files: what each of them binds, in which order, and what its uniform `at` holds, from
//! the declarations of their kernels (`op/kernels`).
//! `tests/engine/shaders` reads the files and fails when they say anything else.

use crate::op::kernels::every_kernel;
use std::sync::LazyLock;

/// The length of a workgroup of every kernel but some variants, in threads.
pub const WORKGROUP: u32 = 256;

/// Most workgroups in one dimension of a grid, on every device.
pub const MOST_WORKGROUPS: usize = 65_535;

/// Rows or features that a workgroup owns where it does not own single numbers.
pub const STRIP: u32 = 16;

/// Rows and columns of the matrix that a workgroup of a product's reference variant owns.
pub const TILE: u32 = 64;

/// Most rows of a column that fit the workgroup memory of `sort_columns` and `sort_columns_lanes`.
pub const SHORT_COLUMN: usize = 2048;

/// The text of a file in the folder that `build.rs` found.
macro_rules! wgsl {
    ($name:literal) => {
        include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/",
            env!("MELLIZO_SHADERS"),
            "/",
            $name,
            ".wgsl"
        ))
    };
}

/// What follows every file.
const PRELUDE: &str = wgsl!("prelude");

/// What follows files with a matrix product in tiles.
const TILED: &str = wgsl!("tile");

/// What follows files with a matrix product in slices.
const SLICED: &str = wgsl!("slices");

/// One WGSL file.
///
/// Operand `i` is binding `i + 1` of group 0; binding 0 is the uniform `at`, which holds two words
/// (offset, model stride) for every operand and then one word for every scalar.
/// Binding 0 of group 1 is the step, in the kernels that need it.
/// An operand that one kernel of the file writes and another one reads has a second variable
/// `NAME_read` at the same binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shader {
    /// Name of the file without its ending.
    pub name: &'static str,
    /// The text of the file, without what follows it.
    pub text: &'static str,
    /// Name of the CPU file that mirrors it, without its ending: its own name, unless its kernels
    /// or variants share the file of others.
    pub mirror: &'static str,
    /// The variables of its operands.
    pub operands: Vec<&'static str>,
    /// The sizes and constants in `at`.
    pub scalars: Vec<&'static str>,
    /// The text of the matrix product that it uses, `tile.wgsl` or `slices.wgsl`, if any.
    pub product: &'static str,
    /// Operands that are only read, but declared `read_write` because they may share a buffer with
    /// one that is written: WebGPU forbids to bind a buffer in both ways in one dispatch.
    pub shared: &'static [&'static str],
    /// Blocks of the uniform `at`: 1, or as many launches as one dispatch can do together.
    pub table: usize,
    /// The extension of WGSL that it uses, if any.
    pub extension: Option<&'static str>,
}

impl Default for Shader {
    /// What most files are: no product, nothing shared, one block of uniform.
    fn default() -> Self {
        Self {
            name: "",
            text: "",
            mirror: "",
            operands: Vec::new(),
            scalars: Vec::new(),
            product: "",
            shared: &[],
            table: 1,
            extension: None,
        }
    }
}

impl Shader {
    /// The whole module: the file, the matrix product if it needs that, and the prelude.
    pub fn source(&self) -> String {
        [self.text, self.product, PRELUDE].join("\n")
    }

    /// The same as the standard and browsers want it: with a directive for the extension.
    /// naga 30 refuses the directive and takes the functions without it.
    pub fn standard_source(&self) -> String {
        let directive = |extension| format!("enable {extension};\n");
        self.extension.map(directive).unwrap_or_default() + &self.source()
    }

    /// Adds what another kernel of the same file declares. Panics when the two disagree.
    fn take_in(&mut self, other: Self) {
        let rest = |shader: &Self| (shader.product, shader.shared, shader.table);
        assert_eq!(rest(self), rest(&other), "kernels of {}.wgsl", self.name);
        let add = |mine: &mut Vec<&'static str>, theirs: Vec<&'static str>| {
            let new: Vec<_> = theirs.into_iter().filter(|name| !mine.contains(name)).collect();
            mine.extend(new);
        };
        add(&mut self.operands, other.operands);
        add(&mut self.scalars, other.scalars);
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

/// A file that computes kernels of another file in another way.
macro_rules! variant {
    ($name:literal of $mirror:literal, $extension:expr) => {
        Shader {
            name: $name,
            text: wgsl!($name),
            mirror: $mirror,
            extension: $extension,
            ..Shader::default()
        }
    };
}

macro_rules! files {
    ($(
        $(#[$formula:meta])*
        $kernel:ident = $name:literal {
            operands { $($access:ident $operand:ident $shape:tt),+ }
            scalars $scalars:tt
            sizes $sizes:tt
            must $must:tt
            flops |$written:ident| $flops:tt
            $(untouched $untouched:tt)?
            cpu |$on:ident, $spare:ident| $cpu:tt
            $(numbers $numbers:tt)?
            $(keys $keys:tt)?
            shader $file:literal { $($option:ident: $set:expr),* }
            $(entry $entry:tt)?
            uniform { $($word:ident: $number:expr),* }
            grid $grid:tt $(at $step:ident)?
        }
    )+) => {
        /// The files as each kernel on its own declares them.
        fn declared() -> Vec<Shader> {
            vec![$(Shader {
                name: $file,
                text: wgsl!($file),
                operands: vec![$(stringify!($operand)),+],
                scalars: vec![$(stringify!($word)),*],
                $($option: $set,)*
                ..Shader::default()
            }),+]
        }
    };
}

every_kernel!(files);

/// Every shader file except those that others are followed by (`prelude.wgsl`, `tile.wgsl`,
/// `slices.wgsl`).
/// A file with several kernels has the operands and scalars of all of them, in the order in which
/// they are declared.
pub static SHADERS: LazyLock<Vec<Shader>> = LazyLock::new(|| {
    let mut files: Vec<Shader> = Vec::new();
    for mut one in declared() {
        if one.mirror.is_empty() {
            one.mirror = one.name;
        }
        match files.iter_mut().find(|file| file.name == one.name) {
            Some(file) => file.take_in(one),
            None => files.push(one),
        }
    }
    let others = [
        variant!("dense_lanes" of "dense", Some("subgroups")),
        variant!("dense_vectors" of "dense", None),
        variant!("sort_columns_lanes" of "sort_columns", Some("subgroups")),
    ];
    for other in others {
        let file = files.iter().find(|file| file.name == other.mirror).expect("a file of kernels");
        let (operands, scalars) = (file.operands.clone(), file.scalars.clone());
        files.push(Shader { operands, scalars, ..other });
    }
    files
});

/// The shader file of that name. Panics when there is none.
pub fn shader(name: &str) -> &'static Shader {
    SHADERS
        .iter()
        .find(|shader| shader.name == name)
        .unwrap_or_else(|| panic!("no shader {name}.wgsl"))
}
