// normal_noise: nearly normal numbers of mean 0 and variance 1.
//
// forward   s[m, e] = sum of the sixteen 16-bit halves of philox((2 e, step, stream, m), seed) and
//           philox((2 e + 1, step, stream, m), seed)
//           out[m, e] = (s[m, e] - 8 * 65535) sqrt(3) 2^-17
//           (an integer below 2^20, exact in f32, times the inverse of its deviation)
// backward  none
// shapes    out [M, R, F], e = row F + column
// launch    256 threads, one number each, striding; grid (R F / 256, 1, M)
// mirror    src/engine/cpu/normal_noise.rs

struct At {
    out: vec2<u32>,
    size: u32,
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

@compute @workgroup_size(256)
fn normal_noise(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(num_workgroups) grid: vec3<u32>,
) {
    let key = vec2<u32>(at.seed_low, at.seed_high);
    for (var e = id.x; e < at.size; e += grid.x * WORKGROUP) {
        let first = halves(philox(vec4<u32>(2u * e, clock, at.stream, id.z), key));
        let second = halves(philox(vec4<u32>(2u * e + 1u, clock, at.stream, id.z), key));
        out[start(at.out, id.z) + e] = f32(i32(first + second) - 524280) * (1.7320508 * 0x1p-17f);
    }
}
