//! From a Program to dispatches that can be replayed: pipelines, one arena of uniforms, bind groups
//! and grids.

use super::device::Device;
use super::group::{Group, grouped};
use super::launch::Launch;
use super::memory::Memory;
use super::pipeline::{BLOCK, Pipeline, Pipelines};
use super::shader::MOST_WORKGROUPS;
use super::variant;
use crate::op::{Op, Program, fused};
use ground::error::{Error, Result};

/// One dispatch of a compiled Program.
pub(super) struct Dispatch {
    /// The kernels that it does.
    pub ops: Vec<Op>,
    pub pipeline: wgpu::ComputePipeline,
    pub group: wgpu::BindGroup,
    pub clock: bool,
    pub grid: [u32; 3],
    /// The variant of a kernel that has several.
    pub variant: Option<&'static str>,
    /// Its share of a submission, in units that only mean something beside each other.
    pub work: u64,
}

/// What a device does for a Program: its kernels, fused unless they are to stay as they were
/// recorded, in as few dispatches as they fit in; every kernel with variants by its reference.
pub fn dispatches(program: &Program, as_recorded: bool) -> Vec<Group> {
    let ops = kernels(program, as_recorded);
    let launches = ops.iter().map(variant::reference).collect();
    grouped(&ops, launches)
}

/// The kernels of a Program, fused unless they are to stay as they were recorded.
pub(super) fn kernels(program: &Program, as_recorded: bool) -> Vec<Op> {
    if as_recorded { program.ops().to_vec() } else { fused(program).ops().to_vec() }
}

/// Prepares the dispatches of a Program. Panics when one reads and writes one buffer.
pub(super) fn compile(
    device: &Device,
    memory: &Memory,
    pipelines: &mut Pipelines,
    groups: Vec<Group>,
) -> Result<Vec<Dispatch>> {
    pipelines.prepare(device, groups.iter().map(|group| &group.launch))?;
    let (arena, places) = uniforms(device, &groups);
    let mut dispatches = Vec::with_capacity(groups.len());
    for (Group { ops, launch }, place) in groups.into_iter().zip(places) {
        refuse_read_and_write(&launch);
        // A group binds a buffer once, but every kernel's tensors must lie in theirs.
        for operand in ops.iter().flat_map(Op::operands) {
            memory.buffer(&operand.tensor);
        }
        let grid = within_limits(&launch)?;
        let pipeline = pipelines.get(&launch);
        let group = bind(device, memory, &launch, &pipeline, (&arena, place));
        let (work, variant) = (work(&ops), launch.variant);
        dispatches.push(Dispatch {
            ops,
            pipeline: pipeline.pipeline,
            group,
            clock: launch.clock,
            grid,
            variant,
            work,
        });
    }
    device.check()?;
    Ok(dispatches)
}

/// The uniforms `at` of all dispatches, and where each of them starts and ends.
fn uniforms(device: &Device, groups: &[Group]) -> (wgpu::Buffer, Vec<std::ops::Range<u64>>) {
    let mut words = Vec::new();
    let mut places = Vec::with_capacity(groups.len());
    for group in groups {
        let start = 4 * words.len() as u64;
        words.extend_from_slice(&group.launch.words);
        words.resize(words.len().next_multiple_of(BLOCK as usize / 4), 0);
        places.push(start..4 * words.len() as u64);
    }
    words.resize(words.len().max(1), 0);
    let usage = wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST;
    let size = 4 * words.len() as u64;
    let descriptor =
        wgpu::BufferDescriptor { label: Some("uniforms"), size, usage, mapped_at_creation: false };
    let arena = device.device.create_buffer(&descriptor);
    device.queue.write_buffer(&arena, 0, bytemuck::cast_slice(&words));
    (arena, places)
}

fn bind(
    device: &Device,
    memory: &Memory,
    launch: &Launch,
    pipeline: &Pipeline,
    (arena, at): (&wgpu::Buffer, std::ops::Range<u64>),
) -> wgpu::BindGroup {
    let size = wgpu::BufferSize::new(at.end - at.start);
    let block = wgpu::BufferBinding { buffer: arena, offset: at.start, size };
    let mut entries =
        vec![wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::Buffer(block) }];
    entries.extend(launch.bound.iter().map(|bound| wgpu::BindGroupEntry {
        binding: bound.slot as u32 + 1,
        resource: memory.buffer(&bound.tensor).as_entire_binding(),
    }));
    let layout = &pipeline.operands;
    device.device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some(launch.entry),
        layout,
        entries: &entries,
    })
}

/// WebGPU forbids one dispatch to bind a buffer for reading and for writing, even at ranges that do
/// not overlap.
fn refuse_read_and_write(launch: &Launch) {
    for (i, one) in launch.bound.iter().enumerate() {
        for other in &launch.bound[i + 1..] {
            let [name, other_name] = [one, other].map(|bound| launch.shader.operands[bound.slot]);
            assert!(
                one.tensor.buffer != other.tensor.buffer || one.read_only == other.read_only,
                "{}: {name} and {other_name} lie in one buffer ({:?}), and one is read and one is \
                 written; keep them in different allocations",
                launch.entry,
                one.tensor.buffer
            );
        }
    }
}

fn within_limits(launch: &Launch) -> Result<[u32; 3]> {
    let [x, y, z] = launch.grid;
    if launch.grid.iter().any(|&workgroups| workgroups > MOST_WORKGROUPS) {
        return Err(Error::Device(format!(
            "{} needs {x} x {y} x {z} workgroups, but a GPU takes at most {MOST_WORKGROUPS} in each \
             direction: fewer rows, features or models at once would fit",
            launch.entry
        )));
    }
    Ok([x as u32, y as u32, z as u32])
}

/// Arithmetic and traffic, and what starting a dispatch costs on a device of some TFLOP/s.
fn work(ops: &[Op]) -> u64 {
    ops.iter().map(Op::cost).map(|cost| cost.flops + cost.bytes).sum::<u64>() + 2_000_000
}
