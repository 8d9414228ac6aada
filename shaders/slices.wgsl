// slices: the matrix product inside norm_dense_forward, norm_dense_backward and dense_update,
// whose texts are followed by this text (and the prelude).
//
// A workgroup of 256 threads owns a tile of EDGE x EDGE results, EDGE = 4 SIDE.
// SIDE x SIDE threads, a slice, hold the whole tile in registers, 4 x 4 results each.
// A stretch of the inner dimension is DEPTH = 256 / SIDE long.
// Each slice takes SIDE of it, and at the end the sums of the slices are added in their order.
// So a thread walks over a part of the inner dimension only:
// few results with a long inner dimension do not keep a GPU waiting for one long loop.
// With SIDE 8 that is 32 x 32 results and 4 slices, with SIDE 4 it is 16 x 16 and 16 slices.
// Tiles are stored as vec4: `tile_a[k, rows / 4]`, `tile_b[k, columns / 4]`,
// with one vec4 of padding so that threads that store neighbouring k do not collide.
// Each thread fetches one vec4 of each tile, the next one while the current one is multiplied.

override SIDE: u32 = 8u;

// Features of the inner dimension whose coefficients lie in workgroup memory at a time.
const BLOCK = 256u;

var<workgroup> tile_a: array<vec4<f32>, 256u / SIDE * (SIDE + 1u)>;
// After the product: the results of the tile, row by row.
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

// Adds what the slices hold in row `line` of their 4 x 4 results, and keeps it in tile_b.
fn add_slices(held: vec4<f32>, line: u32, index: u32) {
    workgroupBarrier();
    tile_a[index] = held;
    workgroupBarrier();
    let slice = SIDE * SIDE;
    if (index < 4u * slice) {
        let thread = index / 4u;
        var total = 0.0;
        for (var s = 0u; s < WORKGROUP / slice; s++) {
            total += tile_a[s * slice + thread][index % 4u];
        }
        let place = (4u * (thread / SIDE) + line) * edge() + 4u * (thread % SIDE) + index % 4u;
        tile_b[place / 4u][place % 4u] = total;
    }
}

// Puts the slices together. Every thread of the workgroup must call it.
fn gather_slices(results: mat4x4<f32>, index: u32) {
    add_slices(results[0], 0u, index);
    add_slices(results[1], 1u, index);
    add_slices(results[2], 2u, index);
    add_slices(results[3], 3u, index);
    workgroupBarrier();
}

// Once the slices are together, a thread takes every `lanes()`th row of one column.
fn lanes() -> u32 {
    return WORKGROUP / edge();
}

fn result_at(row: u32, column: u32) -> f32 {
    let place = row * edge() + column;
    return tile_b[place / 4u][place % 4u];
}
