// sorted_loss: squared differences of order statistics, summed over sets of neighbouring columns.
//
// forward   loss[s] = scale_s sum over k and the columns f of set s of d(k, f)^2,
//           d = fake[k, f] - real[k, f]
// backward  dx[r, f] = factor_s d(rank[r, f], f) in the columns of set s, 0 in no set's columns
// shapes    real, fake, rank, dx [M, R, F]; sets [M, S, 4] = (first, len, scale, factor);
//           loss [M, 1, S]
// launch    256 threads; each of the first S workgroups sums the loss of a set,
//           the others give one number of dx a thread, striding;
//           grid (S + R F / 256, 1, M)
// mirror    src/engine/cpu/sorted_loss.rs

struct At {
    real: vec2<u32>,
    fake: vec2<u32>,
    rank: vec2<u32>,
    sets: vec2<u32>,
    loss: vec2<u32>,
    dx: vec2<u32>,
    rows: u32,
    features: u32,
    count: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> real: array<f32>;
@group(0) @binding(2) var<storage, read> fake: array<f32>;
@group(0) @binding(3) var<storage, read> rank: array<f32>;
@group(0) @binding(4) var<storage, read> sets: array<f32>;
@group(0) @binding(5) var<storage, read_write> loss: array<f32>;
@group(0) @binding(6) var<storage, read_write> dx: array<f32>;

// (first, len, scale, factor)
fn set_at(s: u32, model: u32) -> vec4<f32> {
    let place = start(at.sets, model) + 4u * s;
    return vec4<f32>(sets[place], sets[place + 1u], sets[place + 2u], sets[place + 3u]);
}

// d(k, f) at place k F + f.
fn difference(place: u32, model: u32) -> f32 {
    return fake[start(at.fake, model) + place] - real[start(at.real, model) + place];
}

fn factor_of(f: u32, model: u32) -> f32 {
    var factor = 0.0;
    for (var s = 0u; s < at.count; s++) {
        let chosen = set_at(s, model);
        let first = u32(chosen.x);
        if (first <= f && f < first + u32(chosen.y)) { factor = chosen.w; }
    }
    return factor;
}

@compute @workgroup_size(256)
fn sorted_loss(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
    @builtin(num_workgroups) grid: vec3<u32>
) {
    if (group.x < at.count) {
        let chosen = set_at(group.x, group.z);
        let len = u32(chosen.y);
        let terms = at.rows * len;
        var squares = 0.0;
        for (var i = index; i < terms; i += 4u * WORKGROUP) {
            // Four terms at a time, always loaded, so that their loads are under way together.
            for (var j = 0u; j < 4u; j++) {
                let term = min(i + j * WORKGROUP, terms - 1u);
                let f = min(u32(chosen.x) + term % len, at.features - 1u);
                let d = difference(term / len * at.features + f, group.z);
                squares += select(0.0, d * d, i + j * WORKGROUP < terms);
            }
        }
        let sum = sum_lanes(squares, index, 1u);
        if (index == 0u) {
            loss[start(at.loss, group.z) + group.x] = chosen.z * sum;
        }
    } else {
        let stride = (grid.x - at.count) * WORKGROUP;
        for (var e = (group.x - at.count) * WORKGROUP + index; e < at.rows * at.features;
            e += stride) {
            let f = e % at.features;
            let k = min(u32(rank[start(at.rank, group.z) + e]), at.rows - 1u);
            dx[start(at.dx, group.z) + e] =
                factor_of(f, group.z) * difference(k * at.features + f, group.z);
        }
    }
}
