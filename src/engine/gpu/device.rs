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
    /// Errors with the limit's name when the adapter is below one that the kernels need.
    pub fn open(adapter: &wgpu::Adapter) -> Result<Self> {
        let name = adapter.get_info().name;
        let limits = limits(&adapter.limits()).map_err(|lacking| {
            Error::Device(format!(
                "the GPU {name} is too small for the kernels: {lacking}; use another GPU or the \
                 CPU backend"
            ))
        })?;
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("mellizo"),
            required_features: adapter.features() & WELCOME,
            required_limits: limits,
            memory_hints: wgpu::MemoryHints::Performance,
            ..wgpu::DeviceDescriptor::default()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&descriptor))
            .map_err(|e| Error::Device(format!("the GPU {name} could not be opened: {e}")))?;
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
            Ok(Err(wgpu::PollError::Timeout)) => Err(self.given_up()),
            Ok(Err(error)) => Err(Error::Device(format!("waiting for the GPU failed: {error}"))),
            Err(_) => Err(Error::Device("the GPU was lost while it worked".to_owned())),
        }
    }

    /// The error of a device that does not answer: it is not waited for again.
    fn given_up(&self) -> Error {
        let problem =
            format!("the GPU did not finish its work within {} s", self.patience.as_secs());
        keep_first(&self.fault, problem.clone());
        // A queue that is dropped waits for its work, here for ever: it is left to the process's
        // end.
        std::mem::forget((self.device.clone(), self.queue.clone()));
        Error::Device(problem)
    }
}

/// What to ask an adapter for: the standard's limits where kernels need them, the adapter's own
/// sizes of buffers, and of everything else the standard's or less.
/// Errors with the names of the limits that are too low.
fn limits(theirs: &wgpu::Limits) -> std::result::Result<wgpu::Limits, String> {
    let standard = wgpu::Limits::default();
    let mut lacking = Vec::new();
    macro_rules! needs {
        ($($limit:ident)*) => {
            $(if theirs.$limit < standard.$limit {
                let (name, needed, given) = (stringify!($limit), standard.$limit, theirs.$limit);
                lacking.push(format!("{name} is {given} and must be {needed}"));
            })*
        };
    }
    needs!(
        max_storage_buffers_per_shader_stage max_compute_workgroup_storage_size
        max_compute_invocations_per_workgroup max_compute_workgroup_size_x
        max_compute_workgroups_per_dimension max_uniform_buffer_binding_size
    );
    // Places in a buffer from which it can be bound: here less is better.
    if theirs.min_storage_buffer_offset_alignment > standard.min_storage_buffer_offset_alignment {
        lacking.push("min_storage_buffer_offset_alignment is above 256".to_owned());
    }
    assert!(WORKGROUP <= standard.max_compute_invocations_per_workgroup);
    match lacking.is_empty() {
        true => Ok(wgpu::Limits {
            max_buffer_size: theirs.max_buffer_size,
            max_storage_buffer_binding_size: theirs.max_storage_buffer_binding_size,
            ..standard.or_worse_values_from(theirs)
        }),
        false => Err(lacking.join(", ")),
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

#[cfg(test)]
mod hung;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_too_low_is_named() {
        let standard = wgpu::Limits::default();
        let small = wgpu::Limits { max_compute_workgroup_storage_size: 8192, ..standard.clone() };
        let error = limits(&small).expect_err("16 KiB are needed");
        assert_eq!(error, "max_compute_workgroup_storage_size is 8192 and must be 16384");
        // No kernel draws a picture.
        let blind = wgpu::Limits { max_texture_dimension_2d: 16, ..standard.clone() };
        assert_eq!(limits(&blind).expect("enough").max_texture_dimension_2d, 16);
        let large = wgpu::Limits { max_buffer_size: 1 << 40, ..standard };
        assert_eq!(limits(&large).expect("enough").max_buffer_size, 1 << 40);
    }
}
