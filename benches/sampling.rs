//! What follows the generator when patients are streamed, on one core: post-processing, decoding,
//! CSV and Parquet, by values of the bundled cohort's 44 columns; and the generator itself, which
//! bounds the CPU backend.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mellizo::cpu::Cpu;
use mellizo::gan::{Gan, Layout, PIECE, Recipe, Sampler, Weights};
use mellizo::matrix::Matrix;
use mellizo::op::{Backend, philox};
use mellizo::table::bundled;
use mellizo::table::encode::Encoder;
use mellizo::table::pixels::Pixels;
use mellizo::table::postprocess::postprocess;
use mellizo::table::read::Sheet;
use mellizo::table::write::CsvText;
use std::hint::black_box;

fn encoder() -> Encoder {
    let schema = bundled::schema().expect("the bundled schema");
    let table = Sheet::from_bytes(bundled::CSV, "bundled cohort")
        .and_then(|sheet| sheet.table(&schema))
        .expect("the cohort");
    Encoder::fit(&table, Pixels::Levels256).expect("columns that vary")
}

/// Numbers a little beyond the encoded range, as a generator makes them.
fn generated(features: usize) -> Matrix {
    Matrix::from_fn(PIECE, features, |row, column| {
        let [word, ..] = philox::philox([row as u32, column as u32, 0, 0], philox::key(1));
        f64::from((f64::from(word) / f64::from(1u32 << 31) - 1.0) as f32 * 1.1)
    })
}

fn after_the_generator(c: &mut Criterion) {
    let encoder = encoder();
    let raw = generated(encoder.features());
    let csv = CsvText::of(encoder.schema());
    let mut group = c.benchmark_group("after the generator");
    group.throughput(Throughput::Elements((PIECE * encoder.schema().columns.len()) as u64));
    let finish = || {
        let mut rows = raw.clone();
        postprocess(&mut rows, &encoder);
        encoder.decode(&rows, 1)
    };
    group.bench_function("post-process and decode", |b| b.iter(|| black_box(finish())));
    group.bench_function("post-process, decode, CSV", |b| {
        b.iter(|| {
            let mut text = Vec::new();
            csv.rows(&finish(), &mut text);
            black_box(text)
        });
    });
    #[cfg(feature = "parquet")]
    {
        let layout =
            mellizo::table::write_parquet::ParquetLayout::of(encoder.schema(), &encoder.largest())
                .expect("a layout");
        const PIECES: usize = 64;
        group.throughput(Throughput::Elements(
            (PIECES * PIECE * encoder.schema().columns.len()) as u64,
        ));
        group.sample_size(10);
        group.bench_function("post-process, decode, Parquet", |b| {
            b.iter(|| {
                let tables: Vec<_> = (0..PIECES).map(|_| finish()).collect();
                black_box(layout.group(&tables).expect("a group"))
            });
        });
    }
    group.finish();
}

fn generator(c: &mut Criterion) {
    let encoder = encoder();
    let features = encoder.features();
    let mut backend = Cpu::single();
    let recipe = Recipe::paper();
    let layout = Layout { models: 1, batch: 16, epochs: 1, ring: 1, seed: 1 };
    let gan = Gan::new(&mut backend, &recipe, &generated(features), None, layout).expect("a GAN");
    let weights = Weights::read(&mut backend, &gan.generator, 0).expect("weights");
    let sampler =
        Sampler::new(&mut backend as &mut dyn Backend, &recipe, &weights, features, None, 1)
            .expect("a sampler");
    let mut group = c.benchmark_group("the generator");
    group.throughput(Throughput::Elements((PIECE * encoder.schema().columns.len()) as u64));
    let mut piece = 0;
    group.bench_function("a piece on the CPU backend", |b| {
        b.iter(|| {
            piece += PIECE as u64;
            black_box(sampler.rows(&mut backend, piece, PIECE).expect("rows"))
        });
    });
    group.finish();
}

/// One thread, so that a second is a second of one core.
fn one_core(c: &mut Criterion) {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("the first pool");
    after_the_generator(c);
    generator(c);
}

criterion_group!(benches, one_core);
criterion_main!(benches);
