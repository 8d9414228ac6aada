//! The open device: its limits, and what went wrong on it as an [`Error::Device`] instead of a
//! panic or a hang.

use super::shader::WORKGROUP;
use super::variant::Abilities;
use ground::error::{Error, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Longest wait for work that was submitted in pieces of a fraction of a second.
const PATIENCE: Duration = Duration::from_secs(10);

/// The same on a software GPU, whose processor others may use.
const SOFTWARE_PATIENCE: Duration = Duration::from_secs(120);

/// Features that are used where there are any: without a clock kernels are timed from outside,
/// without subgroups the variants `lanes` are left out, without a pipeline cache every start
/// compiles anew.
const WELCOME: wgpu::Features = wgpu::Features::TIMESTAMP_QUERY
    .union(wgpu::Features::SUBGROUP)
    .union(wgpu::Features::PIPELINE_CACHE);

/// A device, its queue and the first error that nobody else caught.
pub(super) struct Device {
    pub device: wgpu::Device,
    pub queue: wgpu::Queue,
    /// What it offers beyond the standard.
    pub abilities: Abilities,
    patience: Duration,
    fault: Arc<Mutex<Option<String>>>,
}

impl Device {
    /// Opens the adapter with the limits of the WebGPU standard, except for the sizes of buffers,
    /// which are the adapter's own.
    pub fn open(adapter: &wgpu::Adapter) -> Result<Self> {
        let theirs = adapter.limits();
        let limits = wgpu::Limits {
            max_buffer_size: theirs.max_buffer_size,
            max_storage_buffer_binding_size: theirs.max_storage_buffer_binding_size,
            ..wgpu::Limits::default()
        };
        assert!(WORKGROUP <= limits.max_compute_invocations_per_workgroup);
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("mellizo"),
            required_features: adapter.features() & WELCOME,
            required_limits: limits,
            memory_hints: wgpu::MemoryHints::Performance,
            ..wgpu::DeviceDescriptor::default()
        };
        let (device, queue) =
            pollster::block_on(adapter.request_device(&descriptor)).map_err(|e| {
                Error::Device(format!(
                    "the GPU {} could not be opened: {e}",
                    adapter.get_info().name
                ))
            })?;
        let fault = Arc::new(Mutex::new(None));
        let (uncaptured, lost) = (fault.clone(), fault.clone());
        device
            .on_uncaptured_error(Arc::new(move |error| keep_first(&uncaptured, error.to_string())));
        device.set_device_lost_callback(move |_, message| {
            keep_first(&lost, format!("the device was lost: {message}"))
        });
        let abilities = Abilities { eights: eights(adapter) };
        let software = adapter.get_info().device_type == wgpu::DeviceType::Cpu;
        let patience = if software { SOFTWARE_PATIENCE } else { PATIENCE };
        Ok(Self { device, queue, abilities, patience, fault })
    }

    /// What the driver remembers of pipelines, from the data of an earlier process or from nothing;
    /// none where drivers do not offer it.
    pub fn pipeline_cache(&self, data: Option<&[u8]>) -> Option<wgpu::PipelineCache> {
        if !self.device.features().contains(wgpu::Features::PIPELINE_CACHE) {
            return None;
        }
        let descriptor =
            wgpu::PipelineCacheDescriptor { label: Some("mellizo"), data, fallback: true };
        let scope = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
        // SAFETY: the data comes from `PipelineCache::get_data` of this version for the same
        // adapter and driver, which is what its file is named by, and a checksum has shown that it
        // is whole; wgpu compares adapter, driver and versions again and starts empty (`fallback`)
        // where they differ.
        // Whoever can forge the file, checksum included, can write to the user's own folder.
        let cache = unsafe { self.device.create_pipeline_cache(&descriptor) };
        pollster::block_on(scope.pop()).is_none().then_some(cache)
    }

    /// Largest buffer that a shader can be given, in bytes.
    pub fn largest_buffer(&self) -> u64 {
        let limits = self.device.limits();
        limits.max_buffer_size.min(limits.max_storage_buffer_binding_size)
    }

    /// The first error of the device, if it has had one: it is not to be trusted after that.
    pub fn check(&self) -> Result<()> {
        match self.fault.lock().expect("a string is never half written").as_ref() {
            Some(fault) => Err(Error::Device(format!("GPU error: {fault}"))),
            None => Ok(()),
        }
    }

    /// Waits for a submission, or for all work.
    pub fn wait(&self, submission: Option<wgpu::SubmissionIndex>) -> Result<()> {
        self.poll(wgpu::PollType::Wait {
            submission_index: submission,
            timeout: Some(self.patience),
        })
    }

    /// Learns, without waiting, whether the device is still there.
    pub fn glance(&self) -> Result<()> {
        self.poll(wgpu::PollType::Poll)
    }

    fn poll(&self, poll: wgpu::PollType) -> Result<()> {
        // wgpu panics in `poll` when the device is lost while it waits; a user should read one line
        // about it.
        let polled = catch_unwind(AssertUnwindSafe(|| self.device.poll(poll)));
        self.check()?;
        match polled {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(wgpu::PollError::Timeout)) => Err(Error::Device(format!(
                "the GPU did not finish its work within {} s",
                self.patience.as_secs()
            ))),
            Ok(Err(error)) => Err(Error::Device(format!("waiting for the GPU failed: {error}"))),
            Err(_) => Err(Error::Device("the GPU was lost while it worked".to_owned())),
        }
    }
}

fn eights(adapter: &wgpu::Adapter) -> bool {
    let info = adapter.get_info();
    let all = [info.subgroup_min_size, info.subgroup_max_size] == [8, 8];
    all && adapter.features().contains(wgpu::Features::SUBGROUP)
}

fn keep_first(fault: &Mutex<Option<String>>, message: String) {
    fault.lock().expect("a string is never half written").get_or_insert(message);
}
