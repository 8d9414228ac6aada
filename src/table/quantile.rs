//! A quantile function of the cohort that shows five patients or more at a time.

/// A value that so many patients share may be shown as it is.
/// Where fewer share it, so many patients are shown together.
///
/// Five is a usual smallest cell of a published medical table.
pub const TOGETHER: usize = 5;

/// Knots (level, value) of a quantile function of the cohort, both ascending.
/// Straight lines join them, and the function is flat beyond both ends.
///
/// A value that at least five patients share keeps its exact share of the levels.
/// Between such values, five to nine neighbouring patients make one knot at their middle level with
/// their mean; fewer than five make none.
/// So no knot is the value of a single patient, and beyond the five most extreme patients there is
/// nothing.
/// Panics on an empty sample.
pub fn knots(sorted: &[f64]) -> Vec<(f64, f64)> {
    let size = sorted.len() as f64;
    let knot = |group: &Group| {
        let Group { start, end, shared } = *group;
        match shared {
            true => vec![(start as f64 / size, sorted[start]), (end as f64 / size, sorted[start])],
            false => vec![((start + end) as f64 / 2.0 / size, mean(&sorted[start..end]))],
        }
    };
    let knots: Vec<(f64, f64)> = groups(sorted).iter().flat_map(knot).collect();
    if knots.is_empty() { vec![(0.5, mean(sorted))] } else { knots }
}

/// As [`knots`], but the line goes on at an end where five to nine patients make the last knot.
/// It goes to the mean of these `k` patients plus (or less) `sd / sqrt(k - 1)`, at the level 1 (or
/// 0), so that values do not pile up there.
///
/// The largest of `k` numbers with this mean and standard deviation lies at least so far above the
/// mean.
/// So the line never leaves the range of the sample, and it reaches the largest value only where
/// the other `k - 1` patients share it.
pub(crate) fn knots_with_tails(sorted: &[f64]) -> Vec<(f64, f64)> {
    let mut knots = knots(sorted);
    let groups = groups(sorted);
    let tail = |group: Option<&Group>, end: usize| {
        group.filter(|group| !group.shared && (group.start == end || group.end == end)).map(
            |group| {
                let patients = &sorted[group.start..group.end];
                let (mean, size) = (mean(patients), patients.len() as f64);
                let variance =
                    patients.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / size;
                let step = (variance / (size - 1.0)).sqrt();
                (mean, if step.is_finite() { step } else { 0.0 })
            },
        )
    };
    if let Some((mean, step)) = tail(groups.first(), 0) {
        knots.insert(0, (0.0, (mean - step).max(sorted[0])));
    }
    if let Some((mean, step)) = tail(groups.last(), sorted.len()) {
        knots.push((1.0, (mean + step).min(sorted[sorted.len() - 1])));
    }
    knots
}

/// The patients `start..end` of an ascending sample, who make one or two knots.
struct Group {
    start: usize,
    end: usize,
    /// Whether they have one value.
    shared: bool,
}

fn groups(sorted: &[f64]) -> Vec<Group> {
    let (mut groups, mut at, mut single) = (Vec::new(), 0, 0);
    while at < sorted.len() {
        let end = at + sorted[at..].partition_point(|value| *value <= sorted[at]);
        if end - at >= TOGETHER {
            blocks(&mut groups, single, at);
            groups.push(Group { start: at, end, shared: true });
            single = end;
        }
        at = end;
    }
    blocks(&mut groups, single, sorted.len());
    groups
}

/// Adds the groups of the patients `from..to`, whose values fewer than five share.
fn blocks(groups: &mut Vec<Group>, from: usize, to: usize) {
    let blocks = (to - from) / TOGETHER;
    for block in 0..blocks {
        let start = from + (to - from) * block / blocks;
        let end = from + (to - from) * (block + 1) / blocks;
        groups.push(Group { start, end, shared: false });
    }
}

fn mean(sorted: &[f64]) -> f64 {
    let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
    // Rounding must not move a mean out of its own block, or the knots would not ascend.
    mean.clamp(sorted[0], sorted[sorted.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_values_keep_their_share_and_single_ones_are_averaged() {
        // Five share 0; 1 to 5 and 6 to 11 are single values.
        // The two between the shared 12 and 20 are too few for a knot.
        let mut sample = vec![0.0; 5];
        sample.extend((1..=11).map(f64::from));
        sample.extend([12.0; 6]);
        sample.extend([13.0, 14.0]);
        sample.extend([20.0; 8]);
        let expected = [
            (0.0, 0.0),
            (5.0, 0.0),
            (7.5, 3.0),
            (13.0, 8.5),
            (16.0, 12.0),
            (22.0, 12.0),
            (24.0, 20.0),
            (32.0, 20.0),
        ];
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

    #[test]
    fn tails_spread_what_would_pile_up() {
        // Five values 0, 1, 2, 3, 4: mean 2, variance 2, so a step of sqrt(2 / 4).
        let sample: Vec<f64> = (0..15).map(f64::from).collect();
        let knots = knots_with_tails(&sample);
        let step = 0.5_f64.sqrt();
        let expected =
            [(0.0, 2.0 - step), (2.5, 2.0), (7.5, 7.0), (12.5, 12.0), (15.0, 12.0 + step)];
        for (knot, (level, value)) in knots.iter().zip(expected) {
            assert!(
                (knot.0 - level / 15.0).abs() < 1e-12 && (knot.1 - value).abs() < 1e-12,
                "{knot:?}"
            );
        }
        assert_eq!(knots.len(), 5);
        // An end that five share stays as it is.
        // So does one with too few patients beyond what is shared.
        let shared = [&[0.0; 5][..], &[1.0, 2.0, 3.0, 4.0, 5.0], &[9.0; 5], &[11.0]].concat();
        assert_eq!(knots_with_tails(&shared), super::knots(&shared));
    }

    #[test]
    fn a_tail_reaches_the_largest_value_only_where_others_share_it() {
        let sample = [1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 20.0, 20.0, 20.0, 20.0];
        assert!((knots_with_tails(&sample).last().unwrap().1 - 20.0).abs() < 1e-12);
        let sample = [1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 10.0, 10.0, 10.0, 20.0];
        assert!((knots_with_tails(&sample).last().unwrap().1 - 14.0).abs() < 1e-12);
    }
}
