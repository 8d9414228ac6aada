// dense_update: the gradient of the parameters of a dense layer and a step of Adam with it,
// without storing the gradient.
//
// step      g[i, o] = sum_r x[r, i] dy[r, o] for the weights, rows 0..I of w;
//           where w has rows behind them (`extra`):
//           1: a bias, g[I, o] = sum_r dy[r, o];  2: gamma and beta, g[I + e, o] = dscale[e, o]
//           m = beta1 m + rest1 g,  v = beta2 v + rest2 g^2,
//           w = w - lr[min(step, steps - 1)] m / (sqrt(v) + epsilon)
//           with rest = 1 - beta; lr holds the bias-corrected rate of every step
// shapes    x [M, R, I]; dy [M, R, O]; dscale [M, 2, O] (only where extra is 2);
//           w, m, v [M, I + extra, O]; lr [M, steps, 1]
// launch    several layers at once: layer l has the workgroups from `first` on,
//           `across` of them for each 64 rows of w;
//           256 threads own a 64 x 64 tile of the weights (tile.wgsl);
//           grid (all tiles of all layers, 1, M)
// mirror    src/engine/cpu/dense_update.rs

struct At {
    @align(16) x: vec2<u32>,
    dy: vec2<u32>,
    dscale: vec2<u32>,
    w: vec2<u32>,
    m: vec2<u32>,
    v: vec2<u32>,
    lr: vec2<u32>,
    first: u32,
    across: u32,
    layers: u32,
    rows: u32,
    inputs: u32,
    outputs: u32,
    extra: u32,
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
@group(0) @binding(3) var<storage, read> dscale: array<f32>;
@group(0) @binding(4) var<storage, read_write> w: array<f32>;
@group(0) @binding(5) var<storage, read_write> m: array<f32>;
@group(0) @binding(6) var<storage, read_write> v: array<f32>;
@group(0) @binding(7) var<storage, read> lr: array<f32>;
@group(1) @binding(0) var<uniform> clock: u32;

fn x_at(layer: u32, base: u32, row: u32, input: u32) -> f32 {
    if (row < at[layer].rows && input < at[layer].inputs) {
        return x[base + row * at[layer].inputs + input];
    }
    return 0.0;
}

fn dy_at(layer: u32, base: u32, row: u32, output: u32) -> f32 {
    if (row < at[layer].rows && output < at[layer].outputs) {
        return dy[base + row * at[layer].outputs + output];
    }
    return 0.0;
}

fn x_inputs(layer: u32, base: u32, row: u32, input: u32) -> vec4<f32> {
    return vec4<f32>(
        x_at(layer, base, row, input),
        x_at(layer, base, row, input + 1u),
        x_at(layer, base, row, input + 2u),
        x_at(layer, base, row, input + 3u),
    );
}

fn dy_outputs(layer: u32, base: u32, row: u32, output: u32) -> vec4<f32> {
    return vec4<f32>(
        dy_at(layer, base, row, output),
        dy_at(layer, base, row, output + 1u),
        dy_at(layer, base, row, output + 2u),
        dy_at(layer, base, row, output + 3u),
    );
}

// A step with the gradient of one parameter, `place` numbers into the layer.
fn adam_at(layer: u32, model: u32, place: u32, g: f32) {
    let rate = lr[start(at[layer].lr, model) + min(clock, at[layer].steps - 1u)];
    let m_at = start(at[layer].m, model) + place;
    let v_at = start(at[layer].v, model) + place;
    let first = at[layer].beta1 * m[m_at] + at[layer].rest1 * g;
    let second = at[layer].beta2 * v[v_at] + at[layer].rest2 * g * g;
    m[m_at] = first;
    v[v_at] = second;
    w[start(at[layer].w, model) + place] -= rate * first / (sqrt(second) + at[layer].epsilon);
}

// Four neighbours of a row of w, each if it lies inside.
fn update(layer: u32, model: u32, row: u32, output: u32, g: vec4<f32>) {
    let outputs = at[layer].outputs;
    let place = row * outputs + output;
    if (output < outputs) { adam_at(layer, model, place, g.x); }
    if (output + 1u < outputs) { adam_at(layer, model, place + 1u, g.y); }
    if (output + 2u < outputs) { adam_at(layer, model, place + 2u, g.z); }
    if (output + 3u < outputs) { adam_at(layer, model, place + 3u, g.w); }
}

fn update_weights(layer: u32, model: u32, input: u32, output: u32, g: vec4<f32>) {
    if (input < at[layer].inputs) { update(layer, model, input, output, g); }
}

fn dscale_at(layer: u32, model: u32, row: u32, output: u32) -> f32 {
    if (output < at[layer].outputs) {
        return dscale[start(at[layer].dscale, model) + row * at[layer].outputs + output];
    }
    return 0.0;
}

fn update_scale(layer: u32, model: u32, row: u32, output: u32) {
    let g = vec4<f32>(
        dscale_at(layer, model, row, output), dscale_at(layer, model, row, output + 1u),
        dscale_at(layer, model, row, output + 2u), dscale_at(layer, model, row, output + 3u)
    );
    update(layer, model, at[layer].inputs + row, output, g);
}

@compute @workgroup_size(256)
fn dense_update(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    var layer = 0u;
    while (layer + 1u < at[0].layers && group.x >= at[layer + 1u].first) {
        layer++;
    }
    let x_base = start(at[layer].x, group.z);
    let dy_base = start(at[layer].dy, group.z);
    let tile_at = across_depth(index);
    let tile = group.x - at[layer].first;
    let row = tile / at[layer].across * 4u * SIDE;
    let column = tile % at[layer].across * 4u * SIDE;
    let mine = vec2<u32>(index / SIDE, index % SIDE);
    var results = mat4x4<f32>();
    var bias = vec4<f32>();
    let summing = row == 0u && at[layer].extra == 1u && mine.x == 0u;
    var a = x_inputs(layer, x_base, tile_at.x, row + 4u * tile_at.y);
    var b_tile = dy_outputs(layer, dy_base, tile_at.x, column + 4u * tile_at.y);
    for (var k = SIDE; k < at[layer].rows + SIDE; k += SIDE) {
        share_tiles(a, tile_at, b_tile, tile_at);
        if (summing) { bias = add_lines(bias, mine.y); }
        a = x_inputs(layer, x_base, k + tile_at.x, row + 4u * tile_at.y);
        b_tile = dy_outputs(layer, dy_base, k + tile_at.x, column + 4u * tile_at.y);
        results = multiply_tiles(results, mine.x, mine.y);
    }
    let i = row + 4u * mine.x;
    let o = column + 4u * mine.y;
    update_weights(layer, group.z, i, o, results[0]);
    update_weights(layer, group.z, i + 1u, o, results[1]);
    update_weights(layer, group.z, i + 2u, o, results[2]);
    update_weights(layer, group.z, i + 3u, o, results[3]);
    if (summing) {
        update(layer, group.z, at[layer].inputs, o, bias);
    }
    if (row == 0u && at[layer].extra == 2u && index < 2u * SIDE) {
        update_scale(layer, group.z, index / SIDE, o);
    }
}
