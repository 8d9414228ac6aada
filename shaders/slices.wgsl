// slices: the matrix product inside norm_dense_forward, norm_dense_backward and dense_update,
// whose texts are followed by this text (and the prelude).
//
// A workgroup of 256 threads owns a tile of EDGE x EDGE results, EDGE = 4 SIDE.
// SIDE x SIDE threads, a slice, hold the whole tile in registers, 4 x 4 results each.
// A stretch of the inner dimension is DEPTH = 256 / SIDE long.
// Each slice takes SIDE of it, and at the end the sums of the slices are added in their order.
// So a thread walks over a part of the inner dimension only:
// few results with a long inner dimension do not keep a GPU waiting for one long loop.
// With SIDE 16 that is 64 x 64 results and one slice, with SIDE 8 it is 32 x 32 and 4 slices,
// with SIDE 4 it is 16 x 16 and 16 slices.
// Tiles are stored as vec4: `tile_a[k, rows / 4]`, `tile_b[k, columns / 4]`,
// with one vec4 of padding so that threads that store neighbouring k do not collide.
// Each thread fetches one vec4 of each tile, the next one while the current one is multiplied.

override SIDE: u32 = 8u;

// Features of the inner dimension whose coefficients lie in workgroup memory at a time.
const BLOCK = 256u;

// After the product: one line of every thread's 4 x 4 results.
var<workgroup> tile_a: array<vec4<f32>, 256u / SIDE * (SIDE + 1u)>;
var<workgroup> tile_b: array<vec4<f32>, 256u / SIDE * (SIDE + 1u)>;

// Rows and columns of a tile.
fn edge() -> u32 {
    return 4u * SIDE;
}

fn depth() -> u32 {
    return 256u / SIDE;
}

// What a thread fetches where the inner dimension is the fast one in memory:
// neighbouring threads take neighbouring k.
// (k, line / 4)
fn along_depth(index: u32) -> vec2<u32> {
    return vec2<u32>(index % depth(), index / depth());
}

// What a thread fetches where columns are the fast dimension in memory. (k, column / 4)
fn across_depth(index: u32) -> vec2<u32> {
    return vec2<u32>(index / SIDE, index % SIDE);
}

// Four lines from `first` on, each one that lies inside, else the last one:
// what lies outside a matrix is computed from numbers that are there, and not kept.
fn lines_from(first: u32, count: u32) -> vec4<u32> {
    return min(vec4<u32>(first, first + 1u, first + 2u, first + 3u), vec4<u32>(count - 1u));
}

// Where a thread stores what it fetched.
fn slot_of(place: vec2<u32>) -> u32 {
    return place.x * (SIDE + 1u) + place.y;
}

// The tiles of this stretch, visible to the whole workgroup.
fn share_tiles(a: vec4<f32>, b: vec4<f32>, slots: vec2<u32>) {
    workgroupBarrier();
    tile_a[slots.x] = a;
    tile_b[slots.y] = b;
    workgroupBarrier();
}

// Where the rows and the columns of a thread start in the tiles.
fn slice_place(index: u32) -> vec2<u32> {
    let mine = index % (SIDE * SIDE);
    let first = index / (SIDE * SIDE) * SIDE * (SIDE + 1u);
    return first + vec2<u32>(mine / SIDE, mine % SIDE);
}

// Adds the product of the slice's part of the stretch to the 4 x 4 results of the thread.
fn multiply_slice(results: mat4x4<f32>, place: vec2<u32>) -> mat4x4<f32> {
    var r0 = results[0];
    var r1 = results[1];
    var r2 = results[2];
    var r3 = results[3];
    for (var k = 0u; k < SIDE; k++) {
        let a = tile_a[place.x + k * (SIDE + 1u)];
        let b = tile_b[place.y + k * (SIDE + 1u)];
        r0 += a.x * b;
        r1 += a.y * b;
        r2 += a.z * b;
        r3 += a.w * b;
    }
    return mat4x4<f32>(r0, r1, r2, r3);
}

// Shows one of the four lines of every thread's results to the whole workgroup: the rows
// 4 t + `line` of the tile. Every thread of the workgroup must call it.
fn share_line(results: mat4x4<f32>, line: u32, index: u32) {
    var held = results[0];
    if (line == 1u) { held = results[1]; }
    if (line == 2u) { held = results[2]; }
    if (line == 3u) { held = results[3]; }
    workgroupBarrier();
    tile_a[index] = held;
    workgroupBarrier();
}

// Of a shared line, a thread takes every `lanes()`th row of one column.
fn lanes() -> u32 {
    return WORKGROUP / edge();
}

// How many rows that are.
fn turns() -> u32 {
    return max(SIDE / lanes(), 1u);
}

// The result in row 4 `t` + line of the tile: the sums of the slices, in their order.
fn result_at(t: u32, column: u32) -> f32 {
    let slice = SIDE * SIDE;
    let place = t * SIDE + column / 4u;
    var total = 0.0;
    for (var s = 0u; s < WORKGROUP / slice; s++) {
        total += tile_a[s * slice + place][column % 4u];
    }
    return total;
}
