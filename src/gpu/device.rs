//! The open device: its limits, and what went wrong on it as an [`Error::Device`] instead of a panic or a hang.

use super::shader::WORKGROUP;
use crate::error::{Error, Result};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Longest wait for work that was submitted in pieces of a fraction of a second.
const PATIENCE: Duration = Duration::from_secs(120);

/// A device, its queue and the first error that nobody else caught.
pub(super) struct Device {
    pub device: wgpu::Device,
    pub queue: wgpu::Queue,
    fault: Arc<Mutex<Option<String>>>,
}

impl Device {
    /// Opens the adapter with the limits of the WebGPU standard, except for the sizes of buffers, which are the adapter's own.
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
            // The clock is for measuring; where there is none, kernels are timed from outside.
            required_features: adapter.features() & wgpu::Features::TIMESTAMP_QUERY,
            required_limits: limits,
            memory_hints: wgpu::MemoryHints::Performance,
            ..wgpu::DeviceDescriptor::default()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&descriptor))
            .map_err(|e| Error::Device(format!("the GPU {} could not be opened: {e}", adapter.get_info().name)))?;
        let fault = Arc::new(Mutex::new(None));
        let (uncaptured, lost) = (fault.clone(), fault.clone());
        device.on_uncaptured_error(Arc::new(move |error| keep_first(&uncaptured, error.to_string())));
        device.set_device_lost_callback(move |_, message| keep_first(&lost, format!("the device was lost: {message}")));
        Ok(Self { device, queue, fault })
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
        self.poll(wgpu::PollType::Wait { submission_index: submission, timeout: Some(PATIENCE) })
    }

    /// Learns, without waiting, whether the device is still there.
    pub fn glance(&self) -> Result<()> {
        self.poll(wgpu::PollType::Poll)
    }

    fn poll(&self, poll: wgpu::PollType) -> Result<()> {
        // wgpu panics in `poll` when the device is lost while it waits; a user should read one line about it.
        let polled = catch_unwind(AssertUnwindSafe(|| self.device.poll(poll)));
        self.check()?;
        match polled {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(wgpu::PollError::Timeout)) => {
                Err(Error::Device(format!("the GPU did not finish its work within {} s", PATIENCE.as_secs())))
            }
            Ok(Err(error)) => Err(Error::Device(format!("waiting for the GPU failed: {error}"))),
            Err(_) => Err(Error::Device("the GPU was lost while it worked".to_owned())),
        }
    }
}

fn keep_first(fault: &Mutex<Option<String>>, message: String) {
    fault.lock().expect("a string is never half written").get_or_insert(message);
}
