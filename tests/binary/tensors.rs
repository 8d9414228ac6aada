//! The weights in a model file, without its metadata.

use safetensors::SafeTensors;
use serde_json::Value;
use std::collections::BTreeMap;

/// Every tensor's bytes by name.
pub fn tensors(model: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let file = SafeTensors::deserialize(model).expect("a safetensors file");
    file.tensors().into_iter().map(|(name, view)| (name, view.data().to_vec())).collect()
}

/// The document beside the weights.
pub fn document(model: &[u8]) -> Value {
    let (_, header) = SafeTensors::read_metadata(model).expect("a safetensors file");
    let metadata = header.metadata().as_ref().expect("metadata");
    serde_json::from_str(&metadata["mellizo"]).expect("a JSON document")
}

/// Whether every number is finite.
pub fn all_finite(model: &[u8]) -> bool {
    let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().expect("four bytes"));
    tensors(model)
        .values()
        .all(|bytes| bytes.chunks_exact(4).all(|bytes| number(bytes).is_finite()))
}
