//! What the exit codes of the command mean: the one table of the code and of the documents.

/// The exit code of a process of `mellizo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Done.
    Done = 0,
    /// An option or a recipe.
    Usage = 2,
    /// An input file.
    Input = 3,
    /// The file system.
    Files = 4,
    /// The GPU.
    Device = 5,
    /// NaN or infinity.
    Diverged = 6,
    /// A damaged model or checkpoint.
    Corrupt = 7,
    /// A privacy gate.
    Gate = 8,
    /// A mistake of the program.
    Panic = 101,
    /// Ctrl-C.
    Interrupted = 130,
    /// SIGTERM.
    Terminated = 143,
}

impl ExitCode {
    /// All of them, in order.
    pub const ALL: [Self; 11] = [
        Self::Done,
        Self::Usage,
        Self::Input,
        Self::Files,
        Self::Device,
        Self::Diverged,
        Self::Corrupt,
        Self::Gate,
        Self::Panic,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// What it means, in words.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Usage => "an option or a recipe that makes no sense",
            Self::Input => {
                "input that cannot be used: one line says file, row, column and what to do"
            }
            Self::Files => "a file that cannot be read or written, such as on a full disk",
            Self::Device => "no such GPU, a lost one, or a limit of it",
            Self::Diverged => "training met NaN or infinity; the last good model is kept",
            Self::Corrupt => "a model or a checkpoint that is damaged",
            Self::Gate => "a privacy gate failed; nothing is in `share`",
            Self::Panic => "a mistake of the program: please report it",
            Self::Interrupted => "interrupted by Ctrl-C; no half file is left",
            Self::Terminated => "ended by SIGTERM; a checkpoint is kept",
        }
    }
}
