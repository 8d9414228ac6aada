//! From figures to the plain data of the pictures: rooflines, and curves below them.

use super::further::Further;
use report::roofline::{Kernel, Roofline, roofline_svg};
use report::scaling::scaling_svg;
use training::bench::Run;

/// The rooflines of the backends.
pub(super) fn svg(runs: &[Run]) -> String {
    let panels: Vec<Roofline> = runs.iter().map(panel).collect();
    roofline_svg(&panels)
}

/// The curves over models of the backends; none where nobody asked for them.
pub(super) fn curves(runs: &[Run], furthers: &[Further]) -> Option<String> {
    let title = |run: &Run| format!("{}: {}", run.backend.to_uppercase(), run.adapter);
    let panels = runs.iter().zip(furthers).map(|(run, further)| further.panel(title(run)));
    let panels: Option<Vec<_>> = panels.collect();
    panels.filter(|panels| !panels.is_empty()).map(|panels| scaling_svg(&panels))
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
