// noise: uniform numbers on [-1, 1).
//
// forward   out[m, e] = (u >> 8) 2^-23 - 1,
//           u = word (e mod 4) of philox((e / 4, step, stream, m), seed)
// backward  none
// shapes    out [M, R, F], e = row F + column
// launch    256 threads, one Philox block (four numbers) each, striding;
//           grid (blocks of R F / 4, 1, M)
// mirror    src/engine/cpu/noise.rs

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

@compute @workgroup_size(256)
fn noise(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
    let base = start(at.out, id.z);
    let blocks = (at.size + 3u) / 4u;
    for (var block = id.x; block < blocks; block += grid.x * WORKGROUP) {
        let words =
            philox(vec4<u32>(block, clock, at.stream, id.z), vec2<u32>(at.seed_low, at.seed_high));
        let numbers = vec4<f32>(words >> vec4<u32>(8u)) * 0x1p-23f - 1.0;
        let e = 4u * block;
        if (e < at.size) { out[base + e] = numbers.x; }
        if (e + 1u < at.size) { out[base + e + 1u] = numbers.y; }
        if (e + 2u < at.size) { out[base + e + 2u] = numbers.z; }
        if (e + 3u < at.size) { out[base + e + 3u] = numbers.w; }
    }
}
