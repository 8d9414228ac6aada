//! An order of the features in which those that are missing together are neighbours.

use super::presence::Presence;
use ground::linkage::{average_linkage, phi};

/// Features of a picture, and how strongly each pair of them is missing together.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    /// Names in the order of the picture.
    pub names: Vec<String>,
    /// phi of every pair, row by row in that order.
    pub phi: Vec<f64>,
    /// Features with missing cells that the picture has no room for.
    pub left_out: usize,
}

/// The `most` features with the most missing cells, without those that are never or always missing.
/// Average-linkage clustering on 1 - phi gives their order.
pub fn together(presence: &Presence, most: usize) -> Together {
    let missing = presence.per_feature();
    let some = |feature: &usize| missing[*feature] > 0 && missing[*feature] < presence.patients;
    let mut chosen: Vec<usize> = (0..missing.len()).filter(some).collect();
    let left_out = chosen.len().saturating_sub(most);
    chosen.sort_by_key(|&feature| std::cmp::Reverse(missing[feature]));
    chosen.truncate(most);
    chosen.sort_unstable();
    let of = |&a: &usize, &b: &usize| {
        let both = if a == b { missing[a] } else { presence.both(a, b) };
        phi(both, missing[a], missing[b], presence.patients).unwrap_or(0.0)
    };
    let table: Vec<Vec<f64>> =
        chosen.iter().map(|a| chosen.iter().map(|b| of(a, b)).collect()).collect();
    let order = average_linkage(table.clone()).map_or_else(Vec::new, |whole| whole.items);
    Together {
        names: order.iter().map(|&place| presence.names[chosen[place]].clone()).collect(),
        phi: order
            .iter()
            .flat_map(|&row| order.iter().map(|&column| table[row][column]).collect::<Vec<_>>())
            .collect(),
        left_out,
    }
}
