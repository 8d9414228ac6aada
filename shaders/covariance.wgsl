// covariance: of every pair of columns, about a given mean.
//
// forward   covariance[i, j] = sum_r (x[r, i] - mean[i]) (x[r, j] - mean[j]) / (R - 1)
// backward  by dense layers on the centred batch
// shapes    x [M, R, F]; mean [M, 1, F]; covariance [M, F, F]
// launch    SIDE x SIDE threads own a 4 SIDE x 4 SIDE tile of the result (tile.wgsl);
//           grid (F / (4 SIDE), F / (4 SIDE), M)
// mirror    src/engine/cpu/covariance.rs

struct At {
    x: vec2<u32>,
    mean: vec2<u32>,
    covariance: vec2<u32>,
    rows: u32,
    features: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> mean: array<f32>;
@group(0) @binding(3) var<storage, read_write> covariance: array<f32>;

fn mean_at(f: u32, model: u32) -> f32 {
    if (f < at.features) { return mean[start(at.mean, model) + f]; }
    return 0.0;
}

fn x_at(row: u32, f: u32, model: u32) -> f32 {
    if (row < at.rows && f < at.features) { return x[start(at.x, model) + row * at.features + f]; }
    return 0.0;
}

fn means(f: u32, model: u32) -> vec4<f32> {
    return vec4<f32>(
        mean_at(f, model),
        mean_at(f + 1u, model),
        mean_at(f + 2u, model),
        mean_at(f + 3u, model),
    );
}

// Four centred neighbours of a row; zeros beyond the last row, where minus the mean would be wrong.
fn centred(row: u32, f: u32, centre: vec4<f32>, model: u32) -> vec4<f32> {
    let values = vec4<f32>(
        x_at(row, f, model),
        x_at(row, f + 1u, model),
        x_at(row, f + 2u, model),
        x_at(row, f + 3u, model),
    );
    return select(vec4<f32>(), values - centre, row < at.rows);
}

// Four neighbours of a row of the result, each if it lies inside.
fn store(base: u32, row: u32, column: u32, values: vec4<f32>) {
    if (row >= at.features) { return; }
    let place = base + row * at.features + column;
    if (column < at.features) { covariance[place] = values.x; }
    if (column + 1u < at.features) { covariance[place + 1u] = values.y; }
    if (column + 2u < at.features) { covariance[place + 2u] = values.z; }
    if (column + 3u < at.features) { covariance[place + 3u] = values.w; }
}

// The entry point is named like the operand that it writes; the operand has to give way.
@compute @workgroup_size(SIDE * SIDE)
fn covariance_of(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let tile_at = across_depth(index);
    let left = group.y * 4u * SIDE + 4u * tile_at.y;
    let right = group.x * 4u * SIDE + 4u * tile_at.y;
    let left_mean = means(left, group.z);
    let right_mean = means(right, group.z);
    let mine = vec2<u32>(index / SIDE, index % SIDE);
    var results = mat4x4<f32>();
    var a = centred(tile_at.x, left, left_mean, group.z);
    var b = centred(tile_at.x, right, right_mean, group.z);
    for (var k = SIDE; k < at.rows + SIDE; k += SIDE) {
        share_tiles(a, tile_at, b, tile_at);
        a = centred(k + tile_at.x, left, left_mean, group.z);
        b = centred(k + tile_at.x, right, right_mean, group.z);
        results = multiply_tiles(results, mine.x, mine.y);
    }
    let base = start(at.covariance, group.z);
    let degrees = f32(at.rows - 1u);
    let row = group.y * 4u * SIDE + 4u * mine.x;
    let column = group.x * 4u * SIDE + 4u * mine.y;
    store(base, row, column, results[0] / degrees);
    store(base, row + 1u, column, results[1] / degrees);
    store(base, row + 2u, column, results[2] / degrees);
    store(base, row + 3u, column, results[3] / degrees);
}
