// dense_update: the gradient of the parameters of a dense layer and a step of Adam with it,
// without storing the gradient.
//
// step      g[i, o] = sum_r x[r, i] d[r, o] for the weights, rows 0..I of w, where
//           without `after`: d = dy;
//           else dy holds da and, behind its rows, the sums of da and of da h of each tile of
//           `after` rows, S and T of a group when added in their order, and c = gamma rstd:
//           d = c (dy - S / R - h T / R),  h = (dense - mean) rstd
//           where w has rows behind the weights (`extra`):
//           1: a bias, g[I, o] = sum_r dy[r, o];
//           2: gamma and beta, g[I, o] = T, g[I + 1, o] = S, of all groups
//           m = beta1 m + rest1 g,  v = beta2 v + rest2 g^2,
//           w = w - lr[min(step, steps - 1)] m / (sqrt(v) + epsilon)
//           with rest = 1 - beta; lr holds the bias-corrected rate of every step
// shapes    x [M, G R, I]; dy [M, G R (+ 2 G after tiles + G), O];
//           dense [M, G R, O] and statistics (mean, rstd) [M, 2 G, O] (only with `after`);
//           w, m, v [M, I + extra, O]; lr [M, steps, 1]
// launch    several layers at once: layer l has the workgroups from `first` on,
//           `across` of them for each EDGE rows of w;
//           256 threads own an EDGE x EDGE tile of the weights (slices.wgsl);
//           grid (all tiles of all layers, 1, M)
// mirror    src/engine/cpu/dense_update.rs

struct At {
    @align(16) x: vec2<u32>,
    dy: vec2<u32>,
    dense: vec2<u32>,
    statistics: vec2<u32>,
    w: vec2<u32>,
    m: vec2<u32>,
    v: vec2<u32>,
    lr: vec2<u32>,
    first: u32,
    across: u32,
    layers: u32,
    rows: u32,
    groups: u32,
    inputs: u32,
    outputs: u32,
    extra: u32,
    after: u32,
    parts: u32,
    steps: u32,
    beta1: f32,
    rest1: f32,
    beta2: f32,
    rest2: f32,
    epsilon: f32,
}

@group(0) @binding(0) var<uniform> at: array<At, 16>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> dense: array<f32>;
@group(0) @binding(4) var<storage, read> statistics: array<f32>;
@group(0) @binding(5) var<storage, read_write> w: array<f32>;
@group(0) @binding(6) var<storage, read_write> m: array<f32>;
@group(0) @binding(7) var<storage, read_write> v: array<f32>;
@group(0) @binding(8) var<storage, read> lr: array<f32>;
@group(1) @binding(0) var<uniform> clock: u32;

// What a thread fetches: four inputs and four outputs of one row at a time.
// Read once, because a compiler cannot know what stays the same in the loop of the product.
struct Lines {
    // Where the first row of a group starts, in x, dy and dense.
    starts: vec3<u32>,
    // From row to row, in x and in dy and dense.
    pitch: vec2<u32>,
    // The four columns of x and of dy, or the last one where they lie outside.
    inputs: vec4<u32>,
    outputs: vec4<u32>,
    // Whether no column of the tile lies outside.
    together: bool,
    finishes: bool,
}

// g = factor dy - shift - tilt (dense - centre), for four outputs.
struct Finish {
    centre: vec4<f32>,
    factor: vec4<f32>,
    shift: vec4<f32>,
    tilt: vec4<f32>,
}

// The sums of da and of da h of an output in a group, from those of its tiles.
fn sums_of(layer: At, model: u32, group: u32, output: u32) -> vec2<f32> {
    let behind = start(layer.dy, model) + layer.groups * layer.rows * layer.outputs + output;
    var total = vec2<f32>();
    for (var t = 0u; t < layer.parts; t++) {
        let place = behind + 2u * (group * layer.parts + t) * layer.outputs;
        total += vec2<f32>(dy[place], dy[place + layer.outputs]);
    }
    return total;
}

// The coefficients of the columns of the tile: centre, factor, shift, tilt of each.
var<workgroup> coefficients: array<vec4<f32>, 64>;

// Every thread of the workgroup must call it.
fn prepare(layer: At, model: u32, group: u32, column: u32, index: u32) {
    workgroupBarrier();
    if (index < edge()) {
        let output = min(column + index, layer.outputs - 1u);
        let sums = sums_of(layer, model, group, output) / f32(layer.rows);
        let factors = start(layer.dy, model)
            + layer.groups * (layer.rows + 2u * layer.parts) * layer.outputs;
        let factor = dy[factors + group * layer.outputs + output];
        let kept = start(layer.statistics, model) + 2u * group * layer.outputs + output;
        let tilt = factor * statistics[kept + layer.outputs] * sums.y;
        coefficients[index] = vec4<f32>(statistics[kept], factor, factor * sums.x, tilt);
    }
    workgroupBarrier();
}

fn finish_of(layer: At, model: u32, group: u32, column: u32, quad: u32, index: u32) -> Finish {
    if (layer.after == 0u) { return Finish(); }
    prepare(layer, model, group, column, index);
    let t = transpose(mat4x4<f32>(coefficients[4u * quad], coefficients[4u * quad + 1u],
        coefficients[4u * quad + 2u], coefficients[4u * quad + 3u]));
    return Finish(t[0], t[1], t[2], t[3]);
}

fn x_inputs(lines: Lines, row: u32) -> vec4<f32> {
    let place = lines.starts.x + row * lines.pitch.x;
    if (lines.together) {
        let p = place + lines.inputs.x;
        return vec4<f32>(x[p], x[p + 1u], x[p + 2u], x[p + 3u]);
    }
    return vec4<f32>(x[place + lines.inputs.x], x[place + lines.inputs.y],
        x[place + lines.inputs.z], x[place + lines.inputs.w]);
}

fn dy_at(lines: Lines, row: u32) -> vec4<f32> {
    let place = lines.starts.y + row * lines.pitch.y;
    if (lines.together) {
        let p = place + lines.outputs.x;
        return vec4<f32>(dy[p], dy[p + 1u], dy[p + 2u], dy[p + 3u]);
    }
    return vec4<f32>(dy[place + lines.outputs.x], dy[place + lines.outputs.y],
        dy[place + lines.outputs.z], dy[place + lines.outputs.w]);
}

fn dense_at(lines: Lines, row: u32) -> vec4<f32> {
    let place = lines.starts.z + row * lines.pitch.y;
    if (lines.together) {
        let p = place + lines.outputs.x;
        return vec4<f32>(dense[p], dense[p + 1u], dense[p + 2u], dense[p + 3u]);
    }
    return vec4<f32>(dense[place + lines.outputs.x], dense[place + lines.outputs.y],
        dense[place + lines.outputs.z], dense[place + lines.outputs.w]);
}

// The gradient at four outputs of a row.
fn dy_outputs(lines: Lines, finish: Finish, row: u32) -> vec4<f32> {
    let da = dy_at(lines, row);
    if (!lines.finishes) { return da; }
    return finish.factor * da - finish.shift
        - finish.tilt * (dense_at(lines, row) - finish.centre);
}

// A step with the gradient of one parameter, `place` numbers into the layer.
fn adam_at(layer: At, model: u32, place: u32, rate: f32, g: f32) {
    let m_at = start(layer.m, model) + place;
    let v_at = start(layer.v, model) + place;
    let first = layer.beta1 * m[m_at] + layer.rest1 * g;
    let second = layer.beta2 * v[v_at] + layer.rest2 * g * g;
    m[m_at] = first;
    v[v_at] = second;
    w[start(layer.w, model) + place] -= rate * first / (sqrt(second) + layer.epsilon);
}

// Gamma and beta of one output.
fn update_scale(layer: At, model: u32, rate: f32, output: u32) {
    var total = vec2<f32>();
    for (var g = 0u; g < layer.groups; g++) { total += sums_of(layer, model, g, output); }
    let gamma = layer.inputs * layer.outputs + output;
    adam_at(layer, model, gamma, rate, total.y);
    adam_at(layer, model, gamma + layer.outputs, rate, total.x);
}

// A bias: the sums of the rows of dy. Every thread of the workgroup must call it.
fn update_bias(layer: At, model: u32, rate: f32, column: u32, index: u32) {
    let o = column + index % edge();
    let rows = layer.groups * layer.rows;
    var sum = 0.0;
    for (var n = 0u; n < (rows + lanes() - 1u) / lanes(); n++) {
        let r = n * lanes() + index / edge();
        if (r < rows && o < layer.outputs) {
            sum += dy[start(layer.dy, model) + r * layer.outputs + o];
        }
    }
    sum = sum_lanes(sum, index, edge());
    if (index < edge() && o < layer.outputs) {
        adam_at(layer, model, layer.inputs * layer.outputs + o, rate, sum);
    }
}

@compute @workgroup_size(256)
fn dense_update(
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
    let tile_at = across_depth(index);
    let tile = workgroup.x - layer.first;
    let row = tile / layer.across * edge();
    let column = tile % layer.across * edge();
    let ahead = vec4<u32>(0u, 1u, 2u, 3u) + 4u * tile_at.y;
    var lines = Lines(
        vec3<u32>(start(layer.x, model), start(layer.dy, model), start(layer.dense, model)),
        vec2<u32>(layer.inputs, layer.outputs),
        min(row + ahead, vec4<u32>(layer.inputs - 1u)),
        min(column + ahead, vec4<u32>(layer.outputs - 1u)),
        row + edge() <= layer.inputs && column + edge() <= layer.outputs,
        layer.after > 0u);
    let rows = layer.rows;
    let slots = vec2<u32>(slot_of(tile_at));
    let mine = slice_place(index);
    var results = mat4x4<f32>();
    for (var g = 0u; g < layer.groups; g++) {
        let finish = finish_of(layer, model, g, column, tile_at.y, index);
        // The first stretch of a group; what lies beyond the last row counts as 0.
        var a = vec4<f32>();
        var b = vec4<f32>();
        if (tile_at.x < rows) {
            a = x_inputs(lines, tile_at.x);
            b = dy_outputs(lines, finish, tile_at.x);
        }
        var k = depth();
        for (; k + depth() <= rows; k += depth()) {
            share_tiles(a, b, slots);
            a = x_inputs(lines, k + tile_at.x);
            b = dy_outputs(lines, finish, k + tile_at.x);
            results = multiply_slice(results, mine);
        }
        for (; k < rows + depth(); k += depth()) {
            share_tiles(a, b, slots);
            a = vec4<f32>();
            b = vec4<f32>();
            if (k + tile_at.x < rows) {
                a = x_inputs(lines, k + tile_at.x);
                b = dy_outputs(lines, finish, k + tile_at.x);
            }
            results = multiply_slice(results, mine);
        }
        lines.starts += rows * vec3<u32>(lines.pitch, lines.pitch.y);
    }
    let rate = lr[start(layer.lr, model) + min(clock, layer.steps - 1u)];
    let c = index % edge();
    let o = column + c;
    for (var line = 0u; line < 4u; line++) {
        share_line(results, line, index);
        for (var n = 0u; n < turns(); n++) {
            let t = index / edge() + n * lanes();
            let i = row + 4u * t + line;
            if (t < SIDE && i < layer.inputs && o < layer.outputs) {
                adam_at(layer, model, i * layer.outputs + o, rate, result_at(t, c));
            }
        }
    }
    if (row == 0u && layer.extra == 1u) { update_bias(layer, model, rate, column, index); }
    if (row == 0u && layer.extra == 2u && index < edge() && o < layer.outputs) {
        update_scale(layer, model, rate, o);
    }
}
