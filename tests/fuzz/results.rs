//! What becomes of the bytes of strangers where a plan or what others measured is read: see
//! `tables.rs`.

#![allow(dead_code)]

use mellizo::bench::Earlier;
use mellizo::synthesis::{Pair, audit_of_pairs};
use std::path::Path;

/// A plan of many tasks.
pub fn plan(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(tasks) = mellizo::tasks_of_plan(text) {
        assert!(tasks > 0, "a plan of nothing");
    }
}

/// Pairs of shadow models, a line each, and the audit that they are.
pub fn pairs(bytes: &[u8]) {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let pairs: Result<Vec<Pair>, _> = lines.map(serde_json::from_slice).collect();
    if let Ok(audit) = pairs.map(|pairs| audit_of_pairs(&pairs)) {
        let _ = audit.map(|audit| serde_json::to_string(&audit));
    }
}

/// What an earlier `bench` measured.
pub fn bench(bytes: &[u8]) {
    let _ = Earlier::parse(&String::from_utf8_lossy(bytes), Path::new("earlier.json"));
}
