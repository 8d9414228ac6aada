//! The GPU of the tests: hardware first, else a software adapter, asked for by its name.

use mellizo::gpu::{Gpu, GpuOptions, adapters};

/// A GPU, or none on a machine that has no adapter and need not have one.
pub fn open(shader_checks: bool) -> Option<Gpu> {
    let all = adapters();
    let Some(chosen) = all.iter().find(|adapter| !adapter.software).or(all.first()) else {
        let required = ["CI", "MELLIZO_REQUIRE_GPU"].into_iter().find(|name| std::env::var_os(name).is_some());
        assert!(
            required.is_none(),
            "no GPU adapter, and {} is set: install one (Mesa's lavapipe will do)",
            required.unwrap_or_default()
        );
        eprintln!("skipped: no GPU adapter on this machine");
        return None;
    };
    let options = GpuOptions { adapter: Some(chosen.name.clone()), shader_checks };
    Some(Gpu::new(&options).unwrap_or_else(|e| panic!("{chosen}: {e}")))
}
