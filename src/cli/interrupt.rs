//! Ctrl-C while training: the run ends after the running epochs and keeps what it has; a second one ends the process at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the user asked to stop. Once this is dropped, Ctrl-C ends the process at once.
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Interrupt {
    /// Listens from now on.
    pub(super) fn catch() -> Self {
        let came = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&came);
        let listening = ctrlc::set_handler(move || {
            if seen.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
            eprintln!("stopping after the running epochs; once more to stop at once and lose them");
        });
        if listening.is_err() {
            eprintln!("warning: Ctrl-C will end the run without a model");
        }
        Self(came)
    }

    /// Whether it came.
    pub(super) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
