// average: a step towards newer numbers.
//
// step      y[e] = r x[e] + (1 - r) y[e],  r = rate[min(step, steps - 1)]
// shapes    x, y [M, 1, P]; rate [M, steps, 1]
// launch    256 threads, one number each, striding; grid (P / 256, 1, M)
// mirror    src/engine/cpu/average.rs

struct At {
    x: vec2<u32>,
    y: vec2<u32>,
    rate: vec2<u32>,
    size: u32,
    steps: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read> rate: array<f32>;
@group(1) @binding(0) var<uniform> clock: u32;

@compute @workgroup_size(256)
fn average(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
    let r = rate[start(at.rate, id.z) + min(clock, at.steps - 1u)];
    for (var i = id.x; i < at.size; i += grid.x * WORKGROUP) {
        let place = start(at.y, id.z) + i;
        y[place] = r * x[start(at.x, id.z) + i] + (1.0 - r) * y[place];
    }
}
