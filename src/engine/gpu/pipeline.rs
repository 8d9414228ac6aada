//! Shader modules and pipelines, each made once, many at a time: a driver may take long to compile
//! one.

use super::device::Device;
use super::launch::{Bound, Launch};
use super::shader::Shader;
use ground::error::{Error, Result};
use rayon::prelude::*;
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

/// What tells one pipeline from another: file, entry point, values of its constants.
type Key = (&'static str, &'static str, Option<&'static str>);

/// What has been made so far.
pub(super) struct Pipelines {
    checks: bool,
    modules: HashMap<&'static str, wgpu::ShaderModule>,
    made: HashMap<Key, Pipeline>,
    /// Group 1 of the kernels that read the step.
    pub clock: BindGroupLayout,
    /// What the driver remembers of earlier processes.
    pub remembered: Option<wgpu::PipelineCache>,
}

impl Pipelines {
    /// None yet. With `checks` the shaders test every index and count their loops.
    pub fn new(device: &Device, checks: bool, remembered: Option<wgpu::PipelineCache>) -> Self {
        let entries = [uniform(true)];
        let descriptor =
            wgpu::BindGroupLayoutDescriptor { label: Some("clock"), entries: &entries };
        let clock = device.device.create_bind_group_layout(&descriptor);
        Self { checks, modules: HashMap::new(), made: HashMap::new(), clock, remembered }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.made.len()
    }

    /// Makes what these launches need and is not there yet, on all threads.
    /// Errors with what the driver or the shader compiler says.
    pub fn prepare<'a>(
        &mut self,
        device: &Device,
        launches: impl IntoIterator<Item = &'a Launch>,
    ) -> Result<()> {
        let mut missing: Vec<&Launch> = Vec::new();
        for launch in launches {
            if !self.made.contains_key(&key(launch))
                && missing.iter().all(|other| key(other) != key(launch))
            {
                missing.push(launch);
            }
        }
        let mut shaders: Vec<&'static Shader> =
            missing.iter().map(|launch| launch.shader).collect();
        shaders.sort_by_key(|shader| shader.name);
        shaders.dedup_by_key(|shader| shader.name);
        shaders.retain(|shader| !self.modules.contains_key(shader.name));
        let checks = self.checks;
        let modules: Vec<_> = shaders
            .par_iter()
            .map(|shader| Ok((shader.name, module(device, shader, checks)?)))
            .collect();
        for made in modules {
            let (name, module) = made?;
            self.modules.insert(name, module);
        }
        let pipelines: Vec<_> = missing
            .par_iter()
            .map(|launch| Ok((key(launch), self.make(device, launch)?)))
            .collect();
        for made in pipelines {
            let (key, pipeline) = made?;
            self.made.insert(key, pipeline);
        }
        device.check()
    }

    /// The pipeline of a launch that was prepared.
    pub fn get(&self, launch: &Launch) -> Pipeline {
        self.made[&key(launch)].clone()
    }

    fn make(&self, device: &Device, launch: &Launch) -> Result<Pipeline> {
        let operands = operands_layout(device, launch);
        let groups = [Some(&operands), Some(&self.clock)];
        let layout = device.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(launch.entry),
            bind_group_layouts: if launch.clock { &groups } else { &groups[..1] },
            immediate_size: 0,
        });
        let descriptor = wgpu::ComputePipelineDescriptor {
            label: Some(launch.entry),
            layout: Some(&layout),
            module: &self.modules[launch.shader.name],
            entry_point: Some(launch.entry),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: launch.constants,
                // Our kernels write workgroup memory before they read it.
                zero_initialize_workgroup_memory: self.checks,
            },
            cache: self.remembered.as_ref(),
        };
        let pipeline =
            scoped(device, launch.entry, || device.device.create_compute_pipeline(&descriptor))?;
        Ok(Pipeline { pipeline, operands })
    }
}

fn key(launch: &Launch) -> Key {
    (launch.shader.name, launch.entry, launch.variant)
}

/// Makes something whose failure is an error of this one thing and not of the device.
fn scoped<T>(device: &Device, what: &str, make: impl FnOnce() -> T) -> Result<T> {
    let filters = [
        wgpu::ErrorFilter::Validation,
        wgpu::ErrorFilter::Internal,
        wgpu::ErrorFilter::OutOfMemory,
    ];
    let scopes: Vec<_> =
        filters.map(|filter| device.device.push_error_scope(filter)).into_iter().collect();
    let made = make();
    let errors: Vec<_> =
        scopes.into_iter().rev().filter_map(|scope| pollster::block_on(scope.pop())).collect();
    match errors.first() {
        Some(error) => Err(Error::Device(format!("{what} could not be compiled: {error}"))),
        None => Ok(made),
    }
}

fn module(device: &Device, shader: &'static Shader, checks: bool) -> Result<wgpu::ShaderModule> {
    let standard = device.device.adapter_info().backend == wgpu::Backend::BrowserWebGpu;
    let text = if standard { shader.standard_source() } else { shader.source() };
    let source = wgpu::ShaderSource::Wgsl(text.into());
    let descriptor = wgpu::ShaderModuleDescriptor { label: Some(shader.name), source };
    scoped(device, shader.name, || {
        if checks {
            return device.device.create_shader_module(descriptor);
        }
        // SAFETY: the text is this crate's own.
        // Every index is below a size in `at`, and sizes and places come from operands whose shapes
        // `Program::push` checked and whose ends `Memory::buffer` compared with their buffers;
        // `rank` and level positions, which are data, are clamped where they become an index; loops
        // end for any data; no divisor is 0.
        // The tests also run with the checks on.
        unsafe {
            device
                .device
                .create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked())
        }
    })
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
    let descriptor =
        wgpu::BindGroupLayoutDescriptor { label: Some(launch.entry), entries: &entries };
    device.device.create_bind_group_layout(&descriptor)
}

fn uniform(has_dynamic_offset: bool) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding: 0,
        visibility: ShaderStages::COMPUTE,
        ty: wgpu::BindingType::Buffer {
            ty: BufferBindingType::Uniform,
            has_dynamic_offset,
            min_binding_size: None,
        },
        count: None,
    }
}
