//! From a Program to dispatches that can be replayed: pipelines, one arena of uniforms, bind groups
//! and grids.

use super::binding::{self, Binding};
use super::device::Device;
use super::group::{Group, grouped};
use super::launch::{Bound, Launch};
use super::memory::Memory;
use super::pipeline::{BLOCK, Pipeline, Pipelines};
use super::shader::MOST_WORKGROUPS;
use super::variant;
use crate::op::{Op, Program, fused};
use ground::error::{Error, Result};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// Programs that were compiled so far.
static PROGRAMS: AtomicU64 = AtomicU64::new(0);

/// One dispatch of a compiled Program.
pub(super) struct Dispatch {
    /// The number of its Program.
    pub program: u64,
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
    let program = PROGRAMS.fetch_add(1, Ordering::Relaxed);
    let bound: Vec<_> = groups.iter().map(binding::bindings).collect();
    let words = groups.iter().zip(&bound).map(|(group, bound)| binding::words(group, bound));
    let (arena, places) = uniforms(device, words);
    let mut dispatches = Vec::with_capacity(groups.len());
    for ((Group { ops, launch }, bound), place) in groups.into_iter().zip(bound).zip(places) {
        refuse_read_and_write(&launch);
        // Every kernel's tensors must lie in their buffers: the shaders do not look.
        for operand in ops.iter().flat_map(Op::operands) {
            memory.buffer(&operand.tensor);
        }
        let grid = within_limits(&launch)?;
        let pipeline = pipelines.get(&launch);
        let group = bind(device, memory, &bound, &pipeline, (&arena, place));
        let (work, variant) = (work(&ops), launch.variant);
        dispatches.push(Dispatch {
            program,
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
fn uniforms(
    device: &Device,
    blocks: impl Iterator<Item = Vec<u32>>,
) -> (wgpu::Buffer, Vec<Range<u64>>) {
    let mut words = Vec::new();
    let mut places = Vec::new();
    for block in blocks {
        let start = 4 * words.len() as u64;
        words.extend(block);
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
    bound: &[Binding],
    pipeline: &Pipeline,
    (arena, at): (&wgpu::Buffer, Range<u64>),
) -> wgpu::BindGroup {
    let nobodys = nobodys(device, bound);
    let entry = |binding: u32, buffer, bytes: &Range<u64>| {
        let size = wgpu::BufferSize::new(bytes.end - bytes.start);
        let part = wgpu::BufferBinding { buffer, offset: bytes.start, size };
        wgpu::BindGroupEntry { binding, resource: wgpu::BindingResource::Buffer(part) }
    };
    let mut entries = vec![entry(0, arena, &at)];
    entries.extend(bound.iter().map(|bound| {
        let buffer = bound.buffer.map(|id| memory.whole(id)).or(nobodys.as_ref());
        entry(bound.slot as u32 + 1, buffer.expect("a buffer"), &bound.bytes)
    }));
    device.device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout: &pipeline.operands,
        entries: &entries,
    })
}

/// Memory for the variables of a dispatch that nothing is written through: its own, so that no two
/// dispatches wait for each other because of it.
fn nobodys(device: &Device, bound: &[Binding]) -> Option<wgpu::Buffer> {
    let ends = bound.iter().filter(|bound| bound.buffer.is_none()).map(|bound| bound.bytes.end);
    ends.max().map(|size| {
        device.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("absent"),
            size,
            usage: wgpu::BufferUsages::STORAGE,
            mapped_at_creation: false,
        })
    })
}

/// WebGPU forbids one dispatch to bind a buffer for reading and for writing, even at ranges that do
/// not overlap.
fn refuse_read_and_write(launch: &Launch) {
    let nobodys = |bound: &&Bound| bound.stand_in && !bound.read_only;
    let bound: Vec<_> = launch.bound.iter().filter(|bound| !nobodys(bound)).collect();
    for (i, one) in bound.iter().enumerate() {
        for other in &bound[i + 1..] {
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
            "{} needs {x} x {y} x {z} workgroups, but a GPU takes at most {MOST_WORKGROUPS} in \
             each direction (max_compute_workgroups_per_dimension): fewer rows, features or \
             models at once would fit",
            launch.entry
        )));
    }
    Ok([x as u32, y as u32, z as u32])
}

/// Arithmetic and traffic, and what starting a dispatch costs on a device of some TFLOP/s.
fn work(ops: &[Op]) -> u64 {
    ops.iter().map(Op::cost).map(|cost| cost.flops + cost.bytes).sum::<u64>() + 2_000_000
}
