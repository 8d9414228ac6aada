//! What a device must do beyond the numbers of each kernel, which `tests/engine/parity` compares
//! with the CPU's.
//!
//! Every test runs with and without the shaders' own checks.

use super::{Gpu, GpuOptions, adapters};
use crate::op::{Backend, Op, Program, Random, Tensor, philox};

/// The name of a GPU, of a software one if there is no other.
/// Without any: `None` on a user's machine, a failure where a GPU is required.
pub(super) fn adapter_or_skip() -> Option<String> {
    let all = adapters();
    let found = all.iter().find(|a| !a.software).or(all.first());
    if found.is_none() {
        let required =
            ["CI", "MELLIZO_REQUIRE_GPU"].iter().any(|name| std::env::var_os(name).is_some());
        assert!(
            !required,
            "no GPU adapter, but CI or MELLIZO_REQUIRE_GPU says that there must be one"
        );
        // Past the test harness, which shows nothing of a test that passes.
        std::io::Write::write_all(&mut std::io::stderr(), b"SKIPPED a GPU test: no GPU adapter\n")
            .expect("stderr");
    }
    found.map(|adapter| adapter.name.clone())
}

fn open(shader_checks: bool) -> Option<Gpu> {
    let adapter = Some(adapter_or_skip()?);
    let options = GpuOptions { adapter, shader_checks, ..GpuOptions::default() };
    Some(Gpu::new(&options).expect("the adapter opens"))
}

/// Runs a test on the GPU, without and with checks.
fn on_gpu(test: impl Fn(&mut Gpu)) {
    for checks in [false, true] {
        if let Some(mut gpu) = open(checks) {
            test(&mut gpu);
        }
    }
}

/// A tensor inside a larger allocation, so that offsets and strides matter, full of `values`.
fn put(gpu: &mut Gpu, [models, rows, features]: [usize; 3], values: &[f64]) -> Tensor {
    let arena = gpu.alloc([models, 1, rows * features + 13]).expect("memory");
    gpu.write(arena, &vec![f64::NAN; models * arena.len()]).expect("a write");
    let tensor = arena.window(5, rows, features);
    gpu.write(tensor, values).expect("a write");
    tensor
}

fn blank(gpu: &mut Gpu, shape: [usize; 3]) -> Tensor {
    put(gpu, shape, &vec![f64::NAN; shape.iter().product()])
}

fn run(gpu: &mut Gpu, op: Op, step: u32) {
    let mut program = Program::new("test");
    program.push(op);
    let compiled = gpu.compile(&program).expect("it compiles");
    gpu.replay(&[(compiled, step)]).expect("it runs");
}

/// Numbers on [-1, 1) that f32 holds exactly.
fn numbers(count: usize, stream: u32) -> Vec<f64> {
    let word = |e: usize| philox::philox([e as u32 / 4, 0, stream, 99], [1, 2])[e % 4];
    (0..count).map(|e| f64::from(word(e) >> 8) / f64::from(1 << 23) - 1.0).collect()
}

#[test]
fn an_epoch_of_batches_shows_every_row_once() {
    on_gpu(|gpu| {
        for (patients, rows) in [(12, 4), (804, 268), (65, 65), (1, 1), (2, 1)] {
            let ids: Vec<f64> =
                (0..2 * patients * 3).map(|i| ((i / 3) % patients) as f64).collect();
            let data = put(gpu, [2, patients, 3], &ids);
            let batch = blank(gpu, [2, rows, 3]);
            let mut seen = vec![vec![0; patients]; 2];
            for step in 0..(patients / rows) as u32 {
                run(gpu, Op::Gather { data, batch, random: Random { seed: 5, stream: 1 } }, step);
                let got = gpu.read(batch).expect("a read");
                for (i, row) in got.chunks(3).enumerate() {
                    assert!(row.iter().all(|value| *value == row[0]));
                    seen[i / rows][row[0] as usize] += 1;
                }
            }
            assert!(
                seen.iter().flatten().all(|count| *count == 1),
                "{patients} rows in batches of {rows}"
            );
        }
    });
}

#[test]
fn columns_are_sorted_stably_in_both_memories() {
    on_gpu(|gpu| {
        for (rows, groups) in [(1, 1), (2, 1), (65, 2), (268, 1), (2048, 2), (2049, 1), (4097, 2)] {
            let features = 3;
            // Few distinct values: many ties.
            let xs: Vec<f64> = numbers(groups * rows * features, 6)
                .iter()
                .map(|v| (v * 50.0).round() / 8.0)
                .collect();
            let x = put(gpu, [1, groups * rows, features], &xs);
            let (sorted, rank) = (
                blank(gpu, [1, groups * rows, features]),
                blank(gpu, [1, groups * rows, features]),
            );
            run(gpu, Op::SortColumns { x, sorted, rank, groups }, 0);
            let (mut s, mut k) = (vec![0.0; xs.len()], vec![0.0; xs.len()]);
            for (g, f) in (0..groups).flat_map(|g| (0..features).map(move |f| (g, f))) {
                let at = |r: usize| (g * rows + r) * features + f;
                let mut order: Vec<usize> = (0..rows).collect();
                order.sort_by(|a, b| xs[at(*a)].partial_cmp(&xs[at(*b)]).expect("no NaN"));
                for (place, row) in order.into_iter().enumerate() {
                    s[at(place)] = xs[at(row)];
                    k[at(row)] = place as f64;
                }
            }
            assert!(gpu.read(sorted).expect("a read") == s, "{rows} rows");
            assert!(gpu.read(rank).expect("a read") == k, "{rows} rows");
        }
    });
}

#[test]
fn tanh_is_relatively_accurate_everywhere_and_keeps_nan() {
    on_gpu(|gpu| {
        let mut xs: Vec<f64> = (0..2000)
            .map(|i| f64::from(f32::powf(1.02, i as f32 - 1600.0)))
            .filter(|x| *x > 1e-30)
            .collect();
        xs.extend(xs.clone().iter().map(|x| -x));
        xs.extend([0.0, f64::from(f32::MAX), f64::NAN]);
        let x = put(gpu, [1, 1, xs.len()], &xs);
        let y = blank(gpu, [1, 1, xs.len()]);
        run(gpu, Op::TanhForward { x, y }, 0);
        for (x, y) in xs.iter().zip(gpu.read(y).expect("a read")) {
            let fits =
                if x.is_nan() { y.is_nan() } else { (y - x.tanh()).abs() <= 4e-7 * x.tanh().abs() };
            assert!(fits, "tanh({x}) = {y}");
        }
    });
}

#[test]
fn finite_check_counts_by_bits() {
    on_gpu(|gpu| {
        let mut xs = numbers(1000, 3);
        (xs[0], xs[333], xs[334], xs[999]) = (f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::NAN);
        let x = put(gpu, [1, 1, 1000], &xs);
        let count = blank(gpu, [1, 1, 3]);
        run(gpu, Op::FiniteCheck { x, count }, 0);
        assert_eq!(gpu.read(count).expect("a read"), [2.0, 1.0, 1.0]);
    });
}

#[test]
fn a_long_replay_gives_every_run_its_step() {
    on_gpu(|gpu| {
        let counter = put(gpu, [1, 1, 1], &[0.0]);
        let one = put(gpu, [1, 1, 1], &[1.0]);
        let history = blank(gpu, [1, 1500, 1]);
        let mut program = Program::new("count");
        program.push(Op::Add { x: one, y: counter });
        program.push(Op::Record { x: counter, history, period: 1 });
        // A third kernel, so that the first submissions (fifty kernels) end in the middle of a
        // step.
        let sparse = blank(gpu, [1, 500, 1]);
        program.push(Op::Record { x: counter, history: sparse, period: 3 });
        let compiled = gpu.compile(&program).expect("it compiles");
        assert_eq!(gpu.launches(compiled).len(), 3);
        let runs: Vec<_> = (0..1500).map(|step| (compiled, step)).collect();
        gpu.replay(&runs).expect("it runs");
        let expected: Vec<f64> = (1..=1500).map(f64::from).collect();
        assert_eq!(gpu.read(history).expect("a read"), expected);
        let every_third: Vec<f64> = (1..=500).map(|row| f64::from(3 * row)).collect();
        assert_eq!(gpu.read(sparse).expect("a read"), every_third);
    });
}

/// Two updates of one shape: of two layers they are one dispatch, of one layer one after the other.
#[test]
fn kernels_that_write_the_same_numbers_are_not_one_dispatch() {
    on_gpu(|gpu| {
        let mut arena = |rows| gpu.alloc([1, rows, 3]).expect("memory");
        let [inputs, slopes, w, m, v, lr] = [10, 10, 12, 12, 12, 4].map(&mut arena);
        let update = |layer: usize, w: Tensor, m: Tensor, v: Tensor| Op::DenseUpdate {
            x: inputs.window(15 * layer, 5, 3),
            dy: slopes.window(15 * layer, 5, 3),
            dense: None,
            statistics: None,
            groups: 1,
            rows: 5,
            after: 0,
            tile: 32,
            w,
            m,
            v,
            lr: lr.window(0, 4, 1),
            beta1: 0.9,
            beta2: 0.99,
            epsilon: 1e-7,
        };
        for (place, dispatches) in [(18, 1), (0, 2)] {
            let mut program = Program::new("updates");
            let [first, second] =
                [0, place].map(|at| [w, m, v].map(|arena| arena.window(at, 3, 3)));
            program.push(update(0, first[0], first[1], first[2]));
            program.push(update(1, second[0], second[1], second[2]));
            let compiled = gpu.compile(&program).expect("it compiles");
            assert_eq!(gpu.launches(compiled).len(), dispatches);
        }
    });
}

#[test]
fn reading_and_writing_one_buffer_is_refused() {
    let Some(mut gpu) = open(false) else { return };
    let arena = gpu.alloc([1, 2, 8]).expect("memory");
    let copy = Op::Copy { x: arena.rows_from(0, 1), y: arena.rows_from(1, 1) };
    let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&mut gpu, copy, 0)));
    let reason = refused.expect_err("it panics");
    assert!(reason.downcast_ref::<String>().is_some_and(|text| text.contains("lie in one buffer")));
}

#[test]
fn too_large_a_tensor_is_an_error_in_words() {
    if let Some(mut gpu) = open(false) {
        let error = gpu.alloc([1000, 1 << 20, 1 << 10]).expect_err("4 TiB");
        assert!(
            error
                .to_string()
                .contains("1000 models x 1048576 rows x 1024 features need 4096000 MiB"),
            "{error}"
        );
    }
}

#[test]
fn a_loss_keeps_nan_and_survives_extreme_logits() {
    on_gpu(|gpu| {
        let big = f64::from(f32::MAX);
        for (logits, loss, probability) in [
            ([big, -big], 0.0, 1.0),
            ([-1e4, 1e4], 2e4, 0.0),
            ([20.0, -20.0], 2.0 * (-20f64).exp().ln_1p(), 1.0),
        ] {
            let logits = put(gpu, [1, 2, 1], &logits);
            let out = blank(gpu, [1, 1, 3]);
            let dlogits = blank(gpu, [1, 2, 1]);
            let loss_op =
                |logits| Op::LogisticLoss { logits, scores: out, dlogits, groups: 2, weight: 1.0 };
            run(gpu, loss_op(logits), 0);
            let got = gpu.read(out).expect("a read");
            assert!(
                (got[0] - loss).abs() <= 1e-5 * loss + 1e-30,
                "loss {} instead of {loss}",
                got[0]
            );
            assert!((got[1] - probability).abs() <= 1e-6, "D(real) = {}", got[1]);
            gpu.write(logits, &[f64::NAN, 0.0]).expect("a write");
            run(gpu, loss_op(logits), 0);
            assert!(
                gpu.read(out).expect("a read")[0].is_nan()
                    && gpu.read(dlogits).expect("a read")[0].is_nan()
            );
        }
    });
}

#[test]
fn a_lost_device_is_an_error_and_neither_a_panic_nor_a_hang() {
    let Some(mut gpu) = open(false) else { return };
    let tensor = gpu.alloc([1, 4, 4]).expect("memory");
    let mut program = Program::new("noise");
    program.push(Op::Noise { out: tensor, random: Random { seed: 1, stream: 1 } });
    let compiled = gpu.compile(&program).expect("it compiles");
    gpu.device.device.destroy();
    let outcomes =
        [gpu.replay(&[(compiled, 0)]), gpu.read(tensor).map(drop), gpu.write(tensor, &[0.0; 16])];
    for (call, outcome) in ["replay", "read", "write"].iter().zip(outcomes) {
        assert!(matches!(outcome, Err(ground::error::Error::Device(_))), "{call}: {outcome:?}");
    }
}
