//! Numbers in and out of the device's memory.

use super::device::Device;
use crate::op::{BufferId, Tensor};
use ground::error::{Error, Result};
use std::sync::mpsc;

/// Bytes handed to the queue before it is told to start copying, so that writing a large table
/// needs little memory beside it.
const PIECE: usize = 32 << 20;

/// The allocations.
#[derive(Default)]
pub(super) struct Memory {
    buffers: Vec<wgpu::Buffer>,
}

impl Memory {
    /// `[models, rows, features]` zeros (wgpu clears new memory).
    pub fn alloc(&mut self, device: &Device, shape: [usize; 3]) -> Result<Tensor> {
        let [models, rows, features] = shape;
        let bytes = 4 * (models as u64) * (rows as u64) * (features as u64);
        // Shaders index numbers with 32 bits.
        let most = device.largest_buffer().min(4 * u64::from(u32::MAX));
        if bytes > most {
            return Err(Error::Device(format!(
                "{models} models x {rows} rows x {features} features need {} in one piece, but \
                 this GPU gives at most {} (max_storage_buffer_binding_size); train fewer models \
                 at once or use the CPU backend",
                megabytes(bytes),
                megabytes(most)
            )));
        }
        let usage = wgpu::BufferUsages::STORAGE
            | wgpu::BufferUsages::COPY_SRC
            | wgpu::BufferUsages::COPY_DST;
        // A binding of no bytes is not allowed; an empty tensor is refused later, where a kernel
        // would use it.
        let size = bytes.max(4);
        let descriptor =
            wgpu::BufferDescriptor { label: None, size, usage, mapped_at_creation: false };
        let scope = device.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let buffer = device.device.create_buffer(&descriptor);
        if pollster::block_on(scope.pop()).is_some() {
            let needed = megabytes(bytes);
            return Err(Error::Device(format!(
                "the GPU's memory is full: {needed} more for a tensor of {shape:?} do not fit"
            )));
        }
        device.check()?;
        self.buffers.push(buffer);
        let id = u32::try_from(self.buffers.len() - 1).expect("fewer buffers than 2^32");
        Ok(Tensor::whole(BufferId(id), shape))
    }

    /// How many numbers an allocation has.
    pub fn numbers(&self, id: BufferId) -> usize {
        self.buffers[id.0 as usize].size() as usize / 4
    }

    /// A whole allocation. Panics when it belongs to another backend.
    pub fn whole(&self, id: BufferId) -> &wgpu::Buffer {
        self.buffers.get(id.0 as usize).expect("a buffer of this backend")
    }

    /// The buffer of a tensor. Panics when it belongs to another backend.
    pub fn buffer(&self, tensor: &Tensor) -> &wgpu::Buffer {
        let buffer = self.whole(tensor.buffer);
        let last = tensor.start(tensor.models.saturating_sub(1)) + tensor.len();
        assert!(
            4 * last as u64 <= buffer.size(),
            "{tensor:?} is beyond the {} bytes of its buffer",
            buffer.size()
        );
        buffer
    }

    /// Copies numbers to the device, rounded to f32.
    pub fn write(&self, device: &Device, tensor: &Tensor, values: &[f64]) -> Result<()> {
        let length = tensor.len();
        assert_eq!(values.len(), tensor.models * length, "numbers for {:?}", tensor.shape());
        let buffer = self.buffer(tensor);
        let mut waiting = 0;
        for model in 0..tensor.models {
            let mine = &values[model * length..][..length];
            for (piece, part) in mine.chunks(PIECE / 4).enumerate() {
                let numbers: Vec<f32> = part.iter().map(|&value| value as f32).collect();
                let at = tensor.start(model) + piece * (PIECE / 4);
                device.queue.write_buffer(buffer, 4 * at as u64, bytemuck::cast_slice(&numbers));
                waiting += 4 * numbers.len();
                if waiting >= PIECE {
                    device.queue.submit([]);
                    device.wait(None)?;
                    waiting = 0;
                }
            }
        }
        device.check()
    }

    /// Copies numbers from the device, after all work before.
    pub fn read(&self, device: &Device, tensor: &Tensor) -> Result<Vec<f64>> {
        if tensor.is_empty() {
            return Ok(Vec::new());
        }
        let buffer = self.buffer(tensor);
        let bytes = 4 * tensor.len() as u64;
        let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
        let size = bytes * tensor.models as u64;
        let staging = device.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("staging"),
            size,
            usage,
            mapped_at_creation: false,
        });
        let mut encoder =
            device.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        for model in 0..tensor.models {
            let from = 4 * tensor.start(model) as u64;
            encoder.copy_buffer_to_buffer(buffer, from, &staging, bytes * model as u64, bytes);
        }
        device.queue.submit([encoder.finish()]);
        Ok(mapped::<f32>(device, &staging)?.into_iter().map(f64::from).collect())
    }
}

/// The numbers of a staging buffer, once the device has filled it.
pub(super) fn mapped<T: bytemuck::Pod>(device: &Device, staging: &wgpu::Buffer) -> Result<Vec<T>> {
    let (sender, receiver) = mpsc::channel();
    staging.map_async(wgpu::MapMode::Read, .., move |result| {
        let _ = sender.send(result);
    });
    device.wait(None)?;
    // Never `recv`: after the loss of a device the callback may not come.
    match receiver.try_recv() {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            return Err(Error::Device(format!("the GPU's memory could not be read: {error}")));
        }
        Err(_) => {
            return Err(Error::Device("the GPU's memory could not be read: no answer".to_owned()));
        }
    }
    let view = staging
        .get_mapped_range(..)
        .map_err(|error| Error::Device(format!("the GPU's memory could not be read: {error}")))?;
    Ok(bytemuck::pod_collect_to_vec(&view))
}

fn megabytes(bytes: u64) -> String {
    format!("{:.0} MiB", bytes as f64 / f64::from(1 << 20))
}
