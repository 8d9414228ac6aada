//! Libraries that read files of strangers, and panic on some damaged ones.
//!
//! A damaged file is an error of its input, whatever a library makes of it: its panic is caught and
//! not printed.

use ground::error::{Error, Place, Result};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// Whether a panic of this thread is caught, so that nobody needs to hear of it.
    static CAUGHT: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// What `read` returns; an error ([`Error::Input`]) with its place where it panics.
/// What it has read from is not to be used after that.
pub(super) fn unless_damaged<T>(
    place: impl FnOnce() -> Place,
    read: impl FnOnce() -> Result<T>,
) -> Result<T> {
    HOOK.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !CAUGHT.get() {
                before(panic);
            }
        }));
    });
    let outside = CAUGHT.replace(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    CAUGHT.set(outside);
    result.unwrap_or_else(|_| {
        let problem = "it is damaged: its parts do not fit together";
        Err(Error::input(place(), problem, "write the file again, or save the table as CSV"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_with_its_place() {
        let place = || Place::file("t.parquet");
        let panics = || -> Result<()> {
            Vec::<u8>::new()[..1].iter().for_each(drop);
            Ok(())
        };
        let error = unless_damaged(place, panics).expect_err("it panics");
        assert!(error.to_string().starts_with("t.parquet: it is damaged"), "{error}");
        assert!(!CAUGHT.get(), "later panics are told");
        assert_eq!(unless_damaged(place, || Ok(7)).expect("it is whole"), 7);
    }
}
