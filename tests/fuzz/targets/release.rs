#![no_main]

#[path = "../models.rs"]
mod models;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| models::release(bytes));
