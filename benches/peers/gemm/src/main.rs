//! The matrix products of one training step of the `paper` recipe: by the CPU backend, as a Program
//! of nothing else, and by the library `gemm` on the same threads.
//!
//! ```sh
//! cargo run --release --manifest-path benches/peers/gemm/Cargo.toml -- --bench
//! ```

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mellizo::cpu::Cpu;
use mellizo::op::{Backend, Op, Program};
use rayon::prelude::*;

/// The three products of a dense layer: `y = x w`, `dx = dy w^T`, `dw = x^T dy`.
#[derive(Clone, Copy)]
enum Kind {
    Forward,
    BackwardInput,
    BackwardWeight,
}

/// `c = a b` with c `m x n`, and the strides of a and b by row and by column.
struct Product {
    kind: Kind,
    rows: usize,
    /// Inputs and outputs of the layer.
    layer: [usize; 2],
    shape: [usize; 3],
    a: [usize; 2],
    b: [usize; 2],
}

fn product(kind: Kind, rows: usize, inputs: usize, outputs: usize) -> Product {
    let (shape, a, b) = match kind {
        Kind::Forward => ([rows, inputs, outputs], [inputs, 1], [outputs, 1]),
        Kind::BackwardInput => ([rows, outputs, inputs], [outputs, 1], [1, outputs]),
        Kind::BackwardWeight => ([inputs, rows, outputs], [1, inputs], [outputs, 1]),
    };
    Product { kind, rows, layer: [inputs, outputs], shape, a, b }
}

/// Every product of a step: no network needs the gradient of its input.
fn step() -> Vec<Product> {
    let networks: [(usize, &[usize]); 2] =
        [(268, &[32, 32, 1024, 512, 256, 256, 128, 63]), (536, &[63, 512, 256, 128, 64, 1])];
    let mut products = Vec::new();
    for (rows, sizes) in networks {
        for (layer, pair) in sizes.windows(2).enumerate() {
            products.push(product(Kind::Forward, rows, pair[0], pair[1]));
            products.push(product(Kind::BackwardWeight, rows, pair[0], pair[1]));
            if layer > 0 {
                products.push(product(Kind::BackwardInput, rows, pair[0], pair[1]));
            }
        }
    }
    products
}

#[derive(Clone, Copy)]
struct Pointers {
    a: *const f32,
    b: *const f32,
    c: *mut f32,
}

// SAFETY: every tile of `c` is written by one task; a and b are only read.
unsafe impl Send for Pointers {}
// SAFETY: as above.
unsafe impl Sync for Pointers {}

unsafe fn with_gemm(
    [m, k, n]: [usize; 3],
    p: Pointers,
    a: [usize; 2],
    b: [usize; 2],
    stride: usize,
) {
    let [ar, ac, br, bc, cr] = [a[0], a[1], b[0], b[1], stride].map(|s| s as isize);
    let serial = gemm::Parallelism::None;
    // SAFETY: the caller gives matrices of these shapes.
    unsafe {
        gemm::gemm(
            m, n, k, p.c, 1, cr, false, p.a, ac, ar, p.b, bc, br, 0.0, 1.0, false, false, false,
            serial,
        )
    }
}

/// The product by the library, in tiles of the longer side of c.
fn run(product: &Product, numbers: &[f32], c: &mut [f32]) {
    let [m, k, n] = product.shape;
    assert!(m * k <= numbers.len() && k * n <= numbers.len() && m * n <= c.len());
    let wide = n > m;
    let length = m.max(n);
    let tile = length.div_ceil((2 * m * k * n / 32_000_000).clamp(1, 16)).next_multiple_of(16);
    let all = Pointers { a: numbers.as_ptr(), b: numbers.as_ptr(), c: c.as_mut_ptr() };
    (0..length.div_ceil(tile)).into_par_iter().for_each(|index| {
        let whole = all;
        let first = index * tile;
        let extent = tile.min(length - first);
        let (rows, columns, row, column) =
            if wide { (m, extent, 0, first) } else { (extent, n, first, 0) };
        // SAFETY: the tile lies inside the matrices by the assertion above.
        unsafe {
            let a = whole.a.add(row * product.a[0]);
            let b = whole.b.add(column * product.b[1]);
            let part = Pointers { a, b, c: whole.c.add(row * n + column) };
            with_gemm([rows, k, columns], part, product.a, product.b, n);
        }
    });
}

/// The same products as kernels of the backend.
fn program(products: &[Product], cpu: &mut Cpu) -> Program {
    let mut program = Program::new("products");
    for Product { kind, rows, layer: [inputs, outputs], .. } in products {
        let shapes = [[1, *rows, *inputs], [1, *inputs, *outputs], [1, *rows, *outputs]];
        let [x, w, y] = shapes.map(|shape| {
            let tensor = cpu.alloc(shape).expect("memory");
            let values: Vec<f64> =
                (0..tensor.len()).map(|i| (i * 7919 % 1000) as f64 / 1000.0 - 0.5).collect();
            cpu.write(tensor, &values).expect("a tensor that can be written");
            tensor
        });
        program.push(match kind {
            Kind::Forward => Op::DenseForward { x, w, b: None, y },
            Kind::BackwardInput => Op::DenseBackwardInput { dy: y, w, dx: x },
            Kind::BackwardWeight => Op::DenseBackwardWeight { x, dy: y, dw: w, db: None },
        });
    }
    program
}

fn products(c: &mut Criterion) {
    let products = step();
    let numbers: Vec<f32> =
        (0..1024 * 1024).map(|i| (i * 7919 % 1000) as f32 / 1000.0 - 0.5).collect();
    let mut out = vec![0.0; 1024 * 1024];
    let flops: usize = products.iter().map(|p| 2 * p.shape.iter().product::<usize>()).sum();
    let mut cpu = Cpu::single();
    let program = program(&products, &mut cpu);
    let compiled = cpu.compile(&program).expect("a Program");
    let mut group = c.benchmark_group("products of a step");
    group.throughput(Throughput::Elements(flops as u64));
    group.bench_function("backend", |b| b.iter(|| cpu.replay(&[(compiled, 0)]).expect("a replay")));
    group.bench_function("gemm", |b| {
        b.iter(|| products.iter().for_each(|p| run(p, &numbers, &mut out)))
    });
    group.finish();
}

criterion_group!(benches, products);
criterion_main!(benches);
