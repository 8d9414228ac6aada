//! Every kernel at the paper's shapes, on both backends, in floating-point operations per second
//! (`Op::cost`; bytes where there are none).
//!
//! The GPU takes part if it is hardware, or a software adapter where `MELLIZO_BENCH_SOFTWARE=1`.

#[path = "../tests/cases/mod.rs"]
mod cases;

use cases::batch_norm::Shape;
use cases::percentile::Column;
use cases::{Case, Staged};
use cases::{
    activation, adam, batch_norm, dense, heads, heads_gate, joint, loss, percentile, random, rows,
    statistics,
};
use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};
use mellizo::cpu::Cpu;
use mellizo::gpu::{Gpu, GpuOptions, adapters};
use mellizo::op::{Backend, Random, Sets};
use std::collections::HashSet;
use std::time::{Duration, Instant};

const BATCH: usize = 268;
const COHORT: usize = 804;
const FEATURES: usize = 63;
/// The generator on a batch, the discriminator on a real and a fake one.
const NETWORKS: [(usize, &[usize]); 2] = [
    (BATCH, &[32, 32, 1024, 512, 256, 256, 128, FEATURES]),
    (2 * BATCH, &[FEATURES, 512, 256, 128, 64, 1]),
];

fn layers() -> Vec<Case> {
    let mut cases = Vec::new();
    for (rows, widths) in NETWORKS {
        for (i, pair) in widths.windows(2).enumerate() {
            let (shape, last) = ([1, rows, pair[0], pair[1]], i + 2 == widths.len());
            cases.extend([
                dense::forward(shape, last),
                dense::backward_input(shape),
                dense::backward_weight(shape, last),
            ]);
            if !last {
                let norm =
                    Shape { models: 1, rows, features: pair[1], groups: rows / BATCH, slope: 0.01 };
                cases.extend([
                    batch_norm::forward(norm, 0.99),
                    batch_norm::backward(norm),
                    batch_norm::inference(norm),
                ]);
            }
        }
    }
    cases
}

fn everything_else() -> Vec<Case> {
    let random = Random { seed: random::SEED, stream: 1 };
    let batch = [1, BATCH, FEATURES];
    vec![
        random::noise([1, BATCH, 32], random),
        random::directions([1, FEATURES, 64], random),
        random::gather(1, COHORT, BATCH, FEATURES, random),
        activation::leaky_relu_forward(batch, 0.01),
        activation::leaky_relu_backward(batch, 0.01),
        activation::tanh_forward(batch),
        activation::tanh_backward(batch),
        random::normal_noise([1, BATCH, 64], random),
        heads::forward(1, BATCH, heads::MIXED, [1.0, 0.3]),
        heads::backward(1, BATCH, heads::MIXED, 1.0),
        heads_gate::heads_gate(1, BATCH),
        loss::logistic_loss(1, 2 * BATCH, 2, 1.0),
        percentile::sort_columns(1, 2 * BATCH, FEATURES, 2, Column::Distinct),
        percentile::percentile_loss(batch, false, Column::Distinct, 1.0),
        adam::adam(1, 1_000_000, 1000),
        adam::average(1, 1_000_000, 1000),
        statistics::moments([1, COHORT, FEATURES]),
        statistics::covariance([1, COHORT, FEATURES]),
        statistics::finite_check(1, 1_000_000, 64),
        rows::add(batch),
        rows::copy(batch),
        rows::record(1, 16, 1024, 3),
    ]
}

/// The terms of the joint recipe: 328 directions in 150 columns, and the columns themselves.
fn joint_terms() -> Vec<Case> {
    let (sets, width) = (Sets { dense: 64, principal: 128, pairs: 128, masks: 8 }, 150);
    let total = sets.total();
    let columns: Vec<(usize, usize)> =
        sets.ranges().into_iter().map(|range| (range.start, range.len())).collect();
    vec![
        joint::typed_directions(1, width, width, sets, Random { seed: random::SEED, stream: 1 }),
        dense::backward_input([1, 2 * BATCH, total, width]),
        percentile::sort_columns(1, 2 * BATCH, total, 2, Column::Distinct),
        joint::sorted_loss([1, BATCH, total], &columns),
        dense::forward([1, BATCH, total, width], false),
        percentile::sort_columns(1, 2 * BATCH, width, 2, Column::Distinct),
        joint::sorted_loss([1, BATCH, width], &[(0, width)]),
        rows::add([1, BATCH, width]),
        statistics::moments([1, BATCH, width]),
        statistics::covariance([1, BATCH, width]),
        joint::covariance_loss(1, width, [0.016, 0.001]),
        dense::forward([1, BATCH, width, width], true),
    ]
}

/// Replays as often as criterion asks in one call and waits for the end by reading one number.
fn measure(group: &mut BenchmarkGroup<WallTime>, backend: &mut dyn Backend, case: &Case) {
    let cost = case.op().cost();
    group.throughput(if cost.flops > 0 {
        Throughput::Elements(cost.flops)
    } else {
        Throughput::Bytes(cost.bytes)
    });
    let staged = Staged::new(case, backend);
    let probe = staged.tensors.last().expect("an operand").flat().window(0, 1, 1);
    group.bench_function(BenchmarkId::new(case.kernel(), &case.label), |bencher| {
        bencher.iter_custom(|times| {
            let runs = vec![(staged.compiled, case.step); times as usize];
            let start = Instant::now();
            backend.replay(&runs).expect("runs");
            backend.read(probe).expect("a number");
            start.elapsed()
        });
    });
}

fn bench(criterion: &mut Criterion, name: &str, backend: &mut dyn Backend) {
    println!("{name} is {}", backend.describe());
    let mut group = criterion.benchmark_group(name);
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600));
    let mut seen = HashSet::new();
    for case in layers().iter().chain(&everything_else()).chain(&joint_terms()) {
        // Two layers of one width have the same batch norm.
        if seen.insert((case.kernel(), &case.label)) {
            measure(&mut group, backend, case);
        }
    }
    group.finish();
}

fn cpu(criterion: &mut Criterion) {
    bench(criterion, "cpu", &mut Cpu::single());
}

fn gpu(criterion: &mut Criterion) {
    let all = adapters();
    let software = std::env::var_os("MELLIZO_BENCH_SOFTWARE").is_some_and(|value| value == "1");
    let Some(chosen) =
        all.iter().find(|adapter| !adapter.software).or(all.first().filter(|_| software))
    else {
        eprintln!("skipped: no GPU in hardware (MELLIZO_BENCH_SOFTWARE=1 takes a software one)");
        return;
    };
    let adapter = Some(chosen.name.clone());
    let options = GpuOptions { adapter, as_recorded: true, ..GpuOptions::default() };
    bench(criterion, "gpu", &mut Gpu::new(&options).expect("an adapter that opens"));
}

criterion_group!(kernels, cpu, gpu);
criterion_main!(kernels);
