//! Kernels under the device's own clock, each in a compute pass of its own: for measuring, never
//! for training.

use super::compile::Dispatch;
use super::device::Device;
use super::memory::mapped;
use super::replay::Replay;
use ground::error::Result;
use std::time::Duration;

/// Most kernels of a submission: WebGPU allows 4096 timestamps in a set, and each kernel takes two.
const KERNELS: usize = 2048;

/// Runs the dispatches at a step and returns the time of each; none if the device has no clock.
pub(super) fn time(
    device: &Device,
    replay: &Replay,
    dispatches: &[Dispatch],
    step: u32,
) -> Result<Option<Vec<Duration>>> {
    if !device.device.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
        return Ok(None);
    }
    let mut times = Vec::with_capacity(dispatches.len());
    let mut rest = dispatches;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(replay.fitting(rest).min(KERNELS));
        times.extend(submit(device, replay, now, step)?);
        rest = later;
    }
    Ok(Some(times))
}

fn submit(
    device: &Device,
    replay: &Replay,
    dispatches: &[Dispatch],
    step: u32,
) -> Result<Vec<Duration>> {
    let count = 2 * dispatches.len() as u32;
    let size = u64::from(count) * 8;
    let buffer = |label, usage| {
        device.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some(label),
            size,
            usage,
            mapped_at_creation: false,
        })
    };
    let queries = device.device.create_query_set(&wgpu::QuerySetDescriptor {
        label: Some("timestamps"),
        ty: wgpu::QueryType::Timestamp,
        count,
    });
    let resolved =
        buffer("timestamps", wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC);
    let staging =
        buffer("timestamps read", wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST);
    replay.set_clock(device, &[step]);
    let mut encoder =
        device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    for (first, dispatch) in (0..).step_by(2).zip(dispatches) {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor {
            label: None,
            timestamp_writes: Some(wgpu::ComputePassTimestampWrites {
                query_set: &queries,
                beginning_of_pass_write_index: Some(first),
                end_of_pass_write_index: Some(first + 1),
            }),
        });
        replay.dispatch(&mut pass, 0, dispatch);
    }
    encoder.resolve_query_set(&queries, 0..count, &resolved, 0);
    encoder.copy_buffer_to_buffer(&resolved, 0, &staging, 0, size);
    device.queue.submit([encoder.finish()]);
    let ticks: Vec<u64> = mapped(device, &staging)?;
    let period = f64::from(device.queue.get_timestamp_period()) * 1e-9;
    // A clock that was reset in between must not become a time of centuries.
    let between =
        |pair: &[u64]| Duration::from_secs_f64(pair[1].saturating_sub(pair[0]) as f64 * period);
    Ok(ticks.chunks_exact(2).map(between).collect())
}
