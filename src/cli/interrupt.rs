//! Ctrl-C and SIGTERM: the work ends in good order; a second one ends the process at once.

use ground::exit_code::ExitCode;
#[cfg(unix)]
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, OnceLock};

/// Which signal came since somebody listens.
static CAME: AtomicU8 = AtomicU8::new(NONE);
const NONE: u8 = 0;
const ASKED: u8 = 1;
const TERMINATED: u8 = 2;

/// What is said when one comes; none while nobody listens.
static SAID: Mutex<Option<String>> = Mutex::new(None);

/// Whether the handlers are there.
static HEARD: OnceLock<bool> = OnceLock::new();
static TERM_HEARD: OnceLock<bool> = OnceLock::new();

/// Whether the user asked to stop. Once this is dropped, a signal ends the process at once.
pub(super) struct Interrupt(());

impl Drop for Interrupt {
    fn drop(&mut self) {
        *said() = None;
    }
}

impl Interrupt {
    /// Listens to Ctrl-C from now on; what is said when it comes, and what to be warned of where it
    /// cannot be heard.
    pub(super) fn catch(words: &str, deaf: &str) -> Self {
        CAME.store(NONE, Ordering::Relaxed);
        *said() = Some(words.to_owned());
        let set = || ctrlc::set_handler(|| take(ASKED, ExitCode::Interrupted)).is_ok();
        if !HEARD.get_or_init(set) {
            say!("warning: {deaf}");
        }
        Self(())
    }

    /// Listens to SIGTERM, too: whoever ends the job of a cluster gives it some seconds.
    pub(super) fn and_termination(self) -> Self {
        TERM_HEARD.get_or_init(listen_to_termination);
        self
    }

    /// Whether one came.
    pub(super) fn came(&self) -> bool {
        CAME.load(Ordering::Relaxed) != NONE
    }

    /// Whether SIGTERM came.
    pub(super) fn terminated(&self) -> bool {
        CAME.load(Ordering::Relaxed) == TERMINATED
    }
}

fn said() -> std::sync::MutexGuard<'static, Option<String>> {
    SAID.lock().expect("a text is never half written")
}

/// The first one is remembered while somebody listens; any other ends the process.
fn take(signal: u8, code: ExitCode) {
    match said().take() {
        Some(text) => {
            CAME.store(signal, Ordering::Relaxed);
            say!("{text}");
        }
        None => std::process::exit(code as i32),
    }
}

#[cfg(unix)]
fn listen_to_termination() -> bool {
    use signal_hook::{consts::SIGTERM, iterator::Signals};
    let Ok(mut signals) = Signals::new([SIGTERM]) else { return false };
    let listen = move || signals.forever().for_each(|_| take(TERMINATED, ExitCode::Terminated));
    std::thread::Builder::new().spawn(listen).is_ok()
}

#[cfg(not(unix))]
fn listen_to_termination() -> bool {
    false
}

/// A file that may not grow any more (`ulimit -f`) is an error of writing it; without this the
/// system ends the process.
#[cfg(unix)]
pub(super) fn let_full_files_fail() {
    // Whoever cannot be told is ended as before.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

#[cfg(not(unix))]
pub(super) fn let_full_files_fail() {}
