// sort_columns_lanes: order statistics for devices that execute eight threads as one vector and
// read memory thread by thread.
//
// forward   sorted and rank of every column within each group of R rows, as in sort_columns
// shapes    x, sorted, rank [M, G R, F]; R <= 2048
// launch    a subgroup of 8 threads owns one column of one group; grid (F, G, M)
// mirror    src/engine/cpu/sort_columns.rs
//
// The rank of a row is the number of rows before it, so that no comparator waits for another one
// and nothing is moved.
// A thread counts for eight of its rows at a time, reads one of eight rows to compare with and
// hears the others from its neighbours: 64 comparisons a read.

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

const SUBGROUP = 8u;
// Rows that a thread counts for at a time.
const OWN = 8u;
const SHORT = 2048u;
const LAST = 0x7fffffff;
var<workgroup> keys: array<i32, SHORT>;

// An integer that orders like the number: both zeros are one value,
// NaN lies beyond the infinity of its sign, and all are before the places from the last row on.
fn key(value: f32) -> i32 {
    let bits = bitcast<i32>(value);
    return select(min(bits ^ ((bits >> 31u) & LAST), LAST - 1), 0, value == 0.0);
}

// What the eight threads have, given to all of them.
fn everyones(mine: i32) -> array<i32, SUBGROUP> {
    return array<i32, SUBGROUP>(
        subgroupBroadcast(mine, 0u), subgroupBroadcast(mine, 1u), subgroupBroadcast(mine, 2u),
        subgroupBroadcast(mine, 3u),
        subgroupBroadcast(mine, 4u), subgroupBroadcast(mine, 5u), subgroupBroadcast(mine, 6u),
        subgroupBroadcast(mine, 7u)
    );
}

// How many of the eight are below a limit.
fn below(eight: array<i32, SUBGROUP>, limit: i32) -> i32 {
    var count = 0;
    for (var i = 0u; i < SUBGROUP; i++) { count += select(0, 1, eight[i] < limit); }
    return count;
}

// How many of the eight threads before this one have the same key.
fn equals_before(mine: i32, lane: u32) -> i32 {
    let eight = everyones(mine);
    var count = 0;
    for (var i = 0u; i < SUBGROUP; i++) { count += select(0, 1, eight[i] == mine && i < lane); }
    return count;
}

@compute @workgroup_size(SUBGROUP)
fn sort_columns(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(subgroup_invocation_id) lane: u32,
) {
    let inside = group.y * at.rows * at.features + group.x;
    let x_base = start(at.x, group.z) + inside;
    let sorted_base = start(at.sorted, group.z) + inside;
    let rank_base = start(at.rank, group.z) + inside;
    let eights = (at.rows + SUBGROUP - 1u) / SUBGROUP;
    for (var e = 0u; e < eights; e++) {
        let r = SUBGROUP * e + lane;
        keys[r] = select(LAST, key(x[x_base + min(r, at.rows - 1u) * at.features]), r < at.rows);
    }
    workgroupBarrier();
    for (var first = 0u; first < eights; first += OWN) {
        var mine: array<i32, OWN>;
        var before: array<i32, OWN>;
        for (var i = 0u; i < OWN; i++) {
            mine[i] = keys[min(SUBGROUP * (first + i) + lane, SHORT - 1u)];
        }
        for (var e = 0u; e < eights; e++) {
            let eight = everyones(keys[SUBGROUP * e + lane]);
            for (var i = 0u; i < OWN; i++) {
                // Equal numbers of smaller rows come before, too.
                before[i] += below(eight, mine[i] + select(0, 1, e < first + i));
            }
        }
        for (var i = 0u; i < OWN; i++) {
            let r = SUBGROUP * (first + i) + lane;
            let place = u32(before[i] + equals_before(mine[i], lane));
            if (r < at.rows) {
                rank[rank_base + r * at.features] = f32(place);
                sorted[sorted_base + place * at.features] = x[x_base + r * at.features];
            }
        }
    }
}
