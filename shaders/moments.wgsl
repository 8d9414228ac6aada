// moments: mean and variance of every column, by two passes over the rows;
// the second also corrects the rounding of the first.
//
// forward   c[f] = sum_r x[r, f] / R,  d = x[r, f] - c[f],  mean[f] = c[f] + sum_r d / R
//           variance[f] = (sum_r d^2 - (sum_r d)^2 / R) / (R - 1)
// backward  none
// shapes    x [M, R, F]; mean, variance [M, 1, F]
// launch    256 threads own 16 features; grid (F / 16, 1, M)
// mirror    src/engine/cpu/moments.rs

struct At {
    x: vec2<u32>,
    mean: vec2<u32>,
    variance: vec2<u32>,
    rows: u32,
    features: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> mean: array<f32>;
@group(0) @binding(3) var<storage, read_write> variance: array<f32>;

@compute @workgroup_size(256)
fn moments(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let f = group.x * STRIP + index % STRIP;
    let owned = f < at.features;
    let first = select(at.rows, index / STRIP, owned);
    let base = start(at.x, group.z) + f;
    let rows = f32(at.rows);
    var sum = 0.0;
    for (var r = first; r < at.rows; r += LANES) {
        sum += x[base + r * at.features];
    }
    let centre = sum_lanes(sum, index, STRIP) / rows;
    var deviations = 0.0;
    var squares = 0.0;
    for (var r = first; r < at.rows; r += LANES) {
        let d = x[base + r * at.features] - centre;
        deviations += d;
        squares += d * d;
    }
    let deviation = sum_lanes(deviations, index, STRIP);
    let square = sum_lanes(squares, index, STRIP);
    if (owned && index < STRIP) {
        mean[start(at.mean, group.z) + f] = centre + deviation / rows;
        variance[start(at.variance, group.z) + f] =
            (square - deviation * deviation / rows) / (rows - 1.0);
    }
}
