// adam: one step of Adam (Kingma and Ba 2015) as Keras writes it.
//
// step      m = beta1 m + rest1 dw,  v = beta2 v + rest2 dw^2,
//           w = w - lr[min(step, steps - 1)] m / (sqrt(v) + epsilon)
//           with rest = 1 - beta; lr holds the bias-corrected rate of every step
// shapes    w, dw, m, v [M, 1, P]; lr [M, steps, 1]
// launch    256 threads, one parameter each, striding; grid (P / 256, 1, M)
// mirror    src/engine/cpu/adam.rs

struct At {
    w: vec2<u32>,
    dw: vec2<u32>,
    m: vec2<u32>,
    v: vec2<u32>,
    lr: vec2<u32>,
    size: u32,
    steps: u32,
    beta1: f32,
    rest1: f32,
    beta2: f32,
    rest2: f32,
    epsilon: f32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read_write> w: array<f32>;
@group(0) @binding(2) var<storage, read> dw: array<f32>;
@group(0) @binding(3) var<storage, read_write> m: array<f32>;
@group(0) @binding(4) var<storage, read_write> v: array<f32>;
@group(0) @binding(5) var<storage, read> lr: array<f32>;
@group(1) @binding(0) var<uniform> clock: u32;

@compute @workgroup_size(256)
fn adam(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>) {
    let rate = lr[start(at.lr, id.z) + min(clock, at.steps - 1u)];
    for (var i = id.x; i < at.size; i += grid.x * WORKGROUP) {
        let g = dw[start(at.dw, id.z) + i];
        let first = at.beta1 * m[start(at.m, id.z) + i] + at.rest1 * g;
        let second = at.beta2 * v[start(at.v, id.z) + i] + at.rest2 * g * g;
        m[start(at.m, id.z) + i] = first;
        v[start(at.v, id.z) + i] = second;
        w[start(at.w, id.z) + i] -= rate * first / (sqrt(second) + at.epsilon);
    }
}
