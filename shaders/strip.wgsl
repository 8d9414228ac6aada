// strip: the matrix product inside dense_norm_forward and dense_norm_backward,
// whose texts are followed by this text (and the prelude).
//
// A workgroup owns 4 QUADS neighbouring features (columns) for all rows, a block of rows at a time,
// and walks over the inner dimension DEPTH at a time.
// A thread holds four neighbouring features of HEIGHT rows of the block in registers:
// HEIGHT - 1 (a multiple of 4) that lie together, and one more,
// so that a block takes a batch of 268 rows almost exactly.
// Every sum over rows is a fixed tree: the same numbers, the same bits.

// Threads that share a row.
// These (QUADS, HEIGHT) fit the workgroup memory below:
// (8, 9) has 32 features and blocks of 288 rows, (4, 5) 16 and 320, (16, 9) 64 and 144.
// QUADS is a power of two.
override QUADS = 8u;
override HEIGHT = 9u;

const STRIP_DEPTH = 8u;
// `tile_a[k, rows / 4]` with one vec4 more for each k, so that threads that store neighbouring k do
// not collide; `tile_b[k, columns / 4]`.
var<workgroup> tile_a: array<vec4<f32>, 648>;
var<workgroup> tile_b: array<vec4<f32>, 128>;

// What a thread holds of a block.
alias Held = array<vec4<f32>, 9>;

// Threads that share a column.
fn lines() -> u32 {
    return WORKGROUP / QUADS;
}

fn block_rows() -> u32 {
    return HEIGHT * lines();
}

fn pitch() -> u32 {
    return block_rows() / 4u + 1u;
}

// The row of the block that a thread holds in place i.
fn row_of(i: u32, index: u32) -> u32 {
    let line = index / QUADS;
    let together = HEIGHT - 1u;
    return select(together * lines() + line, together * line + i, i < together);
}

// Where unit `index` of the left tile belongs, a vec4 of four rows at one k: (k, row / 4).
// Neighbouring threads take neighbouring k.
fn left_place(unit: u32) -> vec2<u32> {
    return vec2<u32>(unit % STRIP_DEPTH, unit / STRIP_DEPTH);
}

fn is_left(unit: u32) -> bool {
    return unit < 2u * block_rows();
}

fn share_left(unit: u32, a: vec4<f32>) {
    let place = left_place(unit);
    if (is_left(unit)) { tile_a[place.x * pitch() + place.y] = a; }
}

// The tiles of this step, visible to the whole workgroup; a workgroup fetches at most three units
// of the left tile with every thread.
fn share_strip(a: array<vec4<f32>, 3>, b: vec4<f32>, b_at: vec2<u32>, index: u32) {
    workgroupBarrier();
    share_left(index, a[0]);
    share_left(index + WORKGROUP, a[1]);
    share_left(index + 2u * WORKGROUP, a[2]);
    if (index < STRIP_DEPTH * QUADS) { tile_b[b_at.x * QUADS + b_at.y] = b; }
    workgroupBarrier();
}

// Adds the product of the tiles to what the thread holds.
fn multiply_strip(held: ptr<function, Held>, index: u32) {
    let line = index / QUADS;
    let column = index % QUADS;
    for (var k = 0u; k < STRIP_DEPTH; k++) {
        let b = tile_b[k * QUADS + column];
        let place = k * pitch() + (HEIGHT / 4u) * line;
        for (var q = 0u; q < HEIGHT / 4u; q++) {
            let a = tile_a[place + q];
            (*held)[4u * q] += a.x * b;
            (*held)[4u * q + 1u] += a.y * b;
            (*held)[4u * q + 2u] += a.z * b;
            (*held)[4u * q + 3u] += a.w * b;
        }
        (*held)[HEIGHT - 1u] += tile_a[k * pitch() + (HEIGHT / 4u) * lines() + line / 4u][line % 4u]
            * b;
    }
}

// Sum over the lines of each column, given to all of them.
// Every thread of the workgroup must call it.
fn sum_lines(value: vec4<f32>, index: u32) -> vec4<f32> {
    workgroupBarrier();
    tile_a[index] = value;
    for (var half = WORKGROUP / 2u; half >= QUADS; half /= 2u) {
        workgroupBarrier();
        if (index < half) { tile_a[index] += tile_a[index + half]; }
    }
    workgroupBarrier();
    return tile_a[index % QUADS];
}

// What the rows of a group share in four features.
struct Column {
    mean: vec4<f32>,
    rstd: vec4<f32>,
    gamma: vec4<f32>,
    beta: vec4<f32>,
}

fn normalised(value: vec4<f32>, c: Column) -> vec4<f32> {
    return (value - c.mean) * c.rstd;
}

// Slopes of the leaky ReLU at normalised values.
fn slopes(h: vec4<f32>, c: Column, slope: f32) -> vec4<f32> {
    return select(vec4<f32>(slope), vec4<f32>(1.0), c.gamma * h + c.beta > vec4<f32>(0.0));
}
