//! The matrix products of one training step of the `paper` recipe through the two libraries that were candidates for the CPU backend:
//! the same tiles, the same threads.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
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
    shape: [usize; 3],
    a: [usize; 2],
    b: [usize; 2],
}

fn product(kind: Kind, rows: usize, inputs: usize, outputs: usize) -> Product {
    match kind {
        Kind::Forward => Product { shape: [rows, inputs, outputs], a: [inputs, 1], b: [outputs, 1] },
        Kind::BackwardInput => Product { shape: [rows, outputs, inputs], a: [outputs, 1], b: [1, outputs] },
        Kind::BackwardWeight => Product { shape: [inputs, rows, outputs], a: [1, inputs], b: [outputs, 1] },
    }
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

type Tile = unsafe fn([usize; 3], Pointers, [usize; 2], [usize; 2], usize);

unsafe fn with_gemm([m, k, n]: [usize; 3], p: Pointers, a: [usize; 2], b: [usize; 2], stride: usize) {
    let [ar, ac, br, bc, cr] = [a[0], a[1], b[0], b[1], stride].map(|s| s as isize);
    let serial = gemm::Parallelism::None;
    // SAFETY: the caller gives matrices of these shapes.
    unsafe { gemm::gemm(m, n, k, p.c, 1, cr, false, p.a, ac, ar, p.b, bc, br, 0.0, 1.0, false, false, false, serial) }
}

unsafe fn with_matrixmultiply([m, k, n]: [usize; 3], p: Pointers, a: [usize; 2], b: [usize; 2], stride: usize) {
    let [ar, ac, br, bc, cr] = [a[0], a[1], b[0], b[1], stride].map(|s| s as isize);
    // SAFETY: the caller gives matrices of these shapes.
    unsafe { matrixmultiply::sgemm(m, k, n, 1.0, p.a, ar, ac, p.b, br, bc, 0.0, p.c, cr, 1) }
}

/// Tiles of the longer side of c, as `src/cpu/dense.rs` cuts them.
fn run(product: &Product, numbers: &[f32], c: &mut [f32], tile_of: Tile) {
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
        let (rows, columns, row, column) = if wide { (m, extent, 0, first) } else { (extent, n, first, 0) };
        // SAFETY: the tile lies inside the matrices by the assertion above.
        unsafe {
            let a = whole.a.add(row * product.a[0]);
            let b = whole.b.add(column * product.b[1]);
            let part = Pointers { a, b, c: whole.c.add(row * n + column) };
            tile_of([rows, k, columns], part, product.a, product.b, n);
        }
    });
}

fn products(c: &mut Criterion) {
    let products = step();
    let numbers: Vec<f32> = (0..1024 * 1024).map(|i| (i * 7919 % 1000) as f32 / 1000.0 - 0.5).collect();
    let mut out = vec![0.0; 1024 * 1024];
    let flops: usize = products.iter().map(|p| 2 * p.shape.iter().product::<usize>()).sum();
    let mut group = c.benchmark_group("products of a step");
    group.throughput(Throughput::Elements(flops as u64));
    let libraries: [(&str, Tile); 2] = [("gemm", with_gemm), ("matrixmultiply", with_matrixmultiply)];
    for (name, tile) in libraries {
        group.bench_function(name, |b| b.iter(|| products.iter().for_each(|p| run(p, &numbers, &mut out, tile))));
    }
    group.finish();
}

criterion_group!(benches, products);
criterion_main!(benches);
