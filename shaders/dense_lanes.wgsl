// dense_lanes: the products of dense for devices that execute eight threads as one vector and read
// memory thread by thread.
//
// forward          y[m, r, o] = sum_i x[m, r, i] w[m, i, o] + b[m, o]
// backward input   dx[m, r, i] = sum_o dy[m, r, o] w[m, i, o]
// backward weight  dw[m, i, o] = sum_r x[m, r, i] dy[m, r, o],  db[m, o] = sum_r dy[m, r, o]
// shapes    as in dense; any
// launch    a subgroup of 8 threads owns 48 rows x 64 columns of the result, 48 x 8 a thread;
//           grid (columns / 64, rows / 48, M)
// mirror    src/engine/cpu/dense.rs
//
// Such a device (Mesa's software GPU) pays for each thread's read by itself,
// and workgroup memory costs it as much as storage.
// So a thread reads six of the 48 numbers of a column of the left matrix and hears the others from
// its neighbours, and reads 8 of the right one for 384 multiplications.
// With more rows its compiler would take longer than they save.
// It unrolls no loop of more than 32 rounds, and what is not unrolled cannot stay out of memory:
// therefore rows are counted in parts.
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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> b: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;
@group(0) @binding(5) var<storage, read> dy: array<f32>;
@group(0) @binding(6) var<storage, read_write> dx: array<f32>;
@group(0) @binding(7) var<storage, read_write> dw: array<f32>;
@group(0) @binding(8) var<storage, read_write> db: array<f32>;

const SUBGROUP = 8u;
// Rows of a tile: a part is as many as there are threads.
const PARTS = 6u;
const ROWS = PARTS * SUBGROUP;
const COLUMNS = 8u;

// The results of a thread: rows of the subgroup's tile, and every eighth of its columns.
struct Results {
    rows: array<array<f32, COLUMNS>, ROWS>,
}

// Places outside a matrix are those of its last row or column: read in vain, never written.
fn inside(place: u32, size: u32) -> u32 {
    return min(place, size - 1u);
}

// What the eight threads read, given to all of them.
fn everyones(mine: f32) -> array<f32, SUBGROUP> {
    return array<f32, SUBGROUP>(
        subgroupBroadcast(mine, 0u), subgroupBroadcast(mine, 1u), subgroupBroadcast(mine, 2u),
        subgroupBroadcast(mine, 3u),
        subgroupBroadcast(mine, 4u), subgroupBroadcast(mine, 5u), subgroupBroadcast(mine, 6u),
        subgroupBroadcast(mine, 7u)
    );
}

// Adds the product of a column of the left matrix and a row of the right one.
fn multiply(results: ptr<function, Results>, left: array<f32, PARTS>, right: array<f32, COLUMNS>) {
    for (var p = 0u; p < PARTS; p++) {
        let all = everyones(left[p]);
        for (var r = 0u; r < SUBGROUP; r++) {
            for (var c = 0u; c < COLUMNS; c++) {
                (*results).rows[SUBGROUP * p + r][c] += all[r] * right[c];
            }
        }
    }
}

@compute @workgroup_size(SUBGROUP)
fn dense_forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(subgroup_invocation_id) lane: u32,
) {
    let row = group.y * ROWS;
    let column = group.x * SUBGROUP * COLUMNS + lane;
    var lines: array<u32, PARTS>;
    for (var p = 0u; p < PARTS; p++) {
        lines[p] = start(at.x, group.z) + inside(row + SUBGROUP * p + lane, at.rows) * at.inputs;
    }
    var places: array<u32, COLUMNS>;
    for (var c = 0u; c < COLUMNS; c++) {
        places[c] = start(at.w, group.z) + inside(column + SUBGROUP * c, at.outputs);
    }
    var results: Results;
    for (var k = 0u; k < at.inputs; k++) {
        var right: array<f32, COLUMNS>;
        for (var c = 0u; c < COLUMNS; c++) { right[c] = w[places[c] + k * at.outputs]; }
        var left: array<f32, PARTS>;
        for (var p = 0u; p < PARTS; p++) { left[p] = x[lines[p] + k]; }
        multiply(&results, left, right);
    }
    let base = start(at.y, group.z) + row * at.outputs;
    for (var c = 0u; c < COLUMNS; c++) {
        let o = column + SUBGROUP * c;
        if (o < at.outputs) {
            var bias = 0.0;
            if (at.biased == 1u) { bias = b[start(at.b, group.z) + o]; }
            for (var p = 0u; p < PARTS; p++) {
                for (var i = 0u; i < SUBGROUP; i++) {
                    let r = SUBGROUP * p + i;
                    if (row + r < at.rows) {
                        y[base + r * at.outputs + o] = results.rows[r][c] + bias;
                    }
                }
            }
        }
    }
}

@compute @workgroup_size(SUBGROUP)
fn dense_backward_input(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(subgroup_invocation_id) lane: u32,
) {
    let row = group.y * ROWS;
    let column = group.x * SUBGROUP * COLUMNS + lane;
    var lines: array<u32, PARTS>;
    for (var p = 0u; p < PARTS; p++) {
        lines[p] = start(at.dy, group.z) + inside(row + SUBGROUP * p + lane, at.rows) * at.outputs;
    }
    var places: array<u32, COLUMNS>;
    for (var c = 0u; c < COLUMNS; c++) {
        places[c] = start(at.w, group.z) + inside(column + SUBGROUP * c, at.inputs) * at.outputs;
    }
    var results: Results;
    for (var k = 0u; k < at.outputs; k++) {
        var right: array<f32, COLUMNS>;
        for (var c = 0u; c < COLUMNS; c++) { right[c] = w[places[c] + k]; }
        var left: array<f32, PARTS>;
        for (var p = 0u; p < PARTS; p++) { left[p] = dy[lines[p] + k]; }
        multiply(&results, left, right);
    }
    let base = start(at.dx, group.z) + row * at.inputs;
    for (var c = 0u; c < COLUMNS; c++) {
        let i = column + SUBGROUP * c;
        for (var p = 0u; p < PARTS; p++) {
            for (var j = 0u; j < SUBGROUP; j++) {
                let r = SUBGROUP * p + j;
                if (i < at.inputs && row + r < at.rows) {
                    dx[base + r * at.inputs + i] = results.rows[r][c];
                }
            }
        }
    }
}

@compute @workgroup_size(SUBGROUP)
fn dense_backward_weight(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(subgroup_invocation_id) lane: u32,
) {
    let row = group.y * ROWS;
    let column = group.x * SUBGROUP * COLUMNS + lane;
    var lines: array<u32, PARTS>;
    for (var p = 0u; p < PARTS; p++) {
        lines[p] = start(at.x, group.z) + inside(row + SUBGROUP * p + lane, at.inputs);
    }
    var places: array<u32, COLUMNS>;
    for (var c = 0u; c < COLUMNS; c++) {
        places[c] = start(at.dy, group.z) + inside(column + SUBGROUP * c, at.outputs);
    }
    let summing = at.biased == 1u && group.y == 0u;
    var results: Results;
    var bias: array<f32, COLUMNS>;
    for (var k = 0u; k < at.rows; k++) {
        var right: array<f32, COLUMNS>;
        for (var c = 0u; c < COLUMNS; c++) { right[c] = dy[places[c] + k * at.outputs]; }
        if (summing) {
            for (var c = 0u; c < COLUMNS; c++) { bias[c] += right[c]; }
        }
        var left: array<f32, PARTS>;
        for (var p = 0u; p < PARTS; p++) { left[p] = x[lines[p] + k * at.inputs]; }
        multiply(&results, left, right);
    }
    let base = start(at.dw, group.z) + row * at.outputs;
    for (var c = 0u; c < COLUMNS; c++) {
        let o = column + SUBGROUP * c;
        for (var p = 0u; p < PARTS; p++) {
            for (var i = 0u; i < SUBGROUP; i++) {
                let r = SUBGROUP * p + i;
                if (o < at.outputs && row + r < at.inputs) {
                    dw[base + r * at.outputs + o] = results.rows[r][c];
                }
            }
        }
        if (summing && o < at.outputs) { db[start(at.db, group.z) + o] = bias[c]; }
    }
}
