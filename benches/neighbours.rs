//! Exact nearest neighbours of 24,120 synthetic patients among the 908 of the bundled cohort, 44
//! columns.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mellizo::matrix::Matrix;
use mellizo::metrics::privacy::nearest::nearest;
use mellizo::metrics::privacy::{Rows, Scale};
use mellizo::op::philox;
use mellizo::table::{Table, bundled};
use std::hint::black_box;

const SYNTHETIC: usize = 24_120;

/// Rows of cells drawn from the cohort, column by column.
fn synthetic(cohort: &Table) -> Table {
    let cell = |row: usize, column: usize| {
        let [word, ..] = philox::philox([row as u32, column as u32, 0, 0], philox::key(1));
        cohort.cells[(word as usize % cohort.rows(), column)]
    };
    Table {
        schema: cohort.schema.clone(),
        cells: Matrix::from_fn(SYNTHETIC, cohort.cells.columns(), cell),
        patients: None,
    }
}

fn nearest_two(c: &mut Criterion) {
    let cohort = bundled::cohort().expect("the bundled cohort");
    let (queries, references) = (Rows::of(&synthetic(&cohort)), Rows::of(&cohort));
    let scale = Scale::of(&references);
    let mut group = c.benchmark_group("neighbours");
    group.sample_size(10);
    group.throughput(Throughput::Elements(
        (SYNTHETIC * references.rows() * references.columns()) as u64,
    ));
    group.bench_function("nearest two, 24120 x 908 x 44", |b| {
        b.iter(|| nearest(black_box(&queries), black_box(&references), &scale, 2));
    });
    group.finish();
}

criterion_group!(benches, nearest_two);
criterion_main!(benches);
