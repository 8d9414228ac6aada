// add: adds one tensor to another.
//
// forward   y[e] = y[e] + x[e]
// backward  none
// shapes    x, y [M, R, F]
// launch    256 threads, one number each, striding; grid (R F / 256, 1, M)
// mirror    src/engine/cpu/add.rs

struct At {
    x: vec2<u32>,
    y: vec2<u32>,
    size: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(256)
fn add(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
    for (var i = id.x; i < at.size; i += grid.x * WORKGROUP) {
        y[start(at.y, id.z) + i] += x[start(at.x, id.z) + i];
    }
}
