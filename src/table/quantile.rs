//! A quantile function of the cohort that shows five patients or more at a time.

use std::collections::{BTreeMap, HashSet};

/// A value that so many patients share may be shown as it is.
/// Where fewer share it, so many patients are shown together.
///
/// Five is a usual smallest cell of a published medical table.
pub const TOGETHER: usize = 5;

/// Numbers in ascending order, and who each is of where patients have several rows.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    values: Vec<f64>,
    patients: Option<Vec<usize>>,
}

impl Sample {
    /// Those of the cells that are there.
    /// `patients` says who each cell is of; without it every cell is of another patient.
    pub fn of(cells: impl Iterator<Item = f64>, patients: Option<&[usize]>) -> Self {
        let mut cells: Vec<(f64, usize)> =
            cells.enumerate().filter(|(_, cell)| !cell.is_nan()).map(|(row, x)| (x, row)).collect();
        cells.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self {
            values: cells.iter().map(|cell| cell.0).collect(),
            patients: patients.map(|of| cells.iter().map(|cell| of[cell.1]).collect()),
        }
    }

    /// The numbers.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Whether it is known who each number is of.
    pub(crate) fn is_of_patients(&self) -> bool {
        self.patients.is_some()
    }

    /// Who each number is of, where patients have several.
    pub(crate) fn patients_of_each(&self) -> Option<&[usize]> {
        self.patients.as_deref()
    }

    /// How many patients are behind all numbers.
    pub(crate) fn patients(&self) -> usize {
        self.between(0, self.values.len())
    }

    /// How many patients have a value.
    pub(crate) fn patients_with(&self, value: f64) -> usize {
        let start = self.values.partition_point(|other| *other < value);
        self.between(start, self.values.partition_point(|other| *other <= value))
    }

    /// How many patients are behind the numbers of some places.
    fn between(&self, start: usize, end: usize) -> usize {
        match &self.patients {
            None => end - start,
            Some(of) => of[start..end].iter().collect::<HashSet<_>>().len(),
        }
    }

    /// One number for each patient of a group: the mean of his.
    fn of_each(&self, group: &Group) -> Vec<f64> {
        let values = &self.values[group.start..group.end];
        let Some(patients) = &self.patients else { return values.to_vec() };
        let mut each: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
        for (value, patient) in values.iter().zip(&patients[group.start..group.end]) {
            let (sum, count) = each.entry(*patient).or_default();
            (*sum, *count) = (*sum + value, *count + 1.0);
        }
        each.into_values().map(|(sum, count)| sum / count).collect()
    }

    /// The mean of a group's patients.
    fn mean(&self, group: &Group) -> f64 {
        let each = self.of_each(group);
        let mean = each.iter().sum::<f64>() / each.len() as f64;
        // Rounding must not move a mean out of its own block, or the knots would not ascend.
        mean.clamp(self.values[group.start], self.values[group.end - 1])
    }
}

impl From<Vec<f64>> for Sample {
    /// Ascending numbers of as many patients.
    fn from(values: Vec<f64>) -> Self {
        Self { values, patients: None }
    }
}

/// Knots (level, value) of a quantile function of the cohort, both ascending.
/// Straight lines join them, and the function is flat beyond both ends.
///
/// A value that at least five patients share keeps its exact share of the levels.
/// Between such values, five to nine neighbouring patients make one knot at their middle level with
/// their mean; fewer than five make none.
/// So no knot is the value of a single patient, and beyond the five most extreme patients there is
/// nothing.
/// Panics on an empty sample.
pub fn knots(sample: &Sample) -> Vec<(f64, f64)> {
    let size = sample.values.len() as f64;
    let knot = |group: &Group| {
        let Group { start, end, shared } = *group;
        let level = |place: usize| place as f64 / size;
        match shared {
            true => vec![(level(start), sample.values[start]), (level(end), sample.values[start])],
            false => vec![((start + end) as f64 / 2.0 / size, sample.mean(group))],
        }
    };
    let knots: Vec<(f64, f64)> = groups(sample).iter().flat_map(knot).collect();
    if !knots.is_empty() {
        return knots;
    }
    vec![(0.5, sample.mean(&Group { start: 0, end: sample.values.len(), shared: false }))]
}

/// As [`knots`], but the line goes on at an end where five to nine patients make the last knot.
/// It goes to the mean of these `k` patients plus (or less) `sd / sqrt(k - 1)`, at the level 1 (or
/// 0), so that values do not pile up there.
///
/// The largest of `k` numbers with this mean and standard deviation lies at least so far above the
/// mean.
/// So the line never leaves the range of the sample, and it reaches the largest value only where
/// the other `k - 1` patients share it.
pub(crate) fn knots_with_tails(sample: &Sample) -> Vec<(f64, f64)> {
    let mut knots = knots(sample);
    let (groups, all) = (groups(sample), &sample.values);
    let tail = |group: Option<&Group>, end: usize| {
        group.filter(|group| !group.shared && (group.start == end || group.end == end)).map(
            |group| {
                let (each, mean) = (sample.of_each(group), sample.mean(group));
                let size = each.len() as f64;
                let variance = each.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / size;
                let step = (variance / (size - 1.0)).sqrt();
                (mean, if step.is_finite() { step } else { 0.0 })
            },
        )
    };
    if let Some((mean, step)) = tail(groups.first(), 0) {
        knots.insert(0, (0.0, (mean - step).max(all[0])));
    }
    if let Some((mean, step)) = tail(groups.last(), all.len()) {
        knots.push((1.0, (mean + step).min(all[all.len() - 1])));
    }
    knots
}

/// The places `start..end` of an ascending sample, which make one or two knots.
struct Group {
    start: usize,
    end: usize,
    /// Whether they have one value.
    shared: bool,
}

fn groups(sample: &Sample) -> Vec<Group> {
    let sorted = &sample.values;
    let (mut groups, mut at, mut single) = (Vec::new(), 0, 0);
    while at < sorted.len() {
        let end = at + sorted[at..].partition_point(|value| *value <= sorted[at]);
        if end - at >= TOGETHER && sample.between(at, end) >= TOGETHER {
            blocks(&mut groups, sample, [single, at]);
            groups.push(Group { start: at, end, shared: true });
            single = end;
        }
        at = end;
    }
    blocks(&mut groups, sample, [single, sorted.len()]);
    groups
}

/// Adds the groups of the places `from..to`, whose values fewer than five patients share.
fn blocks(groups: &mut Vec<Group>, sample: &Sample, [from, to]: [usize; 2]) {
    if sample.patients.is_some() {
        return blocks_of_patients(groups, sample, [from, to]);
    }
    let blocks = (to - from) / TOGETHER;
    for block in 0..blocks {
        let start = from + (to - from) * block / blocks;
        let end = from + (to - from) * (block + 1) / blocks;
        groups.push(Group { start, end, shared: false });
    }
}

/// The same where patients have several rows: each block ends where it has five patients, and the
/// last one has the rest.
fn blocks_of_patients(groups: &mut Vec<Group>, sample: &Sample, [from, to]: [usize; 2]) {
    let first = groups.len();
    let (mut start, mut seen) = (from, HashSet::new());
    for place in from..to {
        seen.extend(sample.patients.as_ref().map(|of| of[place]));
        if seen.len() >= TOGETHER {
            groups.push(Group { start, end: place + 1, shared: false });
            (start, seen) = (place + 1, HashSet::new());
        }
    }
    if let Some(last) = groups[first..].last_mut() {
        last.end = to;
    }
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
        assert_eq!(knots(&sample.into()), expected.map(|(level, value)| (level / 32.0, value)));
    }

    #[test]
    fn the_most_extreme_patient_is_not_shown() {
        let mut sample: Vec<f64> = (0..50).map(f64::from).collect();
        sample.push(1e6);
        let knots = knots(&sample.into());
        let largest = knots[knots.len() - 1].1;
        assert!(largest < 0.21e6, "{largest} is nearly the value of one patient");
        assert!(knots.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1));
        assert_eq!(super::knots(&vec![1.0, 2.0, 6.0].into()), [(0.5, 3.0)]);
    }

    #[test]
    fn tails_spread_what_would_pile_up() {
        // Five values 0, 1, 2, 3, 4: mean 2, variance 2, so a step of sqrt(2 / 4).
        let sample: Vec<f64> = (0..15).map(f64::from).collect();
        let knots = knots_with_tails(&sample.into());
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
        let shared: Sample =
            [&[0.0; 5][..], &[1.0, 2.0, 3.0, 4.0, 5.0], &[9.0; 5], &[11.0]].concat().into();
        assert_eq!(knots_with_tails(&shared), super::knots(&shared));
    }

    #[test]
    fn a_tail_reaches_the_largest_value_only_where_others_share_it() {
        let sample = vec![1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 20.0, 20.0, 20.0, 20.0];
        assert!((knots_with_tails(&sample.into()).last().unwrap().1 - 20.0).abs() < 1e-12);
        let sample = vec![1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 10.0, 10.0, 10.0, 20.0];
        assert!((knots_with_tails(&sample.into()).last().unwrap().1 - 14.0).abs() < 1e-12);
    }

    #[test]
    fn rows_of_one_patient_are_one_patient() {
        // One patient has eight rows of 7.25, and the largest value in six; each of sixty others
        // has a row of his own.
        let one = [7.25; 8].into_iter().chain([99.5; 6]);
        let cells: Vec<f64> = one.chain((0..60).map(f64::from)).collect();
        let patients: Vec<usize> = (0..74usize).map(|row| row.saturating_sub(13)).collect();
        let has = |knots: &[(f64, f64)], value: f64| knots.iter().any(|knot| knot.1 == value);
        let rows = Sample::of(cells.iter().copied(), None);
        assert!(has(&knots(&rows), 7.25) && has(&knots(&rows), 99.5));
        let people = Sample::of(cells.iter().copied(), Some(&patients));
        for knots in [knots(&people), knots_with_tails(&people)] {
            assert!(!has(&knots, 7.25) && !has(&knots, 99.5), "{knots:?}");
            assert!(knots.windows(2).all(|two| two[0].0 <= two[1].0 && two[0].1 <= two[1].1));
            assert!(knots[knots.len() - 1].1 < 80.0, "{knots:?}");
        }
        // Five patients share it.
        let shared = Sample::of([3.0; 10].into_iter(), Some(&[0, 0, 1, 1, 2, 2, 3, 3, 4, 4]));
        assert_eq!(knots(&shared), [(0.0, 3.0), (1.0, 3.0)]);
    }
}
