// sort_columns: order statistics of every column within each group of R rows.
//
// forward   sorted[g R + k, f] = k-th smallest of x[g R .. (g + 1) R, f]
//           rank[g R + r, f] = number of rows of the group that come before row r: smaller ones, and equal ones with a smaller r
// backward  by rank (percentile_loss)
// shapes    x, sorted, rank [M, G R, F]
// launch    256 threads own one column of one group; grid (F, G, M).
//           sort_columns holds it in workgroup memory (R <= 4096), sort_columns_long sorts in `sorted` itself (any R)
// mirror    src/cpu/sort_columns.rs
//
// Bitonic merging with every comparator ascending: blocks of `span` are first compared with their mirror image, then at falling distances.
// Places from R on would hold +infinity, so comparators that reach there have nothing to do and R need not be a power of two.

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

const SHORT = 4096u;
var<workgroup> column: array<f32, SHORT>;

// The two places of comparator `pair` among blocks of `span`, against the mirror image.
fn mirrored(pair: u32, span: u32) -> vec2<u32> {
    let block = pair / (span / 2u) * span;
    let inside = pair % (span / 2u);
    return vec2<u32>(block + inside, block + span - 1u - inside);
}

// The two places of comparator `pair` at a distance.
fn apart(pair: u32, distance: u32) -> vec2<u32> {
    let low = pair / distance * 2u * distance + pair % distance;
    return vec2<u32>(low, low + distance);
}

fn order_short(places: vec2<u32>) {
    if (places.y >= at.rows) { return; }
    let low = column[places.x];
    let high = column[places.y];
    if (high < low) {
        column[places.x] = high;
        column[places.y] = low;
    }
}

fn order_long(places: vec2<u32>, base: u32) {
    if (places.y >= at.rows) { return; }
    let low = sorted[base + places.x * at.features];
    let high = sorted[base + places.y * at.features];
    if (high < low) {
        sorted[base + places.x * at.features] = high;
        sorted[base + places.y * at.features] = low;
    }
}

// Rows before `row` that hold the same value.
fn earlier_equals(base: u32, row: u32, value: f32) -> u32 {
    var count = 0u;
    for (var r = 0u; r < row; r++) {
        count += select(0u, 1u, x[base + r * at.features] == value);
    }
    return count;
}

@compute @workgroup_size(256)
fn sort_columns(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let inside = group.y * at.rows * at.features + group.x;
    let x_base = start(at.x, group.z) + inside;
    let sorted_base = start(at.sorted, group.z) + inside;
    let rank_base = start(at.rank, group.z) + inside;
    for (var r = index; r < at.rows; r += WORKGROUP) {
        column[r] = x[x_base + r * at.features];
    }
    for (var span = 2u; span < 2u * at.rows; span *= 2u) {
        workgroupBarrier();
        for (var pair = index; pair < at.rows; pair += WORKGROUP) {
            order_short(mirrored(pair, span));
        }
        for (var distance = span / 4u; distance > 0u; distance /= 2u) {
            workgroupBarrier();
            for (var pair = index; pair < at.rows; pair += WORKGROUP) {
                order_short(apart(pair, distance));
            }
        }
    }
    workgroupBarrier();
    for (var r = index; r < at.rows; r += WORKGROUP) {
        sorted[sorted_base + r * at.features] = column[r];
        let value = x[x_base + r * at.features];
        var low = 0u;
        var high = at.rows - 1u;
        while (low < high) {
            let middle = (low + high) / 2u;
            if (column[middle] < value) { low = middle + 1u; } else { high = middle; }
        }
        if (low + 1u < at.rows && column[low + 1u] == value) {
            low += earlier_equals(x_base, r, value);
        }
        rank[rank_base + r * at.features] = f32(min(low, at.rows - 1u));
    }
}

@compute @workgroup_size(256)
fn sort_columns_long(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) index: u32) {
    let inside = group.y * at.rows * at.features + group.x;
    let x_base = start(at.x, group.z) + inside;
    let sorted_base = start(at.sorted, group.z) + inside;
    let rank_base = start(at.rank, group.z) + inside;
    for (var r = index; r < at.rows; r += WORKGROUP) {
        sorted[sorted_base + r * at.features] = x[x_base + r * at.features];
    }
    for (var span = 2u; span < 2u * at.rows; span *= 2u) {
        storageBarrier();
        for (var pair = index; pair < at.rows; pair += WORKGROUP) {
            order_long(mirrored(pair, span), sorted_base);
        }
        for (var distance = span / 4u; distance > 0u; distance /= 2u) {
            storageBarrier();
            for (var pair = index; pair < at.rows; pair += WORKGROUP) {
                order_long(apart(pair, distance), sorted_base);
            }
        }
    }
    storageBarrier();
    for (var r = index; r < at.rows; r += WORKGROUP) {
        let value = x[x_base + r * at.features];
        var low = 0u;
        var high = at.rows - 1u;
        while (low < high) {
            let middle = (low + high) / 2u;
            if (sorted[sorted_base + middle * at.features] < value) { low = middle + 1u; } else { high = middle; }
        }
        if (low + 1u < at.rows && sorted[sorted_base + (low + 1u) * at.features] == value) {
            low += earlier_equals(x_base, r, value);
        }
        rank[rank_base + r * at.features] = f32(min(low, at.rows - 1u));
    }
}
