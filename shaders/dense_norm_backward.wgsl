// dense_norm_backward: the gradient of the next dense layer's input and, through it,
// of a batch normalisation with leaky ReLU.
//
// backward  with h = (dense - mean) rstd and a = gamma h + beta, as in batch_norm.wgsl:
//           da[r, f] = (sum_o dy[r, o] w[f, o]) (1 if a > 0 else slope),
//           with dy and w of the next layer
//           dscale[0, f] = dgamma = sum_r da h,  dscale[1, f] = dbeta = sum_r da  (all groups)
//           dx = gamma rstd (da - mean_r(da) - h mean_r(da h))  (within the group, a run of R rows)
// shapes    dy [M, G R, O]; w [M, F, O]; dense, dx [M, G R, F];
//           scale (gamma, beta), dscale [M, 2, F]; statistics (mean, rstd) [M, 2 G, F]
// launch    256 threads own 32 features for all rows and groups (strip.wgsl); grid (F / 32, 1, M)
//           dy and dx may be windows of one arena, so both are declared to be written
// mirror    src/engine/cpu/dense_norm_backward.rs

struct At {
    dy: vec2<u32>,
    w: vec2<u32>,
    dense: vec2<u32>,
    scale: vec2<u32>,
    statistics: vec2<u32>,
    dx: vec2<u32>,
    dscale: vec2<u32>,
    rows: u32,
    features: u32,
    outputs: u32,
    groups: u32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read_write> dy: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> dense: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<storage, read> statistics: array<f32>;
@group(0) @binding(6) var<storage, read_write> dx: array<f32>;
@group(0) @binding(7) var<storage, read_write> dscale: array<f32>;

fn dy_at(base: u32, row: u32, output: u32) -> f32 {
    if (row < at.rows && output < at.outputs) { return dy[base + row * at.outputs + output]; }
    return 0.0;
}

fn w_at(base: u32, f: u32, output: u32) -> f32 {
    if (f < at.features && output < at.outputs) { return w[base + f * at.outputs + output]; }
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

fn statistic_at(base: u32, f: u32) -> f32 {
    if (f < at.features) { return statistics[base + f]; }
    return 0.0;
}

fn statistic_from(base: u32, f: u32) -> vec4<f32> {
    return vec4<f32>(
        statistic_at(base, f),
        statistic_at(base, f + 1u),
        statistic_at(base, f + 2u),
        statistic_at(base, f + 3u),
    );
}

fn dy_rows(base: u32, block: u32, output: u32, unit: u32) -> vec4<f32> {
    if (!is_left(unit)) { return vec4<f32>(); }
    let place = left_place(unit);
    let row = block + 4u * place.y;
    let o = output + place.x;
    return vec4<f32>(
        dy_at(base, row, o),
        dy_at(base, row + 1u, o),
        dy_at(base, row + 2u, o),
        dy_at(base, row + 3u, o),
    );
}

fn left(base: u32, block: u32, output: u32, index: u32) -> array<vec4<f32>, 3> {
    return array<vec4<f32>, 3>(
        dy_rows(base, block, output, index), dy_rows(base, block, output, index + WORKGROUP),
        dy_rows(base, block, output, index + 2u * WORKGROUP)
    );
}

// w is read along its rows: neighbouring threads take neighbouring outputs.
fn right(base: u32, output: u32, strip: u32, index: u32) -> vec4<f32> {
    if (index >= STRIP_DEPTH * QUADS) { return vec4<f32>(); }
    let o = output + index % STRIP_DEPTH;
    let f = strip + 4u * (index / STRIP_DEPTH);
    return vec4<f32>(
        w_at(base, f, o),
        w_at(base, f + 1u, o),
        w_at(base, f + 2u, o),
        w_at(base, f + 3u, o),
    );
}

// The product of the block of rows from `block` on with the features from `strip` on.
fn product(dy_base: u32, w_base: u32, block: u32, strip: u32, index: u32) -> Held {
    var held = Held();
    let b_at = vec2<u32>(index % STRIP_DEPTH, index / STRIP_DEPTH);
    var a = left(dy_base, block, 0u, index);
    var b = right(w_base, 0u, strip, index);
    for (var o = STRIP_DEPTH; o < at.outputs + STRIP_DEPTH; o += STRIP_DEPTH) {
        share_strip(a, b, b_at, index);
        a = left(dy_base, block, o, index);
        b = right(w_base, o, strip, index);
        multiply_strip(&held, index);
    }
    return held;
}

fn store_dx(place: u32, f: u32, values: vec4<f32>) {
    if (f < at.features) { dx[place] = values.x; }
    if (f + 1u < at.features) { dx[place + 1u] = values.y; }
    if (f + 2u < at.features) { dx[place + 2u] = values.z; }
    if (f + 3u < at.features) { dx[place + 3u] = values.w; }
}

// A thread comes back only to what it stored itself, so that no barrier is needed.
fn stored_dx(place: u32, f: u32) -> vec4<f32> {
    var values = vec4<f32>();
    if (f < at.features) { values.x = dx[place]; }
    if (f + 1u < at.features) { values.y = dx[place + 1u]; }
    if (f + 2u < at.features) { values.z = dx[place + 2u]; }
    if (f + 3u < at.features) { values.w = dx[place + 3u]; }
    return values;
}

fn h_at(place: u32, f: u32, c: Column) -> vec4<f32> {
    var values = vec4<f32>();
    if (f < at.features) { values.x = dense[place]; }
    if (f + 1u < at.features) { values.y = dense[place + 1u]; }
    if (f + 2u < at.features) { values.z = dense[place + 2u]; }
    if (f + 3u < at.features) { values.w = dense[place + 3u]; }
    return normalised(values, c);
}

// Sums of da and of da h.
struct Sums {
    da: vec4<f32>,
    dah: vec4<f32>,
}

// Turns the product of a block into da and returns its sums.
fn through_activation(
    held: ptr<function, Held>,
    c: Column,
    base: u32,
    block: u32,
    f: u32,
    index: u32,
) -> Sums {
    var sums = Sums();
    for (var i = 0u; i < HEIGHT; i++) {
        let row = block + row_of(i, index);
        if (row < at.rows) {
            let h = h_at(base + row * at.features + f, f, c);
            let da = (*held)[i] * slopes(h, c, at.slope);
            (*held)[i] = da;
            sums.da += da;
            sums.dah += da * h;
        }
    }
    return sums;
}

fn keep_block(held: ptr<function, Held>, base: u32, block: u32, f: u32, index: u32) {
    for (var i = 0u; i < HEIGHT; i++) {
        let row = block + row_of(i, index);
        if (row < at.rows) { store_dx(base + row * at.features + f, f, (*held)[i]); }
    }
}

fn fetch_block(held: ptr<function, Held>, base: u32, block: u32, f: u32, index: u32) {
    for (var i = 0u; i < HEIGHT; i++) {
        let row = block + row_of(i, index);
        if (row < at.rows) { (*held)[i] = stored_dx(base + row * at.features + f, f); }
    }
}

fn put_out(
    held: ptr<function, Held>,
    c: Column,
    means: Sums,
    bases: vec2<u32>,
    block: u32,
    f: u32,
    index: u32,
) {
    for (var i = 0u; i < HEIGHT; i++) {
        let row = block + row_of(i, index);
        if (row < at.rows) {
            let h = h_at(bases.x + row * at.features + f, f, c);
            store_dx(bases.y + row * at.features + f, f,
                c.gamma * c.rstd * ((*held)[i] - means.da - h * means.dah));
        }
    }
}

@compute @workgroup_size(256)
fn dense_norm_backward(
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
    var total = Sums();
    for (var g = 0u; g < at.groups; g++) {
        let dy_base = start(at.dy, group.z) + g * at.rows * at.outputs;
        let in_group = g * at.rows * at.features;
        let bases =
            vec2<u32>(start(at.dense, group.z) + in_group, start(at.dx, group.z) + in_group);
        let statistics_base = start(at.statistics, group.z) + 2u * g * at.features;
        let c = Column(statistic_from(statistics_base, f),
            statistic_from(statistics_base + at.features, f), gamma, beta);
        var held = Held();
        var lane = Sums();
        for (var block = 0u; block < at.rows; block += block_rows()) {
            held = product(dy_base, w_base, block, strip, index);
            let sums = through_activation(&held, c, bases.x, block, f, index);
            lane = Sums(lane.da + sums.da, lane.dah + sums.dah);
            if (blocks) { keep_block(&held, bases.y, block, f, index); }
        }
        let sums = Sums(sum_lines(lane.da, index), sum_lines(lane.dah, index));
        total = Sums(total.da + sums.da, total.dah + sums.dah);
        let means = Sums(sums.da / f32(at.rows), sums.dah / f32(at.rows));
        for (var block = 0u; block < at.rows; block += block_rows()) {
            if (blocks) { fetch_block(&held, bases.y, block, f, index); }
            put_out(&held, c, means, bases, block, f, index);
        }
    }
    if (index < QUADS) {
        let place = start(at.dscale, group.z) + f;
        store_dscale(place, f, total.dah);
        store_dscale(place + at.features, f, total.da);
    }
}

fn store_dscale(place: u32, f: u32, values: vec4<f32>) {
    if (f < at.features) { dscale[place] = values.x; }
    if (f + 1u < at.features) { dscale[place + 1u] = values.y; }
    if (f + 2u < at.features) { dscale[place + 2u] = values.z; }
    if (f + 3u < at.features) { dscale[place + 3u] = values.w; }
}
