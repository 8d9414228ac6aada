//! The fidelity metrics of one evaluation: 908 real patients of the bundled cohort against as many
//! synthetic ones and against thirty times as many.
//!
//! An evaluation repeats them for its ceiling, floor and hold-out at five splits each, so that the
//! small size is what a user waits for.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use mellizo::matrix::Matrix;
use mellizo::metrics::associations::associations;
use mellizo::metrics::pairs::{Binning, pair_trends};
use mellizo::metrics::scaled::joint_frechet;
use mellizo::metrics::shapes::column_shapes;
use mellizo::metrics::spearman::spearman_mae;
use mellizo::op::philox;
use mellizo::table::{Table, bundled};
use std::hint::black_box;

/// Rows whose cells come from patients of the cohort drawn column by column; numbers are moved a
/// little, so that few are tied.
fn synthetic(real: &Table, rows: usize) -> Table {
    let cells = Matrix::from_fn(rows, real.schema.columns.len(), |row, column| {
        let [patient, offset, ..] =
            philox::philox([row as u32, column as u32, 0, 0], philox::key(1));
        let cell = real.cells[(patient as usize % real.rows(), column)];
        if real.schema.columns[column].kind.is_coded() {
            cell
        } else {
            cell + f64::from(offset) * 1e-12
        }
    });
    Table { schema: real.schema.clone(), cells, patients: None }
}

fn fidelity(c: &mut Criterion) {
    let real = bundled::cohort().expect("the bundled cohort");
    let mut group = c.benchmark_group("fidelity");
    group.sample_size(10);
    for rows in [real.rows(), 30 * real.rows()] {
        let synthetic = synthetic(&real, rows);
        let mut bench = |name: &str, metric: &dyn Fn() -> f64| {
            group.bench_function(BenchmarkId::new(name, rows), |b| b.iter(|| black_box(metric())));
        };
        bench("column shapes", &|| column_shapes(&real, &synthetic).mean);
        bench("pair trends, library bins", &|| {
            pair_trends(&real, &synthetic, Binning::Library).all
        });
        bench("pair trends, plain bins", &|| pair_trends(&real, &synthetic, Binning::Plain).all);
        bench("Spearman error", &|| spearman_mae(&real, &synthetic));
        bench("associations", &|| associations(&synthetic)[(0, 1)]);
        bench("joint Fréchet", &|| joint_frechet(&real, &synthetic));
    }
    group.finish();
}

criterion_group!(benches, fidelity);
criterion_main!(benches);
