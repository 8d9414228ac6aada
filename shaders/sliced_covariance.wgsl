// sliced_covariance: of every pair of columns, about a given mean, where few columns leave a GPU
// few workgroups.
//
// forward   covariance[i, j] = sum_r (x[r, i] - mean[i]) (x[r, j] - mean[j]) / (R - 1)
// backward  by dense layers on the centred batch
// shapes    x [M, R, F]; mean [M, 1, F]; covariance [M, F, F]
// launch    256 threads own an EDGE x EDGE tile of the result (slices.wgsl);
//           grid (F / EDGE, F / EDGE, M)
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

fn means(columns: vec4<u32>, model: u32) -> vec4<f32> {
    let base = start(at.mean, model);
    return vec4<f32>(mean[base + columns.x], mean[base + columns.y],
        mean[base + columns.z], mean[base + columns.w]);
}

// Four centred numbers of a row; zeros beyond the last row, where minus the mean would be wrong.
fn centred(base: u32, row: u32, columns: vec4<u32>, centre: vec4<f32>) -> vec4<f32> {
    if (row >= at.rows) { return vec4<f32>(); }
    let place = base + row * at.features;
    return vec4<f32>(x[place + columns.x], x[place + columns.y],
        x[place + columns.z], x[place + columns.w]) - centre;
}

@compute @workgroup_size(256)
fn sliced_covariance(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let tile_at = across_depth(index);
    let base = start(at.x, group.z);
    let left = lines_from(group.y * edge() + 4u * tile_at.y, at.features);
    let right = lines_from(group.x * edge() + 4u * tile_at.y, at.features);
    let left_mean = means(left, group.z);
    let right_mean = means(right, group.z);
    let slots = vec2<u32>(slot_of(tile_at));
    let mine = slice_place(index);
    var results = mat4x4<f32>();
    var a = centred(base, tile_at.x, left, left_mean);
    var b = centred(base, tile_at.x, right, right_mean);
    for (var k = depth(); k < at.rows + depth(); k += depth()) {
        share_tiles(a, b, slots);
        a = centred(base, k + tile_at.x, left, left_mean);
        b = centred(base, k + tile_at.x, right, right_mean);
        results = multiply_slice(results, mine);
    }
    let c = index % edge();
    let column = group.x * edge() + c;
    for (var line = 0u; line < 4u; line++) {
        share_line(results, line, index);
        for (var n = 0u; n < turns(); n++) {
            let t = index / edge() + n * lanes();
            let row = group.y * edge() + 4u * t + line;
            if (t < SIDE && row < at.features && column < at.features) {
                covariance[start(at.covariance, group.z) + row * at.features + column] =
                    result_at(t, c) / f32(at.rows - 1u);
            }
        }
    }
}
