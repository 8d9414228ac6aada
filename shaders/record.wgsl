// record: keeps numbers of a step for later.
//
// forward   history[floor(step / period) mod H, s] = x[s]
// backward  none
// shapes    x [M, 1, S]; history [M, H, S]
// launch    256 threads, one number each, striding; grid (S / 256, 1, M)
// mirror    src/engine/cpu/record.rs

struct At {
    x: vec2<u32>,
    history: vec2<u32>,
    size: u32,
    rows: u32,
    period: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> history: array<f32>;
@group(1) @binding(0) var<uniform> clock: u32;

@compute @workgroup_size(256)
fn record(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
    let row = (clock / at.period) % at.rows;
    for (var i = id.x; i < at.size; i += grid.x * WORKGROUP) {
        history[start(at.history, id.z) + row * at.size + i] = x[start(at.x, id.z) + i];
    }
}
