//! Ctrl-C: the work ends in good order; a second one ends the process at once.

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
    /// Listens from now on; what is said when it comes, and what to be warned of where it cannot be
    /// heard.
    pub(super) fn catch([said, deaf]: [&'static str; 2]) -> Self {
        let came = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&came);
        let listening = ctrlc::set_handler(move || {
            if seen.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
            eprintln!("{said}");
        });
        if listening.is_err() {
            eprintln!("warning: {deaf}");
        }
        Self(came)
    }

    /// Whether it came.
    pub(super) fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
