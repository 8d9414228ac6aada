//! The version of what the command line prints for programs.

/// Version of every JSON object that the command line prints.
pub(super) const VERSION: u32 = 1;
