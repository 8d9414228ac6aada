//! Privacy: exact neighbours, every figure against an answer that does not come from its code,
//! SDMetrics' scores, leaks that must be flagged and fresh samples that must not.

mod figures;
mod leaks;
mod neighbours;
mod population;
mod sdmetrics;
mod shadows;
