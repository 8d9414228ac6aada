// norm_dense_forward: the normalisation of a layer's input, its dense product, and the moments of
// the tiles of its result, by which the next layer normalises.
//
// forward   without `before`: y = x;
//           else x holds the dense results of the layer before and, behind them, the mean and M2 of
//           each of their tiles of `before` rows, merged in their order:
//           n = rows of the tiles so far, k = rows of the next tile t, d = mean[t] - mean:
//           mean = mean + d k / (n + k),  M2 = M2 + M2[t] + d^2 n k / (n + k)
//           statistics[2 g, i] = mean, statistics[2 g + 1, i] = rstd = 1 / sqrt(M2 / R + epsilon)
//           running = momentum running + rest batch (mean and M2 / R, group by group)
//           a = (x - mean) (gamma rstd) + beta,  y = a if a > 0 else slope a
//           dense[r, o] = sum_i y[r, i] w[i, o] + b[o]  (b only where biased is 1)
//           where `moments` is 1, behind the rows of dense, for each tile t of EDGE rows:
//           mean[t, o] = mean_r dense[r, o],  M2[t, o] = sum_r (dense[r, o] - mean)^2
// backward  norm_dense_backward.wgsl
// shapes    x [M, G R (+ 2 G before tiles), I]; dense [M, G R (+ 2 G tiles), O]; y [M, G R, I];
//           parameters [M, 1, (2 I +) I O]: gamma, beta (where x is normalised), w; b [M, 1, O];
//           running (mean, var) [M, 2, I]; statistics [M, 2 G, I]
// launch    256 threads own an EDGE x EDGE tile of dense (slices.wgsl);
//           grid (O / EDGE, G R / EDGE, M), tiles of rows within groups;
//           the workgroups of the first tiles also write y, statistics and running.
//           x and what is written may be windows of one arena, so x is declared to be written
// mirror    src/engine/cpu/norm_dense_forward.rs

struct At {
    x: vec2<u32>,
    parameters: vec2<u32>,
    b: vec2<u32>,
    running: vec2<u32>,
    statistics: vec2<u32>,
    y: vec2<u32>,
    dense: vec2<u32>,
    rows: u32,
    inputs: u32,
    outputs: u32,
    groups: u32,
    before: u32,
    parts: u32,
    tiles: u32,
    biased: u32,
    moments: u32,
    momentum: f32,
    rest: f32,
    epsilon: f32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read_write> x: array<f32>;
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read_write> running: array<f32>;
@group(0) @binding(5) var<storage, read_write> statistics: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;
@group(0) @binding(7) var<storage, read_write> dense: array<f32>;

// Coefficients of a block of inputs: y comes from (x - centre) factor + shift.
var<workgroup> centre: array<f32, BLOCK>;
var<workgroup> factor: array<f32, BLOCK>;
var<workgroup> shift: array<f32, BLOCK>;

// Mean and variance of an input in a group, from its tiles in their order.
fn merged(group: u32, input: u32, model: u32) -> vec2<f32> {
    let first = start(at.x, model)
        + (at.groups * at.rows + 2u * group * at.parts) * at.inputs + input;
    var mean = x[first];
    var squares = x[first + at.inputs];
    var before = min(at.before, at.rows);
    for (var t = 1u; t < at.parts; t++) {
        let place = first + 2u * t * at.inputs;
        let count = min(at.before, at.rows - before);
        let share = f32(count) / f32(before + count);
        let apart = x[place] - mean;
        mean += apart * share;
        squares += x[place + at.inputs] + apart * apart * f32(before) * share;
        before += count;
    }
    return vec2<f32>(mean, squares / f32(at.rows));
}

fn rstd_of(variance: f32) -> f32 {
    return 1.0 / sqrt(variance + at.epsilon);
}

// What a layer keeps of an input: statistics of every group, and the running ones.
fn keep_statistics(input: u32, model: u32) {
    let running_at = start(at.running, model) + input;
    var mean = running[running_at];
    var variance = running[running_at + at.inputs];
    for (var g = 0u; g < at.groups; g++) {
        let batch = merged(g, input, model);
        let place = start(at.statistics, model) + 2u * g * at.inputs + input;
        statistics[place] = batch.x;
        statistics[place + at.inputs] = rstd_of(batch.y);
        mean = at.momentum * mean + at.rest * batch.x;
        variance = at.momentum * variance + at.rest * batch.y;
    }
    running[running_at] = mean;
    running[running_at + at.inputs] = variance;
}

// The coefficients of the inputs from `first` on. Every thread of the workgroup must call it.
fn prepare(first: u32, group: u32, model: u32, keeps: bool, index: u32) {
    let input = first + index;
    workgroupBarrier();
    if (input < at.inputs) {
        let batch = merged(group, input, model);
        let scale = start(at.parameters, model) + input;
        centre[index] = batch.x;
        factor[index] = parameters[scale] * rstd_of(batch.y);
        shift[index] = parameters[scale + at.inputs];
        if (keeps) { keep_statistics(input, model); }
    }
    workgroupBarrier();
}

// What stays the same in the loop of the product: read once, because a compiler cannot know it.
struct Loop {
    outputs: u32,
    slope: f32,
    normalises: bool,
    // Whether no column of the tile lies outside.
    together: bool,
}

// Hands the normalised inputs from `first` on to the update: workgroups that share the rows of a
// tile share the work.
fn keep_y(first: u32, place: vec3<u32>, columns: u32, row: u32, index: u32) {
    let input = first + index;
    let count = min(edge(), at.rows - row);
    let in_rows = (place.y * at.rows + row) * at.inputs + input;
    if (input >= at.inputs) { return; }
    for (var r = place.x; r < count; r += columns) {
        let value = x[start(at.x, place.z) + in_rows + r * at.inputs];
        y[start(at.y, place.z) + in_rows + r * at.inputs] =
            leaky((value - centre[index]) * factor[index] + shift[index], at.slope);
    }
}

// Input k of four rows, which start at `places`.
fn left(fixed: Loop, places: vec4<u32>, k: u32) -> vec4<f32> {
    let values = vec4<f32>(x[places.x + k], x[places.y + k], x[places.z + k], x[places.w + k]);
    if (!fixed.normalises) { return values; }
    let slot = k % BLOCK;
    let a = (values - centre[slot]) * factor[slot] + shift[slot];
    return select(fixed.slope * a, a, a > vec4<f32>(0.0));
}

// Row k of w at four columns.
fn right(fixed: Loop, base: u32, k: u32, columns: vec4<u32>) -> vec4<f32> {
    let place = base + k * fixed.outputs;
    if (fixed.together) {
        let p = place + columns.x;
        return vec4<f32>(parameters[p], parameters[p + 1u], parameters[p + 2u], parameters[p + 3u]);
    }
    return vec4<f32>(parameters[place + columns.x], parameters[place + columns.y],
        parameters[place + columns.z], parameters[place + columns.w]);
}

// Writes the tile of the result and, behind all rows, its moments.
fn put_out(results: mat4x4<f32>, place: vec3<u32>, row: u32, column: u32, index: u32) {
    let c = index % edge();
    let o = column + c;
    let count = min(edge(), at.rows - row);
    let group = place.y;
    let base = start(at.dense, place.z);
    let first = base + (group * at.rows + row) * at.outputs + o;
    var bias = 0.0;
    if (at.biased == 1u && o < at.outputs) {
        bias = b[start(at.b, place.z) + o];
    }
    var sum = 0.0;
    for (var line = 0u; line < 4u; line++) {
        share_line(results, line, index);
        for (var n = 0u; n < turns(); n++) {
            let t = index / edge() + n * lanes();
            let r = 4u * t + line;
            if (t < SIDE && r < count) {
                let value = result_at(t, c) + bias;
                if (o < at.outputs) { dense[first + r * at.outputs] = value; }
                sum += value;
            }
        }
    }
    if (at.moments == 0u) { return; }
    let mean = sum_lanes(sum, index, edge()) / f32(count);
    var squares = 0.0;
    for (var line = 0u; line < 4u; line++) {
        share_line(results, line, index);
        for (var n = 0u; n < turns(); n++) {
            let t = index / edge() + n * lanes();
            if (t < SIDE && 4u * t + line < count) {
                let apart = result_at(t, c) + bias - mean;
                squares += apart * apart;
            }
        }
    }
    squares = sum_lanes(squares, index, edge());
    let tile = group * at.tiles + row / edge();
    let part = base + (at.groups * at.rows + 2u * tile) * at.outputs + o;
    if (index < edge() && o < at.outputs) {
        dense[part] = mean;
        dense[part + at.outputs] = squares;
    }
}

@compute @workgroup_size(256)
fn norm_dense_forward(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let model = workgroup.z;
    let group = workgroup.y / at.tiles;
    let row = workgroup.y % at.tiles * edge();
    let column = workgroup.x * edge();
    let a_at = along_depth(index);
    let b_at = across_depth(index);
    let places = start(at.x, model)
        + (group * at.rows + lines_from(row + 4u * a_at.y, at.rows)) * at.inputs;
    let weights = start(at.parameters, model) + select(0u, 2u * at.inputs, at.before > 0u);
    let columns = lines_from(column + 4u * b_at.y, at.outputs);
    let fixed = Loop(at.outputs, at.slope, at.before > 0u, column + edge() <= at.outputs);
    let keeps = workgroup.x == 0u && workgroup.y == 0u;
    let place = vec3<u32>(workgroup.x, group, model);
    let slots = vec2<u32>(slot_of(a_at), slot_of(b_at));
    let mine = slice_place(index);
    var results = mat4x4<f32>();
    for (var block = 0u; block < at.inputs; block += BLOCK) {
        let end = min(block + BLOCK, at.inputs);
        if (at.before > 0u) {
            prepare(block, group, model, keeps, index);
            keep_y(block, place, workgroups.x, row, index);
        }
        // The first stretch of a block; what lies beyond the last input counts as 0.
        var left_tile = vec4<f32>();
        var right_tile = vec4<f32>();
        if (block + a_at.x < end) { left_tile = left(fixed, places, block + a_at.x); }
        if (block + b_at.x < end) { right_tile = right(fixed, weights, block + b_at.x, columns); }
        var k = block + depth();
        for (; k + depth() <= end; k += depth()) {
            share_tiles(left_tile, right_tile, slots);
            left_tile = left(fixed, places, k + a_at.x);
            right_tile = right(fixed, weights, k + b_at.x, columns);
            results = multiply_slice(results, mine);
        }
        for (; k < end + depth(); k += depth()) {
            share_tiles(left_tile, right_tile, slots);
            left_tile = vec4<f32>();
            right_tile = vec4<f32>();
            if (k + a_at.x < end) { left_tile = left(fixed, places, k + a_at.x); }
            if (k + b_at.x < end) { right_tile = right(fixed, weights, k + b_at.x, columns); }
            results = multiply_slice(results, mine);
        }
    }
    put_out(results, place, row, column, index);
}
