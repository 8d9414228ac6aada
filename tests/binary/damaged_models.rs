//! Files that `mellizo sample` must refuse.

use crate::desk::{Desk, MULTIPLE, cpu};
use mellizo::checksum;
use mellizo::gan::ModelFile;
use safetensors::tensor::{Dtype, TensorView};
use std::collections::HashMap;
use std::path::Path;

/// A trained model's bytes, on a desk.
fn model() -> (Desk, Vec<u8>) {
    let desk = Desk::new();
    desk.mellizo_on(&cpu(), "train --recipe small.toml --epochs 1 --out results").silent();
    let bytes = desk.bytes("results/private/model.safetensors");
    (desk, bytes)
}

fn refused(desk: &Desk, code: i32, bytes: &[u8], parts: &[&str]) {
    desk.put("odd.safetensors", bytes);
    let finished = desk.mellizo_on(&cpu(), "sample odd.safetensors --rows 5");
    finished.refused(code, &[&["odd.safetensors: ", "; "], parts].concat());
}

/// The model with another text of the same length in its header, and the checksum of that.
fn replaced(model: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at: Vec<usize> = (0..model.len() - from.len())
        .filter(|at| model[*at..].starts_with(from.as_bytes()))
        .collect();
    assert_eq!(at.len(), 1, "{from} is there {} times", at.len());
    let mut bytes = model.to_vec();
    bytes[at[0]..at[0] + to.len()].copy_from_slice(to.as_bytes());
    checksum::seal(&mut bytes);
    bytes
}

/// The model as version 2 wrote it, without a checksum.
fn unsealed(model: &[u8]) -> Vec<u8> {
    let header = u64::from_le_bytes(model[..8].try_into().unwrap()) as usize;
    let text = std::str::from_utf8(&model[8..8 + header]).unwrap();
    let (before, rest) = text.split_once(r#"\"checksum\":\""#).unwrap();
    let after = &rest[64 + r#"\","#.len()..];
    let text = format!("{before}{after}").replace(r#"\"version\":3"#, r#"\"version\":2"#);
    let text = text.clone() + &" ".repeat(text.len().next_multiple_of(8) - text.len());
    let length = (text.len() as u64).to_le_bytes();
    [&length[..], text.as_bytes(), &model[8 + header..]].concat()
}

#[test]
fn a_model_without_a_checksum_is_read_as_before() {
    let (desk, model) = model();
    desk.put("new.safetensors", &model);
    desk.put("old.safetensors", unsealed(&model));
    let rows = |name: &str| {
        desk.mellizo_on(&cpu(), &format!("sample {name}.safetensors --rows 20")).good().stdout
    };
    assert_eq!(rows("old"), rows("new"));
}

#[test]
fn every_changed_byte_is_noticed() {
    let (mut changes, mut truncations) = (0, 0);
    for name in ["joint", "paper"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("tests/fixtures/corpus/model/{name}.safetensors"));
        let model = std::fs::read(&path).unwrap();
        assert!(ModelFile::read(&model, &path).is_ok(), "{name}");
        let noticed = |bytes: &[u8], at: usize| {
            let error = ModelFile::read(bytes, &path).expect_err(name);
            assert!(matches!(error.exit_code(), 3 | 7), "{name}, byte {at}: {error}");
        };
        for at in 0..model.len() {
            for change in [1, 0x80, 0xff] {
                let mut other = model.clone();
                other[at] ^= change;
                noticed(&other, at);
            }
            noticed(&model[..at], at);
        }
        changes += 3 * model.len();
        truncations += model.len();
    }
    println!("{changes} changed bytes and {truncations} truncations were noticed");
}

#[test]
fn damaged_and_foreign_files() {
    let (desk, model) = model();
    refused(&desk, 7, b"", &["not a whole model file"]);
    refused(&desk, 3, b"age,sex\n1,2\n", &["not a model of mellizo"]);
    for length in [7, 100, model.len() / 2, model.len() - 1] {
        refused(&desk, 7, &model[..length], &["not a whole model file", "train it again"]);
    }
    refused(&desk, 7, &[&model[..], b"more"].concat(), &["not a whole model file"]);
    let later = replaced(&model, r#"{\"version\":3,"#, r#"{\"version\":7,"#);
    refused(&desk, 3, &later, &["version 7", "version 3"]);
    // The document contradicts the weights, and itself.
    refused(
        &desk,
        7,
        &replaced(&model, r#"\"latent\":32"#, r#"\"latent\":31"#),
        &["damaged", "train it again"],
    );
    refused(&desk, 7, &replaced(&model, r#"\"features\":44"#, r#"\"features\":43"#), &["damaged"]);
    let multiple = format!(r#"\"multiple\":{MULTIPLE}"#);
    refused(&desk, 7, &replaced(&model, &multiple, r#"\"multiple\":0"#), &["damaged"]);
    // A momentum that no recipe may have, and a weight that is NaN (the last four bytes of the file
    // are one).
    refused(
        &desk,
        7,
        &replaced(&model, r#"\"momentum\":0.99"#, r#"\"momentum\":9.99"#),
        &["damaged", "momentum"],
    );
    let mut nan = [&model[..model.len() - 4], &f32::NAN.to_le_bytes()].concat();
    refused(&desk, 7, &nan, &["checksum"]);
    checksum::seal(&mut nan);
    refused(&desk, 7, &nan, &["NaN"]);
    let values = [0; 16];
    let view = TensorView::new(Dtype::F32, vec![2, 2], &values).unwrap();
    let foreign =
        safetensors::serialize([("layer.weight", view)], None::<HashMap<String, String>>).unwrap();
    refused(&desk, 3, &foreign, &["not a model of mellizo", "mellizo train"]);
}

#[test]
fn no_file_and_a_folder() {
    let (desk, _) = model();
    desk.mellizo("sample nowhere.safetensors").refused(4, &["nowhere.safetensors"]);
    desk.mellizo("sample results").refused(4, &["results"]);
}

/// A whole file of a network that is wider or narrower than its table.
#[test]
fn a_model_of_another_width_is_refused() {
    let (desk, model) = model();
    let features = ModelFile::load(&desk.path("results/private/model.safetensors")).unwrap();
    let features = features.about.features;
    let [from, to] = [features, features - 1].map(|n| format!(r#"\"features\":{n}"#));
    let problem = format!("{features} encoded columns for {} features", features - 1);
    refused(&desk, 7, &replaced(&model, &from, &to), &[&problem]);
}
