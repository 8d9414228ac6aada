//! Column Pair Trends: whether pairs of columns are related in the synthetic table as they are in
//! the real one.

pub use crate::metrics::codes::Binning;

use crate::metrics::codes::{Codes, Edges};
use crate::metrics::columns::{assert_same_columns, by_column, mean_of_known};
use crate::metrics::contingency::Contingency;
use ground::correlation::pearson;
use rayon::prelude::*;
use table::Table;

/// A pair of numbers is strong when its real |rho| is above this (SDMetrics since 0.27).
pub const STRONG_CORRELATION: f64 = 0.5;
/// A pair with a coded column is strong when its real Cramér's V is above this (SDMetrics since
/// 0.27).
pub const STRONG_ASSOCIATION: f64 = 0.3;

/// The score of one pair of columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The column that comes first in the table.
    pub a: usize,
    /// The other column.
    pub b: usize,
    /// In [0, 1], 1 when the columns go together as in the real table; NaN when it cannot be
    /// computed.
    pub score: f64,
    /// How strongly the two are related in the real table: |rho| for two numbers, Cramér's V
    /// otherwise.
    /// In [0, 1]; NaN when undefined.
    pub strength: f64,
    /// Whether the strength is above the library's threshold.
    pub strong: bool,
}

/// The scores of all pairs and their means.
#[derive(Clone, Debug, PartialEq)]
pub struct PairTrends {
    /// In the order (0, 1), (0, 2), ..., (1, 2), ...
    pub pairs: Vec<Pair>,
    /// Mean over all pairs that have a score; NaN when none has.
    pub all: f64,
    /// Mean over the strong pairs: what SDMetrics 0.32 calls Column Pair Trends; NaN when there are
    /// none.
    pub strong: f64,
}

/// Column Pair Trends of SDMetrics 0.32 ([`Binning::Library`]), or with the same bins for both
/// tables ([`Binning::Plain`]).
///
/// - Two numbers: CorrelationSimilarity, `1 - |rho_r - rho_s| / 2` over complete rows (Pearson).
/// - Other pairs: ContingencySimilarity, `1 - ½ Σ |P_r - P_s|`, with a number in ten bins and
///   missing as a category.
///
/// All rows count, while the library draws 50,000 rows for a contingency table of more.
/// Panics when the tables have different columns.
pub fn pair_trends(real: &Table, synthetic: &Table, binning: Binning) -> PairTrends {
    assert_same_columns(real, synthetic);
    let real_side = Side::new(real, binning, None);
    let edges = (binning == Binning::Plain).then_some(real_side.edges.as_slice());
    let synthetic_side = Side::new(synthetic, binning, edges);
    let d = real.schema.columns.len();
    let places: Vec<(usize, usize)> =
        (0..d).flat_map(|a| (a + 1..d).map(move |b| (a, b))).collect();
    let numbers = |column: usize| !real.schema.columns[column].kind.is_coded();
    let pairs: Vec<Pair> = places
        .into_par_iter()
        .map(|(a, b)| {
            if numbers(a) && numbers(b) {
                correlation_pair(&real_side, &synthetic_side, a, b)
            } else {
                contingency_pair(&real_side, &synthetic_side, a, b)
            }
        })
        .collect();
    let all = mean_of_known(pairs.iter().map(|pair| pair.score));
    let strong = mean_of_known(pairs.iter().filter(|pair| pair.strong).map(|pair| pair.score));
    PairTrends { pairs, all, strong }
}

/// The highest score that a table of proportions `p` can be expected to reach, when `n_r` real and
/// `n_s` synthetic rows are samples of one population.
///
/// `1 - ½ Σ √(2/π p (1 - p) (1/n_r + 1/n_s))`: the sum has the mean absolute value of a normal
/// error of each proportion.
/// It holds for TVComplement and ContingencySimilarity.
/// Tables with many rare cells stay far below 1.
pub fn expected_maximum(p: &[f64], n_r: usize, n_s: usize) -> f64 {
    let noise = 1.0 / n_r as f64 + 1.0 / n_s as f64;
    let apart: f64 =
        p.iter().map(|p| (std::f64::consts::FRAC_2_PI * p * (1.0 - p) * noise).sqrt()).sum();
    1.0 - 0.5 * apart
}

/// What all pairs of one table need of its columns.
struct Side {
    cells: Vec<Vec<f64>>,
    codes: Vec<Codes>,
    edges: Vec<Edges>,
}

impl Side {
    /// Bins by `edges`, or by the table's own extremes.
    fn new(table: &Table, binning: Binning, edges: Option<&[Edges]>) -> Self {
        let cells = by_column(table);
        let edges = match edges {
            Some(edges) => edges.to_vec(),
            None => cells.iter().map(|cells| Edges::of(cells)).collect(),
        };
        let codes = table.schema.columns.iter().zip(&cells).zip(&edges);
        let codes = codes
            .map(|((column, cells), edges)| match column.kind.is_coded() {
                true => Codes::of_levels(cells, column.levels.len()),
                false => Codes::of_numbers(cells, edges, binning),
            })
            .collect();
        Self { cells, codes, edges }
    }
}

fn correlation_pair(real: &Side, synthetic: &Side, a: usize, b: usize) -> Pair {
    let [rho_real, rho_synthetic] =
        [real, synthetic].map(|side| pearson(&side.cells[a], &side.cells[b]));
    let strength = rho_real.abs();
    let score = 1.0 - (rho_real - rho_synthetic).abs() / 2.0;
    Pair { a, b, score, strength, strong: strength > STRONG_CORRELATION }
}

fn contingency_pair(real: &Side, synthetic: &Side, a: usize, b: usize) -> Pair {
    let [real, synthetic] =
        [real, synthetic].map(|side| Contingency::of(&side.codes[a], &side.codes[b]));
    let strength = real.cramers_v();
    Pair {
        a,
        b,
        score: real.similarity(&synthetic),
        strength,
        strong: strength > STRONG_ASSOCIATION,
    }
}
