//! Columns of two values of which one at most is chosen: boxes of a question with one answer.

use super::chance::all_marked;
use super::groups::{SINGLE, Search};
use crate::quantile::TOGETHER;
use rayon::prelude::*;
use std::collections::HashMap;

/// Columns of a group at most.
const WIDEST: usize = 40;

/// A value of a column of two.
type Side = (usize, u32);

impl Search<'_> {
    /// Rows that have both of two sides.
    fn both(&self, a: Side, b: Side) -> usize {
        let rows = |side: Side| &self.values[side.0].sets[side.1 as usize];
        rows(a).shared(rows(b))
    }

    /// Logarithm of the chance that two sides meet in so few rows, if they nearly exclude each
    /// other.
    fn excludes(&self, a: Side, b: Side) -> Option<f64> {
        let [first, second] = [a, b].map(|(at, side)| self.values[at].rows[side as usize]);
        let all = self.rows();
        let expected = first as f64 * second as f64 / all as f64;
        let both = self.both(a, b);
        let rare = both < TOGETHER && both as f64 <= SINGLE * all as f64 + 1e-9
            || (both as f64) < 0.1 * expected;
        if !rare || expected < 1.0 {
            return None;
        }
        Some(match both {
            0 => all_marked(first, all - second, all),
            // Poisson's, whose tail is the larger one.
            both => {
                let term = |k: usize| -> f64 {
                    k as f64 * expected.ln() - (1..=k).map(|i| (i as f64).ln()).sum::<f64>()
                };
                (0..=both).map(|k| term(k).exp()).sum::<f64>().ln() - expected
            }
        })
    }

    /// Columns of two values of which one at most is chosen.
    pub(super) fn exclusive(&self, columns: &[usize]) -> Vec<Vec<usize>> {
        let sides: Vec<Side> = columns
            .iter()
            .filter(|&&at| self.values[at].len() == 2)
            .flat_map(|&at| [(at, 0), (at, 1)])
            .collect();
        let of_side = |at: usize| {
            let others = sides[at + 1..].iter().filter(|other| other.0 != sides[at].0);
            let pairs = others
                .filter_map(|&other| Some((self.excludes(sides[at], other)?, [sides[at], other])));
            pairs.collect::<Vec<_>>()
        };
        let sides = &sides;
        let mut edges: Vec<(f64, [Side; 2])> =
            (0..sides.len()).into_par_iter().flat_map_iter(of_side).collect();
        edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let chances: HashMap<[Side; 2], f64> = edges
            .iter()
            .flat_map(|&(chance, [a, b])| [([a, b], chance), ([b, a], chance)])
            .collect();
        let (mut groups, mut taken) = (Vec::new(), Vec::new());
        for (_, [a, b]) in &edges {
            let mut group = vec![*a, *b];
            for side in sides.iter().filter(|side| !taken.contains(&side.0)) {
                let new = group.len() < WIDEST && group.iter().all(|other| other.0 != side.0);
                if new && group.iter().all(|other| chances.contains_key(&[*other, *side])) {
                    group.push(*side);
                }
            }
            if group.iter().any(|side| taken.contains(&side.0)) || !self.is_group(&group, &chances)
            {
                continue;
            }
            taken.extend(group.iter().map(|side| side.0));
            groups.push(group.into_iter().map(|side| side.0).collect());
        }
        groups
    }

    /// Whether chance does not explain that the sides exclude each other, and no implication says
    /// it already; and whether the columns can be one choice.
    fn is_group(&self, group: &[Side], chances: &HashMap<[Side; 2], f64>) -> bool {
        let pairs = || (0..group.len()).flat_map(|b| (0..b).map(move |a| [group[a], group[b]]));
        let chance: f64 = pairs().map(|pair| chances[&pair]).sum();
        let candidates = (2.0 * self.values.len() as f64).powi(group.len() as i32);
        let believed = chance + candidates.min(1e300).ln() < 1e-3f64.ln();
        let said =
            group.len() == 2 && pairs().all(|[a, b]| self.both(a, b) == 0 && self.says(a.0, b.0));
        let columns: Vec<usize> = group.iter().map(|side| side.0).collect();
        believed && !said && self.is_choice(&columns, 2 * columns.len())
    }
}
