//! From figures to the plain data of the roofline picture.

use report::roofline::{Kernel, Roofline, roofline_svg};
use training::bench::Run;

/// One panel for each backend.
pub(super) fn svg(runs: &[Run]) -> String {
    let panels: Vec<Roofline> = runs.iter().map(panel).collect();
    roofline_svg(&panels)
}

fn panel(run: &Run) -> Roofline {
    let kernel = |figures: &training::bench::KernelFigures| Kernel {
        name: figures.op.clone(),
        note: format!(
            "{} {}: {:.3} ms, {:.1} GFLOP/s, {:.1} GB/s, {:.0} % of the roof",
            figures.op,
            figures.shape,
            figures.ms,
            figures.gflops,
            figures.gbs,
            100.0 * figures.roofline
        ),
        intensity: figures.intensity,
        gflops: figures.gflops,
    };
    Roofline {
        title: format!("{}: {}", run.backend.to_uppercase(), run.adapter),
        gflops: run.roof.gflops,
        gbs: run.roof.gbs,
        kernels: run.ops.iter().map(kernel).collect(),
    }
}
