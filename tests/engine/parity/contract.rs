//! What [`Backend`] promises beside the kernels: windows, shared tensors, order of kernels and of
//! replays.
//! All numbers here are small multiples of 1/8, so that every backend has the same bits.

use engine::op::philox::{key, philox};
use engine::op::{Backend, Op, Program, Random, Tensor};

/// Makes two tests of each promise: one for the CPU in both precisions, one for the GPU.
macro_rules! on_every_backend {
    ($($promise:ident),* $(,)?) => {
        mod on_cpu {
            use engine::cpu::Cpu;
            $(#[test]
            fn $promise() {
                super::$promise(&mut Cpu::double());
                super::$promise(&mut Cpu::single());
            })*
        }

        mod on_gpu {
            $(#[test]
            fn $promise() {
                if let Some(mut gpu) = crate::adapter::unfused_gpu_or_skip(false) {
                    super::$promise(&mut gpu);
                }
            })*
        }
    };
}

on_every_backend!(
    a_new_tensor_is_zero,
    a_window_is_written_and_read_alone,
    a_shared_tensor_is_read_by_every_model,
    kernels_see_what_was_written_before,
    replays_keep_their_order_and_their_steps,
    a_long_replay_keeps_every_step,
);

fn given(backend: &mut dyn Backend, shape: [usize; 3], values: &[f64]) -> Tensor {
    let tensor = backend.alloc(shape).expect("memory");
    backend.write(tensor, values).expect("a tensor that can be written");
    tensor
}

fn count(n: usize) -> Vec<f64> {
    (1..=n).map(|i| i as f64).collect()
}

fn a_new_tensor_is_zero(backend: &mut dyn Backend) {
    let tensor = backend.alloc([2, 3, 67]).expect("memory");
    assert_eq!(backend.read(tensor).expect("numbers"), vec![0.0; 402], "{}", backend.describe());
}

fn a_window_is_written_and_read_alone(backend: &mut dyn Backend) {
    let arena = given(backend, [2, 1, 11], &count(22));
    let window = arena.window(3, 2, 3);
    assert_eq!(
        backend.read(window).expect("numbers"),
        [4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 15.0, 16.0, 17.0, 18.0, 19.0, 20.0]
    );
    backend.write(window, &[-1.0; 12]).expect("a window that can be written");
    let mut expected = count(22);
    expected[3..9].fill(-1.0);
    expected[14..20].fill(-1.0);
    assert_eq!(backend.read(arena).expect("numbers"), expected, "{}", backend.describe());
    assert_eq!(backend.read(window.rows_from(1, 1)).expect("numbers"), [-1.0; 6]);
}

fn a_shared_tensor_is_read_by_every_model(backend: &mut dyn Backend) {
    let shared = given(backend, [1, 2, 2], &count(4)).broadcast(3);
    assert_eq!(
        backend.read(shared).expect("numbers"),
        count(4).repeat(3),
        "{}",
        backend.describe()
    );
}

/// Each kernel reads what the one before wrote, in the same buffers over and over: a missing
/// barrier or a wrong order shows.
fn kernels_see_what_was_written_before(backend: &mut dyn Backend) {
    let n = 10_007;
    let x = given(backend, [1, 1, n], &vec![1.0; n]);
    let [a, b] = [(); 2].map(|()| backend.alloc([1, 1, n]).expect("memory"));
    let mut program = Program::new("Fibonacci");
    program.push(Op::Copy { x, y: a });
    program.push(Op::Copy { x, y: b });
    for _ in 0..10 {
        program.push(Op::Add { x: a, y: b });
        program.push(Op::Add { x: b, y: a });
    }
    let compiled = backend.compile(&program).expect("a Program");
    backend.replay(&[(compiled, 0)]).expect("a run");
    assert_eq!(backend.read(a).expect("numbers"), vec![17_711.0; n], "{}", backend.describe());
    assert_eq!(backend.read(b).expect("numbers"), vec![10_946.0; n], "{}", backend.describe());
}

/// Programs that write, add up and record, replayed in one call, in two, and step by step, leave
/// the same history.
fn replays_keep_their_order_and_their_steps(backend: &mut dyn Backend) {
    let mut histories = Vec::new();
    for cut in [&[9usize][..], &[4, 9], &[1, 2, 3, 4, 5, 6, 7, 8, 9]] {
        let data = given(backend, [1, 9, 5], &count(45)).broadcast(2);
        let [batch, total] = [(); 2].map(|()| backend.alloc([2, 3, 5]).expect("memory"));
        let history = backend.alloc([2, 9, 15]).expect("memory");
        let random = Random { seed: 5, stream: 1 };
        let (mut draw, mut keep) = (Program::new("draw"), Program::new("keep"));
        draw.push(Op::Gather { data, batch, random });
        draw.push(Op::Add { x: batch, y: total });
        keep.push(Op::Record { x: total.flat(), history, period: 1 });
        let [draw, keep] =
            [draw, keep].map(|program| backend.compile(&program).expect("a Program"));
        let runs: Vec<_> = (0..9).flat_map(|step| [(draw, step), (keep, step)]).collect();
        let mut from = 0;
        for to in cut {
            backend.replay(&runs[2 * from..2 * to]).expect("runs");
            from = *to;
        }
        histories.push(backend.read(history).expect("numbers"));
    }
    // Three batches of three are an epoch of nine rows: after it, every row was added once,
    // wherever it was drawn.
    let epoch: f64 = histories[0][2 * 15..3 * 15].iter().sum();
    assert_eq!(epoch, count(45).iter().sum::<f64>(), "{}", backend.describe());
    assert!(histories.iter().all(|history| *history == histories[0]), "{}", backend.describe());
}

/// More replays in one call than a backend may submit at once: every one still has its own step.
fn a_long_replay_keeps_every_step(backend: &mut dyn Backend) {
    let steps = 1300;
    let out = backend.alloc([2, 1, 3]).expect("memory");
    let history = backend.alloc([2, steps, 3]).expect("memory");
    let mut program = Program::new("noise");
    program.push(Op::Noise { out, random: Random { seed: 9, stream: 2 } });
    program.push(Op::Record { x: out, history, period: 1 });
    let compiled = backend.compile(&program).expect("a Program");
    let runs: Vec<_> = (0..steps as u32).map(|step| (compiled, step)).collect();
    backend.replay(&runs).expect("runs");
    for (i, row) in backend.read(history).expect("numbers").chunks_exact(3).enumerate() {
        let block = philox([0, (i % steps) as u32, 2, (i / steps) as u32], key(9));
        let expected = [0, 1, 2].map(|word| f64::from(block[word] >> 8) / 8_388_608.0 - 1.0);
        assert_eq!(row, expected, "{}: step {}", backend.describe(), i % steps);
    }
}
