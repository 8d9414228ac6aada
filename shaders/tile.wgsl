// tile: the matrix product inside dense and covariance, whose texts are followed by this text (and the prelude).
//
// A workgroup owns 64 x 64 results and walks over the inner dimension 16 at a time; a thread owns 4 x 4 of them in registers. Tiles are stored
// as vec4: `tile_a[k, rows / 4]`, `tile_b[k, columns / 4]`, with one vec4 of padding so that threads that store neighbouring k do not collide.
// Each thread fetches one vec4 of each tile, the next one while the current one is multiplied. Zeros stand for what lies outside a matrix.

const TILE = 64u;
const DEPTH = 16u;
const SIDE = 16u;
const PITCH = 17u;

var<workgroup> tile_a: array<vec4<f32>, 272>;
var<workgroup> tile_b: array<vec4<f32>, 272>;

// What a thread fetches where the inner dimension is the fast one in memory: neighbouring threads take neighbouring k. (k, line / 4)
fn along_depth(index: u32) -> vec2<u32> {
    return vec2<u32>(index % DEPTH, index / DEPTH);
}

// What a thread fetches where rows or columns are the fast dimension in memory. (k, line / 4)
fn across_depth(index: u32) -> vec2<u32> {
    return vec2<u32>(index / SIDE, index % SIDE);
}

// The tiles of this step, visible to the whole workgroup.
fn share_tiles(a: vec4<f32>, a_at: vec2<u32>, b: vec4<f32>, b_at: vec2<u32>) {
    workgroupBarrier();
    tile_a[a_at.x * PITCH + a_at.y] = a;
    tile_b[b_at.x * PITCH + b_at.y] = b;
    workgroupBarrier();
}

// Adds the product of the tiles to the 4 x 4 results of the thread in (row group, column group); result[i] is a row.
fn multiply_tiles(results: mat4x4<f32>, row: u32, column: u32) -> mat4x4<f32> {
    var r0 = results[0];
    var r1 = results[1];
    var r2 = results[2];
    var r3 = results[3];
    for (var k = 0u; k < DEPTH; k++) {
        let a = tile_a[k * PITCH + row];
        let b = tile_b[k * PITCH + column];
        r0 += a.x * b;
        r1 += a.y * b;
        r2 += a.z * b;
        r3 += a.w * b;
    }
    return mat4x4<f32>(r0, r1, r2, r3);
}
