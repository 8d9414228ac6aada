// dense_norm_forward: a dense layer and its batch normalisation with leaky ReLU in one kernel.
//
// forward   dense[r, f] = sum_i x[r, i] w[i, f];
//           then, as in batch_norm.wgsl, for each group g, a run of R rows:
//           mean[g, f] = mean_r dense[r, f], var[g, f] = mean_r (dense[r, f] - mean)^2,
//           rstd = 1 / sqrt(var + epsilon)
//           a = gamma h + beta,  h = (dense - mean) rstd,  y = a if a > 0 else slope a
//           statistics[2 g, f] = mean, statistics[2 g + 1, f] = rstd
//           running = momentum running + rest batch
//           (mean and var, group by group; rest = 1 - momentum)
// backward  dense_norm_backward.wgsl
// shapes    x [M, G R, I]; w [M, I, F]; dense, y [M, G R, F];
//           scale (gamma, beta), running (mean, var) [M, 2, F]; statistics [M, 2 G, F]
// launch    256 threads own 32 features for all rows and groups (strip.wgsl); grid (F / 32, 1, M)
//           x and y may be windows of one arena, so both are declared to be written
// mirror    src/engine/cpu/dense_norm_forward.rs

struct At {
    x: vec2<u32>,
    w: vec2<u32>,
    scale: vec2<u32>,
    running: vec2<u32>,
    dense: vec2<u32>,
    statistics: vec2<u32>,
    y: vec2<u32>,
    rows: u32,
    inputs: u32,
    features: u32,
    groups: u32,
    momentum: f32,
    rest: f32,
    epsilon: f32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read_write> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> scale: array<f32>;
@group(0) @binding(4) var<storage, read_write> running: array<f32>;
@group(0) @binding(5) var<storage, read_write> dense: array<f32>;
@group(0) @binding(6) var<storage, read_write> statistics: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;

fn x_at(base: u32, row: u32, input: u32) -> f32 {
    if (row < at.rows && input < at.inputs) { return x[base + row * at.inputs + input]; }
    return 0.0;
}

fn w_at(base: u32, input: u32, f: u32) -> f32 {
    if (input < at.inputs && f < at.features) { return w[base + input * at.features + f]; }
    return 0.0;
}

fn scale_at(base: u32, f: u32) -> f32 {
    if (f < at.features) { return scale[base + f]; }
    return 0.0;
}

fn scale_from(base: u32, f: u32) -> vec4<f32> {
    return vec4<f32>(
        scale_at(base, f),
        scale_at(base, f + 1u),
        scale_at(base, f + 2u),
        scale_at(base, f + 3u),
    );
}

fn x_rows(base: u32, block: u32, input: u32, unit: u32) -> vec4<f32> {
    if (!is_left(unit)) { return vec4<f32>(); }
    let place = left_place(unit);
    let row = block + 4u * place.y;
    let i = input + place.x;
    return vec4<f32>(
        x_at(base, row, i),
        x_at(base, row + 1u, i),
        x_at(base, row + 2u, i),
        x_at(base, row + 3u, i),
    );
}

fn left(base: u32, block: u32, input: u32, index: u32) -> array<vec4<f32>, 3> {
    return array<vec4<f32>, 3>(
        x_rows(base, block, input, index), x_rows(base, block, input, index + WORKGROUP),
        x_rows(base, block, input, index + 2u * WORKGROUP)
    );
}

fn right(base: u32, input: u32, strip: u32, index: u32) -> vec4<f32> {
    if (index >= STRIP_DEPTH * QUADS) { return vec4<f32>(); }
    let i = input + index / QUADS;
    let f = strip + 4u * (index % QUADS);
    return vec4<f32>(
        w_at(base, i, f),
        w_at(base, i, f + 1u),
        w_at(base, i, f + 2u),
        w_at(base, i, f + 3u),
    );
}

// The product of the block of rows from `block` on with the features from `strip` on.
fn product(x_base: u32, w_base: u32, block: u32, strip: u32, index: u32) -> Held {
    var held = Held();
    let b_at = vec2<u32>(index / QUADS, index % QUADS);
    var a = left(x_base, block, 0u, index);
    var b = right(w_base, 0u, strip, index);
    for (var i = STRIP_DEPTH; i < at.inputs + STRIP_DEPTH; i += STRIP_DEPTH) {
        share_strip(a, b, b_at, index);
        a = left(x_base, block, i, index);
        b = right(w_base, i, strip, index);
        multiply_strip(&held, index);
    }
    return held;
}

fn store_dense(place: u32, f: u32, values: vec4<f32>) {
    if (f < at.features) { dense[place] = values.x; }
    if (f + 1u < at.features) { dense[place + 1u] = values.y; }
    if (f + 2u < at.features) { dense[place + 2u] = values.z; }
    if (f + 3u < at.features) { dense[place + 3u] = values.w; }
}

// A thread comes back only to what it stored itself, so that no barrier is needed.
fn stored_dense(place: u32, f: u32) -> vec4<f32> {
    var values = vec4<f32>();
    if (f < at.features) { values.x = dense[place]; }
    if (f + 1u < at.features) { values.y = dense[place + 1u]; }
    if (f + 2u < at.features) { values.z = dense[place + 2u]; }
    if (f + 3u < at.features) { values.w = dense[place + 3u]; }
    return values;
}

fn store_y(place: u32, f: u32, values: vec4<f32>) {
    if (f < at.features) { y[place] = values.x; }
    if (f + 1u < at.features) { y[place + 1u] = values.y; }
    if (f + 2u < at.features) { y[place + 2u] = values.z; }
    if (f + 3u < at.features) { y[place + 3u] = values.w; }
}

// Stores the product of a block and returns its sum.
fn keep_product(held: ptr<function, Held>, base: u32, block: u32, f: u32, index: u32) -> vec4<f32> {
    var sum = vec4<f32>();
    for (var i = 0u; i < HEIGHT; i++) {
        let row = block + row_of(i, index);
        if (row < at.rows) { store_dense(base + row * at.features + f, f, (*held)[i]); }
        sum += (*held)[i];
    }
    return sum;
}

fn fetch_product(held: ptr<function, Held>, base: u32, block: u32, f: u32, index: u32) {
    for (var i = 0u; i < HEIGHT; i++) {
        let row = block + row_of(i, index);
        if (row < at.rows) { (*held)[i] = stored_dense(base + row * at.features + f, f); }
    }
}

fn squares(held: ptr<function, Held>, mean: vec4<f32>, block: u32, index: u32) -> vec4<f32> {
    var sum = vec4<f32>();
    for (var i = 0u; i < HEIGHT; i++) {
        let d = (*held)[i] - mean;
        sum += select(vec4<f32>(), d * d, block + row_of(i, index) < at.rows);
    }
    return sum;
}

fn put_out(held: ptr<function, Held>, c: Column, base: u32, block: u32, f: u32, index: u32) {
    for (var i = 0u; i < HEIGHT; i++) {
        let row = block + row_of(i, index);
        let h = normalised((*held)[i], c);
        if (row < at.rows) {
            store_y(base + row * at.features + f, f,
                (c.gamma * h + c.beta) * slopes(h, c, at.slope));
        }
    }
}

// One of four features of a group: what the backward pass needs, and the running statistics.
fn keep_statistics(model: u32, group: u32, f: u32, mean: f32, variance: f32, rstd: f32) {
    if (f >= at.features) { return; }
    let statistics_at = start(at.statistics, model) + 2u * group * at.features + f;
    statistics[statistics_at] = mean;
    statistics[statistics_at + at.features] = rstd;
    let running_at = start(at.running, model) + f;
    running[running_at] = at.momentum * running[running_at] + at.rest * mean;
    running[running_at + at.features] =
        at.momentum * running[running_at + at.features] + at.rest * variance;
}

@compute @workgroup_size(256)
fn dense_norm_forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let strip = 4u * QUADS * group.x;
    let f = strip + 4u * (index % QUADS);
    let w_base = start(at.w, group.z);
    let scale_base = start(at.scale, group.z);
    let gamma = scale_from(scale_base, f);
    let beta = scale_from(scale_base + at.features, f);
    // A batch that fits into one block never leaves the registers.
    let blocks = at.rows > block_rows();
    for (var g = 0u; g < at.groups; g++) {
        let x_base = start(at.x, group.z) + g * at.rows * at.inputs;
        let dense_base = start(at.dense, group.z) + g * at.rows * at.features;
        let y_base = start(at.y, group.z) + g * at.rows * at.features;
        var held = Held();
        var sum = vec4<f32>();
        for (var block = 0u; block < at.rows; block += block_rows()) {
            held = product(x_base, w_base, block, strip, index);
            sum += keep_product(&held, dense_base, block, f, index);
        }
        let mean = sum_lines(sum, index) / f32(at.rows);
        var sum_squares = vec4<f32>();
        for (var block = 0u; block < at.rows; block += block_rows()) {
            if (blocks) { fetch_product(&held, dense_base, block, f, index); }
            sum_squares += squares(&held, mean, block, index);
        }
        let variance = sum_lines(sum_squares, index) / f32(at.rows);
        let rstd = vec4<f32>(1.0) / sqrt(variance + at.epsilon);
        if (index < QUADS) {
            keep_statistics(group.z, g, f, mean.x, variance.x, rstd.x);
            keep_statistics(group.z, g, f + 1u, mean.y, variance.y, rstd.y);
            keep_statistics(group.z, g, f + 2u, mean.z, variance.z, rstd.z);
            keep_statistics(group.z, g, f + 3u, mean.w, variance.w, rstd.w);
        }
        let column = Column(mean, rstd, gamma, beta);
        for (var block = 0u; block < at.rows; block += block_rows()) {
            if (blocks) { fetch_product(&held, dense_base, block, f, index); }
            put_out(&held, column, y_base, block, f, index);
        }
    }
}
