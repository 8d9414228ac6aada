#![no_main]

#[path = "../results.rs"]
mod results;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| results::plan(bytes));
