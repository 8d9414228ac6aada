//! From a Program to dispatches that can be replayed: pipelines, one arena of uniforms, bind groups and grids.

use super::device::Device;
use super::launch::{Launch, MOST_WORKGROUPS};
use super::memory::Memory;
use super::pipeline::{BLOCK, Pipeline, Pipelines};
use crate::error::{Error, Result};
use crate::op::Op;

/// One kernel of a compiled Program.
pub(super) struct Dispatch {
    pub pipeline: wgpu::ComputePipeline,
    pub group: wgpu::BindGroup,
    pub clock: bool,
    pub grid: [u32; 3],
    /// The variant of a product.
    pub variant: Option<&'static str>,
    /// Its share of a submission, in units that only mean something beside each other.
    pub work: u64,
}

/// Prepares kernels, each with its dispatch. Panics when a kernel reads and writes one buffer.
pub(super) fn compile(
    device: &Device,
    memory: &Memory,
    pipelines: &mut Pipelines,
    ops: &[Op],
    launches: &[Launch],
) -> Result<Vec<Dispatch>> {
    pipelines.prepare(device, launches)?;
    let arena = uniforms(device, launches);
    let mut dispatches = Vec::with_capacity(launches.len());
    for (index, (op, launch)) in ops.iter().zip(launches).enumerate() {
        refuse_read_and_write(op, launch);
        let grid = within_limits(op, launch)?;
        let pipeline = pipelines.get(launch);
        let group = bind(device, memory, launch, &pipeline, (&arena, index as u64 * BLOCK));
        let variant = launch.variant.map(|variant| variant.name);
        dispatches.push(Dispatch {
            pipeline: pipeline.pipeline,
            group,
            clock: launch.clock,
            grid,
            variant,
            work: work(op),
        });
    }
    device.check()?;
    Ok(dispatches)
}

/// The uniforms `at` of all kernels, a block each.
fn uniforms(device: &Device, launches: &[Launch]) -> wgpu::Buffer {
    let words_each = BLOCK as usize / 4;
    let mut words = vec![0u32; launches.len().max(1) * words_each];
    for (block, launch) in words.chunks_mut(words_each).zip(launches) {
        block[..launch.words.len()].copy_from_slice(&launch.words);
    }
    let usage = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
    let size = 4 * words.len() as u64;
    let descriptor = wgpu::BufferDescriptor { label: Some("uniforms"), size, usage, mapped_at_creation: false };
    let arena = device.device.create_buffer(&descriptor);
    device.queue.write_buffer(&arena, 0, bytemuck::cast_slice(&words));
    arena
}

fn bind(
    device: &Device,
    memory: &Memory,
    launch: &Launch,
    pipeline: &Pipeline,
    (arena, at): (&wgpu::Buffer, u64),
) -> wgpu::BindGroup {
    let block = wgpu::BufferBinding { buffer: arena, offset: at, size: wgpu::BufferSize::new(BLOCK) };
    let mut entries = vec![wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::Buffer(block) }];
    entries.extend(launch.bound.iter().map(|bound| wgpu::BindGroupEntry {
        binding: bound.slot as u32 + 1,
        resource: memory.buffer(&bound.tensor).as_entire_binding(),
    }));
    let layout = &pipeline.operands;
    device.device.create_bind_group(&wgpu::BindGroupDescriptor { label: Some(launch.entry), layout, entries: &entries })
}

/// WebGPU forbids one dispatch to bind a buffer for reading and for writing, even at ranges that do not overlap.
fn refuse_read_and_write(op: &Op, launch: &Launch) {
    for (i, one) in launch.bound.iter().enumerate() {
        for other in &launch.bound[i + 1..] {
            let [name, other_name] = [one, other].map(|bound| launch.shader.operands[bound.slot]);
            assert!(
                one.tensor.buffer != other.tensor.buffer || one.read_only == other.read_only,
                "{}: {name} and {other_name} lie in one buffer ({:?}), and one is read and one is written; keep them in different \
                 allocations",
                op.name(),
                one.tensor.buffer
            );
        }
    }
}

fn within_limits(op: &Op, launch: &Launch) -> Result<[u32; 3]> {
    let [x, y, z] = launch.grid;
    if launch.grid.iter().any(|&workgroups| workgroups > MOST_WORKGROUPS) {
        return Err(Error::Device(format!(
            "{} needs {x} x {y} x {z} workgroups, but a GPU takes at most {MOST_WORKGROUPS} in each direction: \
             fewer rows, features or models at once would fit",
            op.name()
        )));
    }
    Ok([x as u32, y as u32, z as u32])
}

/// Arithmetic and traffic, and what starting a kernel costs on a device of some TFLOP/s.
fn work(op: &Op) -> u64 {
    let cost = op.cost();
    cost.flops + cost.bytes + 2_000_000
}
