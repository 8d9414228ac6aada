//! The `mellizo` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    quiet_drivers();
    ExitCode::from(mellizo::command(std::env::args_os()))
}

/// Without a desktop, Mesa's layer that picks a default GPU complains on stderr; mellizo picks its
/// adapter itself.
fn quiet_drivers() {
    if cfg!(target_os = "linux") && std::env::var_os("XDG_RUNTIME_DIR").is_none() {
        // SAFETY: the process has no other thread yet.
        unsafe { std::env::set_var("NODEVICE_SELECT", "1") };
    }
}
