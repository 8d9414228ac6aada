//! A contest must refuse what is wrong, and whatever happens to the files of a cache must cost time
//! and nothing else.

mod caches;
mod contests;

use super::Key;
use crate::gpu::launch::Launch;
use crate::gpu::shader::Shader;
use crate::gpu::variant::{Abilities, reference, variants};
use crate::gpu::{Gpu, GpuOptions, Variants, adapters};
use crate::op::{Op, Tensor};
use ground::error::Error;
use std::path::Path;
use std::time::Duration;

const PLENTY: Duration = Duration::from_secs(60);

fn gpu(variants: Variants) -> Option<Gpu> {
    let all = adapters();
    let found = all.iter().find(|adapter| !adapter.software).or(all.first())?;
    let options = GpuOptions { adapter: Some(found.name.clone()), ..GpuOptions::default() };
    Some(Gpu::with_variants(&options, variants).expect("the adapter opens"))
}

fn key() -> Key {
    Key::of(&wgpu::AdapterInfo::new(wgpu::DeviceType::Other, wgpu::Backend::Noop))
}

fn product() -> Op {
    let tensor = |id, shape| Tensor::whole(crate::op::BufferId(id), shape);
    Op::DenseForward {
        x: tensor(0, [2, 70, 36]),
        w: tensor(1, [2, 36, 68]),
        b: None,
        y: tensor(2, [2, 70, 68]),
    }
}

/// The reference with another text.
fn planted(op: &Op, from: &str, to: &str) -> Launch {
    let launch = reference(op);
    let text = launch.shader.text;
    assert!(text.contains(from), "the shader has no {from:?}");
    let text = Box::leak(text.replace(from, to).into_boxed_str());
    // Pipelines are known by the name of their file.
    let name = Box::leak(format!("planted {to}").into_boxed_str());
    Launch { shader: Box::leak(Box::new(Shader { name, text, ..launch.shader.clone() })), ..launch }
}
