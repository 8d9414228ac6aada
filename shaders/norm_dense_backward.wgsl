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
// launch    layers of several networks at once: layer l has the workgroups from `first` on,
//           `across` of them for each row of tiles;
//           256 threads own an EDGE x EDGE tile of da (slices.wgsl), tiles of rows within groups;
//           grid (all tiles of all layers, 1, M).
//           dy and dx may be windows of one arena, so both are declared to be written
// mirror    src/engine/cpu/norm_dense_backward.rs

struct At {
    @align(16) dy: vec2<u32>,
    above: vec2<u32>,
    above_statistics: vec2<u32>,
    parameters: vec2<u32>,
    dense: vec2<u32>,
    statistics: vec2<u32>,
    dx: vec2<u32>,
    first: u32,
    across: u32,
    layers: u32,
    rows: u32,
    features: u32,
    outputs: u32,
    groups: u32,
    after: u32,
    parts: u32,
    tiles: u32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> at: array<At, 2>;
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
fn prepare(layer: At, first: u32, group: u32, model: u32, index: u32) {
    let output = first + index;
    workgroupBarrier();
    if (output < layer.outputs) {
        let behind = start(layer.dy, model) + layer.groups * layer.rows * layer.outputs + output;
        var sum = 0.0;
        var along = 0.0;
        for (var t = 0u; t < layer.parts; t++) {
            let place = behind + 2u * (group * layer.parts + t) * layer.outputs;
            sum += dy[place];
            along += dy[place + layer.outputs];
        }
        let scale = dy[behind + (2u * layer.groups * layer.parts + group) * layer.outputs];
        let kept = start(layer.above_statistics, model) + 2u * group * layer.outputs + output;
        centre[index] = above_statistics[kept];
        factor[index] = scale;
        shift[index] = scale * sum / f32(layer.rows);
        tilt[index] = scale * above_statistics[kept + layer.outputs] * along / f32(layer.rows);
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

fn column_of(layer: At, feature: u32, group: u32, model: u32) -> Column {
    let f = min(feature, layer.features - 1u);
    let kept = start(layer.statistics, model) + 2u * group * layer.features + f;
    let scale = start(layer.parameters, model) + f;
    return Column(statistics[kept], statistics[kept + layer.features],
        parameters[scale], parameters[scale + layer.features]);
}

// Passes the tile through the activation and writes it and, behind all rows, its sums.
fn put_out(
    layer: At, results: mat4x4<f32>, group: u32, model: u32, row: u32, column: u32, index: u32,
) {
    let c = index % edge();
    let f = column + c;
    let count = min(edge(), layer.rows - row);
    let norm = column_of(layer, f, group, model);
    let in_rows = (group * layer.rows + row) * layer.features + f;
    let base = start(layer.dx, model);
    let seen = start(layer.dense, model) + in_rows;
    var sum = 0.0;
    var along = 0.0;
    for (var line = 0u; line < 4u; line++) {
        share_line(results, line, index);
        for (var n = 0u; n < turns(); n++) {
            let t = index / edge() + n * lanes();
            let r = 4u * t + line;
            if (t < SIDE && r < count && f < layer.features) {
                let h = (dense[seen + r * layer.features] - norm.mean) * norm.rstd;
                let da = result_at(t, c)
                    * select(layer.slope, 1.0, norm.gamma * h + norm.beta > 0.0);
                dx[base + in_rows + r * layer.features] = da;
                sum += da;
                along += da * h;
            }
        }
    }
    sum = sum_lanes(sum, index, edge());
    along = sum_lanes(along, index, edge());
    if (index < edge() && f < layer.features) {
        let behind = base + layer.groups * layer.rows * layer.features + f;
        let part = behind + 2u * (group * layer.tiles + row / edge()) * layer.features;
        dx[part] = sum;
        dx[part + layer.features] = along;
        if (row == 0u) {
            let factors = behind + 2u * layer.groups * layer.tiles * layer.features;
            dx[factors + group * layer.features] = norm.gamma * norm.rstd;
        }
    }
}

@compute @workgroup_size(256)
fn norm_dense_backward(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    var number = 0u;
    while (number + 1u < at[0].layers && workgroup.x >= at[number + 1u].first) {
        number++;
    }
    // One copy: a field of a table at a place that is not known costs a look-up each time.
    let layer = at[number];
    let model = workgroup.z;
    let tile = workgroup.x - layer.first;
    let group = tile / layer.across / layer.tiles;
    let row = tile / layer.across % layer.tiles * edge();
    let column = tile % layer.across * edge();
    let tile_at = along_depth(index);
    let lines = lines_from(row + 4u * tile_at.y, layer.rows) * layer.outputs
        + group * layer.rows * layer.outputs;
    let places = start(layer.dy, model) + lines;
    let seen = start(layer.above, model) + lines;
    let weights = start(layer.parameters, model) + 2u * layer.features
        + lines_from(column + 4u * tile_at.y, layer.features) * layer.outputs;
    // Read once: a compiler cannot know that it stays the same in the loop.
    let finishes = layer.after > 0u;
    let slots = vec2<u32>(slot_of(tile_at));
    let mine = slice_place(index);
    var results = mat4x4<f32>();
    for (var block = 0u; block < layer.outputs; block += BLOCK) {
        let end = min(block + BLOCK, layer.outputs);
        if (layer.after > 0u) { prepare(layer, block, group, model, index); }
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
    put_out(layer, results, group, model, row, column, index);
}
