//! Shader modules and pipelines, each made when a Program first needs it.

use super::device::Device;
use super::launch::{Bound, Launch};
use super::shader::Shader;
use crate::error::Result;
use std::collections::HashMap;
use wgpu::{BindGroupLayout, BufferBindingType, ShaderStages};

/// Bytes from one uniform block to the next: every device can bind at multiples of this.
pub(super) const BLOCK: u64 = 256;

/// An entry point that is ready to run.
#[derive(Clone)]
pub(super) struct Pipeline {
    pub pipeline: wgpu::ComputePipeline,
    pub operands: BindGroupLayout,
}

/// What has been made so far.
pub(super) struct Pipelines {
    checks: bool,
    modules: HashMap<&'static str, wgpu::ShaderModule>,
    made: HashMap<&'static str, Pipeline>,
    /// Group 1 of the kernels that read the step.
    pub clock: BindGroupLayout,
}

impl Pipelines {
    /// None yet. With `checks` the shaders test every index and count their loops.
    pub fn new(device: &Device, checks: bool) -> Self {
        let entries = [uniform(true)];
        let descriptor = wgpu::BindGroupLayoutDescriptor { label: Some("clock"), entries: &entries };
        let clock = device.device.create_bind_group_layout(&descriptor);
        Self { checks, modules: HashMap::new(), made: HashMap::new(), clock }
    }

    /// The pipeline of a launch's entry point.
    pub fn get(&mut self, device: &Device, launch: &Launch) -> Result<Pipeline> {
        if let Some(pipeline) = self.made.get(launch.entry) {
            return Ok(pipeline.clone());
        }
        let module = self.module(device, launch.shader);
        let operands = operands_layout(device, launch);
        let groups = [Some(&operands), Some(&self.clock)];
        let layout = device.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(launch.entry),
            bind_group_layouts: if launch.clock { &groups } else { &groups[..1] },
            immediate_size: 0,
        });
        let pipeline = device.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(launch.entry),
            layout: Some(&layout),
            module: &module,
            entry_point: Some(launch.entry),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &[],
                // Our kernels write workgroup memory before they read it.
                zero_initialize_workgroup_memory: self.checks,
            },
            cache: None,
        });
        device.check()?;
        let made = Pipeline { pipeline, operands };
        self.made.insert(launch.entry, made.clone());
        Ok(made)
    }

    fn module(&mut self, device: &Device, shader: &'static Shader) -> wgpu::ShaderModule {
        if let Some(module) = self.modules.get(shader.name) {
            return module.clone();
        }
        let source = wgpu::ShaderSource::Wgsl(shader.source().into());
        let descriptor = wgpu::ShaderModuleDescriptor { label: Some(shader.name), source };
        let module = if self.checks {
            device.device.create_shader_module(descriptor)
        } else {
            // SAFETY: the text is this crate's own. Every index is below a size in `at`, and sizes and places come from operands whose shapes
            // `Program::push` checked and whose ends `Memory::buffer` compared with their buffers; `rank` and level positions, which are data,
            // are clamped where they become an index; loops end for any data; no divisor is 0. The tests also run with the checks on.
            unsafe { device.device.create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked()) }
        };
        self.modules.insert(shader.name, module.clone());
        module
    }
}

fn operands_layout(device: &Device, launch: &Launch) -> BindGroupLayout {
    let storage = |bound: &Bound| wgpu::BindGroupLayoutEntry {
        binding: bound.slot as u32 + 1,
        visibility: ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty: BufferBindingType::Storage { read_only: bound.read_only },
            has_dynamic_offset: false,
            min_binding_size: None,
        },
        count: None,
    };
    let mut entries = vec![uniform(false)];
    entries.extend(launch.bound.iter().map(storage));
    let descriptor = wgpu::BindGroupLayoutDescriptor { label: Some(launch.entry), entries: &entries };
    device.device.create_bind_group_layout(&descriptor)
}

fn uniform(has_dynamic_offset: bool) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding: 0,
        visibility: ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer { ty: BufferBindingType::Uniform, has_dynamic_offset, min_binding_size: None },
        count: None,
    }
}
