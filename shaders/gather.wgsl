// gather: a batch of a shuffled table.
//
// forward   per_epoch = floor(n / R), epoch = step / per_epoch, b = step mod per_epoch
//           batch[m, r, f] = data[m, pi(b R + r), f],
//           pi the permutation of 0..n keyed by (seed, stream, epoch, m):
//           a balanced Feistel network on the smallest even number of bits (>= 2) with 2^bits >= n,
//           eight rounds with the keys
//           philox((epoch, 0, stream, m), seed)[round mod 4] + round * 0x9e3779b9,
//           repeated until the value is below n (cycle walking)
// backward  none (data are constant)
// shapes    data [M, n, F], batch [M, R, F]
// launch    256 threads copy 16 rows, of which 16 threads find the sources; grid (R / 16, 1, M)
// mirror    src/engine/cpu/gather.rs

struct At {
    data: vec2<u32>,
    batch: vec2<u32>,
    patients: u32,
    rows: u32,
    features: u32,
    stream: u32,
    seed_low: u32,
    seed_high: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> data: array<f32>;
@group(0) @binding(2) var<storage, read_write> batch: array<f32>;
@group(1) @binding(0) var<uniform> clock: u32;

var<workgroup> sources: array<u32, 16>;

fn mix(half: u32, key: u32) -> u32 {
    var h = (half ^ key) * 0x85ebca6bu;
    h ^= h >> 13u;
    h *= 0xc2b2ae35u;
    return h ^ (h >> 16u);
}

fn permuted(row: u32, epoch: u32, model: u32) -> u32 {
    let keys = philox(vec4<u32>(epoch, 0u, at.stream, model), vec2<u32>(at.seed_low, at.seed_high));
    var half = 1u;
    while (half < 16u && (1u << (2u * half)) < at.patients) {
        half++;
    }
    let mask = (1u << half) - 1u;
    var value = row;
    loop {
        var left = value >> half;
        var right = value & mask;
        for (var round = 0u; round < 8u; round++) {
            let next = left ^ (mix(right, keys[round % 4u] + round * 0x9e3779b9u) & mask);
            left = right;
            right = next;
        }
        value = (left << half) | right;
        if (value < at.patients) { break; }
    }
    return value;
}

@compute @workgroup_size(256)
fn gather(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let per_epoch = at.patients / at.rows;
    let first = group.x * STRIP;
    let rows = min(STRIP, at.rows - first);
    if (index < rows) {
        let row = (clock % per_epoch) * at.rows + first + index;
        sources[index] = permuted(row, clock / per_epoch, group.z);
    }
    workgroupBarrier();
    let from_table = start(at.data, group.z);
    let into = start(at.batch, group.z) + first * at.features;
    for (var i = index; i < rows * at.features; i += WORKGROUP) {
        batch[into + i] =
            data[from_table + sources[i / at.features] * at.features + i % at.features];
    }
}
