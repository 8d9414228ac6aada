// multiply_add: nothing but multiplications and additions, to find the largest rate of them.
//
// forward   y[e] = x[e] after `times` rounds of v = a v + b (times: a multiple of 4)
// backward  none
// shapes    x, y [M, R, F]
// launch    256 threads, sixteen numbers each
//           (four chains of vec4 hide how long one multiply-add takes), striding;
//           grid (R F / 4096, 1, M)
// mirror    src/engine/cpu/multiply_add.rs

struct At {
    x: vec2<u32>,
    y: vec2<u32>,
    size: u32,
    times: u32,
    a: f32,
    b: f32,
}

const HELD = 4096u;

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

// The number `i` of a model; beyond the end the last one, which is computed for nothing.
fn number(i: u32, model: u32) -> f32 {
    return x[start(at.x, model) + min(i, at.size - 1u)];
}

// Four numbers from `i` on, a workgroup's width apart.
fn load(i: u32, model: u32) -> vec4<f32> {
    return vec4<f32>(
        number(i, model),
        number(i + WORKGROUP, model),
        number(i + 2u * WORKGROUP, model),
        number(i + 3u * WORKGROUP, model),
    );
}

fn store(i: u32, model: u32, v: vec4<f32>) {
    for (var k = 0u; k < 4u; k++) {
        if (i + k * WORKGROUP < at.size) {
            y[start(at.y, model) + i + k * WORKGROUP] = v[k];
        }
    }
}

// Four rounds.
fn rounds(v: vec4<f32>, a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
    return fma(a, fma(a, fma(a, fma(a, v, b), b), b), b);
}

@compute @workgroup_size(256)
fn multiply_add(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(num_workgroups) grid: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let a = vec4<f32>(at.a);
    let b = vec4<f32>(at.b);
    for (var first = group.x * HELD + index; first < at.size; first += grid.x * HELD) {
        var p = load(first, group.z);
        var q = load(first + 1024u, group.z);
        var r = load(first + 2048u, group.z);
        var s = load(first + 3072u, group.z);
        for (var round = 0u; round < at.times; round += 4u) {
            p = rounds(p, a, b);
            q = rounds(q, a, b);
            r = rounds(r, a, b);
            s = rounds(s, a, b);
        }
        store(first, group.z, p);
        store(first + 1024u, group.z, q);
        store(first + 2048u, group.z, r);
        store(first + 3072u, group.z, s);
    }
}
