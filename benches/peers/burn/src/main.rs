//! The training of the `paper` recipe in burn (f32) as its users would write it: prints one line of
//! JSON (README.md one folder up).
//!
//!     burn-paper [flex|wgpu|cpu|ndarray] [--seconds S] [--seed N] [--check ORACLE]

mod judge;
mod network;
mod oracle;
mod training;

use burn::tensor::{Device, Tensor, TensorData};
use judge::Judge;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use training::{Recipe, Training};

const ROWS: usize = 804;
const FEATURES: usize = 63;
const PAPER: Recipe = Recipe {
    generator: &[32, 32, 1024, 512, 256, 256, 128, FEATURES],
    discriminator: &[FEATURES, 512, 256, 128, 64, 1],
    batch: 268,
    rate: 1e-4,
};
const BATCHES: usize = ROWS / PAPER.batch;
const BURN: &str = "0.22.1";

struct Options {
    backend: String,
    seconds: f64,
    seed: u64,
    oracle: Option<String>,
}

impl Options {
    fn read() -> Result<Self, String> {
        let mut options = Self { backend: "flex".into(), seconds: 10.0, seed: 1, oracle: None };
        let mut given = std::env::args().skip(1);
        while let Some(word) = given.next() {
            let mut value = || given.next().ok_or(format!("{word} needs a value"));
            match word.as_str() {
                "--seconds" => options.seconds = value()?.parse().map_err(|_| "--seconds needs a number")?,
                "--seed" => options.seed = value()?.parse().map_err(|_| "--seed needs a whole number")?,
                "--check" => options.oracle = Some(value()?),
                _ if word.starts_with('-') => return Err(format!("unknown option {word}")),
                _ => options.backend = word,
            }
        }
        Ok(options)
    }
}

/// The device of a backend's name, if this program was built with it.
fn device(backend: &str) -> Result<Device, String> {
    match backend {
        #[cfg(feature = "flex")]
        "flex" => Ok(Device::flex()),
        #[cfg(feature = "wgpu")]
        "wgpu" => Ok(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
        #[cfg(feature = "cpu")]
        "cpu" => Ok(Device::cpu()),
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)]
        "ndarray" => Ok(Device::ndarray()),
        _ => Err(format!("no backend {backend}: build with --features {backend}")),
    }
}

/// What burn calls the device: the adapter's own name where there is one.
fn name(device: &Device) -> String {
    #[cfg(any(feature = "wgpu", feature = "cpu"))]
    if let Some(identity) = device.identity() {
        return identity.name;
    }
    format!("{device:?}")
}

/// Losses, marginal and joint distance of the last epoch.
type Course = [f64; 4];

struct Run<'a> {
    training: Training<'a>,
    cohort: Tensor<2>,
    judge: Judge,
}

impl Run<'_> {
    /// Trains and judges every epoch, once the device has done them all.
    fn epochs(&mut self, count: usize) -> Course {
        let results: Vec<_> = (0..count).map(|_| self.training.epoch(&self.cohort)).collect();
        let mut last = [f64::NAN; 4];
        for (losses, generated) in results {
            let generated: Vec<f32> = generated.into_data().iter::<f32>().collect();
            let [g_loss, d_loss] = losses.map(|loss| loss.into_data().iter::<f64>().next().expect("a loss"));
            let [marginal, joint] = self.judge.distances(&generated);
            last = [g_loss, d_loss, marginal, joint];
        }
        last
    }
}

fn quantile(sorted: &[f64], p: f64) -> f64 {
    let place = p * (sorted.len() - 1) as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

/// The same clock as in `workload.py`: a warm-up, then calls as long as mellizo's chunks.
fn measure(run: &mut Run, seconds: f64) -> serde_json::Value {
    let first = run.epochs(1);
    let begin = Instant::now();
    run.epochs(1);
    let count = ((0.15 / begin.elapsed().as_secs_f64()) as usize).clamp(1, 32);
    let begin = Instant::now();
    while begin.elapsed().as_secs_f64() < 0.2 * seconds {
        run.epochs(count);
    }
    let (mut samples, mut last, begin) = (Vec::new(), first, Instant::now());
    while samples.len() < 3 || begin.elapsed() < Duration::from_secs_f64(seconds) {
        let start = Instant::now();
        last = run.epochs(count);
        samples.push(start.elapsed().as_secs_f64() * 1e3 / (count * BATCHES) as f64);
    }
    samples.sort_by(f64::total_cmp);
    let [p10, median, p90] = [0.1, 0.5, 0.9].map(|p| quantile(&samples, p));
    let names = ["generator_loss", "discriminator_loss", "marginal", "joint"];
    let course: serde_json::Map<_, _> =
        names.iter().enumerate().map(|(i, name)| (name.to_string(), json!([first[i], last[i]]))).collect();
    json!({
        "steps": samples.len() * count * BATCHES,
        "step_ms": { "median": median, "p10": p10, "p90": p90 },
        "course": course,
    })
}

fn run(options: &Options) -> Result<bool, String> {
    let plain = device(&options.backend)?;
    let device = plain.clone().autodiff();
    if let Some(path) = &options.oracle {
        let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
        return Ok(oracle::check(&format!("burn {}", options.backend), &bytes, &device));
    }
    let mut draw = SmallRng::seed_from_u64(0);
    let cohort: Vec<f32> = (0..ROWS * FEATURES).map(|_| draw.random_range(-1.0..1.0)).collect();
    let judge = Judge::new(&cohort, FEATURES);
    let cohort = Tensor::from_data(TensorData::new(cohort, [ROWS, FEATURES]), &device);
    let mut run = Run { training: Training::new(PAPER, options.seed, &device), cohort, judge };
    let measured = measure(&mut run, options.seconds);
    let mut line = json!({
        "schema": 1,
        "peer": format!("burn-{}", options.backend),
        "version": BURN,
        "backend": options.backend,
        "device": name(&plain),
        "models": 1,
        "evaluation": "both",
        "left_out": ["Adam's epsilon outside the bias correction"],
    });
    for (key, value) in measured.as_object().expect("an object") {
        line[key] = value.clone();
    }
    println!("{line}");
    Ok(true)
}

fn main() -> ExitCode {
    match Options::read().and_then(|options| run(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("burn-paper: {problem}");
            ExitCode::FAILURE
        }
    }
}
