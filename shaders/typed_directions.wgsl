// typed_directions: random unit rows of four kinds, which lie one behind the other.
//
// forward   n(k, i) = 2 s - 4080
//           with s the sum of the sixteen bytes of philox((k (W + 1) + i, step, stream, m), seed)
//           dense      v[k, c] = n(k, c)
//           principal  v[k, c] = sum_i n(k, i) factor[i, c]
//           pairs      v[k, c] = n(k, c) in the columns of blocks a and b, else 0;
//                      with words u of block k (W + 1) + W:
//                      a = u0 B / 2^32, b = u1 (B - 1) / 2^32 rounded down, b + 1 if b >= a
//           masks      v[k, c] = (word 0 of block k (W + 1) + c >> 8)
//                      + 1 in the last column of a block with missing cells, else 0
//           out[k, c] = v[k, c] / sqrt(sum_c v[k, c]^2);  a row of zeros stays zero
// backward  none
// shapes    factor [M, r, W]; blocks [M, B, 5] = (kind, first, len, scale, missing); out [M, K, W]
// launch    256 threads own a row, striding over its columns; grid (K, 1, M)
// mirror    src/engine/cpu/typed_directions.rs

struct At {
    factor: vec2<u32>,
    blocks: vec2<u32>,
    out: vec2<u32>,
    rank: u32,
    count: u32,
    width: u32,
    dense: u32,
    principal: u32,
    pairs: u32,
    stream: u32,
    seed_low: u32,
    seed_high: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> factor: array<f32>;
@group(0) @binding(2) var<storage, read> blocks: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@group(1) @binding(0) var<uniform> clock: u32;

// Normal numbers of a principal direction, a workgroup's length of them at a time.
var<workgroup> drawn: array<f32, WORKGROUP>;

fn words(direction: u32, i: u32, model: u32) -> vec4<u32> {
    let counter = vec4<u32>(direction * (at.width + 1u) + i, clock, at.stream, model);
    return philox(counter, vec2<u32>(at.seed_low, at.seed_high));
}

// A nearly normal integer below 2^12: exact.
fn normal(direction: u32, i: u32, model: u32) -> f32 {
    let four = words(direction, i, model);
    let pairs = (four & vec4<u32>(0xff00ffu)) + ((four >> vec4<u32>(8u)) & vec4<u32>(0xff00ffu));
    let both = pairs.x + pairs.y + pairs.z + pairs.w;
    return f32(2 * i32((both & 0xffffu) + (both >> 16u)) - 4080);
}

// First column of a block, and the one behind the last.
fn columns(block: u32, model: u32) -> vec2<u32> {
    let place = start(at.blocks, model) + 5u * block;
    let first = u32(blocks[place + 1u]);
    return vec2<u32>(first, first + u32(blocks[place + 2u]));
}

fn inside(column: u32, block: u32, model: u32) -> bool {
    let ends = columns(block, model);
    return ends.x <= column && column < ends.y;
}

fn in_pair(direction: u32, column: u32, model: u32) -> bool {
    let chosen = words(direction, at.width, model);
    let one = wide_product(chosen.x, at.count).x;
    let next = wide_product(chosen.y, at.count - 1u).x;
    let other = select(next, next + 1u, next >= one);
    return inside(column, one, model) || inside(column, other, model);
}

fn is_mask(column: u32, model: u32) -> bool {
    var found = false;
    for (var block = 0u; block < at.count; block++) {
        let missing = blocks[start(at.blocks, model) + 5u * block + 4u] > 0.0;
        found = found || (missing && columns(block, model).y == column + 1u);
    }
    return found;
}

// A number of a direction that is not principal.
fn entry(direction: u32, column: u32, model: u32) -> f32 {
    if (direction < at.dense) { return normal(direction, column, model); }
    if (direction < at.dense + at.principal + at.pairs) {
        if (in_pair(direction, column, model)) { return normal(direction, column, model); }
    } else if (is_mask(column, model)) {
        return f32((words(direction, column, model).x >> 8u) + 1u);
    }
    return 0.0;
}

@compute @workgroup_size(256)
fn typed_directions(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let direction = group.x;
    let row = start(at.out, group.z) + direction * at.width;
    if (direction >= at.dense && direction < at.dense + at.principal) {
        for (var first = 0u; first < at.rank; first += WORKGROUP) {
            workgroupBarrier();
            drawn[index] = normal(direction, first + index, group.z);
            workgroupBarrier();
            let count = min(at.rank - first, WORKGROUP);
            let base = start(at.factor, group.z) + first * at.width;
            for (var column = index; column < at.width; column += WORKGROUP) {
                var sum = select(out[row + column], 0.0, first == 0u);
                for (var i = 0u; i < count; i++) {
                    sum += drawn[i] * factor[base + i * at.width + column];
                }
                out[row + column] = sum;
            }
        }
    } else {
        for (var column = index; column < at.width; column += WORKGROUP) {
            out[row + column] = entry(direction, column, group.z);
        }
    }
    var squares = 0.0;
    for (var column = index; column < at.width; column += WORKGROUP) {
        squares += out[row + column] * out[row + column];
    }
    let length = sqrt(sum_lanes(squares, index, 1u));
    let scale = select(0.0, 1.0 / length, length > 0.0);
    for (var column = index; column < at.width; column += WORKGROUP) {
        out[row + column] *= scale;
    }
}
