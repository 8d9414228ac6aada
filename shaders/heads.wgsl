// heads: levels, values and masks from a generator's raw numbers, block by block of columns.
//
// blocks    [b] = (kind, first column, columns n, scale, missing);
//           u = (noise + 1) / 2 within [2^-25, 1 - 2^-24]
// forward   kind 0, levels   a[i] = (raw[i] - spread log(-log(u[i]))) / temperature,
//                            soft[i] = exp(a[i]) / sum_j exp(a[j])
//                            y[i] = scale at the first largest a, else 0
//           kind 1, number   soft = raw,  y = scale raw
//           kind 2, masked   l = spread (log(u[1]) - log(1 - u[1])),
//                            s = sigmoid((raw[1] + l) / temperature),  h = 1 if s > 1/2 else 0
//                            soft = (raw[0], s),  y = (scale raw[0] (1 - h), scale h)
// backward  levels           draw[i] = scale / temperature soft[i] (dy[i] - sum_j soft[j] dy[j])
//           number           draw = scale dy
//           masked           draw = (scale (1 - h) dy[0],
//                            scale / temperature s (1 - s) (dy[1] - soft[0] dy[0]))
// shapes    raw, noise, soft, y, dy, draw [M, R, F]; blocks [M, B, 5]
// launch    256 threads, one block of one row each, striding; grid (R B / 256, 1, M)
// mirror    src/engine/cpu/heads.rs

struct At {
    raw: vec2<u32>,
    noise: vec2<u32>,
    blocks: vec2<u32>,
    soft: vec2<u32>,
    y: vec2<u32>,
    dy: vec2<u32>,
    draw: vec2<u32>,
    rows: u32,
    features: u32,
    count: u32,
    temperature: f32,
    spread: f32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> raw: array<f32>;
@group(0) @binding(2) var<storage, read> noise: array<f32>;
@group(0) @binding(3) var<storage, read> blocks: array<f32>;
@group(0) @binding(4) var<storage, read_write> soft: array<f32>;
@group(0) @binding(4) var<storage, read> soft_read: array<f32>;
@group(0) @binding(5) var<storage, read_write> y: array<f32>;
@group(0) @binding(6) var<storage, read> dy: array<f32>;
@group(0) @binding(7) var<storage, read_write> draw: array<f32>;

// A block of one row: its columns lie from `place` to `end` (not included) in the numbers of a
// model.
struct Block {
    kind: u32,
    place: u32,
    end: u32,
    scale: f32,
}

fn block_at(i: u32, model: u32) -> Block {
    let row = start(at.blocks, model) + 5u * (i % at.count);
    let place = i / at.count * at.features + u32(blocks[row + 1u]);
    return Block(u32(blocks[row]), place, place + u32(blocks[row + 2u]), blocks[row + 3u]);
}

// Noise as a number between 0 and 1, both excluded: log and log of log stay finite.
fn unit(number: f32) -> f32 {
    return clamp(0.5 * number + 0.5, 0x1p-25f, 1.0 - 0x1p-24f);
}

// -log(u).
// A driver's log has an absolute error near 1, which would be all of it:
// there by 2 atanh(t / (2 - t)) with t = 1 - u, whose series has an error of 2e-9 after z^15 for z
// at most 1/3.
fn minus_log(u: f32) -> f32 {
    let t = 1.0 - u;
    let z = t / (2.0 - t);
    let q = z * z;
    let high = 1.0 / 9.0 + q * (1.0 / 11.0 + q * (1.0 / 13.0 + q * (1.0 / 15.0)));
    let series = 2.0 * z * (1.0 + q * (1.0 / 3.0 + q * (1.0 / 5.0 + q * (1.0 / 7.0 + q * high))));
    return select(-log(u), series, u >= 0.5);
}

// exp(x) for x at most 0; NaN stays NaN.
fn decay(x: f32) -> f32 {
    return select(exp(max(x, -87.0)), x, is_nan(x));
}

fn levels_forward(block: Block, model: u32) {
    let softs = start(at.soft, model);
    var largest = 0.0;
    var best = block.place;
    for (var i = block.place; i < block.end; i++) {
        let gumbel = -log(minus_log(unit(noise[start(at.noise, model) + i])));
        let a = (raw[start(at.raw, model) + i] + at.spread * gumbel) / at.temperature;
        soft[softs + i] = a;
        if (i == block.place || a > largest) {
            largest = a;
            best = i;
        }
    }
    var sum = 0.0;
    for (var i = block.place; i < block.end; i++) {
        let e = decay(soft[softs + i] - largest);
        soft[softs + i] = e;
        sum += e;
    }
    for (var i = block.place; i < block.end; i++) {
        soft[softs + i] /= sum;
        y[start(at.y, model) + i] = select(select(0.0, block.scale, i == best), sum, is_nan(sum));
    }
}

fn masked_forward(block: Block, model: u32) {
    let value = raw[start(at.raw, model) + block.place];
    let u = unit(noise[start(at.noise, model) + block.place + 1u]);
    let logistic = minus_log(1.0 - u) - minus_log(u);
    let s = sigmoid((raw[start(at.raw, model) + block.place + 1u] + at.spread
        * logistic) / at.temperature);
    let hard = select(0.0, block.scale, s > 0.5);
    soft[start(at.soft, model) + block.place] = value;
    soft[start(at.soft, model) + block.place + 1u] = s;
    y[start(at.y, model) + block.place] = select(block.scale * value, 0.0, s > 0.5);
    y[start(at.y, model) + block.place + 1u] = select(hard, s, is_nan(s));
}

@compute @workgroup_size(256)
fn heads_forward(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(num_workgroups) grid: vec3<u32>,
) {
    for (var i = id.x; i < at.rows * at.count; i += grid.x * WORKGROUP) {
        let block = block_at(i, id.z);
        if (block.kind == 0u) {
            levels_forward(block, id.z);
        } else if (block.kind == 1u) {
            let value = raw[start(at.raw, id.z) + block.place];
            soft[start(at.soft, id.z) + block.place] = value;
            y[start(at.y, id.z) + block.place] = block.scale * value;
        } else {
            masked_forward(block, id.z);
        }
    }
}

fn levels_backward(block: Block, model: u32) {
    let softs = start(at.soft, model);
    let slopes = start(at.dy, model);
    var mean = 0.0;
    for (var i = block.place; i < block.end; i++) {
        mean += soft_read[softs + i] * dy[slopes + i];
    }
    let scale = block.scale / at.temperature;
    for (var i = block.place; i < block.end; i++) {
        draw[start(at.draw, model) + i] = scale * soft_read[softs + i] * (dy[slopes + i] - mean);
    }
}

fn masked_backward(block: Block, model: u32) {
    let softs = start(at.soft, model) + block.place;
    let slopes = start(at.dy, model) + block.place;
    let s = soft_read[softs + 1u];
    let slope = dy[slopes + 1u] - soft_read[softs] * dy[slopes];
    draw[start(at.draw, model) + block.place] = select(block.scale * dy[slopes], 0.0, s > 0.5);
    draw[start(at.draw, model) + block.place + 1u] =
        block.scale / at.temperature * (s * (1.0 - s)) * slope;
}

@compute @workgroup_size(256)
fn heads_backward(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(num_workgroups) grid: vec3<u32>,
) {
    for (var i = id.x; i < at.rows * at.count; i += grid.x * WORKGROUP) {
        let block = block_at(i, id.z);
        if (block.kind == 0u) {
            levels_backward(block, id.z);
        } else if (block.kind == 1u) {
            draw[start(at.draw, id.z) + block.place] =
                block.scale * dy[start(at.dy, id.z) + block.place];
        } else {
            masked_backward(block, id.z);
        }
    }
}
