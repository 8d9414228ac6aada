//! What a pair of bars shows: shares of the real and of the synthetic patients.

use crate::disclosure::{Count, Group, Part};

/// Rows of the two tables: what shares are shares of.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    pub(super) real: Count,
    pub(super) synthetic: usize,
}

impl Rows {
    /// Shares in percent of what may be shown.
    pub(super) fn shares(self, group: &Group) -> [f64; 2] {
        let percent =
            |part: usize, of: usize| if of == 0 { 0.0 } else { 100.0 * part as f64 / of as f64 };
        [percent(group.real.shown(), self.real.shown()), percent(group.synthetic, self.synthetic)]
    }

    /// The largest share of any group, in percent.
    pub(super) fn largest(self, groups: &[Group]) -> f64 {
        groups.iter().flat_map(|group| self.shares(group)).fold(1.0, f64::max)
    }
}

/// What the pointer shows over a pair of bars.
pub(super) fn description(group: &Group, label: &str, [real, synthetic]: [f64; 2]) -> String {
    let real = match group.real {
        Count::Exact(_) => format!("{real:.1} %"),
        Count::AtLeast(_) => format!("at least {real:.1} %"),
        Count::Fewer => "fewer than 5 patients".to_owned(),
    };
    format!("{label}: real {real}, synthetic {synthetic:.1} %")
}

/// Whether a pair of bars is that of the missing cells.
pub(super) fn is_missing(group: &Group) -> bool {
    group.part == Part::Missing
}
