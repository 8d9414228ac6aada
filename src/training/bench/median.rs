//! How well a median is known: the bootstrap (Efron 1979), by percentiles.
//!
//! It answers for what one call has seen.
//! A machine that drifts from one call to the next is beyond it.

use engine::op::philox;
use ground::quantile::quantile;

/// Resamples of an interval.
const RESAMPLES: u32 = 1000;

/// What an interval leaves out on each side: it holds 95 %.
const TAIL: f64 = 0.025;

/// Samples below which nothing is claimed.
const FEWEST: usize = 5;

/// Samples of one thing, or of several things whose medians are added.
pub(super) type Parts = Vec<Vec<f64>>;

/// The 95 % interval of the median; none for fewer than five samples.
pub fn median_interval(samples: &[f64]) -> Option<[f64; 2]> {
    let parts = [sorted(samples)];
    enough(&parts).then(|| interval(resampled(&parts, 0)))
}

/// The 95 % interval of `new / old`, each a sum of medians; none where a part has fewer than five
/// samples, or a median of the old ones is 0.
pub(super) fn ratio_interval(new: &Parts, old: &Parts) -> Option<[f64; 2]> {
    let [new, old] = [new, old].map(|parts| parts.iter().map(|p| sorted(p)).collect::<Vec<_>>());
    if !enough(&new) || !enough(&old) {
        return None;
    }
    let ratios: Vec<f64> =
        resampled(&new, 0).zip(resampled(&old, 1)).map(|(new, old)| new / old).collect();
    ratios.iter().all(|ratio| ratio.is_finite()).then(|| interval(ratios.into_iter()))
}

fn enough(parts: &[Vec<f64>]) -> bool {
    !parts.is_empty() && parts.iter().all(|part| part.len() >= FEWEST)
}

fn sorted(samples: &[f64]) -> Vec<f64> {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn interval(statistics: impl Iterator<Item = f64>) -> [f64; 2] {
    let sorted = sorted(&statistics.collect::<Vec<_>>());
    [TAIL, 1.0 - TAIL].map(|p| quantile(&sorted, p))
}

/// The sum of medians of each resample. The same numbers every time.
fn resampled(parts: &[Vec<f64>], side: u32) -> impl Iterator<Item = f64> + '_ {
    let mut places = Vec::new();
    (0..RESAMPLES).map(move |resample| {
        let mut sum = 0.0;
        for (part, sorted) in (0..).zip(parts) {
            draw(&mut places, sorted.len(), [resample, part, side]);
            sum += median(&mut places, sorted);
        }
        sum
    })
}

/// As many places as there are samples, with repetition.
fn draw(places: &mut Vec<usize>, count: usize, [resample, part, side]: [u32; 3]) {
    places.clear();
    let key = philox::key(1);
    for block in 0..count.div_ceil(4) as u32 {
        let words = philox::philox([block, resample, part, side], key);
        places.extend(words.map(|word| ((u64::from(word) * count as u64) >> 32) as usize));
    }
    places.truncate(count);
}

/// The median of the samples at these places, by the order of the places.
fn median(places: &mut [usize], sorted: &[f64]) -> f64 {
    let half = places.len() / 2;
    let (below, middle, _) = places.select_nth_unstable(half);
    let upper = sorted[*middle];
    match below.iter().max() {
        Some(lower) if sorted.len().is_multiple_of(2) => 0.5 * (sorted[*lower] + upper),
        _ => upper,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times with a long tail: 1, and an exponential of a tenth.
    fn times(count: usize, seed: u64) -> Vec<f64> {
        let uniform = |i: u32| {
            let word = philox::philox([i, 7, 7, 7], philox::key(seed))[0];
            (f64::from(word) + 0.5) / 2f64.powi(32)
        };
        (0..count as u32).map(|i| 1.0 - 0.1 * uniform(i).ln()).collect()
    }

    fn claimed(new: &[f64], old: &[f64]) -> bool {
        let [low, high] = ratio_interval(&vec![new.to_vec()], &vec![old.to_vec()]).expect("enough");
        assert!(low <= high);
        high < 1.0 || low > 1.0
    }

    #[test]
    fn equal_machines_are_seldom_called_different() {
        let false_claims =
            (0..200).filter(|pair| claimed(&times(40, 2 * pair), &times(40, 2 * pair + 1))).count();
        // 5 % of 200 are 10; four standard deviations of that are 12.
        assert!(false_claims <= 22, "{false_claims} of 200");
        assert!(false_claims >= 1, "an interval that never misses is too wide");
    }

    #[test]
    fn a_tenth_is_seen_and_its_side() {
        let slower: Vec<f64> = times(60, 1).iter().map(|time| 1.1 * time).collect();
        let [low, high] = ratio_interval(&vec![slower], &vec![times(60, 2)]).expect("enough");
        assert!(1.0 < low && low < 1.1 && 1.1 < high && high < 1.25, "{low} to {high}");
    }

    #[test]
    fn the_interval_of_a_median_is_that_of_order_statistics() {
        // Of 99 samples the 40th and the 60th enclose the median with 95 % (binomial).
        let samples: Vec<f64> = (1..=99).rev().map(f64::from).collect();
        let [low, high] = median_interval(&samples).expect("enough");
        assert!((low - 40.0).abs() <= 2.0 && (high - 60.0).abs() <= 2.0, "{low} to {high}");
        assert_eq!(median_interval(&[3.0; 9]), Some([3.0, 3.0]));
        assert_eq!(median_interval(&samples[..4]), None);
    }

    #[test]
    fn medians_of_parts_are_added() {
        let [low, high] =
            ratio_interval(&vec![vec![1.0; 8], vec![3.0; 6]], &vec![vec![2.0; 7]]).expect("enough");
        assert_eq!([low, high], [2.0, 2.0]);
        assert_eq!(ratio_interval(&vec![vec![1.0; 8]], &vec![vec![0.0; 8]]), None);
        assert_eq!(ratio_interval(&vec![vec![1.0; 8]], &Vec::new()), None);
    }

    #[test]
    fn the_median_of_a_resample_is_the_median() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(median(&mut [3, 0, 1, 1], &sorted), 2.0);
        assert_eq!(median(&mut [3, 0, 1, 2], &sorted), 3.0);
        assert_eq!(median(&mut [2, 0, 1], &sorted[..3]), 2.0);
    }
}
