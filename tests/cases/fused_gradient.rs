//! What a fused kernel makes of a gradient whose normalisation is not finished, by plain loops.

use super::compare::Run;
use engine::op::Op;

/// Totals of da and of da h of a feature in a group, as they lie behind the rows of dy.
pub fn totals(run: &Run, [groups, rows, tile]: [usize; 3], [m, g, o]: [usize; 3]) -> [f64; 2] {
    let each = rows.div_ceil(tile);
    let part = |which: usize| {
        (0..each)
            .map(|t| run.before("dy").at(m, groups * rows + 2 * (g * each + t) + which, o))
            .sum()
    };
    [part(0), part(1)]
}

/// The gradient at the dense result of the layer behind, finished where it is not.
pub fn finished(run: &Run, sizes: [usize; 3], [m, r, o]: [usize; 3]) -> f64 {
    let [groups, rows, tile] = sizes;
    let da = run.before("dy").at(m, r, o);
    if tile == 0 {
        return da;
    }
    let [dense, kept] = match run.has("above") {
        true => ["above", "above_statistics"],
        false => ["dense", "statistics"],
    };
    let g = r / rows;
    let [sum, along] = totals(run, sizes, [m, g, o]);
    let factor = run.before("dy").at(m, groups * rows + 2 * groups * rows.div_ceil(tile) + g, o);
    let kept = |row: usize| run.before(kept).at(m, 2 * g + row, o);
    let h = (run.before(dense).at(m, r, o) - kept(0)) * kept(1);
    factor * (da - sum / rows as f64 - h * along / rows as f64)
}

/// The gradients of all parameters of a layer, model by model.
pub fn gradients(run: &Run) -> Vec<f64> {
    let Op::DenseUpdate { groups, rows, after, x, w, .. } = run.op() else { unreachable!() };
    let (inputs, outputs, extra) = (x.features, w.features, w.rows - x.features);
    let sizes = [groups, rows, after];
    let mut all = Vec::new();
    for m in 0..run.models() {
        let g: Vec<f64> = (0..groups * rows * outputs)
            .map(|e| finished(run, sizes, [m, e / outputs, e % outputs]))
            .collect();
        for (i, o) in (0..inputs).flat_map(|i| (0..outputs).map(move |o| (i, o))) {
            let term = |r: usize| run.before("x").at(m, r, i) * g[r * outputs + o];
            all.push((0..groups * rows).map(term).sum());
        }
        for (row, o) in (0..extra).flat_map(|row| (0..outputs).map(move |o| (row, o))) {
            all.push(match after {
                0 => (0..groups * rows).map(|r| g[r * outputs + o]).sum(),
                _ => (0..groups).map(|g| totals(run, sizes, [m, g, o])[1 - row]).sum(),
            });
        }
    }
    all
}
