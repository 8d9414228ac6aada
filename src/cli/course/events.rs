//! Event files of TensorBoard: scalars by step.
//!
//! A file is a row of records: the length of the data (8 bytes, little endian), its checksum, the
//! data, its checksum (TFRecord; CRC-32C, rotated by 15 bits and moved by a constant).
//! The data is a protocol buffer `Event`: `wall_time` (1, double), `step` (2, int64), and either
//! `file_version` (3, string), `summary` (5) with values of a `tag` (1, string) and a
//! `simple_value` (2, float), or `session_log` (7) with a `status` (1): a start, from the second one
//! on, tells a reader to forget what the files before tell of this step and later ones.
//! No well-kept crate writes these files; this is all of the format that scalars need.

use super::growing::Growing;
use super::steps;
use crc::{CRC_32_ISCSI, Crc};
use ground::error::{Error, Result};
use std::fs::File;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use training::gan::{Epoch, Progress};

const CASTAGNOLI: Crc<u32> = Crc::<u32>::new(&CRC_32_ISCSI);

/// Added to a checksum after its rotation.
const MASK: u32 = 0xa282_ead8;

/// Wire types of protocol buffers.
const VARINT: u8 = 0;
const FIXED64: u8 = 1;
const BYTES: u8 = 2;
const FIXED32: u8 = 5;

/// The number of a start in a session log.
const START: u64 = 1;

/// An event file that is written while training goes on.
pub(super) struct Events {
    file: Growing,
    /// Records that are written with the first epochs.
    first: Vec<u8>,
}

impl Events {
    /// Makes a new file in a folder, which is made where it is not there; of a run that goes on
    /// after some steps, it takes the place of what older files tell of later ones.
    /// Nothing is written yet: a full disk is no error here.
    pub(super) fn create(folder: &Path, after: Option<usize>) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| Error::io(folder, error))?;
        let (now, process) = (seconds() as u64, std::process::id());
        let path = folder.join(format!("events.out.tfevents.{now:010}.mellizo.{process}"));
        let file = File::create(&path).map_err(|error| Error::io(&path, error))?;
        Ok(Self { file: Growing::new(&path, file, 0), first: beginning(after) })
    }

    /// Writes epochs, and hands them to the system at once.
    pub(super) fn write(
        &mut self,
        progress: &Progress,
        epochs: &[Epoch],
    ) -> std::result::Result<(), (String, std::io::Error)> {
        let models = progress.newest.iter().map(|epoch| epoch.model).max().unwrap_or(1);
        let records = epochs.iter().flat_map(|epoch| {
            let values: Vec<u8> =
                scalars(epoch, models).iter().flat_map(|(tag, x)| value(tag, *x)).collect();
            let summary = [field(5, BYTES), sized(&values)].concat();
            record(&event(seconds(), steps(progress, epoch) as u64, &summary))
        });
        let bytes: Vec<u8> = std::mem::take(&mut self.first).into_iter().chain(records).collect();
        self.file.push(&bytes)
    }
}

#[cfg(test)]
impl From<Growing> for Events {
    fn from(file: Growing) -> Self {
        Self { file, first: beginning(None) }
    }
}

/// The first records of a file: the version of its form, and from which step on it counts.
fn beginning(after: Option<usize>) -> Vec<u8> {
    let version = [field(3, BYTES), sized(b"brain.Event:2")].concat();
    let status = [field(1, VARINT), varint(START)].concat();
    let start = [field(7, BYTES), sized(&status)].concat();
    let from = after.map_or(0, |steps| steps as u64 + 1);
    let events = [event(seconds(), 0, &version), event(seconds(), from, &start)];
    events.iter().flat_map(|event| record(event)).collect()
}

/// What is shown of an epoch; of several models each in a group of its own.
fn scalars(epoch: &Epoch, models: usize) -> Vec<(String, f64)> {
    let group = if models > 1 { format!("model {}/", epoch.model) } else { String::new() };
    let discriminator = epoch.discriminator.map(|of| {
        [
            ("loss/discriminator", of.loss),
            ("probability/real", of.real_probability),
            ("probability/synthetic", of.fake_probability),
        ]
    });
    [
        ("loss/generator", epoch.generator_loss),
        ("frechet/marginal", epoch.marginal),
        ("frechet/joint", epoch.joint),
    ]
    .into_iter()
    .chain(discriminator.into_iter().flatten())
    .map(|(tag, value)| (group.clone() + tag, value))
    .collect()
}

fn seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

/// The key of a field.
fn field(number: u8, wire: u8) -> Vec<u8> {
    vec![number << 3 | wire]
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// Bytes after their length.
fn sized(bytes: &[u8]) -> Vec<u8> {
    [varint(bytes.len() as u64), bytes.to_vec()].concat()
}

fn event(time: f64, step: u64, what: &[u8]) -> Vec<u8> {
    let time = [field(1, FIXED64), time.to_le_bytes().to_vec()].concat();
    // A zero is the default, which nobody writes.
    let step = if step == 0 { Vec::new() } else { [field(2, VARINT), varint(step)].concat() };
    [time, step, what.to_vec()].concat()
}

/// One value of a summary.
fn value(tag: &str, value: f64) -> Vec<u8> {
    let tag = [field(1, BYTES), sized(tag.as_bytes())].concat();
    let number = [field(2, FIXED32), (value as f32).to_le_bytes().to_vec()].concat();
    [field(1, BYTES), sized(&[tag, number].concat())].concat()
}

fn record(data: &[u8]) -> Vec<u8> {
    let length = (data.len() as u64).to_le_bytes();
    let checksums = [&length[..], data].map(|bytes| masked(bytes).to_le_bytes());
    [&length[..], &checksums[0], data, &checksums[1]].concat()
}

fn masked(bytes: &[u8]) -> u32 {
    CASTAGNOLI.checksum(bytes).rotate_right(15).wrapping_add(MASK)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What TensorBoard's own writer (2.21, `RecordWriter`) makes of the same two events.
    #[test]
    fn records_are_those_of_tensorboard() {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let version = [field(3, BYTES), sized(b"brain.Event:2")].concat();
        assert_eq!(
            hex(&record(&event(1.0, 0, &version))),
            "1800000000000000a37f4b2209000000000000f03f1a0d627261696e2e4576656e743a3286bf577a"
        );
        let summary = [field(5, BYTES), sized(&value("frechet/joint", 0.25))].concat();
        assert_eq!(
            hex(&record(&event(1.0, 300, &summary))),
            "2400000000000000422b804d09000000000000f03f10ac022a160a140a0d667265636865742f6a6f696e74\
             150000803e85642a84"
        );
    }
}
