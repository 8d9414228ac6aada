// tile: the matrix product inside dense and covariance, whose texts are followed by this text (and
// the prelude).
//
// A workgroup of SIDE x SIDE threads owns 4 SIDE x 4 SIDE results, 4 x 4 a thread, in registers;
// it walks over the inner dimension SIDE at a time.
// With SIDE 16 that is 64 x 64 results, with SIDE 8 it is 32 x 32: four times as many workgroups,
// for results that are too small to fill a GPU.
// Tiles are stored as vec4: `tile_a[k, rows / 4]`, `tile_b[k, columns / 4]`,
// with one vec4 of padding so that threads that store neighbouring k do not collide.
// Each thread fetches one vec4 of each tile, the next one while the current one is multiplied.
// Zeros stand for what lies outside a matrix: a sum that starts at 0 is the same with and without
// them.
// Every result is a sum over k in order, in every variant.

override SIDE: u32 = 16u;

var<workgroup> tile_a: array<vec4<f32>, SIDE * (SIDE + 1u)>;
var<workgroup> tile_b: array<vec4<f32>, SIDE * (SIDE + 1u)>;

// What a thread fetches where the inner dimension is the fast one in memory:
// neighbouring threads take neighbouring k.
// (k, line / 4)
fn along_depth(index: u32) -> vec2<u32> {
    return vec2<u32>(index % SIDE, index / SIDE);
}

// What a thread fetches where rows or columns are the fast dimension in memory. (k, line / 4)
fn across_depth(index: u32) -> vec2<u32> {
    return vec2<u32>(index / SIDE, index % SIDE);
}

// The tiles of this step, visible to the whole workgroup.
fn share_tiles(a: vec4<f32>, a_at: vec2<u32>, b: vec4<f32>, b_at: vec2<u32>) {
    workgroupBarrier();
    tile_a[a_at.x * (SIDE + 1u) + a_at.y] = a;
    tile_b[b_at.x * (SIDE + 1u) + b_at.y] = b;
    workgroupBarrier();
}

// Adds the product of the tiles to the 4 x 4 results of the thread in (row group, column group);
// result[i] is a row.
fn multiply_tiles(results: mat4x4<f32>, row: u32, column: u32) -> mat4x4<f32> {
    var r0 = results[0];
    var r1 = results[1];
    var r2 = results[2];
    var r3 = results[3];
    for (var k = 0u; k < SIDE; k++) {
        let a = tile_a[k * (SIDE + 1u) + row];
        let b = tile_b[k * (SIDE + 1u) + column];
        r0 += a.x * b;
        r1 += a.y * b;
        r2 += a.z * b;
        r3 += a.w * b;
    }
    return mat4x4<f32>(r0, r1, r2, r3);
}

// Adds the lines of tile b to the sums of the four columns of a column group.
fn add_lines(sums: vec4<f32>, column: u32) -> vec4<f32> {
    var total = sums;
    for (var k = 0u; k < SIDE; k++) {
        total += tile_b[k * (SIDE + 1u) + column];
    }
    return total;
}
