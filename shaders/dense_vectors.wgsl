// dense_vectors: the products of dense without workgroup memory, in vectors of four:
// for layers whose sizes are multiples of four.
//
// forward          y[m, r, o] = sum_i x[m, r, i] w[m, i, o] + b[m, o]
// backward input   dx[m, r, i] = sum_o dy[m, r, o] w[m, i, o]
// backward weight  dw[m, i, o] = sum_r x[m, r, i] dy[m, r, o],  db[m, o] = sum_r dy[m, r, o]
// shapes    as in dense;
//           inputs, outputs, places and strides between models are multiples of 4
// launch    8 x 8 threads own 64 rows x 64 columns of the result, 8 x 8 a thread in registers;
//           grid (columns / 64, rows / 64, M)
// mirror    src/engine/cpu/dense.rs
//
// Neighbouring threads read the same numbers at the same time,
// so that a cache stands in for workgroup memory, and nobody waits at a barrier.
// Sums run over the inner dimension in order, as in dense: the bits are the same.

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
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> w: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> b: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> dy: array<vec4<f32>>;
@group(0) @binding(6) var<storage, read_write> dx: array<vec4<f32>>;
@group(0) @binding(7) var<storage, read_write> dw: array<vec4<f32>>;
@group(0) @binding(8) var<storage, read_write> db: array<vec4<f32>>;

const SIDE = 8u;
const ROWS = 8u;
// A thread's second four columns lie half a tile behind its first,
// so that neighbouring threads read neighbouring vectors.
const PAIR = 2u;

// Where the vectors of a model start.
fn vectors(place: vec2<u32>, model: u32) -> u32 {
    return start(place, model) / 4u;
}

// Places outside a matrix are those of its last line: read in vain, never written.
fn inside(place: u32, size: u32) -> u32 {
    return min(place, size - 1u);
}

// First row and first vector of columns of a thread.
fn corner(group: vec3<u32>, index: u32) -> vec2<u32> {
    return vec2<u32>((group.y * SIDE + index / SIDE) * ROWS, group.x * SIDE * PAIR + index % SIDE);
}

@compute @workgroup_size(64)
fn dense_forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let mine = corner(group, index);
    let width = at.outputs / 4u;
    let depth = at.inputs / 4u;
    var lines: array<u32, ROWS>;
    for (var r = 0u; r < ROWS; r++) {
        lines[r] = vectors(at.x, group.z) + inside(mine.x + r, at.rows) * depth;
    }
    var places: array<u32, PAIR>;
    for (var c = 0u; c < PAIR; c++) {
        places[c] = vectors(at.w, group.z) + inside(mine.y + SIDE * c, width);
    }
    var results: array<array<vec4<f32>, PAIR>, ROWS>;
    for (var k = 0u; k < depth; k++) {
        var right: array<mat4x4<f32>, PAIR>;
        for (var c = 0u; c < PAIR; c++) {
            let place = places[c] + 4u * k * width;
            right[c] = mat4x4<f32>(w[place], w[place + width], w[place + 2u * width],
                w[place + 3u * width]);
        }
        for (var r = 0u; r < ROWS; r++) {
            let left = x[lines[r] + k];
            for (var c = 0u; c < PAIR; c++) {
                results[r][c] += left.x * right[c][0];
                results[r][c] += left.y * right[c][1];
                results[r][c] += left.z * right[c][2];
                results[r][c] += left.w * right[c][3];
            }
        }
    }
    for (var c = 0u; c < PAIR; c++) {
        let o = mine.y + SIDE * c;
        var bias = vec4<f32>();
        if (at.biased == 1u && o < width) { bias = b[vectors(at.b, group.z) + o]; }
        for (var r = 0u; r < ROWS; r++) {
            if (o < width && mine.x + r < at.rows) {
                y[vectors(at.y, group.z) + (mine.x + r) * width + o] = results[r][c] + bias;
            }
        }
    }
}

@compute @workgroup_size(64)
fn dense_backward_input(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let mine = corner(group, index);
    let width = at.inputs / 4u;
    let depth = at.outputs / 4u;
    var lines: array<u32, ROWS>;
    for (var r = 0u; r < ROWS; r++) {
        lines[r] = vectors(at.dy, group.z) + inside(mine.x + r, at.rows) * depth;
    }
    var places: array<u32, PAIR>;
    for (var c = 0u; c < PAIR; c++) {
        places[c] = vectors(at.w, group.z) + 4u * inside(mine.y + SIDE * c, width) * depth;
    }
    var results: array<array<vec4<f32>, PAIR>, ROWS>;
    for (var k = 0u; k < depth; k++) {
        var right: array<mat4x4<f32>, PAIR>;
        for (var c = 0u; c < PAIR; c++) {
            let place = places[c] + k;
            right[c] = transpose(mat4x4<f32>(w[place], w[place + depth], w[place + 2u * depth],
                w[place + 3u * depth]));
        }
        for (var r = 0u; r < ROWS; r++) {
            let left = dy[lines[r] + k];
            for (var c = 0u; c < PAIR; c++) {
                results[r][c] += left.x * right[c][0];
                results[r][c] += left.y * right[c][1];
                results[r][c] += left.z * right[c][2];
                results[r][c] += left.w * right[c][3];
            }
        }
    }
    for (var c = 0u; c < PAIR; c++) {
        let i = mine.y + SIDE * c;
        for (var r = 0u; r < ROWS; r++) {
            if (i < width && mine.x + r < at.rows) {
                dx[vectors(at.dx, group.z) + (mine.x + r) * width + i] = results[r][c];
            }
        }
    }
}

@compute @workgroup_size(64)
fn dense_backward_weight(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let mine = corner(group, index);
    let width = at.outputs / 4u;
    let height = at.inputs / 4u;
    let line = vectors(at.x, group.z) + inside(mine.x / 4u, height);
    let next = vectors(at.x, group.z) + inside(mine.x / 4u + 1u, height);
    var places: array<u32, PAIR>;
    for (var c = 0u; c < PAIR; c++) {
        places[c] = vectors(at.dy, group.z) + inside(mine.y + SIDE * c, width);
    }
    let summing = at.biased == 1u && mine.x == 0u;
    var results: array<array<vec4<f32>, PAIR>, ROWS>;
    var bias: array<vec4<f32>, PAIR>;
    for (var k = 0u; k < at.rows; k++) {
        let above = x[line + k * height];
        let below = x[next + k * height];
        let left = array<f32, ROWS>(above.x, above.y, above.z, above.w, below.x, below.y, below.z,
            below.w);
        for (var c = 0u; c < PAIR; c++) {
            let right = dy[places[c] + k * width];
            if (summing) { bias[c] += right; }
            for (var r = 0u; r < ROWS; r++) { results[r][c] += left[r] * right; }
        }
    }
    for (var c = 0u; c < PAIR; c++) {
        let o = mine.y + SIDE * c;
        for (var r = 0u; r < ROWS; r++) {
            if (o < width && mine.x + r < at.inputs) {
                dw[vectors(at.dw, group.z) + (mine.x + r) * width + o] = results[r][c];
            }
        }
        if (summing && o < width) { db[vectors(at.db, group.z) + o] = bias[c]; }
    }
}
