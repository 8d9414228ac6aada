//! What becomes of the bytes of strangers where a model, its recipe or a private run is read: see
//! `tables.rs`.

#![allow(dead_code)]

use mellizo::checksum;
use mellizo::synthesis::private::{Ledger, PublicTable, Release};
use mellizo::synthesis::{BackendChoice, Checkpoint, Model, Quiet, Recipe};
use mellizo::table::Schema;
use std::path::Path;

const NAME: &str = "hostile";

/// What is public of the table of `release`.
const PUBLIC: &str = "[[column]]\nname = \"age\"\nkind = \"integer\"\nrange = [18, 100]\n\
    [[column]]\nname = \"dead\"\nkind = \"boolean\"\nlevels = [\"no\", \"yes\"]\n";

/// A recipe.
pub fn recipe(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(recipe) = Recipe::from_toml(text, NAME) else { return };
    let again = Recipe::from_toml(&recipe.training().to_toml(), NAME);
    assert!(again.is_ok(), "what was read cannot be written: {:?}", again.err());
}

/// A model as it is, and with the checksum of what it became.
/// What can be read makes patients, or says why not.
pub fn model(bytes: &[u8]) {
    for bytes in [bytes.to_vec(), sealed(bytes)] {
        let Ok(model) = Model::from_bytes(&bytes, Path::new(NAME)) else { continue };
        if model.schema().columns.len() > 64 {
            continue;
        }
        let mut backend = BackendChoice::cpu().open(&mut Quiet).expect("a processor");
        if let Ok(patients) = model.sample(backend.as_mut(), 0..3) {
            assert_eq!(patients.rows(), 3);
        }
        let _ = model.exported();
    }
}

/// A checkpoint as it is, and with the checksum of what it became.
pub fn checkpoint(bytes: &[u8]) {
    for bytes in [bytes.to_vec(), sealed(bytes)] {
        if let Ok(checkpoint) = Checkpoint::read(&bytes, Path::new(NAME)) {
            assert!(Checkpoint::read(&checkpoint.to_bytes(), Path::new(NAME)).is_ok());
        }
    }
}

/// A ledger.
pub fn ledger(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = Ledger::at(NAME).read(text);
}

/// A private release, and the patients that follow from it.
pub fn release(bytes: &[u8]) {
    let schema = Schema::from_toml(PUBLIC, NAME).expect("a schema");
    let public = PublicTable::of(&schema, Path::new(NAME)).expect("all is public");
    let Ok(release) = Release::read(bytes, Path::new(NAME), &public) else { return };
    if release.rounded_patients(&public) > 10_000 {
        return;
    }
    let copula = release.copula(&public, 1);
    assert_eq!(Release::surrogate(&public, &copula, 5, 1).rows(), 5);
}

/// The bytes with their own checksum, where there is room for one.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if checksum::check(&bytes) == checksum::Verdict::Changed {
        checksum::seal(&mut bytes);
    }
    bytes
}
