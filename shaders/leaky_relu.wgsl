// leaky_relu: the activation of hidden layers without batch norm.
//
// forward   y[e] = x[e] if x[e] > 0 else slope x[e]
// backward  dx[e] = dy[e] (1 if x[e] > 0 else slope)
// shapes    x, y, dy, dx [M, R, F]
// launch    256 threads, one number each, striding; grid (R F / 256, 1, M)
// mirror    src/engine/cpu/leaky_relu.rs

struct At {
    x: vec2<u32>,
    y: vec2<u32>,
    dy: vec2<u32>,
    dx: vec2<u32>,
    size: u32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(256)
fn leaky_relu_forward(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(num_workgroups) grid: vec3<u32>,
) {
    for (var i = id.x; i < at.size; i += grid.x * WORKGROUP) {
        y[start(at.y, id.z) + i] = leaky(x[start(at.x, id.z) + i], at.slope);
    }
}

@compute @workgroup_size(256)
fn leaky_relu_backward(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(num_workgroups) grid: vec3<u32>,
) {
    for (var i = id.x; i < at.size; i += grid.x * WORKGROUP) {
        dx[start(at.dx, id.z) + i] =
            dy[start(at.dy, id.z) + i] * select(at.slope, 1.0, x[start(at.x, id.z) + i] > 0.0);
    }
}
