//! Whole training steps and evaluations of the `paper` recipe at 804 x 63, batch 268, on every
//! backend.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mellizo::cpu::Cpu;
use mellizo::gan::{Gan, Layout, Recipe};
use mellizo::gpu::{Gpu, GpuOptions, adapters};
use mellizo::matrix::Matrix;
use mellizo::op::Backend;
use std::hint::black_box;

/// Steps between two looks at the clock: the GPU is waited for once.
const STEPS: u32 = 10;

fn cohort() -> Matrix {
    Matrix::from_fn(804, 63, |row, column| {
        ((row * 7919 + column * 104_729) % 10_007) as f64 / 5003.5 - 1.0
    })
}

fn bench(c: &mut Criterion, backend: &mut dyn Backend) {
    let layout = Layout { models: 1, batch: 268, epochs: 2500, ring: 1, seed: 1 };
    let gan = Gan::new(backend, &Recipe::paper(), &cohort(), None, layout).expect("a GAN");
    let mut group = c.benchmark_group(backend.describe());
    group.sample_size(20);
    for (name, program) in [("step", gan.step), ("evaluation", gan.evaluate)] {
        group.throughput(Throughput::Elements(STEPS.into()));
        let runs: Vec<_> = (0..STEPS).map(|step| (program, step)).collect();
        group.bench_function(format!("{STEPS} x {name}"), |b| {
            b.iter(|| {
                backend.replay(&runs).expect("a replay");
                black_box(gan.scores.newest_step(backend).expect("scores"))
            });
        });
    }
    group.finish();
}

fn steps(c: &mut Criterion) {
    bench(c, &mut Cpu::single());
    let software = std::env::var_os("MELLIZO_BENCH_SOFTWARE").is_some();
    for adapter in adapters().into_iter().filter(|adapter| software || !adapter.software) {
        let options = GpuOptions { adapter: Some(adapter.name), ..GpuOptions::default() };
        bench(c, &mut Gpu::new(&options).expect("the adapter opens"));
    }
}

criterion_group!(benches, steps);
criterion_main!(benches);
