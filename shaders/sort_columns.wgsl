// sort_columns: order statistics of every column within each group of R rows.
//
// forward   sorted[g R + k, f] = k-th smallest of x[g R .. (g + 1) R, f]
//           rank[g R + r, f] = number of rows of the group that come before row r:
//           smaller ones, and equal ones with a smaller r
// backward  by rank (percentile_loss)
// shapes    x, sorted, rank [M, G R, F]
// launch    256 threads own one column of one group; grid (F, G, M).
//           sort_columns holds it in workgroup memory (R <= 2048),
//           sort_columns_long sorts in `sorted` and `rank` themselves (any R)
// mirror    src/engine/cpu/sort_columns.rs
//
// Bitonic merging with every comparator ascending: blocks of `span` are first compared with their
// mirror image, then at falling distances.
// Places from R on would hold +infinity, so comparators that reach there have nothing to do and R
// need not be a power of two.
// Rows travel with their values, so that a column of few levels, where nearly everything is equal,
// costs no more than any other.
//
// Loops around and before a barrier end for all threads at once, and each thread looks whether its
// place exists: FXC, which compiles for Windows, refuses a barrier behind a loop whose end depends
// on the thread.
// A pair from R on has an upper place from R on, so that its comparator does nothing.

struct At {
    x: vec2<u32>,
    sorted: vec2<u32>,
    rank: vec2<u32>,
    rows: u32,
    features: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> sorted: array<f32>;
@group(0) @binding(3) var<storage, read_write> rank: array<f32>;

const SHORT = 2048u;
var<workgroup> column: array<f32, SHORT>;
var<workgroup> row_of: array<u32, SHORT>;

// The lower place of comparator `pair` among blocks of twice `half`, a power of two:
// the bits of `half` and above move up by one.
fn lower(pair: u32, half: u32) -> u32 {
    let inside = pair & (half - 1u);
    return 2u * (pair - inside) + inside;
}

// The two places of comparator `pair` among blocks of `span`, against the mirror image.
fn mirrored(pair: u32, span: u32) -> vec2<u32> {
    let low = lower(pair, span / 2u);
    return vec2<u32>(low, low ^ (span - 1u));
}

// The two places of comparator `pair` at a distance.
fn apart(pair: u32, distance: u32) -> vec2<u32> {
    let low = lower(pair, distance);
    return vec2<u32>(low, low + distance);
}

fn order_short(places: vec2<u32>) {
    if (places.y >= at.rows) { return; }
    let low = column[places.x];
    let high = column[places.y];
    // In order already: the rows need not be read.
    if (!(high <= low)) { return; }
    let low_row = row_of[places.x];
    let high_row = row_of[places.y];
    if (high < low || (high == low && high_row < low_row)) {
        column[places.x] = high;
        column[places.y] = low;
        row_of[places.x] = high_row;
        row_of[places.y] = low_row;
    }
}

// The same in memory, where `rank` holds the rows.
fn order_long(places: vec2<u32>, sorted_base: u32, rank_base: u32) {
    if (places.y >= at.rows) { return; }
    let here = places * at.features;
    let low = sorted[sorted_base + here.x];
    let high = sorted[sorted_base + here.y];
    if (!(high <= low)) { return; }
    let low_row = rank[rank_base + here.x];
    let high_row = rank[rank_base + here.y];
    if (high < low || (high == low && high_row < low_row)) {
        sorted[sorted_base + here.x] = high;
        sorted[sorted_base + here.y] = low;
        rank[rank_base + here.x] = high_row;
        rank[rank_base + here.y] = low_row;
    }
}

@compute @workgroup_size(256)
fn sort_columns(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let inside = group.y * at.rows * at.features + group.x;
    let x_base = start(at.x, group.z) + inside;
    let sorted_base = start(at.sorted, group.z) + inside;
    let rank_base = start(at.rank, group.z) + inside;
    for (var first = 0u; first < at.rows; first += WORKGROUP) {
        let r = first + index;
        if (r < at.rows) {
            column[r] = x[x_base + r * at.features];
            row_of[r] = r;
        }
    }
    for (var span = 2u; span < 2u * at.rows; span *= 2u) {
        workgroupBarrier();
        for (var first = 0u; first < at.rows; first += WORKGROUP) {
            order_short(mirrored(first + index, span));
        }
        for (var distance = span / 4u; distance > 0u; distance /= 2u) {
            workgroupBarrier();
            for (var first = 0u; first < at.rows; first += WORKGROUP) {
                order_short(apart(first + index, distance));
            }
        }
    }
    workgroupBarrier();
    for (var k = index; k < at.rows; k += WORKGROUP) {
        sorted[sorted_base + k * at.features] = column[k];
        rank[rank_base + row_of[k] * at.features] = f32(k);
    }
}

@compute @workgroup_size(256)
fn sort_columns_long(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let inside = group.y * at.rows * at.features + group.x;
    let x_base = start(at.x, group.z) + inside;
    let sorted_base = start(at.sorted, group.z) + inside;
    let rank_base = start(at.rank, group.z) + inside;
    for (var first = 0u; first < at.rows; first += WORKGROUP) {
        let r = first + index;
        if (r < at.rows) {
            sorted[sorted_base + r * at.features] = x[x_base + r * at.features];
            rank[rank_base + r * at.features] = f32(r);
        }
    }
    for (var span = 2u; span < 2u * at.rows; span *= 2u) {
        storageBarrier();
        for (var first = 0u; first < at.rows; first += WORKGROUP) {
            order_long(mirrored(first + index, span), sorted_base, rank_base);
        }
        for (var distance = span / 4u; distance > 0u; distance /= 2u) {
            storageBarrier();
            for (var first = 0u; first < at.rows; first += WORKGROUP) {
                order_long(apart(first + index, distance), sorted_base, rank_base);
            }
        }
    }
    // Now `rank` says which row is at each place.
    // `sorted` takes the place of each row, then both change their parts:
    // values by place are had again from x.
    storageBarrier();
    for (var first = 0u; first < at.rows; first += WORKGROUP) {
        let k = first + index;
        if (k < at.rows) {
            let row = u32(rank[rank_base + k * at.features]);
            sorted[sorted_base + row * at.features] = f32(k);
        }
    }
    storageBarrier();
    for (var k = index; k < at.rows; k += WORKGROUP) {
        let row = u32(rank[rank_base + k * at.features]);
        rank[rank_base + k * at.features] = sorted[sorted_base + k * at.features];
        sorted[sorted_base + k * at.features] = x[x_base + row * at.features];
    }
}
