//! A part of the page.

use maud::Markup;

/// A part of the page with its anchor and its name in the contents.
pub(super) struct Section {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) body: Markup,
}
