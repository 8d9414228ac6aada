//! Which GPU the tests use: a real one if there is one, else a software one, else none (which must
//! be seen, and must fail where it counts).
//!
//! Tests that ask for it live in modules called `on_gpu`, which `tests/run quick` leaves out.

use engine::gpu::{Gpu, GpuOptions, adapters};
use std::io::Write;

/// The name of the adapter, or none on a user's machine without any.
/// Panics where `CI` or `MELLIZO_REQUIRE_GPU` says there must be one.
pub fn name_or_skip() -> Option<String> {
    // The harness names the thread of a test after the test, unless all run on the first one.
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("main");
    assert!(
        test == "main" || test.contains("on_gpu::"),
        "{test} asks for a GPU and is in no module `on_gpu`: `tests/run quick` would not skip it"
    );
    let all = adapters();
    let found = all.iter().find(|adapter| !adapter.software).or(all.first());
    if found.is_none() {
        let required =
            ["CI", "MELLIZO_REQUIRE_GPU"].iter().any(|name| std::env::var_os(name).is_some());
        assert!(
            !required,
            "no GPU adapter, but CI or MELLIZO_REQUIRE_GPU says that there must be one"
        );
        // Past the test harness, which shows nothing of a test that passes.
        let notice = "SKIPPED a GPU test: no GPU adapter; a software one is in the Debian package \
                      mesa-vulkan-drivers";
        writeln!(std::io::stderr(), "{notice}").expect("stderr");
    }
    found.map(|adapter| adapter.name.clone())
}

/// That adapter, opened. `shader_checks` turns the bounds checks of the shaders on.
#[allow(dead_code)] // some tests need the name only
pub fn gpu_or_skip(shader_checks: bool) -> Option<Gpu> {
    open(GpuOptions { shader_checks, ..GpuOptions::default() })
}

/// The same for single kernels, none of which is to be rewritten into another one.
#[allow(dead_code)] // tests of whole steps fuse them
pub fn unfused_gpu_or_skip(shader_checks: bool) -> Option<Gpu> {
    open(GpuOptions { shader_checks, as_recorded: true, ..GpuOptions::default() })
}

fn open(options: GpuOptions) -> Option<Gpu> {
    let adapter = Some(name_or_skip()?);
    Some(Gpu::new(&GpuOptions { adapter, ..options }).expect("the adapter opens"))
}
