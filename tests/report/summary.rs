//! The summary.
