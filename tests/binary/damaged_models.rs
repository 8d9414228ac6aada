//! Files that `mellizo sample` must refuse.

use crate::desk::{Desk, MULTIPLE, cpu};
use safetensors::tensor::{Dtype, TensorView};
use std::collections::HashMap;

/// A trained model's bytes, on a desk.
fn model() -> (Desk, Vec<u8>) {
    let desk = Desk::new();
    desk.mellizo_on(&cpu(), "train --recipe small.toml --epochs 1 --out results").silent();
    let bytes = desk.bytes("results/private/model.safetensors");
    (desk, bytes)
}

fn refused(desk: &Desk, bytes: &[u8], parts: &[&str]) {
    desk.put("odd.safetensors", bytes);
    let finished = desk.mellizo_on(&cpu(), "sample odd.safetensors --rows 5");
    finished.refused(3, &[&["odd.safetensors: ", "; "], parts].concat());
}

/// The model with another text of the same length in its header.
fn replaced(model: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at: Vec<usize> = (0..model.len() - from.len())
        .filter(|at| model[*at..].starts_with(from.as_bytes()))
        .collect();
    assert_eq!(at.len(), 1, "{from} is there {} times", at.len());
    let mut bytes = model.to_vec();
    bytes[at[0]..at[0] + to.len()].copy_from_slice(to.as_bytes());
    bytes
}

#[test]
fn damaged_and_foreign_files() {
    let (desk, model) = model();
    refused(&desk, b"", &["not a whole model file"]);
    refused(&desk, b"age,sex\n1,2\n", &["not a whole model file"]);
    for length in [7, 100, model.len() / 2, model.len() - 1] {
        refused(&desk, &model[..length], &["not a whole model file"]);
    }
    refused(&desk, &[&model[..], b"more"].concat(), &["not a whole model file"]);
    refused(
        &desk,
        &replaced(&model, r#"{\"version\":2,"#, r#"{\"version\":7,"#),
        &["version 7", "version 2"],
    );
    // The document contradicts the weights, and itself.
    refused(
        &desk,
        &replaced(&model, r#"\"latent\":32"#, r#"\"latent\":31"#),
        &["damaged", "train it again"],
    );
    refused(&desk, &replaced(&model, r#"\"features\":44"#, r#"\"features\":43"#), &["damaged"]);
    let multiple = format!(r#"\"multiple\":{MULTIPLE}"#);
    refused(&desk, &replaced(&model, &multiple, r#"\"multiple\":0"#), &["damaged"]);
    // A momentum that no recipe may have, and a weight that is NaN (the last four bytes of the file
    // are one).
    refused(
        &desk,
        &replaced(&model, r#"\"momentum\":0.99"#, r#"\"momentum\":9.99"#),
        &["damaged", "momentum"],
    );
    let nan = [&model[..model.len() - 4], &f32::NAN.to_le_bytes()].concat();
    refused(&desk, &nan, &["NaN"]);
    let values = [0; 16];
    let view = TensorView::new(Dtype::F32, vec![2, 2], &values).unwrap();
    let foreign =
        safetensors::serialize([("layer.weight", view)], None::<HashMap<String, String>>).unwrap();
    refused(&desk, &foreign, &["not a model of mellizo", "mellizo train"]);
}

#[test]
fn no_file_and_a_folder() {
    let (desk, _) = model();
    desk.mellizo("sample nowhere.safetensors").refused(4, &["nowhere.safetensors"]);
    desk.mellizo("sample results").refused(4, &["results"]);
}
