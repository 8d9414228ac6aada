//! The fidelity metrics: against SDMetrics, against answers by hand, and on odd tables.

mod agreement;
mod by_hand;
mod odd_tables;
mod pairs_by_hand;
mod small;
