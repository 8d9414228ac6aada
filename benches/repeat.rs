//! Whether this processor repeats itself: the Adam kernel on the same numbers again and again, on
//! every core at once.
//!
//! No time is measured.
//! Some processors round wrongly once in billions of square roots and divisions, always in one
//! core; training on them is not reproducible, and no software can help.
//! `cargo bench --bench repeat -- 600` looks for 600 seconds instead of 60.

use mellizo::cpu::Cpu;
use mellizo::op::{Backend, Compiled, Op, Program, Tensor};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const NUMBERS: usize = 1 << 16;

/// Replays of the same numbers.
const REPLAYS: usize = 300;

struct Desk {
    cpu: Cpu,
    /// w, m, v, dw, and what they were.
    state: [Tensor; 4],
    given: [Tensor; 4],
    program: Compiled,
}

impl Desk {
    fn new() -> Self {
        let mut cpu = Cpu::single();
        let mut tensors = || std::array::from_fn(|_| cpu.alloc([1, 1, NUMBERS]).expect("memory"));
        let (state, given): ([Tensor; 4], [Tensor; 4]) = (tensors(), tensors());
        let lr = cpu.alloc([1, 1, 1]).expect("memory");
        cpu.write(lr, &[0.003]).expect("a write");
        let mut program = Program::new("repeat");
        given.into_iter().zip(state).for_each(|(x, y)| program.push(Op::Copy { x, y }));
        let [w, m, v, dw] = state;
        program.push(Op::Adam { w, dw, m, v, lr, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });
        let program = cpu.compile(&program).expect("a Program");
        Self { cpu, state, given, program }
    }

    /// New numbers, over the range of those in a training.
    fn deal(&mut self, random: &mut Xoshiro256PlusPlus) {
        let rows: Vec<[f64; 4]> = (0..NUMBERS)
            .map(|_| {
                let size = 10f64.powf(-1.0 - 8.0 * random.random::<f64>());
                let mut number = |size: f64| size * (random.random::<f64>() - 0.5);
                [number(0.1), number(size), (number(size) * number(1.0)).powi(2), number(size)]
            })
            .collect();
        for (at, tensor) in self.given.into_iter().enumerate() {
            self.cpu
                .write(tensor, &rows.iter().map(|row| row[at]).collect::<Vec<_>>())
                .expect("a write");
        }
    }

    /// The weights after a step; they follow from everything else that it computes.
    fn replay(&mut self) -> Vec<f64> {
        self.cpu.replay(&[(self.program, 0)]).expect("a replay");
        self.cpu.read(self.state[0]).expect("numbers")
    }
}

/// Replays, and the weights that were not the first time's, with how often.
fn look(seed: u64, time: Duration) -> (usize, BTreeMap<usize, usize>) {
    let (mut desk, mut random, start) =
        (Desk::new(), Xoshiro256PlusPlus::seed_from_u64(seed), Instant::now());
    let (mut replays, mut wrong) = (0, BTreeMap::new());
    while start.elapsed() < time {
        desk.deal(&mut random);
        let first = desk.replay();
        for _ in 0..REPLAYS {
            let again = desk.replay();
            // As numbers: both zeros of a weight are one weight, and there is no NaN here.
            if first != again {
                (0..NUMBERS)
                    .filter(|at| first[*at] != again[*at])
                    .for_each(|at| *wrong.entry(at).or_default() += 1);
            }
            replays += 1;
        }
    }
    (replays, wrong)
}

fn main() {
    let seconds = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(60);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let on_core = |core: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread");
        pool.install(|| look(core as u64, Duration::from_secs(seconds)))
    };
    let found: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|core| scope.spawn(move || on_core(core))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a thread")).collect()
    });
    for (thread, (replays, wrong)) in found.iter().enumerate() {
        println!(
            "thread {thread}: {replays} replays of {NUMBERS} numbers, {} wrong results",
            wrong.values().sum::<usize>()
        );
        for (number, times) in wrong {
            println!("  w[{number}], lane {} of 8: {times} times", number % 8);
        }
    }
    let sound = found.iter().all(|(_, wrong)| wrong.is_empty());
    println!(
        "{}",
        if sound { "No result changed." } else { "This processor does not repeat itself." }
    );
    std::process::exit(i32::from(!sound));
}
