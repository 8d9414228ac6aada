//! Kernels and what runs them: the oracle in f64, both backends against it, the shaders' own text,
//! and the variants that a device may choose from.

extern crate mellizo_engine as engine;

#[path = "../adapter/mod.rs"]
mod adapter;
#[path = "../cases/mod.rs"]
mod cases;

mod oracle;
mod parity;
mod shaders;
mod variants;

/// The top of the repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// What `tests/run drivers` asks before it tests a driver.
#[test]
#[ignore = "prints the adapters of this machine"]
fn names_of_all_adapters() {
    engine::gpu::adapters().iter().for_each(|adapter| println!("adapter: {adapter}"));
}

/// Figures name the version of wgpu that they were measured with.
#[test]
fn the_version_of_wgpu_is_the_locked_one() {
    let lock = std::fs::read_to_string(format!("{ROOT}/Cargo.lock")).expect("the lock file");
    let (_, behind) = lock.split_once("name = \"wgpu\"\nversion = \"").expect("wgpu");
    assert_eq!(behind.split('"').next(), Some(engine::gpu::WGPU_VERSION));
}
