// percentile_loss: mean squared error of percentiles between sorted columns.
//
// forward   q(s, l, f) = s[k_l, f] + t_l (s[k_l + 1, f] - s[k_l, f])
//           with levels[l] = (k_l, t_l), ascending
//           loss = mean over l, f of d(l, f)^2,  d = q(fake, l, f) - q(real, l, f)
// backward  dx[r, f] = weight 2 / (L F) (sum over l with k_l = k of (1 - t_l) d(l, f)
//           + sum over l with k_l = k - 1 of t_l d(l, f)),
//           k = rank[r, f]
// shapes    real, fake, rank, dx [M, R, F]; levels [M, L, 2]; loss [M, 1, 1]
// launch    256 threads; the workgroups with x = 0 sum the loss,
//           the others give one number of dx a thread, striding;
//           grid (1 + R F / 256, 1, M)
// mirror    src/engine/cpu/percentile_loss.rs

struct At {
    real: vec2<u32>,
    fake: vec2<u32>,
    rank: vec2<u32>,
    levels: vec2<u32>,
    loss: vec2<u32>,
    dx: vec2<u32>,
    rows: u32,
    features: u32,
    count: u32,
    weight: f32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> real: array<f32>;
@group(0) @binding(2) var<storage, read> fake: array<f32>;
@group(0) @binding(3) var<storage, read> rank: array<f32>;
@group(0) @binding(4) var<storage, read> levels: array<f32>;
@group(0) @binding(5) var<storage, read_write> loss: array<f32>;
@group(0) @binding(6) var<storage, read_write> dx: array<f32>;

// (k, t) of a level, k not beyond the last row.
fn level_at(level: u32, model: u32) -> vec2<f32> {
    let place = start(at.levels, model) + 2u * level;
    return vec2<f32>(min(levels[place], f32(at.rows - 1u)), levels[place + 1u]);
}

// d(l, f) of a level at (k, t).
fn difference(level: vec2<f32>, f: u32, model: u32) -> f32 {
    let below = u32(level.x) * at.features + f;
    let above = min(u32(level.x) + 1u, at.rows - 1u) * at.features + f;
    let fake_base = start(at.fake, model);
    let real_base = start(at.real, model);
    let fake_value =
        fake[fake_base + below] + level.y * (fake[fake_base + above] - fake[fake_base + below]);
    let real_value =
        real[real_base + below] + level.y * (real[real_base + above] - real[real_base + below]);
    return fake_value - real_value;
}

// First level whose k is at least `whole`.
fn first_level(whole: f32, model: u32) -> u32 {
    var low = 0u;
    var high = at.count;
    while (low < high) {
        let middle = (low + high) / 2u;
        if (level_at(middle, model).x < whole) { low = middle + 1u; } else { high = middle; }
    }
    return low;
}

fn gradient(e: u32, model: u32) -> f32 {
    let k = rank[start(at.rank, model) + e];
    var sum = 0.0;
    for (var l = first_level(k - 1.0, model); l < at.count; l++) {
        let level = level_at(l, model);
        if (level.x > k) { break; }
        // Beyond the last row there is only the last row.
        let share = select(1.0 - level.y, 1.0, u32(k) + 1u == at.rows);
        sum += select(level.y, share, level.x == k) * difference(level, e % at.features, model);
    }
    return sum;
}

@compute @workgroup_size(256)
fn percentile_loss(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
    @builtin(num_workgroups) grid: vec3<u32>
) {
    let terms = at.count * at.features;
    if (group.x == 0u) {
        var squares = 0.0;
        for (var i = index; i < terms; i += 4u * WORKGROUP) {
            // Four terms at a time, always loaded, so that their loads are under way together.
            for (var j = 0u; j < 4u; j++) {
                let term = min(i + j * WORKGROUP, terms - 1u);
                let d =
                    difference(level_at(term / at.features, group.z), term % at.features, group.z);
                squares += select(0.0, d * d, i + j * WORKGROUP < terms);
            }
        }
        let sum = sum_lanes(squares, index, 1u);
        if (index == 0u) {
            loss[start(at.loss, group.z)] = sum / f32(terms);
        }
    } else {
        let scale = at.weight * 2.0 / f32(terms);
        for (var e = (group.x - 1u) * WORKGROUP + index; e < at.rows * at.features;
            e += (grid.x - 1u) * WORKGROUP) {
            dx[start(at.dx, group.z) + e] = scale * gradient(e, group.z);
        }
    }
}
