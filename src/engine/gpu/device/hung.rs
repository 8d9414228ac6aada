//! A device that does not answer: the error comes soon, and the process ends.

use crate::gpu::on_gpu::adapter_or_skip;
use crate::gpu::{Gpu, GpuOptions};
use ground::error::Error;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Far longer than the device is waited for, in many workgroups: llvmpipe leaves a loop after 65,535
/// turns.
const LOOP: &str = "
@group(0) @binding(0) var<storage, read_write> x: array<u32>;
@compute @workgroup_size(1) fn main() {
    var turn = x[0];
    for (var i = 0u; i < 60000u; i++) { turn = turn * 1664525u + 1013904223u + (turn >> 7u); }
    x[0] = turn;
}";

/// Names the process that hangs its GPU.
const CHILD: &str = "HANG_THE_GPU";

/// Gives the device work that takes minutes, and what comes of waiting for it.
fn hang(gpu: &mut Gpu) -> [Error; 2] {
    gpu.device.patience = Duration::from_millis(300);
    let (device, queue) = (&gpu.device.device, &gpu.device.queue);
    let source = wgpu::ShaderSource::Wgsl(LOOP.into());
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source });
    let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label: None,
        layout: None,
        module: &module,
        entry_point: Some("main"),
        compilation_options: wgpu::PipelineCompilationOptions::default(),
        cache: None,
    });
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: 4,
        usage: wgpu::BufferUsages::STORAGE,
        mapped_at_creation: false,
    });
    let bound = device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: None,
        layout: &pipeline.get_bind_group_layout(0),
        entries: &[wgpu::BindGroupEntry { binding: 0, resource: buffer.as_entire_binding() }],
    });
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
    pass.set_pipeline(&pipeline);
    pass.set_bind_group(0, &bound, &[]);
    pass.dispatch_workgroups(65_535, 1000, 1);
    drop(pass);
    queue.submit([encoder.finish()]);
    // The second one does not wait.
    [0; 2].map(|_| gpu.device.wait(None).expect_err("work of minutes"))
}

/// The process of the test below.
#[test]
#[ignore = "it hangs its GPU: the next test starts it"]
fn a_process_that_hangs_its_gpu() {
    assert!(std::env::var_os(CHILD).is_some(), "see the next test");
    let Some(adapter) = adapter_or_skip() else { return };
    let options = GpuOptions { adapter: Some(adapter), ..GpuOptions::default() };
    let mut gpu = Gpu::new(&options).expect("the adapter opens");
    let begun = Instant::now();
    let errors = hang(&mut gpu);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    for error in &errors {
        assert!(error.to_string().contains("did not finish its work within"), "{error}");
        assert_eq!(error.exit_code(), 5);
    }
    drop(gpu);
    std::process::exit(5);
}

#[test]
fn a_gpu_that_does_not_answer_is_left_behind() {
    if adapter_or_skip().is_none() {
        return;
    }
    let begun = Instant::now();
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "--ignored", "gpu::device::hung::a_process_that_hangs_its_gpu"])
        .env(CHILD, "1")
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let code = loop {
        match child.try_wait().expect("a child") {
            Some(status) => break status.code(),
            None if begun.elapsed() > Duration::from_secs(60) => {
                child.kill().expect("it can be ended");
                panic!("it waits for its GPU");
            }
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    assert_eq!(code, Some(5));
}
