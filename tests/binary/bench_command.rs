//! `mellizo bench` as a user calls it, at tiny shapes.
//! No figure is judged: a busy machine is no fault of the program.

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A recipe with every kind of term, small enough for a software GPU.
const SMALL: [(&str, &str); 5] = [
    ("name = \"paper\"", "name = \"small\""),
    ("widths = [32, 1024, 512, 256, 256, 128]", "widths = [8, 16]"),
    ("widths = [512, 256, 128, 64]", "widths = [16, 8]"),
    ("batch = 268", "batch = 20"),
    ("adversarial = 0.0", "adversarial = 0.5"),
];

/// A built-in recipe with some lines replaced, as a file.
fn recipe(folder: &Path, text: &str, changes: &[(&str, &str)]) -> PathBuf {
    let changed = changes.iter().fold(text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "the recipe has no {old}");
        text.replace(old, new)
    });
    let path = folder.join("recipe.toml");
    fs::write(&path, changed).expect("a file");
    path
}

fn small_recipe(folder: &Path) -> PathBuf {
    recipe(folder, mellizo::gan::recipe::PAPER, &SMALL)
}

pub fn bench(folder: &Path, arguments: &[&str]) -> Output {
    bench_of(folder, &small_recipe(folder), arguments)
}

fn bench_of(folder: &Path, recipe: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mellizo"));
    // What one test measured of the variants of a GPU is known to the next one.
    command.env("MELLIZO_CACHE_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    command
        .args(["bench", "--rows", "60", "--features", "5", "--seconds", "0.2", "--recipe"])
        .arg(recipe);
    command.args(arguments).current_dir(folder).output().expect("the binary runs")
}

pub fn stdout(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

pub fn document(output: &Output) -> Value {
    serde_json::from_str(&stdout(output)).expect("one JSON object")
}

/// What every run must say, whatever the figures are.
fn check(run: &Value, backend: &str) {
    assert_eq!(run["backend"], backend);
    assert!(run["adapter"].as_str().is_some_and(|adapter| !adapter.is_empty()));
    for spread in ["step_ms", "train_step_ms", "evaluation_ms", "host_ms"] {
        let [p10, median, p90] =
            ["p10", "median", "p90"].map(|key| run[spread][key].as_f64().expect(spread));
        assert!(0.0 < p10 && p10 <= median && median <= p90, "{spread}: {}", run[spread]);
    }
    for key in ["steps_per_second", "samples_per_second", "gflop_per_step"] {
        assert!(run[key].as_f64().is_some_and(|value| value > 0.0), "{key}: {}", run[key]);
    }
    for key in ["device", "prepare", "compile", "first_step"] {
        assert!(run["startup_ms"][key].as_f64().is_some_and(|value| value >= 0.0), "{key}");
    }
    let [low, high] = [0, 1].map(|end| run["step_interval_ms"][end].as_f64().expect("an interval"));
    let median = run["step_ms"]["median"].as_f64().expect("a median");
    assert!(0.0 < low && low <= median && median <= high, "{low} to {high}, median {median}");
    assert!(run["step_samples_ms"].as_array().is_some_and(|samples| samples.len() >= 5));
    assert!(run["os"].as_str().is_some_and(|os| os.starts_with(std::env::consts::OS)));
    assert_eq!(run["wgpu"].is_string(), backend == "gpu", "{}", run["wgpu"]);
    for key in
        ["gflops", "gbs", "cache_gbs", "cache_bytes", "multiply_add_gflops", "product_gflops"]
    {
        assert!(
            run["roof"][key].as_f64().is_some_and(|value| value > 0.0),
            "{key}: {}",
            run["roof"]
        );
    }
    assert!(run["memory"]["backend_bytes"].as_u64().is_some_and(|bytes| bytes > 4 * 60 * 5));
    assert!(["in_step", "isolated"].map(Value::from).contains(&run["clock"]));
    let ops = run["ops"].as_array().expect("ops");
    assert_eq!(run["dispatches_per_step"], ops.len());
    for op in ops {
        let keys = ["ms", "gflops", "gbs", "roofline"];
        assert!(keys.iter().all(|key| op.get(key).is_some()), "{op}");
        assert!(op["ms"].as_f64().is_some_and(|ms| ms >= 0.0), "{op}");
        assert!(op["samples"].as_array().is_some_and(|samples| samples.len() >= 3), "{op}");
        // Rounding in 32 bits, at small shapes; a choice between two near logits may go either way.
        let error = op["error"].as_f64().unwrap_or_else(|| panic!("{op}"));
        assert!(error < 1e-3 || op["op"] == "heads_forward", "{op}");
    }
    // Something is rounded, so the figure is not always 0.
    assert!(ops.iter().any(|op| op["error"].as_f64() > Some(1e-9)));
    for op in ops {
        assert!(op["error"].as_f64() < Some(1.0), "{op}");
    }
}

/// Names of the kernels of a step, from the recorded Program itself.
fn kernels_of_a_step(folder: &Path) -> Vec<String> {
    recorded(folder).ops().iter().map(|op| op.name().to_owned()).collect()
}

/// Names of what a GPU launches for it.
fn launches_of_a_step(folder: &Path) -> Vec<String> {
    let groups = mellizo::gpu::dispatches(&recorded(folder), false);
    groups.iter().map(|group| group.ops[0].name().to_owned()).collect()
}

fn recorded(folder: &Path) -> mellizo::op::Program {
    use mellizo::gan::{Gan, Layout, Recipe};
    let text = fs::read_to_string(small_recipe(folder)).expect("text");
    let recipe = Recipe::from_toml(&text, "small").expect("a recipe");
    let data = mellizo::matrix::Matrix::zeros(60, 5);
    let layout = Layout::of(&recipe, &data, 1, 1).expect("a layout");
    let gan =
        Gan::new(&mut mellizo::cpu::Cpu::single(), &recipe, &data, None, layout).expect("a GAN");
    gan.step_program
}

fn names(run: &Value) -> Vec<String> {
    let name = |op: &Value| op["op"].as_str().expect("a name").to_owned();
    run["ops"].as_array().expect("ops").iter().map(name).collect()
}

#[test]
fn every_kernel_of_the_step_is_measured_on_the_cpu() {
    let folder = TempDir::new().expect("a folder");
    let document =
        document(&bench(folder.path(), &["--backend", "cpu", "--json", "--models", "2"]));
    assert_eq!(document["version"], 1);
    let workload = json!({ "recipe": "small", "rows": 60, "features": 5, "batch": 20, "models": 2, "steps_per_epoch": 3 });
    assert_eq!(document["workload"], workload);
    let runs = document["runs"].as_array().expect("runs");
    assert_eq!(runs.len(), 1);
    check(&runs[0], "cpu");
    // A machine that does other work cannot tell kernels apart within a step.
    assert!(runs[0]["clock"] == "in_step" || runs[0]["clock"] == "isolated");
    assert_eq!(names(&runs[0]), kernels_of_a_step(folder.path()));
}

#[test]
fn the_table_names_every_kind_of_kernel() {
    let folder = TempDir::new().expect("a folder");
    let text = stdout(&bench(folder.path(), &["--backend", "cpu", "--threads", "1"]));
    for kernel in kernels_of_a_step(folder.path()) {
        assert!(text.contains(&format!("x {kernel} ")), "{kernel} is not in\n{text}");
    }
    for word in ["1 thread\n", "steps/s", "start-up", "roof", "GFLOP/s", "Fréchet", "p10"] {
        assert!(text.contains(word), "{word:?} is not in\n{text}");
    }
}

#[test]
fn what_is_measured_only_where_it_is_asked_for() {
    let folder = TempDir::new().expect("a folder");
    let plain = document(&bench(folder.path(), &["--backend", "cpu", "--json"]));
    for key in ["curve", "quality", "stable"] {
        assert!(plain["runs"][0].get(key).is_none(), "{key}");
    }
    let asked = ["--curve", "5", "--quality", "30", "--until-stable", "90", "--at-most", "3"];
    let arguments = [&["--backend", "cpu", "--svg", "roof.svg"][..], &asked].concat();
    let all = document(&bench(folder.path(), &[&arguments[..], &["--json"]].concat()));
    let run = &all["runs"][0];
    check(run, "cpu");
    let curve = run["curve"].as_array().expect("a curve");
    assert_eq!(curve.iter().map(|point| &point["models"]).collect::<Vec<_>>(), [1, 2, 4]);
    for point in curve {
        let number = |key: &str| point[key].as_f64().expect(key);
        assert!(
            (number("step_ms_per_model") * number("models") / number("step_ms") - 1.0).abs() < 1e-9
        );
        assert!(number("evaluation_ms") > 0.0);
    }
    let bytes = |place: usize| curve[place]["backend_bytes"].as_u64();
    assert!(bytes(0) < bytes(1) && bytes(1) < bytes(2), "{curve:?}");
    let quality = &run["quality"];
    assert_eq!(quality["epochs"], 30);
    assert!(quality["near_epoch"].as_u64() <= quality["best_epoch"].as_u64(), "{quality}");
    assert!(quality["seconds_to_near"].as_f64() <= quality["seconds"].as_f64(), "{quality}");
    assert_eq!(run["stable"]["wanted_percent"], 90.0);
    let picture = fs::read_to_string(folder.path().join("roof.models.svg")).expect("the curve");
    assert!(picture.contains("models side by side"));
    let text = stdout(&bench(folder.path(), &arguments));
    for words in ["ms a model", "30 epochs of training", "% wide after", "in cache", "error"] {
        assert!(text.contains(words), "{words:?} is not in\n{text}");
    }
}

#[test]
fn a_recipe_with_heads_is_measured_on_typed_columns() {
    let folder = TempDir::new().expect("a folder");
    let widths = [("widths = [256, 512, 512, 256]", "widths = [8, 16]")];
    let recipe = recipe(folder.path(), mellizo::gan::recipe::JOINT, &widths);
    let document = document(&bench_of(folder.path(), &recipe, &["--backend", "cpu", "--json"]));
    let run = &document["runs"][0];
    check(run, "cpu");
    let ops = run["ops"].as_array().expect("kernels");
    // Five features are thirteen typed columns.
    let of = |name: &str| {
        ops.iter().find(|op| op["op"] == name).unwrap_or_else(|| panic!("no {name}"))["shape"]
            .clone()
    };
    assert!(
        of("heads_forward").as_str().is_some_and(|shape| shape.contains("60x13")),
        "{}",
        of("heads_forward")
    );
    // 64 dense and 128 principal directions, 128 inside pairs, 8 inside masks.
    let sorts: Vec<_> =
        ops.iter().filter(|op| op["op"] == "sort_columns").map(|op| op["shape"].clone()).collect();
    assert_eq!(sorts, ["120x13", "120x328"]);
}

#[test]
fn options_without_sense_are_usage_errors() {
    let folder = TempDir::new().expect("a folder");
    for arguments in [
        &["--backend", "cpu", "--rows", "10"][..],
        &["--backend", "cpu", "--adapter", "x"],
        &["--seconds", "0"],
        &["--until-stable", "0"],
        &["--at-most", "3"],
        &["--curve", "0"],
        &["--quality", "0"],
        &["--plan", "--quality"],
        &["--features", "0"],
    ] {
        let mut all = arguments.to_vec();
        // The defaults of these tests come first; clap takes an option once.
        let recipe = small_recipe(folder.path());
        let recipe = recipe.to_str().expect("UTF-8");
        all.extend(["--recipe", recipe]);
        let output = Command::new(env!("CARGO_BIN_EXE_mellizo"))
            .arg("bench")
            .args(all)
            .output()
            .expect("runs");
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

mod on_gpu {
    use super::*;
    use crate::adapter;

    #[test]
    fn a_software_gpu_runs_kernels_one_by_one_unless_told_to_fuse_them() {
        let Some(adapter) = adapter::name_or_skip() else { return };
        let folder = TempDir::new().expect("a folder");
        let document =
            document(&bench(folder.path(), &["--backend", "gpu", "--adapter", &adapter, "--json"]));
        assert_eq!(names(&document["runs"][0]), kernels_of_a_step(folder.path()));
    }

    #[test]
    fn cpu_and_software_gpu_are_measured_in_one_call() {
        let Some(adapter) = adapter::name_or_skip() else { return };
        let folder = TempDir::new().expect("a folder");
        let arguments =
            ["--backend", "all", "--adapter", &adapter, "--fused", "--json", "--svg", "roof.svg"];
        let document = document(&bench(folder.path(), &arguments));
        let runs = document["runs"].as_array().expect("runs");
        check(&runs[0], "cpu");
        let gpu =
            runs.iter().find(|run| run["adapter"] == adapter.as_str()).expect("the named adapter");
        check(gpu, "gpu");
        assert_eq!(names(gpu), launches_of_a_step(folder.path()));
        let picture = fs::read_to_string(folder.path().join("roof.svg")).expect("the picture");
        let picture = roxmltree::Document::parse(&picture).expect("XML");
        let drawn = picture.descendants().filter(|node| node.has_tag_name("circle")).count();
        assert!(drawn > runs.len() * 10, "{drawn} points");
    }
}
