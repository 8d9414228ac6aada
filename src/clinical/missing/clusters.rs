//! An order of the features in which those that are missing together stand together.

use super::pairs::phi;
use super::presence::Presence;

/// Features of a picture, and how strongly each pair of them is missing together.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    /// Names in the order of the picture.
    pub names: Vec<String>,
    /// phi of every pair, row by row in that order.
    pub phi: Vec<f64>,
    /// Features with missing cells that have no room in it.
    pub left_out: usize,
}

/// The `most` features with the most missing cells (none that are never or always missing), ordered by average-linkage clustering on 1 - phi.
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
    let table: Vec<Vec<f64>> = chosen.iter().map(|a| chosen.iter().map(|b| of(a, b)).collect()).collect();
    let order = cluster(&table);
    Together {
        names: order.iter().map(|&place| presence.names[chosen[place]].clone()).collect(),
        phi: order.iter().flat_map(|&row| order.iter().map(|&column| table[row][column]).collect::<Vec<_>>()).collect(),
        left_out,
    }
}

/// Joins the two clusters with the largest mean likeness until one is left; its members in the order of the joins. Of equal likenesses
/// the first in the order of the table is taken.
fn cluster(likeness: &[Vec<f64>]) -> Vec<usize> {
    let mut clusters: Vec<Vec<usize>> = (0..likeness.len()).map(|feature| vec![feature]).collect();
    let mean = |a: &[usize], b: &[usize]| {
        let sum: f64 = a.iter().flat_map(|&i| b.iter().map(move |&j| likeness[i][j])).sum();
        sum / (a.len() * b.len()) as f64
    };
    let mut means: Vec<Vec<f64>> = likeness.to_vec();
    while clusters.len() > 1 {
        let mut best = (0, 1);
        for first in 0..clusters.len() {
            for second in first + 1..clusters.len() {
                if means[first][second] > means[best.0][best.1] {
                    best = (first, second);
                }
            }
        }
        let (first, second) = best;
        let joined = clusters.remove(second);
        means.remove(second);
        means.iter_mut().for_each(|row| _ = row.remove(second));
        clusters[first].extend(joined);
        for other in 0..clusters.len() {
            let mean = mean(&clusters[first], &clusters[other]);
            (means[first][other], means[other][first]) = (mean, mean);
        }
    }
    clusters.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_stands_together() {
        let like = |a: usize, b: usize| if a % 2 == b % 2 { 0.9 } else { 0.1 };
        let table: Vec<Vec<f64>> = (0..6).map(|a| (0..6).map(|b| like(a, b)).collect()).collect();
        assert_eq!(cluster(&table), [0, 2, 4, 1, 3, 5]);
        assert!(cluster(&[]).is_empty());
    }
}
