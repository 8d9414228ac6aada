//! What belongs together: the correlation of two indicators, and agglomerative clustering with
//! average linkage (UPGMA; Sokal and Michener 1958).

/// phi = (n11 n00 - n10 n01) / sqrt(n1. n0. n.1 n.0), the correlation of two indicators, from how
/// many of `of` have both, the first and the second; none where one holds of nobody or of
/// everybody.
pub fn phi(both: usize, first: usize, second: usize, of: usize) -> Option<f64> {
    let [both, first, second, of] = [both, first, second, of].map(|count| count as f64);
    // n11 n00 - n10 n01 is n11 n - n1. n.1.
    let spread = first * (of - first) * second * (of - second);
    (spread > 0.0).then(|| (both * of - first * second) / spread.sqrt())
}

/// A cluster of items, by their places.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Its items, those of the first part before those of the second.
    pub items: Vec<usize>,
    /// The two clusters that it was joined from; none of a single item.
    pub parts: Option<Box<[Cluster; 2]>>,
}

/// Joins the two clusters with the largest mean likeness until one is left; none without items.
/// Of equal likenesses the first in the order of the table is taken.
///
/// `likeness` is square and symmetric; its diagonal is not read.
pub fn average_linkage(mut likeness: Vec<Vec<f64>>) -> Option<Cluster> {
    let single = |item| Cluster { items: vec![item], parts: None };
    let mut clusters: Vec<Cluster> = (0..likeness.len()).map(single).collect();
    while clusters.len() > 1 {
        let [first, second] = nearest(&likeness);
        let joined = clusters.remove(second);
        let others = likeness.remove(second);
        likeness.iter_mut().for_each(|row| _ = row.remove(second));
        let [mine, theirs] = [&clusters[first], &joined].map(|cluster| cluster.items.len() as f64);
        for other in (0..clusters.len()).filter(|other| *other != first) {
            let from = others[other + usize::from(other >= second)];
            let mean = (mine * likeness[first][other] + theirs * from) / (mine + theirs);
            (likeness[first][other], likeness[other][first]) = (mean, mean);
        }
        let first = &mut clusters[first];
        let items = [&first.items[..], &joined.items].concat();
        let part = std::mem::replace(first, single(0));
        *first = Cluster { items, parts: Some(Box::new([part, joined])) };
    }
    clusters.pop()
}

/// The first of the pairs that are most alike.
fn nearest(likeness: &[Vec<f64>]) -> [usize; 2] {
    let mut best = [0, 1];
    for (first, row) in likeness.iter().enumerate() {
        for (second, value) in row.iter().enumerate().skip(first + 1) {
            if *value > likeness[best[0]][best[1]] {
                best = [first, second];
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(count: usize, like: impl Fn(usize, usize) -> f64) -> Vec<Vec<f64>> {
        (0..count).map(|a| (0..count).map(|b| like(a, b)).collect()).collect()
    }

    #[test]
    fn what_is_alike_stands_together() {
        let whole =
            average_linkage(table(6, |a, b| if a % 2 == b % 2 { 0.9 } else { 0.1 })).unwrap();
        assert_eq!(whole.items, [0, 2, 4, 1, 3, 5]);
        let [even, odd] = *whole.parts.unwrap();
        assert_eq!((even.items, odd.items), (vec![0, 2, 4], vec![1, 3, 5]));
        assert_eq!(average_linkage(Vec::new()), None);
        assert_eq!(
            average_linkage(vec![vec![1.0]]).unwrap(),
            Cluster { items: vec![0], parts: None }
        );
    }

    #[test]
    fn clusters_are_compared_by_the_mean_of_all_pairs() {
        // After 3 and 4, 0 and 1 join: of 2 the nearest pair is at 0.7, but the mean with 3 and 4
        // is 0.45.
        let likeness = |a: usize, b: usize| match (a.min(b), a.max(b)) {
            (3, 4) => 0.9,
            (0, 1) => 0.6,
            (2, 3) => 0.7,
            (0 | 1, 2) => 0.3,
            _ => 0.2,
        };
        let whole = average_linkage(table(5, likeness)).unwrap();
        let [pair, rest] = *whole.parts.unwrap();
        assert_eq!((pair.items, rest.items), (vec![0, 1], vec![2, 3, 4]));
    }

    #[test]
    fn phi_is_the_correlation_of_two_indicators() {
        // numpy.corrcoef([1, 1, 1, 0, 0, 0, 0, 0], [1, 1, 0, 1, 0, 0, 0, 0])[0, 1]
        assert!((phi(2, 3, 3, 8).unwrap() - 0.466_666_666_666_666_7).abs() < 1e-15);
        assert_eq!(phi(3, 3, 3, 8), Some(1.0));
        assert_eq!((phi(0, 0, 3, 8), phi(3, 8, 3, 8)), (None, None));
        assert!((phi(0, 4, 4, 8).unwrap() + 1.0).abs() < 1e-15);
    }
}
