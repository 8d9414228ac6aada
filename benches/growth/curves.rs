//! One axis grows, the others stay: the sizes, and the curves of training.

use mellizo::bench::{Size, footprint};
use mellizo::cpu::Cpu;
use mellizo::frechet::JointFrechet;
use mellizo::gan::Recipe;
use mellizo::gpu::{Gpu, GpuOptions};
use mellizo::matrix::Matrix;
use mellizo::op::Backend;
use mellizo::report::scaling::Panel;
use std::time::{Duration, Instant};

/// How long a Program is measured at one place.
const TIME: Duration = Duration::from_millis(700);

/// What an axis may take to be called linear: an exponent that noise and caches explain.
pub const LINEAR: f64 = 1.15;

/// The values of one axis, and what they were measured on.
pub struct Axis {
    /// Its name.
    pub name: &'static str,
    values: Vec<usize>,
    size: fn(usize) -> Size,
}

/// One line of a curve.
pub struct Line {
    /// What was measured.
    pub name: &'static str,
    /// Whether it is memory, in MiB; else it is time, in milliseconds.
    pub memory: bool,
    /// Size and value.
    pub points: Vec<(f64, f64)>,
    /// Why it may grow faster than linearly, if it may.
    pub excuse: Option<&'static str>,
}

/// Everything along one axis.
pub struct Curve {
    /// What grows.
    pub axis: String,
    /// What stays.
    pub fixed: String,
    /// What was measured.
    pub lines: Vec<Line>,
}

impl Curve {
    /// Time and memory side by side.
    pub fn panels(&self) -> [Panel; 2] {
        [false, true].map(|memory| Panel {
            title: format!("{} ({}), {}", self.axis, if memory { "MiB" } else { "ms" }, self.fixed),
            axis: self.axis.clone(),
            lines: self
                .lines
                .iter()
                .filter(|line| line.memory == memory)
                .map(|line| (line.name.to_owned(), line.points.clone()))
                .collect(),
        })
    }
}

/// The four axes of training.
pub fn axes(quick: bool) -> Vec<Axis> {
    let values = |all: &[usize]| if quick { all[..2].to_vec() } else { all.to_vec() };
    vec![
        Axis {
            name: "rows",
            values: values(&[1_000, 3_162, 10_000, 31_623, 100_000, 316_228, 1_000_000]),
            size: |rows| Size { rows, features: 64, batch: 256, models: 1 },
        },
        Axis {
            name: "features",
            values: values(&[16, 32, 64, 128, 256, 512]),
            size: |features| Size { rows: 1024, features, batch: 256, models: 1 },
        },
        Axis {
            name: "batch",
            values: values(&[64, 128, 256, 512, 1024, 2048, 4096, 8192]),
            size: |batch| Size { rows: 8192, features: 64, batch, models: 1 },
        },
        Axis {
            name: "models",
            values: values(&[1, 2, 4, 8, 16, 32, 64, 128]),
            size: |models| Size { rows: 1024, features: 64, batch: 256, models },
        },
    ]
}

/// The backend of all curves of training.
fn backend() -> Box<dyn Backend> {
    match std::env::var("MELLIZO_GROWTH_ADAPTER") {
        Ok(name) => Box::new(
            Gpu::new(&GpuOptions { adapter: Some(name), ..GpuOptions::default() })
                .expect("the adapter opens"),
        ),
        Err(_) => Box::new(Cpu::single()),
    }
}

/// What the curves of training were measured on.
pub fn machine() -> String {
    backend().describe()
}

/// The `paper` recipe along one axis.
pub fn training(axis: &Axis) -> Curve {
    let places: Vec<_> =
        axis.values.iter().map(|&value| (value as f64, (axis.size)(value))).collect();
    let measured: Vec<_> = places
        .iter()
        .map(|&(at, size)| {
            // A fresh backend for every place, so that none pays for the one before it.
            let footprint = footprint(backend().as_mut(), &Recipe::paper(), size, TIME)
                .expect("the place can be measured");
            (at, size, footprint)
        })
        .collect();
    let line = |name, memory, value: &dyn Fn(&(f64, Size, mellizo::bench::Footprint)) -> f64| {
        let points = measured.iter().map(|place| (place.0, value(place))).collect();
        Line { name, memory, points, excuse: None }
    };
    let mut lines = vec![
        line("step", false, &|(_, _, footprint)| footprint.step_ms),
        line("evaluation", false, &|(_, _, footprint)| footprint.evaluation_ms),
        line("tensors", true, &|(_, _, footprint)| mebibytes(footprint.backend_bytes)),
        line("peak RSS", true, &|(_, _, footprint)| {
            footprint.peak_rss_bytes.map_or(f64::NAN, mebibytes)
        }),
    ];
    if axis.name == "features" {
        let points = places.iter().map(|&(at, size)| (at, frechet_ms(size.features))).collect();
        let excuse = Some("cubic by its mathematics: eigenvalues of a d x d matrix, once an epoch");
        lines.push(Line { name: "joint Fréchet", memory: false, points, excuse });
    }
    let Size { rows, features, batch, models } = places[0].1;
    let fixed = [("rows", rows), ("features", features), ("batch", batch), ("models", models)];
    let fixed =
        fixed.iter().filter(|(name, _)| *name != axis.name).map(|(name, value)| match value {
            1 => format!("1 {}", name.trim_end_matches('s')),
            value if *name == "batch" => format!("batch {value}"),
            value => format!("{value} {name}"),
        });
    Curve { axis: axis.name.into(), fixed: fixed.collect::<Vec<_>>().join(", "), lines }
}

/// Bytes as MiB.
pub fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// The host's part of an evaluation, in milliseconds: the fastest of three.
fn frechet_ms(features: usize) -> f64 {
    // Two covariances of full rank whose square roots are not the same.
    let covariance = |shift: usize| {
        Matrix::from_fn(features, features, |row, column| {
            let apart = row.abs_diff(column) as f64;
            0.5f64.powf(apart / (4 + shift) as f64) + if row == column { 0.1 } else { 0.0 }
        })
    };
    let mean = vec![0.0; features];
    let real = JointFrechet::new(&mean, &covariance(0));
    let made = covariance(3);
    let once = || {
        let start = Instant::now();
        assert!(real.distance(&mean, &made).is_finite());
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..3).map(|_| once()).fold(f64::INFINITY, f64::min)
}
