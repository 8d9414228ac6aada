use super::*;

/// Small whole numbers: every sum of their products is exact in f32, in any order.
fn numbers<T: Real>(length: usize, seed: usize) -> Vec<T> {
    (0..length).map(|i| T::from_f64(((i * 7919 + seed * 104_729) % 13) as f64 - 6.0)).collect()
}

fn plain<T: Real>(a: &[T], b: &[T], [m, k, n]: [usize; 3]) -> Vec<T> {
    let mut y = vec![T::zero(); m * n];
    for row in 0..m {
        for inner in 0..k {
            for column in 0..n {
                y[row * n + column] += a[row * k + inner] * b[inner * n + column];
            }
        }
    }
    y
}

fn transpose<T: Real>(x: &[T], columns: usize) -> Vec<T> {
    let rows = x.len() / columns;
    (0..x.len()).map(|i| x[i % rows * columns + i / rows]).collect()
}

fn check<T: Real>(shape: [usize; 3]) {
    let [m, k, n] = shape;
    let (a, b) = (numbers::<T>(m * k, 1), numbers::<T>(k * n, 2));
    let want = plain(&a, &b, shape);
    for right in [Right::Plain(&b[..]), Right::Turned(&transpose(&b, n)[..])] {
        let mut y = vec![T::nan(); m * n];
        product(&a, right, &mut y, shape);
        assert!(y == want, "product {shape:?} in {}", T::NAME);
    }
    let mut y = vec![T::nan(); m * n];
    let out = Columns::new(&mut y, n);
    turned(&transpose(&a, k), &b, shape, |row, tile| copy(&out, row, &tile));
    assert!(y == want, "turned {shape:?} in {}", T::NAME);
}

fn copy<T: Real>(out: &Columns<T>, row: usize, strip: &Strip<T>) {
    for (r, values) in strip.values.chunks_exact(strip.pitch).enumerate() {
        // SAFETY: tiles do not overlap.
        unsafe { out.row(row + r, strip.first, strip.first + strip.width) }
            .copy_from_slice(&values[..strip.width]);
    }
}

/// Miri interprets: it gets the first shapes alone.
fn first<T>(shapes: &[T], under_miri: usize) -> &[T] {
    if cfg!(miri) { &shapes[..under_miri] } else { shapes }
}

#[test]
fn every_form_equals_plain_loops_at_every_edge() {
    for &m in first(&[13, 1, 2, 5, 6, 7, 11, 23, 24, 97, 300], 1) {
        for &k in first(&[17, 1, 3, 16, 65], 1) {
            for &n in first(&[7, 1, 8, 15, 16, 17, 31, 33, 64, 65, 130, 259], 2) {
                check::<f32>([m, k, n]);
                check::<f64>([m, k, n]);
            }
        }
    }
}

#[test]
fn a_long_inner_dimension_is_taken_in_pieces() {
    let [wide, wider] = if cfg!(miri) { [5, 3] } else { [70, 530] };
    for &k in first(&[33, 640, 641, 1300], 1) {
        check::<f32>([14, k, wide]);
        check::<f64>([14, k, wider]);
    }
}

#[test]
fn wide_and_tall_matrices_fill_many_strips_and_chunks() {
    // Miri's strips, chunks and tasks are small.
    for &shape in first(&[[5, 3, 40], [40, 3, 5], [268, 40, 1024], [1030, 20, 33]], 2) {
        check::<f32>(shape);
    }
    check::<f64>(if cfg!(miri) { [29, 2, 19] } else { [600, 9, 520] });
}

/// A crate feature left out once cost every processor without AVX-512 its vectors: the results were
/// the same, and ten times as late.
#[test]
#[cfg(target_arch = "x86_64")]
fn vectors_are_as_wide_as_the_processor_has_them() {
    let wide =
        std::is_x86_feature_detected!("avx512f") && std::is_x86_feature_detected!("avx512vl");
    let middle = std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma");
    let fewest = if wide || middle { 8 } else { 1 };
    assert!(Registers::of::<f32>().lanes >= fewest, "{} lanes", Registers::of::<f32>().lanes);
    assert!(
        Registers::of::<f64>().lanes >= fewest.div_ceil(2),
        "{} lanes",
        Registers::of::<f64>().lanes
    );
}
