// directions: random unit columns.
//
// forward   s[m, e] = sum of the sixteen 16-bit halves of philox((2 e, step, stream, m), seed) and
//           philox((2 e + 1, step, stream, m), seed)
//           g[m, e] = 2 s[m, e] - 16 * 65535
//           (an integer below 2^20: exact in f32; its scale cancels)
//           out[m, f, k] = g[m, f K + k] / sqrt(sum_f g[m, f K + k]^2);
//           a column of zeros stays zero
// backward  none
// shapes    out [M, F, K], e = f K + k
// launch    256 threads: 16 columns of out (at.features = K), 16 threads each; grid (K / 16, 1, M)
// mirror    src/engine/cpu/directions.rs

struct At {
    out: vec2<u32>,
    rows: u32,
    features: u32,
    stream: u32,
    seed_low: u32,
    seed_high: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(1) @binding(0) var<uniform> clock: u32;

fn halves(words: vec4<u32>) -> u32 {
    let pairs = (words & vec4<u32>(0xffffu)) + (words >> vec4<u32>(16u));
    return pairs.x + pairs.y + pairs.z + pairs.w;
}

fn entry(e: u32, model: u32) -> f32 {
    let key = vec2<u32>(at.seed_low, at.seed_high);
    let first = halves(philox(vec4<u32>(2u * e, clock, at.stream, model), key));
    let second = halves(philox(vec4<u32>(2u * e + 1u, clock, at.stream, model), key));
    return f32(2 * i32(first + second) - 1048560);
}

@compute @workgroup_size(256)
fn directions(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let base = start(at.out, group.z);
    let column = group.x * STRIP + index % STRIP;
    let first = select(at.rows, index / STRIP, column < at.features);
    var squares = 0.0;
    for (var row = first; row < at.rows; row += LANES) {
        let value = entry(row * at.features + column, group.z);
        out[base + row * at.features + column] = value;
        squares += value * value;
    }
    let length = sqrt(sum_lanes(squares, index, STRIP));
    let scale = select(0.0, 1.0 / length, length > 0.0);
    for (var row = first; row < at.rows; row += LANES) {
        out[base + row * at.features + column] *= scale;
    }
}
