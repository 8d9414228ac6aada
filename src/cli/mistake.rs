//! What is said of a panic: where it happened, and nothing of what it was about.
//!
//! The text of a panic may hold a cell of a patient: a library's `unwrap` prints whatever it met.

use super::version::VERSION;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::set_hook;
use std::sync::Once;

/// From now on panics of this process are told without their text.
pub(super) fn tell_places_alone() {
    static SET: Once = Once::new();
    SET.call_once(|| {
        set_hook(Box::new(|panic| {
            let place = panic.location().map_or("an unknown place".into(), ToString::to_string);
            eprintln!("{}", told(&place));
            // Names of functions, if RUST_BACKTRACE asks for them.
            let trace = Backtrace::capture();
            if trace.status() == BacktraceStatus::Captured {
                eprintln!("{trace}");
            }
        }));
    });
}

fn told(place: &str) -> String {
    format!(
        "error: mellizo {VERSION} panicked at {place}: a mistake of the program; please report this \
         line (what the panic says is not shown, as it may hold a value of a patient)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    const CANARY: &str = "KANARIENVOGEL";

    #[test]
    #[ignore = "panics, as the test below wants it"]
    fn panics() {
        tell_places_alone();
        let cell = CANARY.parse::<f64>().map_err(|_| CANARY.to_owned());
        let _ = std::thread::spawn(move || cell.unwrap()).join();
        panic!("{CANARY}");
    }

    #[test]
    fn a_panic_says_where_it_was_and_no_value() {
        let own = std::env::current_exe().unwrap();
        let line = ["--ignored", "--exact", "cli::mistake::tests::panics", "--nocapture"];
        let output = Command::new(own).args(line).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(text).unwrap();
        assert_eq!(text.matches("panicked at src/cli/mistake.rs:").count(), 2, "{text}");
        assert!(text.contains("1 failed") && !text.contains(CANARY), "{text}");
    }
}
