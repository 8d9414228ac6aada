// dense: a fully connected layer.
//
// forward          y[m, r, o] = sum_i x[m, r, i] w[m, i, o] + b[m, o]
// backward input   dx[m, r, i] = sum_o dy[m, r, o] w[m, i, o]
// backward weight  dw[m, i, o] = sum_r x[m, r, i] dy[m, r, o],  db[m, o] = sum_r dy[m, r, o]
// shapes    x, dx [M, R, I]; w, dw [M, I, O]; b, db [M, 1, O] (only where biased is 1);
//           y, dy [M, R, O]
// launch    SIDE x SIDE threads own a 4 SIDE x 4 SIDE tile of the result (tile.wgsl);
//           grid (columns / (4 SIDE), rows / (4 SIDE), M)
// mirror    src/engine/cpu/dense.rs

struct At {
    x: vec2<u32>,
    w: vec2<u32>,
    b: vec2<u32>,
    y: vec2<u32>,
    dy: vec2<u32>,
    dx: vec2<u32>,
    dw: vec2<u32>,
    db: vec2<u32>,
    rows: u32,
    inputs: u32,
    outputs: u32,
    biased: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read> dy: array<f32>;
@group(0) @binding(6) var<storage, read_write> dx: array<f32>;
@group(0) @binding(7) var<storage, read_write> dw: array<f32>;
@group(0) @binding(8) var<storage, read_write> db: array<f32>;

fn x_at(base: u32, row: u32, input: u32) -> f32 {
    if (row < at.rows && input < at.inputs) { return x[base + row * at.inputs + input]; }
    return 0.0;
}

fn w_at(base: u32, input: u32, output: u32) -> f32 {
    if (input < at.inputs && output < at.outputs) { return w[base + input * at.outputs + output]; }
    return 0.0;
}

fn dy_at(base: u32, row: u32, output: u32) -> f32 {
    if (row < at.rows && output < at.outputs) { return dy[base + row * at.outputs + output]; }
    return 0.0;
}

// Four neighbours of the first or of the second index.
fn x_rows(base: u32, row: u32, input: u32) -> vec4<f32> {
    return vec4<f32>(
        x_at(base, row, input),
        x_at(base, row + 1u, input),
        x_at(base, row + 2u, input),
        x_at(base, row + 3u, input),
    );
}

fn x_inputs(base: u32, row: u32, input: u32) -> vec4<f32> {
    return vec4<f32>(
        x_at(base, row, input),
        x_at(base, row, input + 1u),
        x_at(base, row, input + 2u),
        x_at(base, row, input + 3u),
    );
}

fn w_inputs(base: u32, input: u32, output: u32) -> vec4<f32> {
    return vec4<f32>(
        w_at(base, input, output),
        w_at(base, input + 1u, output),
        w_at(base, input + 2u, output),
        w_at(base, input + 3u, output),
    );
}

fn w_outputs(base: u32, input: u32, output: u32) -> vec4<f32> {
    return vec4<f32>(
        w_at(base, input, output),
        w_at(base, input, output + 1u),
        w_at(base, input, output + 2u),
        w_at(base, input, output + 3u),
    );
}

fn dy_rows(base: u32, row: u32, output: u32) -> vec4<f32> {
    return vec4<f32>(
        dy_at(base, row, output),
        dy_at(base, row + 1u, output),
        dy_at(base, row + 2u, output),
        dy_at(base, row + 3u, output),
    );
}

fn dy_outputs(base: u32, row: u32, output: u32) -> vec4<f32> {
    return vec4<f32>(
        dy_at(base, row, output),
        dy_at(base, row, output + 1u),
        dy_at(base, row, output + 2u),
        dy_at(base, row, output + 3u),
    );
}

// Four neighbours of a row of a result, each if it lies inside.
// Components are named one by one: a computed index would push the results of a thread out of its
// registers.
fn store_y(base: u32, row: u32, output: u32, values: vec4<f32>) {
    if (row >= at.rows) { return; }
    let place = base + row * at.outputs + output;
    if (output < at.outputs) { y[place] = values.x; }
    if (output + 1u < at.outputs) { y[place + 1u] = values.y; }
    if (output + 2u < at.outputs) { y[place + 2u] = values.z; }
    if (output + 3u < at.outputs) { y[place + 3u] = values.w; }
}

fn store_dx(base: u32, row: u32, input: u32, values: vec4<f32>) {
    if (row >= at.rows) { return; }
    let place = base + row * at.inputs + input;
    if (input < at.inputs) { dx[place] = values.x; }
    if (input + 1u < at.inputs) { dx[place + 1u] = values.y; }
    if (input + 2u < at.inputs) { dx[place + 2u] = values.z; }
    if (input + 3u < at.inputs) { dx[place + 3u] = values.w; }
}

fn store_dw(base: u32, input: u32, output: u32, values: vec4<f32>) {
    if (input >= at.inputs) { return; }
    let place = base + input * at.outputs + output;
    if (output < at.outputs) { dw[place] = values.x; }
    if (output + 1u < at.outputs) { dw[place + 1u] = values.y; }
    if (output + 2u < at.outputs) { dw[place + 2u] = values.z; }
    if (output + 3u < at.outputs) { dw[place + 3u] = values.w; }
}

fn bias_at(output: u32, model: u32) -> f32 {
    if (at.biased == 1u && output < at.outputs) { return b[start(at.b, model) + output]; }
    return 0.0;
}

@compute @workgroup_size(SIDE * SIDE)
fn dense_forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let x_base = start(at.x, group.z);
    let w_base = start(at.w, group.z);
    let a_at = along_depth(index);
    let b_at = across_depth(index);
    let row = group.y * 4u * SIDE;
    let column = group.x * 4u * SIDE;
    let mine = vec2<u32>(index / SIDE, index % SIDE);
    var results = mat4x4<f32>();
    var a = x_rows(x_base, row + 4u * a_at.y, a_at.x);
    var b_tile = w_outputs(w_base, b_at.x, column + 4u * b_at.y);
    for (var k = SIDE; k < at.inputs + SIDE; k += SIDE) {
        share_tiles(a, a_at, b_tile, b_at);
        a = x_rows(x_base, row + 4u * a_at.y, k + a_at.x);
        b_tile = w_outputs(w_base, k + b_at.x, column + 4u * b_at.y);
        results = multiply_tiles(results, mine.x, mine.y);
    }
    let y_base = start(at.y, group.z);
    let r = row + 4u * mine.x;
    let o = column + 4u * mine.y;
    let bias = vec4<f32>(
        bias_at(o, group.z),
        bias_at(o + 1u, group.z),
        bias_at(o + 2u, group.z),
        bias_at(o + 3u, group.z),
    );
    store_y(y_base, r, o, results[0] + bias);
    store_y(y_base, r + 1u, o, results[1] + bias);
    store_y(y_base, r + 2u, o, results[2] + bias);
    store_y(y_base, r + 3u, o, results[3] + bias);
}

@compute @workgroup_size(SIDE * SIDE)
fn dense_backward_input(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let dy_base = start(at.dy, group.z);
    let w_base = start(at.w, group.z);
    let tile_at = along_depth(index);
    let row = group.y * 4u * SIDE;
    let column = group.x * 4u * SIDE;
    let mine = vec2<u32>(index / SIDE, index % SIDE);
    var results = mat4x4<f32>();
    var a = dy_rows(dy_base, row + 4u * tile_at.y, tile_at.x);
    var b_tile = w_inputs(w_base, column + 4u * tile_at.y, tile_at.x);
    for (var k = SIDE; k < at.outputs + SIDE; k += SIDE) {
        share_tiles(a, tile_at, b_tile, tile_at);
        a = dy_rows(dy_base, row + 4u * tile_at.y, k + tile_at.x);
        b_tile = w_inputs(w_base, column + 4u * tile_at.y, k + tile_at.x);
        results = multiply_tiles(results, mine.x, mine.y);
    }
    let dx_base = start(at.dx, group.z);
    let r = row + 4u * mine.x;
    let i = column + 4u * mine.y;
    store_dx(dx_base, r, i, results[0]);
    store_dx(dx_base, r + 1u, i, results[1]);
    store_dx(dx_base, r + 2u, i, results[2]);
    store_dx(dx_base, r + 3u, i, results[3]);
}

@compute @workgroup_size(SIDE * SIDE)
fn dense_backward_weight(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let x_base = start(at.x, group.z);
    let dy_base = start(at.dy, group.z);
    let tile_at = across_depth(index);
    let row = group.y * 4u * SIDE;
    let column = group.x * 4u * SIDE;
    let mine = vec2<u32>(index / SIDE, index % SIDE);
    let summing = at.biased == 1u && group.y == 0u && mine.x == 0u;
    var results = mat4x4<f32>();
    var bias = vec4<f32>();
    var a = x_inputs(x_base, tile_at.x, row + 4u * tile_at.y);
    var b_tile = dy_outputs(dy_base, tile_at.x, column + 4u * tile_at.y);
    for (var k = SIDE; k < at.rows + SIDE; k += SIDE) {
        share_tiles(a, tile_at, b_tile, tile_at);
        if (summing) { bias = add_lines(bias, mine.y); }
        a = x_inputs(x_base, k + tile_at.x, row + 4u * tile_at.y);
        b_tile = dy_outputs(dy_base, k + tile_at.x, column + 4u * tile_at.y);
        results = multiply_tiles(results, mine.x, mine.y);
    }
    let dw_base = start(at.dw, group.z);
    let i = row + 4u * mine.x;
    let o = column + 4u * mine.y;
    store_dw(dw_base, i, o, results[0]);
    store_dw(dw_base, i + 1u, o, results[1]);
    store_dw(dw_base, i + 2u, o, results[2]);
    store_dw(dw_base, i + 3u, o, results[3]);
    if (summing) {
        let place = start(at.db, group.z) + o;
        if (o < at.outputs) { db[place] = bias.x; }
        if (o + 1u < at.outputs) { db[place + 1u] = bias.y; }
        if (o + 2u < at.outputs) { db[place + 2u] = bias.z; }
        if (o + 3u < at.outputs) { db[place + 3u] = bias.w; }
    }
}
