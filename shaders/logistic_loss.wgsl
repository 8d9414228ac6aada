// logistic_loss: cross-entropy on logits; group 0 should be judged real (sign -1),
// group 1 fake (sign +1).
//
// forward   scores[0] = sum_g mean_r softplus(sign_g logits[g R + r]), the loss;
//           scores[1 + g] = mean_r sigmoid(logits[g R + r]), the probabilities
// backward  dlogits[g R + r] = weight sign_g sigmoid(sign_g logits[g R + r]) / R
// shapes    logits, dlogits [M, G R, 1]; scores [M, 1, 1 + G]
// launch    256 threads for all rows of a model; grid (1, 1, M)
// mirror    src/engine/cpu/logistic_loss.rs

struct At {
    logits: vec2<u32>,
    scores: vec2<u32>,
    dlogits: vec2<u32>,
    rows: u32,
    groups: u32,
    weight: f32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> logits: array<f32>;
@group(0) @binding(2) var<storage, read_write> scores: array<f32>;
@group(0) @binding(3) var<storage, read_write> dlogits: array<f32>;

@compute @workgroup_size(256)
fn logistic_loss(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    var total = 0.0;
    for (var g = 0u; g < at.groups; g++) {
        let side = select(1.0, -1.0, g == 0u);
        var losses = 0.0;
        var judged = 0.0;
        for (var r = index; r < at.rows; r += WORKGROUP) {
            let e = g * at.rows + r;
            let logit = logits[start(at.logits, group.z) + e];
            losses += softplus(side * logit);
            judged += sigmoid(logit);
            dlogits[start(at.dlogits, group.z) + e] =
                at.weight * side * sigmoid(side * logit) / f32(at.rows);
        }
        total += sum_lanes(losses, index, 1u) / f32(at.rows);
        let mean = sum_lanes(judged, index, 1u) / f32(at.rows);
        if (index == 0u) {
            scores[start(at.scores, group.z) + 1u + g] = mean;
        }
    }
    if (index == 0u) {
        scores[start(at.scores, group.z)] = total;
    }
}
