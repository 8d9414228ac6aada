// batch_norm: normalisation over a batch, and leaky ReLU.
// A group g is a run of R rows with statistics of its own.
//
// forward   mean[g, f] = mean_r x[r, f], var[g, f] = mean_r (x[r, f] - mean)^2,
//           rstd = 1 / sqrt(var + epsilon)
//           a[r, f] = gamma[f] h[r, f] + beta[f],  h = (x - mean) rstd,
//           y = a if a > 0 else slope a
//           statistics[2 g, f] = mean, statistics[2 g + 1, f] = rstd
//           running = momentum running + rest batch
//           (mean and var, group by group; rest = 1 - momentum)
// inference y = leaky(gamma (x - running_mean) / sqrt(running_var + epsilon) + beta)
// backward  da = dy if a > 0 else slope dy;  dbeta[f] = sum_r da,  dgamma[f] = sum_r da h
//           (all groups)
//           dx = gamma rstd (da - mean_r(da) - h mean_r(da h))  (within the group)
// shapes    x, y, dy, dx [M, G R, F]; gamma, beta, running_mean, running_var, dgamma,
//           dbeta [M, 1, F]; statistics [M, 2 G, F]
// launch    forward, backward: 256 threads own 16 features for all rows and groups;
//           grid (F / 16, 1, M)
//           inference: 256 threads own 16 features for every (rows / 128)th run of 16 rows;
//           grid (F / 16, R / 128, M)
// mirror    src/engine/cpu/batch_norm.rs

struct At {
    x: vec2<u32>,
    gamma: vec2<u32>,
    beta: vec2<u32>,
    running_mean: vec2<u32>,
    running_var: vec2<u32>,
    statistics: vec2<u32>,
    y: vec2<u32>,
    dy: vec2<u32>,
    dx: vec2<u32>,
    dgamma: vec2<u32>,
    dbeta: vec2<u32>,
    rows: u32,
    features: u32,
    groups: u32,
    momentum: f32,
    rest: f32,
    epsilon: f32,
    slope: f32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> gamma: array<f32>;
@group(0) @binding(3) var<storage, read> beta: array<f32>;
@group(0) @binding(4) var<storage, read_write> running_mean: array<f32>;
@group(0) @binding(4) var<storage, read> running_mean_read: array<f32>;
@group(0) @binding(5) var<storage, read_write> running_var: array<f32>;
@group(0) @binding(5) var<storage, read> running_var_read: array<f32>;
@group(0) @binding(6) var<storage, read_write> statistics: array<f32>;
@group(0) @binding(6) var<storage, read> statistics_read: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;
@group(0) @binding(8) var<storage, read> dy: array<f32>;
@group(0) @binding(9) var<storage, read_write> dx: array<f32>;
@group(0) @binding(10) var<storage, read_write> dgamma: array<f32>;
@group(0) @binding(11) var<storage, read_write> dbeta: array<f32>;

@compute @workgroup_size(256)
fn batch_norm_forward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let f = group.x * STRIP + index % STRIP;
    let owned = f < at.features;
    let first = select(at.rows, index / STRIP, owned);
    let writes = owned && index < STRIP;
    var scale = 0.0;
    var shift = 0.0;
    if (owned) {
        scale = gamma[start(at.gamma, group.z) + f];
        shift = beta[start(at.beta, group.z) + f];
    }
    for (var g = 0u; g < at.groups; g++) {
        let x_base = start(at.x, group.z) + g * at.rows * at.features + f;
        let y_base = start(at.y, group.z) + g * at.rows * at.features + f;
        var sum = 0.0;
        for (var r = first; r < at.rows; r += LANES) {
            sum += x[x_base + r * at.features];
        }
        let mean = sum_lanes(sum, index, STRIP) / f32(at.rows);
        var squares = 0.0;
        for (var r = first; r < at.rows; r += LANES) {
            let d = x[x_base + r * at.features] - mean;
            squares += d * d;
        }
        let variance = sum_lanes(squares, index, STRIP) / f32(at.rows);
        let rstd = 1.0 / sqrt(variance + at.epsilon);
        if (writes) {
            let statistics_at = start(at.statistics, group.z) + 2u * g * at.features + f;
            statistics[statistics_at] = mean;
            statistics[statistics_at + at.features] = rstd;
            let mean_at = start(at.running_mean, group.z) + f;
            running_mean[mean_at] = at.momentum * running_mean[mean_at] + at.rest * mean;
            let var_at = start(at.running_var, group.z) + f;
            running_var[var_at] = at.momentum * running_var[var_at] + at.rest * variance;
        }
        for (var r = first; r < at.rows; r += LANES) {
            let h = (x[x_base + r * at.features] - mean) * rstd;
            y[y_base + r * at.features] = leaky(scale * h + shift, at.slope);
        }
    }
}

@compute @workgroup_size(256)
fn batch_norm_inference(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
    @builtin(num_workgroups) grid: vec3<u32>
) {
    let f = group.x * STRIP + index % STRIP;
    if (f >= at.features) { return; }
    let mean = running_mean_read[start(at.running_mean, group.z) + f];
    let rstd = 1.0 / sqrt(running_var_read[start(at.running_var, group.z) + f] + at.epsilon);
    let scale = gamma[start(at.gamma, group.z) + f];
    let shift = beta[start(at.beta, group.z) + f];
    let x_base = start(at.x, group.z) + f;
    let y_base = start(at.y, group.z) + f;
    for (var r = group.y * LANES + index / STRIP; r < at.rows; r += grid.y * LANES) {
        let h = (x[x_base + r * at.features] - mean) * rstd;
        y[y_base + r * at.features] = leaky(scale * h + shift, at.slope);
    }
}

@compute @workgroup_size(256)
fn batch_norm_backward(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) index: u32,
) {
    let f = group.x * STRIP + index % STRIP;
    let owned = f < at.features;
    let first = select(at.rows, index / STRIP, owned);
    var scale = 0.0;
    var shift = 0.0;
    if (owned) {
        scale = gamma[start(at.gamma, group.z) + f];
        shift = beta[start(at.beta, group.z) + f];
    }
    var total_da = 0.0;
    var total_dah = 0.0;
    for (var g = 0u; g < at.groups; g++) {
        let in_group = g * at.rows * at.features + f;
        let x_base = start(at.x, group.z) + in_group;
        let dy_base = start(at.dy, group.z) + in_group;
        let dx_base = start(at.dx, group.z) + in_group;
        var mean = 0.0;
        var rstd = 0.0;
        if (owned) {
            let statistics_at = start(at.statistics, group.z) + 2u * g * at.features + f;
            mean = statistics_read[statistics_at];
            rstd = statistics_read[statistics_at + at.features];
        }
        var da_lane = 0.0;
        var dah_lane = 0.0;
        for (var r = first; r < at.rows; r += LANES) {
            let h = (x[x_base + r * at.features] - mean) * rstd;
            let da = dy[dy_base + r * at.features] * select(at.slope, 1.0, scale * h + shift > 0.0);
            da_lane += da;
            dah_lane += da * h;
        }
        let sum_da = sum_lanes(da_lane, index, STRIP);
        let sum_dah = sum_lanes(dah_lane, index, STRIP);
        total_da += sum_da;
        total_dah += sum_dah;
        let mean_da = sum_da / f32(at.rows);
        let mean_dah = sum_dah / f32(at.rows);
        for (var r = first; r < at.rows; r += LANES) {
            let h = (x[x_base + r * at.features] - mean) * rstd;
            let da = dy[dy_base + r * at.features] * select(at.slope, 1.0, scale * h + shift > 0.0);
            dx[dx_base + r * at.features] = scale * rstd * (da - mean_da - h * mean_dah);
        }
    }
    if (owned && index < STRIP) {
        dbeta[start(at.dbeta, group.z) + f] = total_da;
        dgamma[start(at.dgamma, group.z) + f] = total_dah;
    }
}
