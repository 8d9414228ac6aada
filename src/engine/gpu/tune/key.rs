//! What a measured choice holds for: this adapter with this driver, and these shaders.

use crate::gpu::variant;
use serde::{Deserialize, Serialize};

/// Anything that differs makes what was remembered worthless.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::gpu) struct Key {
    adapter: String,
    vendor: u32,
    device: u32,
    backend: String,
    driver: String,
    driver_info: String,
    mellizo: String,
    /// Of every text that a kernel with variants may be made of.
    shaders: String,
}

impl Key {
    /// The key of an adapter under this version of the crate.
    pub fn of(info: &wgpu::AdapterInfo) -> Self {
        let texts: String = variant::texts().collect();
        Self {
            adapter: info.name.clone(),
            vendor: info.vendor,
            device: info.device,
            backend: format!("{:?}", info.backend),
            driver: info.driver.clone(),
            driver_info: info.driver_info.clone(),
            mellizo: env!("CARGO_PKG_VERSION").to_owned(),
            shaders: format!("{:016x}", hash(texts.as_bytes())),
        }
    }

    /// A name for a file: keys that differ have different names, but for an accident that the key
    /// inside the file reveals.
    pub fn short(&self) -> String {
        let text = serde_json::to_string(self).expect("strings and numbers");
        format!("{:016x}", hash(text.as_bytes()))
    }
}

/// FNV-1a: the same number from every compiler and on every machine, unlike the standard library's.
pub(in crate::gpu) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn the_hash_is_the_published_one() {
        // Test vectors of Fowler, Noll and Vo.
        assert_eq!(hash(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(hash(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(hash(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
