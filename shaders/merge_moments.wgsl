// merge_moments: statistics of groups of rows from those of their tiles, in the order of the tiles.
//
// forward   n = rows of the tiles so far, k = rows of the next tile t, d = parts[2 t] - mean:
//           mean = mean + d k / (n + k),  M2 = M2 + parts[2 t + 1] + d^2 n k / (n + k)
//           statistics[2 g] = mean,  statistics[2 g + 1] = 1 / sqrt(M2 / R + epsilon)
// backward  none: batch_norm_backward takes the statistics
// shapes    parts [M, 2 G B, F] = (mean, M2) of each tile; statistics [M, 2 G, F];
//           B = ceil(R / tile) tiles in each group
// launch    256 threads, one feature of a group each, striding; grid (G F / 256, 1, M)
// mirror    src/engine/cpu/merge_moments.rs

struct At {
    parts: vec2<u32>,
    statistics: vec2<u32>,
    rows: u32,
    features: u32,
    groups: u32,
    tile: u32,
    tiles: u32,
    epsilon: f32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> statistics: array<f32>;

@compute @workgroup_size(256)
fn merge_moments(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(num_workgroups) grid: vec3<u32>,
) {
    for (var i = id.x; i < at.groups * at.features; i += grid.x * WORKGROUP) {
        let g = i / at.features;
        let f = i % at.features;
        let base = start(at.parts, id.z) + 2u * g * at.tiles * at.features + f;
        var mean = parts[base];
        var squares = parts[base + at.features];
        var before = min(at.tile, at.rows);
        for (var t = 1u; t < at.tiles; t++) {
            let place = base + 2u * t * at.features;
            let count = min(at.tile, at.rows - before);
            let share = f32(count) / f32(before + count);
            let apart = parts[place] - mean;
            mean += apart * share;
            squares += parts[place + at.features] + apart * apart * f32(before) * share;
            before += count;
        }
        let out = start(at.statistics, id.z) + 2u * g * at.features + f;
        statistics[out] = mean;
        statistics[out + at.features] = 1.0 / sqrt(squares / f32(at.rows) + at.epsilon);
    }
}
