//! The tensors of `tests/fixtures/oracle.safetensors`, all f64.

use safetensors::SafeTensors;
use std::collections::HashMap;
use std::path::Path;

/// Every tensor by name, row by row.
pub struct Oracle(HashMap<String, Vec<f64>>);

impl Oracle {
    /// Reads the file. Panics when it is not as its README says.
    pub fn open() -> Self {
        let path = Path::new(crate::ROOT).join("tests/fixtures/oracle.safetensors");
        let bytes = std::fs::read(path).expect("the fixture is part of the repository");
        let file = SafeTensors::deserialize(&bytes).expect("the fixture is whole");
        let number = |b: &[u8]| f64::from_le_bytes(b.try_into().expect("eight bytes"));
        let tensor = |name: &str| {
            file.tensor(name).expect("listed").data().chunks_exact(8).map(number).collect()
        };
        Self(file.names().into_iter().map(|name| (name.to_string(), tensor(name))).collect())
    }

    /// The numbers of a tensor. Panics when there is none of that name.
    pub fn get(&self, name: &str) -> Vec<f64> {
        self.0.get(name).unwrap_or_else(|| panic!("the oracle has no {name}")).clone()
    }

    /// Whether there is a tensor of that name.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}
