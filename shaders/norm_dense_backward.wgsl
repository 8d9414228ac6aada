// norm_dense_backward: the gradient of a layer's normalisation at the dense results of the layer
// behind it is finished while it is read, and passed through that layer and this one's activation.
//
// backward  without `after`: g = dy;
//           else dy holds da of the layer behind and, behind its rows, the sums of da and of da h
//           of each tile of `after` rows, S and T when added in their order, and c = gamma rstd:
//           g = c (dy - S / R - h T / R),  h = (above - mean) rstd of the layer behind
//           da[r, f] = (sum_o g[r, o] w[f, o]) (1 if a > 0 else slope),
//           a = gamma h + beta,  h = (dense - mean) rstd of this layer
//           dx holds da and, behind its rows, for each tile of EDGE rows sum_r da and sum_r da h,
//           and behind those gamma rstd of each group
// shapes    dy [M, G R (+ 2 G after tiles + G), O];
//           above [M, G R, O]; above_statistics [M, 2 G, O];
//           parameters [M, 1, 2 F + F O]: gamma, beta of this layer, w of the layer behind;
//           dense [M, G R, F]; statistics (mean, rstd) [M, 2 G, F];
//           dx [M, G R + 2 G tiles + G, F]
// launch    256 threads own an EDGE x EDGE tile of da (slices.wgsl);
//           grid (F / EDGE, G R / EDGE, M), tiles of rows within groups.
//           dy and dx may be windows of one arena, so both are declared to be written
// mirror    src/engine/cpu/norm_dense_backward.rs

struct At {
    dy: vec2<u32>,
    above: vec2<u32>,
    above_statistics: vec2<u32>,
    parameters: vec2<u32>,
    dense: vec2<u32>,
    statistics: vec2<u32>,
    dx: vec2<u32>,
    rows: u32,
    features: u32,
    outputs: u32,
    groups: u32,
    after: u32,
    parts: u32,
    tiles: u32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read_write> dy: array<f32>;
@group(0) @binding(2) var<storage, read> above: array<f32>;
@group(0) @binding(3) var<storage, read> above_statistics: array<f32>;
@group(0) @binding(4) var<storage, read> parameters: array<f32>;
@group(0) @binding(5) var<storage, read> dense: array<f32>;
@group(0) @binding(6) var<storage, read> statistics: array<f32>;
@group(0) @binding(7) var<storage, read_write> dx: array<f32>;

// Coefficients of a block of outputs: g = factor dy - shift - tilt (above - centre).
var<workgroup> centre: array<f32, BLOCK>;
var<workgroup> factor: array<f32, BLOCK>;
var<workgroup> shift: array<f32, BLOCK>;
var<workgroup> tilt: array<f32, BLOCK>;

// The coefficients of the outputs from `first` on. Every thread of the workgroup must call it.
fn prepare(first: u32, group: u32, model: u32, index: u32) {
    let output = first + index;
    workgroupBarrier();
    if (output < at.outputs) {
        let behind = start(at.dy, model) + at.groups * at.rows * at.outputs + output;
        var sum = 0.0;
        var along = 0.0;
        for (var t = 0u; t < at.parts; t++) {
            let place = behind + 2u * (group * at.parts + t) * at.outputs;
            sum += dy[place];
            along += dy[place + at.outputs];
        }
        let scale = dy[behind + (2u * at.groups * at.parts + group) * at.outputs];
        let kept = start(at.above_statistics, model) + 2u * group * at.outputs + output;
        centre[index] = above_statistics[kept];
        factor[index] = scale;
        shift[index] = scale * sum / f32(at.rows);
        tilt[index] = scale * above_statistics[kept + at.outputs] * along / f32(at.rows);
    }
    workgroupBarrier();
}

// The gradient at output k of four rows, which start at `places` of dy and of above.
fn left(finishes: bool, places: vec4<u32>, seen: vec4<u32>, k: u32) -> vec4<f32> {
    let da = vec4<f32>(dy[places.x + k], dy[places.y + k], dy[places.z + k], dy[places.w + k]);
    if (!finishes) { return da; }
    let value = vec4<f32>(
        above[seen.x + k], above[seen.y + k], above[seen.z + k], above[seen.w + k]);
    let slot = k % BLOCK;
    return factor[slot] * da - shift[slot] - tilt[slot] * (value - centre[slot]);
}

// Column k of w at four features, whose rows start at `places`.
fn right(places: vec4<u32>, k: u32) -> vec4<f32> {
    return vec4<f32>(parameters[places.x + k], parameters[places.y + k],
        parameters[places.z + k], parameters[places.w + k]);
}

// What a group's rows share in one feature.
struct Column {
    mean: f32,
    rstd: f32,
    gamma: f32,
    beta: f32,
}

fn column_of(feature: u32, group: u32, model: u32) -> Column {
    let f = min(feature, at.features - 1u);
    let kept = start(at.statistics, model) + 2u * group * at.features + f;
    let scale = start(at.parameters, model) + f;
    return Column(statistics[kept], statistics[kept + at.features],
        parameters[scale], parameters[scale + at.features]);
}

// Passes the tile through the activation and writes it and, behind all rows, its sums.
fn put_out(results: mat4x4<f32>, group: u32, model: u32, row: u32, column: u32, index: u32) {
    let c = index % edge();
    let f = column + c;
    let count = min(edge(), at.rows - row);
    let norm = column_of(f, group, model);
    let in_rows = (group * at.rows + row) * at.features + f;
    let base = start(at.dx, model);
    let seen = start(at.dense, model) + in_rows;
    var sum = 0.0;
    var along = 0.0;
    for (var line = 0u; line < 4u; line++) {
        share_line(results, line, index);
        for (var n = 0u; n < turns(); n++) {
            let t = index / edge() + n * lanes();
            let r = 4u * t + line;
            if (t < SIDE && r < count && f < at.features) {
                let h = (dense[seen + r * at.features] - norm.mean) * norm.rstd;
                let da = result_at(t, c)
                    * select(at.slope, 1.0, norm.gamma * h + norm.beta > 0.0);
                dx[base + in_rows + r * at.features] = da;
                sum += da;
                along += da * h;
            }
        }
    }
    sum = sum_lanes(sum, index, edge());
    along = sum_lanes(along, index, edge());
    if (index < edge() && f < at.features) {
        let behind = base + at.groups * at.rows * at.features + f;
        let part = behind + 2u * (group * at.tiles + row / edge()) * at.features;
        dx[part] = sum;
        dx[part + at.features] = along;
        if (row == 0u) {
            dx[behind + (2u * at.groups * at.tiles + group) * at.features] = norm.gamma * norm.rstd;
        }
    }
}

@compute @workgroup_size(256)
fn norm_dense_backward(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let model = workgroup.z;
    let group = workgroup.y / at.tiles;
    let row = workgroup.y % at.tiles * edge();
    let column = workgroup.x * edge();
    let tile_at = along_depth(index);
    let lines = lines_from(row + 4u * tile_at.y, at.rows) * at.outputs
        + group * at.rows * at.outputs;
    let places = start(at.dy, model) + lines;
    let seen = start(at.above, model) + lines;
    let weights = start(at.parameters, model) + 2u * at.features
        + lines_from(column + 4u * tile_at.y, at.features) * at.outputs;
    // Read once: a compiler cannot know that it stays the same in the loop.
    let finishes = at.after > 0u;
    let slots = vec2<u32>(slot_of(tile_at));
    let mine = slice_place(index);
    var results = mat4x4<f32>();
    for (var block = 0u; block < at.outputs; block += BLOCK) {
        let end = min(block + BLOCK, at.outputs);
        if (at.after > 0u) { prepare(block, group, model, index); }
        // The first stretch of a block; what lies beyond the last output counts as 0.
        var a = vec4<f32>();
        var b = vec4<f32>();
        if (block + tile_at.x < end) {
            a = left(finishes, places, seen, block + tile_at.x);
            b = right(weights, block + tile_at.x);
        }
        var k = block + depth();
        for (; k + depth() <= end; k += depth()) {
            share_tiles(a, b, slots);
            a = left(finishes, places, seen, k + tile_at.x);
            b = right(weights, k + tile_at.x);
            results = multiply_slice(results, mine);
        }
        for (; k < end + depth(); k += depth()) {
            share_tiles(a, b, slots);
            a = vec4<f32>();
            b = vec4<f32>();
            if (k + tile_at.x < end) {
                a = left(finishes, places, seen, k + tile_at.x);
                b = right(weights, k + tile_at.x);
            }
            results = multiply_slice(results, mine);
        }
    }
    put_out(results, group, model, row, column, index);
}
