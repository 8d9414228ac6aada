// tanh: the bounded output of a generator.
//
// forward   y[e] = tanh(x[e]). A driver's tanh overflows for large x and cancels near 0, so:
//           a polynomial below 0.625 (Cephes, Moshier 1992),
//           above it 1 - 2 / (exp(2 |x|) + 1) with |x| at most 15, where f32 has reached 1
// backward  dx[e] = dy[e] (1 - y[e]^2)
// shapes    x, y, dy, dx [M, R, F]
// launch    256 threads, one number each, striding; grid (R F / 256, 1, M)
// mirror    src/engine/cpu/tanh.rs

struct At {
    x: vec2<u32>,
    y: vec2<u32>,
    dy: vec2<u32>,
    dx: vec2<u32>,
    size: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read> y_read: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;

fn accurate_tanh(v: f32) -> f32 {
    let z = v * v;
    let p = (((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z
        + 1.33314422036e-1) * z - 3.33332819422e-1;
    let far = 1.0 - 2.0 / (exp(2.0 * min(abs(v), 15.0)) + 1.0);
    let value = select(sign(v) * far, v + v * z * p, abs(v) < 0.625);
    return select(value, v, is_nan(v));
}

@compute @workgroup_size(256)
fn tanh_forward(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(num_workgroups) grid: vec3<u32>,
) {
    for (var i = id.x; i < at.size; i += grid.x * WORKGROUP) {
        y[start(at.y, id.z) + i] = accurate_tanh(x[start(at.x, id.z) + i]);
    }
}

@compute @workgroup_size(256)
fn tanh_backward(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(num_workgroups) grid: vec3<u32>,
) {
    for (var i = id.x; i < at.size; i += grid.x * WORKGROUP) {
        let value = y_read[start(at.y, id.z) + i];
        dx[start(at.dx, id.z) + i] = dy[start(at.dy, id.z) + i] * (1.0 - value * value);
    }
}
