// finite_check: counts numbers that are NaN or infinite, by their bits.
//
// forward   count[p] = number of e in p c .. min((p + 1) c, P) with x[e] not finite,
//           c = ceil(P / K)
// backward  none
// shapes    x [M, 1, P]; count [M, 1, K]
// launch    256 threads own one part, striding over parts; grid (K, 1, M)
// mirror    src/engine/cpu/finite_check.rs

struct At {
    x: vec2<u32>,
    count: vec2<u32>,
    size: u32,
    parts: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> count: array<f32>;

@compute @workgroup_size(256)
fn finite_check(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
    @builtin(num_workgroups) grid: vec3<u32>
) {
    let length = (at.size + at.parts - 1u) / at.parts;
    for (var part = group.x; part < at.parts; part += grid.x) {
        let end = min((part + 1u) * length, at.size);
        var bad = 0.0;
        for (var e = part * length + index; e < end; e += WORKGROUP) {
            bad += select(1.0, 0.0, is_finite(x[start(at.x, group.z) + e]));
        }
        let total = sum_lanes(bad, index, 1u);
        if (index == 0u) {
            count[start(at.count, group.z) + part] = total;
        }
    }
}
