//! `mellizo recipe`, `mellizo devices`, and the help of every command.

use crate::desk::{Desk, cpu};
use crate::evaluation::{COLUMNS, some_patients};
use crate::tensors::document;

#[test]
fn a_printed_recipe_is_the_built_in_one() {
    let desk = Desk::new();
    let list = desk.mellizo("recipe").good();
    assert!(
        list.out().starts_with("paper  ") && list.out().contains("\njoint  "),
        "{}",
        list.out()
    );
    let printed = desk.mellizo("recipe paper").good();
    desk.put("copy.toml", &printed.stdout);
    // As few patients as one batch of the recipe takes.
    desk.put("cohort.csv", some_patients(0, 270, &COLUMNS));
    let train = "train cohort.csv --epochs 1 --recipe";
    desk.mellizo_on(&cpu(), &format!("{train} paper --out built-in")).silent();
    desk.mellizo_on(&cpu(), &format!("{train} copy.toml --out copied")).silent();
    for name in ["private/model.safetensors", "share/history.csv"] {
        let [built_in, copied] =
            ["built-in", "copied"].map(|out| desk.bytes(&format!("{out}/{name}")));
        assert!(built_in == copied, "another {name}");
    }
    let recipe = document(&desk.bytes("built-in/private/model.safetensors"))["recipe"].clone();
    assert_eq!(recipe["training"]["batch"], 268);
    assert_eq!(recipe["generator"]["widths"], serde_json::json!([32, 1024, 512, 256, 256, 128]));
}

#[test]
fn without_a_recipe_the_joint_one_is_trained() {
    let desk = Desk::new();
    desk.put("cohort.csv", some_patients(0, 61, &COLUMNS));
    desk.mellizo_on(&cpu(), "train cohort.csv --epochs 1 --out built-in").silent();
    let recipe = document(&desk.bytes("built-in/private/model.safetensors"))["recipe"].clone();
    assert_eq!(
        (&recipe["name"], &recipe["table"]["representation"]),
        (&"joint".into(), &"typed".into())
    );
}

#[test]
fn devices_are_listed() {
    let desk = Desk::new();
    let list = desk.mellizo("devices").good();
    assert!(list.out().starts_with("CPU: ") && list.out().contains("GPU: "), "{}", list.out());
    let object = desk.mellizo("devices --json").good().json();
    assert!(object["cpu"].as_str().unwrap().starts_with("CPU: "), "{object}");
    assert!(
        object["adapters"].as_array().unwrap().iter().all(|a| a["name"].is_string()),
        "{object}"
    );
}

#[test]
fn the_help_of_a_command_has_its_options() {
    let engine = ["--backend", "--adapter", "--threads"];
    let training = [
        "[DATA]",
        "--schema",
        "--drop",
        "--recipe",
        "--epochs",
        "--batch",
        "--no-stop",
        "--seed",
        "--models",
        "--out",
        "--force",
        "--json",
    ];
    let run = [&engine[..], &training].concat();
    let sample =
        [&engine[..], &["<MODEL>", "--rows", "--where", "--seed", "--out", "--force", "--json"]]
            .concat();
    let commands = ["run", "train", "sample", "devices", "recipe"];
    let cases = [
        ("", &commands[..]),
        ("run", &run),
        ("train", &run),
        ("sample", &sample),
        ("devices", &["--json"]),
        ("recipe", &["[NAME]"]),
    ];
    let desk = Desk::new();
    for (command, options) in cases {
        let help = desk.mellizo(&format!("{command} --help")).good();
        for option in options {
            assert!(help.out().contains(option), "{command}: {option} is not in:\n{}", help.out());
        }
    }
    assert!(desk.mellizo("--version").good().out().starts_with("mellizo "));
}

/// Anything printed into a full disk is an error that is seen.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_seen() {
    let desk = Desk::new();
    desk.mellizo_on(&cpu(), "train --recipe small.toml --epochs 1 --out results").silent();
    for line in [
        "recipe paper",
        "recipe",
        "devices",
        "devices --json",
        "sample results/private/model.safetensors",
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = desk.command(line, &[]).stdout(full).output().unwrap();
        let talk = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(4), "{line}: {talk}");
        assert!(talk.contains("error: stdout: "), "{line}: {talk}");
    }
}

/// No machine has every interface to GPUs.
#[test]
fn an_interface_without_a_gpu_is_named() {
    let desk = Desk::new();
    let other = if cfg!(target_os = "macos") { "dx12" } else { "metal" };
    let list = desk.mellizo(&format!("devices --api {other}")).good();
    let object = desk.mellizo(&format!("devices --api {other} --json")).good().json();
    assert_eq!(object["adapters"], serde_json::json!([]));
    let why = object["none"].as_str().expect("why there is none");
    assert!(list.out().contains(&format!("GPU: {}", &why[..20])), "{}", list.out());
    // With a driver of another interface it says which GPUs there are.
    let every = desk.mellizo("devices --json").good().json();
    for adapter in every["adapters"].as_array().expect("a list") {
        let name = adapter["name"].as_str().expect("a name");
        assert!(why.contains(&format!("through {other}")) && why.contains(name), "{why}");
    }
}

mod on_gpu {
    use crate::desk::Desk;

    #[test]
    fn the_adapter_is_among_the_devices() {
        let Some(adapter) = crate::adapter::name_or_skip() else { return };
        let desk = Desk::new();
        let object = desk.mellizo("devices --json").good().json();
        let names =
            object["adapters"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap());
        assert!(names.into_iter().any(|name| name == adapter), "{object}");
        let list = desk.mellizo("devices").good();
        assert!(list.out().contains(&adapter), "{}", list.out());
    }
}
