// heads_gate: choices of typed heads that follow from others, gate after gate.
//
// gates     [g] = (column asked, wanted, kind, first column, columns n, choice, scale)
// forward   where (y[asked] > 0) = (wanted = 1), in the n columns from the first one on
//           kind 0, levels   choice < n: soft[i] = 1 if i = choice else 0,  y = scale soft
//                            choice = n + k: s = sum_{i != k} soft[i],
//                            soft[i] = soft[i] / s if i != k else 0 (s = 0: 1 at the
//                            first other); where y[k] > 0, y[k] = 0 and y = scale at the
//                            first largest of soft
//           kind 2, masked   choice 1: soft[1] = 1,  y = (0, scale)
//                            choice 0: soft[1] = 0,  y = (scale soft[0], 0)
// backward  none: heads_backward gives a soft choice of 0 or 1 no slope
// shapes    gates [M, G, 7]; soft, y [M, R, F]
// launch    256 threads, one row each, striding; grid (R / 256, 1, M)
// mirror    src/engine/cpu/heads_gate.rs

struct At {
    gates: vec2<u32>,
    soft: vec2<u32>,
    y: vec2<u32>,
    rows: u32,
    features: u32,
    count: u32,
}

@group(0) @binding(0) var<uniform> at: At;
@group(0) @binding(1) var<storage, read> gates: array<f32>;
@group(0) @binding(2) var<storage, read_write> soft: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

// Levels without level k; where that was chosen, the likeliest other one is.
fn without(k: u32, count: u32, scale: f32, softs: u32, ys: u32) {
    soft[softs + k] = 0.0;
    var best = select(0u, 1u, k == 0u);
    var sum = 0.0;
    for (var i = 0u; i < count; i++) {
        sum += soft[softs + i];
        best = select(best, i, soft[softs + i] > soft[softs + best]);
    }
    if (sum > 0.0) {
        for (var i = 0u; i < count; i++) {
            soft[softs + i] /= sum;
        }
    } else {
        soft[softs + best] = 1.0;
    }
    if (y[ys + k] > 0.0) {
        y[ys + k] = 0.0;
        y[ys + best] = scale;
    }
}

// Gate g where its premise holds; `softs` and `ys` are where the row starts.
fn follow(g: u32, softs: u32, ys: u32) {
    let first = u32(gates[g + 3u]);
    let choice = u32(gates[g + 5u]);
    let scale = gates[g + 6u];
    if (gates[g + 2u] == 0.0) {
        let count = u32(gates[g + 4u]);
        if (choice >= count) {
            without(choice - count, count, scale, softs + first, ys + first);
            return;
        }
        for (var i = 0u; i < count; i++) {
            soft[softs + first + i] = select(0.0, 1.0, i == choice);
            y[ys + first + i] = select(0.0, scale, i == choice);
        }
        return;
    }
    let missing = choice == 1u;
    soft[softs + first + 1u] = select(0.0, 1.0, missing);
    y[ys + first] = select(scale * soft[softs + first], 0.0, missing);
    y[ys + first + 1u] = select(0.0, scale, missing);
}

@compute @workgroup_size(256)
fn heads_gate(
    @builtin(global_invocation_id) id: vec3<u32>,
    @builtin(num_workgroups) grid: vec3<u32>,
) {
    for (var row = id.x; row < at.rows; row += grid.x * WORKGROUP) {
        let softs = start(at.soft, id.z) + row * at.features;
        let ys = start(at.y, id.z) + row * at.features;
        for (var i = 0u; i < at.count; i++) {
            let g = start(at.gates, id.z) + 7u * i;
            if ((y[ys + u32(gates[g])] > 0.0) == (gates[g + 1u] > 0.0)) {
                follow(g, softs, ys);
            }
        }
    }
}
