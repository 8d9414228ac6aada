//! The `mellizo` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    mellizo::cli::main()
}
