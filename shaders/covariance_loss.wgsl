// covariance_loss: how far a covariance is from the real one,
// and the dense layer that is its gradient.
//
// forward   loss = scale sum over i, j of (covariance[i, j] - real[i, j])^2
// backward  w[i, j] = factor (covariance[i, j] - real[i, j]),  b[j] = -sum_i mean[i] w[i, j]:
//           x w + b is the gradient for x
// shapes    covariance, real, w [M, F, F]; mean, b [M, 1, F]; loss [M, 1, 1]
// launch    256 threads; the workgroups with x = 0 sum the loss, the others own 16 columns,
//           16 threads each; grid (1 + F / 16, 1, M)
// mirror    src/engine/cpu/covariance_loss.rs

struct At {
    covariance: vec2<u32>,
    real: vec2<u32>,
    mean: vec2<u32>,
    loss: vec2<u32>,
    w: vec2<u32>,
    b: vec2<u32>,
    features: u32,
    scale: f32,
    factor: f32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> covariance: array<f32>;
@group(0) @binding(2) var<storage, read> real: array<f32>;
@group(0) @binding(3) var<storage, read> mean: array<f32>;
@group(0) @binding(4) var<storage, read_write> loss: array<f32>;
@group(0) @binding(5) var<storage, read_write> w: array<f32>;
@group(0) @binding(6) var<storage, read_write> b: array<f32>;

fn apart(place: u32, model: u32) -> f32 {
    return covariance[start(at.covariance, model) + place] - real[start(at.real, model) + place];
}

@compute @workgroup_size(256)
fn covariance_loss(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    if (group.x == 0u) {
        let terms = at.features * at.features;
        var squares = 0.0;
        for (var i = index; i < terms; i += 4u * WORKGROUP) {
            // Four terms at a time, always loaded, so that their loads are under way together.
            for (var j = 0u; j < 4u; j++) {
                let d = apart(min(i + j * WORKGROUP, terms - 1u), group.z);
                squares += select(0.0, d * d, i + j * WORKGROUP < terms);
            }
        }
        let sum = sum_lanes(squares, index, 1u);
        if (index == 0u) {
            loss[start(at.loss, group.z)] = at.scale * sum;
        }
    } else {
        let column = (group.x - 1u) * STRIP + index % STRIP;
        let first = select(at.features, index / STRIP, column < at.features);
        var along = 0.0;
        for (var row = first; row < at.features; row += LANES) {
            let value = at.factor * apart(row * at.features + column, group.z);
            w[start(at.w, group.z) + row * at.features + column] = value;
            along += mean[start(at.mean, group.z) + row] * value;
        }
        let sum = sum_lanes(along, index, STRIP);
        if (index < STRIP && column < at.features) {
            b[start(at.b, group.z) + column] = -sum;
        }
    }
}
