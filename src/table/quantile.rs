//! A quantile function of the cohort that shows no fewer than five patients at a time.

/// A value that this many patients share may be shown as it is; where fewer do, as many are shown together.
///
/// Five is a usual smallest cell of a published medical table.
pub const TOGETHER: usize = 5;

/// Knots (level, value) of a quantile function of the cohort, both ascending, to be joined by straight lines and to be
/// continued flat on both sides.
///
/// A value that at least five patients share keeps its exact share of the levels. Between such values, five to nine
/// neighbouring patients make one knot at their middle level with their mean; fewer than five make none. So no knot is
/// the value of a single patient, and beyond the five most extreme patients there is nothing.
/// Panics on an empty sample.
pub fn knots(sorted: &[f64]) -> Vec<(f64, f64)> {
    let size = sorted.len() as f64;
    let mut knots = Vec::new();
    let (mut at, mut single) = (0, 0);
    while at < sorted.len() {
        let end = at + sorted[at..].partition_point(|value| *value <= sorted[at]);
        if end - at >= TOGETHER {
            blocks(&mut knots, sorted, single, at);
            knots.extend([(at as f64 / size, sorted[at]), (end as f64 / size, sorted[at])]);
            single = end;
        }
        at = end;
    }
    blocks(&mut knots, sorted, single, sorted.len());
    if knots.is_empty() {
        knots.push((0.5, mean(sorted)));
    }
    knots
}

/// Adds the knots of the patients `from..to`, whose values fewer than five share.
fn blocks(knots: &mut Vec<(f64, f64)>, sorted: &[f64], from: usize, to: usize) {
    let blocks = (to - from) / TOGETHER;
    for block in 0..blocks {
        let start = from + (to - from) * block / blocks;
        let end = from + (to - from) * (block + 1) / blocks;
        knots.push(((start + end) as f64 / 2.0 / sorted.len() as f64, mean(&sorted[start..end])));
    }
}

fn mean(sorted: &[f64]) -> f64 {
    let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
    // Rounding must not carry a mean past its own block, or the knots would not ascend.
    mean.clamp(sorted[0], sorted[sorted.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_values_keep_their_share_and_single_ones_are_averaged() {
        // Five share 0; 1 to 5 and 6 to 11 are single; two between the shared 12 and 20 are too few for a knot.
        let mut sample = vec![0.0; 5];
        sample.extend((1..=11).map(f64::from));
        sample.extend([12.0; 6]);
        sample.extend([13.0, 14.0]);
        sample.extend([20.0; 8]);
        let expected =
            [(0.0, 0.0), (5.0, 0.0), (7.5, 3.0), (13.0, 8.5), (16.0, 12.0), (22.0, 12.0), (24.0, 20.0), (32.0, 20.0)];
        assert_eq!(knots(&sample), expected.map(|(level, value)| (level / 32.0, value)));
    }

    #[test]
    fn the_most_extreme_patient_is_not_shown() {
        let mut sample: Vec<f64> = (0..50).map(f64::from).collect();
        sample.push(1e6);
        let knots = knots(&sample);
        let largest = knots[knots.len() - 1].1;
        assert!(largest < 0.21e6, "{largest} is nearly the value of one patient");
        assert!(knots.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1));
        assert_eq!(super::knots(&[1.0, 2.0, 6.0]), [(0.5, 3.0)]);
    }
}
