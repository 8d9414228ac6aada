//! The number of threads must not show in any bit of a result.

use super::TABLE;
use super::cases::{self, Outcome};
use engine::cpu::Cpu;
use rayon::ThreadPoolBuilder;

fn with_threads(cpu: fn() -> Cpu, threads: usize) -> Vec<Outcome> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    pool.install(|| TABLE.iter().map(|(case, _)| cases::run(case, &mut cpu())).collect())
}

fn same_bits(cpu: fn() -> Cpu) {
    let alone = with_threads(cpu, 1);
    for threads in [2, 5] {
        for ((case, _), (one, many)) in
            TABLE.iter().zip(alone.iter().zip(with_threads(cpu, threads)))
        {
            for (slot, (one, many)) in case.slots.iter().zip(one.after.iter().zip(&many.after)) {
                // NaN stands where an input holds one.
                let same = one.iter().zip(many).all(|(a, b)| a.to_bits() == b.to_bits());
                let (kernel, label, name) = (case.kernel(), &case.label, slot.name);
                assert!(same, "{kernel} [{label}] {name} differs between 1 and {threads} threads");
            }
        }
    }
}

#[test]
fn f32_does_not_depend_on_threads() {
    same_bits(Cpu::single);
}

#[test]
fn f64_does_not_depend_on_threads() {
    same_bits(Cpu::double);
}
