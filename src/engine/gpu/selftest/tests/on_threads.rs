//! Every kernel of the CPU on several threads: what Miri runs of them.

use super::super::example::{answer, every_example};
use crate::cpu::Cpu;
use crate::op::Op;
use rayon::ThreadPoolBuilder;

/// The examples; under Miri, which interprets, the first of a kernel.
fn examples() -> Vec<Op> {
    let mut examples = every_example();
    if cfg!(miri) {
        let mut seen = Vec::new();
        examples.retain(|op| {
            let new = !seen.contains(&op.name());
            seen.push(op.name());
            new
        });
    }
    examples
}

fn bits(threads: usize, op: &Op) -> Vec<Vec<u64>> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let answer = pool.install(|| answer(op, &mut Cpu::single()).expect("numbers"));
    answer.iter().map(|values| values.iter().map(|value| value.to_bits()).collect()).collect()
}

#[test]
fn cpu_kernels_on_several_threads() {
    for op in examples() {
        assert_eq!(bits(1, &op), bits(3, &op), "{}", op.name());
        if cfg!(miri) {
            eprintln!("{} is done", op.name());
        }
    }
}
