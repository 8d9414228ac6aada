//! The same seed on the same machine and backend gives the same bytes.

use crate::desk::{Desk, Engine, cpu, gpu};

/// Model and patients of a run.
fn results(engine: &Engine, more: &str) -> [Vec<u8>; 2] {
    let desk = Desk::new();
    desk.mellizo_on(engine, &format!("run --recipe small.toml --out results {more}")).silent();
    ["private/model.safetensors", "share/synthetic.csv"]
        .map(|name| desk.bytes(&format!("results/{name}")))
}

/// How much of two files differs, and from where on: one number that is off by a bit is another
/// matter than all of them.
fn difference(one: &[u8], other: &[u8]) -> String {
    let differ: Vec<usize> =
        (0..one.len().min(other.len())).filter(|place| one[*place] != other[*place]).collect();
    format!(
        "{} of {} and {} bytes, the first at {:?}",
        differ.len(),
        one.len(),
        other.len(),
        differ.first()
    )
}

/// Five equal runs, and another seed that is not.
fn five_times(engine: &Engine, epochs: usize) {
    let more = format!("--epochs {epochs} --seed 5");
    let [model, patients] = results(engine, &more);
    for time in 2..=5 {
        let again = results(engine, &more);
        assert!(
            again[0] == model,
            "run {time} gave another model: {}",
            difference(&model, &again[0])
        );
        assert!(
            again[1] == patients,
            "run {time} gave other patients: {}",
            difference(&patients, &again[1])
        );
    }
    let other = results(engine, &format!("--epochs {epochs} --seed 6"));
    assert!(other[0] != model && other[1] != patients, "another seed changes nothing");
}

#[test]
fn five_times_the_same_on_the_cpu() {
    five_times(&cpu(), 12);
}

fn whatever_the_threads(recipe: &str, epochs: usize) {
    let desk = Desk::new();
    for threads in [1, 3] {
        let line =
            format!("run --recipe {recipe} --epochs {epochs} --threads {threads} --out t{threads}");
        let line = format!("{line} --set sampling.multiple=3");
        desk.mellizo_on(&cpu(), &line).silent();
    }
    for name in ["private/model.safetensors", "share/synthetic.csv", "share/history.csv"] {
        let [one, three] = [1, 3].map(|threads| desk.bytes(&format!("t{threads}/{name}")));
        assert!(one == three, "{recipe}: three threads give another {name}");
    }
}

mod on_gpu {
    use super::{five_times, gpu};

    #[test]
    fn five_times_the_same() {
        let Some(gpu) = gpu() else { return };
        five_times(&gpu, 2);
    }
}

mod long {
    /// The widths as they are, so that products are large enough to be shared among threads.
    #[test]
    fn the_number_of_threads_changes_nothing() {
        for recipe in ["paper", "joint"] {
            super::whatever_the_threads(recipe, 1);
        }
    }
}
