//! What is known of a column that several others decide: a decision table.

use crate::quantile::TOGETHER;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The cell of a column for the cells of several others.
///
/// Example: a risk by stage and albuminuria has a case for each pair of these; anaemia by sex and
/// haemoglobin has a case for each sex, parted by haemoglobin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionTable {
    /// Whether the last of the other columns is a number that parts each case.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) cut: bool,
    /// Ascending by cells.
    pub(super) cases: Vec<Case>,
}

/// A row of a decision table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// One of each of the other columns, but for the number; none: it is missing.
    pub(super) cells: Vec<Option<f64>>,
    /// From which number on there is which cell; of a case that nothing parts a single one.
    pub(super) steps: Vec<[f64; 2]>,
    /// The fewest patients behind a step; of the training rows alone.
    #[serde(skip)]
    pub(super) patients: usize,
}

/// A cell of a row; none if it is missing.
pub(super) fn cell(value: f64) -> Option<f64> {
    // 0 and -0 are the same cell.
    (!value.is_nan()).then_some(value + 0.0)
}

/// Which of two cases comes first.
pub(super) fn order(a: &[Option<f64>], b: &[Option<f64>]) -> Ordering {
    a.partial_cmp(b).unwrap_or(Ordering::Equal)
}

impl DecisionTable {
    /// Whether no case is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }

    /// The cell that a row's other columns decide; none for a case that is not known.
    pub fn of(&self, row: &[f64], sources: &[usize]) -> Option<f64> {
        let (keys, number) = match sources.split_last() {
            Some((last, keys)) if self.cut => (keys, Some(row[*last])),
            _ => (sources, None),
        };
        let cells: Vec<Option<f64>> = keys.iter().map(|&key| cell(row[key])).collect();
        let at = self.cases.binary_search_by(|case| order(&case.cells, &cells)).ok()?;
        let steps = &self.cases[at].steps;
        let step = match number {
            Some(number) if number.is_nan() => return None,
            Some(number) => steps.partition_point(|step| step[0] <= number).saturating_sub(1),
            None => 0,
        };
        steps.get(step).map(|step| step[1])
    }

    /// The same without what fewer than five patients say.
    pub(crate) fn of_many(&self) -> Self {
        let many = self.cases.iter().filter(|case| case.patients >= TOGETHER);
        Self { cut: self.cut, cases: many.cloned().collect() }
    }

    /// The cells that it decides on.
    pub(crate) fn decided(&self) -> impl Iterator<Item = f64> {
        self.cases.iter().flat_map(|case| &case.steps).map(|step| step[1])
    }

    /// Whether a stored one can be used with so many other columns.
    pub(crate) fn is_sound(&self, sources: usize) -> bool {
        let keys = sources.saturating_sub(usize::from(self.cut));
        let is_sound = |case: &Case| {
            case.cells.len() == keys
                && case.cells.iter().flatten().all(|cell| cell.is_finite())
                && !case.steps.is_empty()
                && (self.cut || case.steps.len() == 1)
                && case.steps.iter().flatten().all(|x| x.is_finite())
                && case.steps.windows(2).all(|two| two[0][0] < two[1][0])
        };
        self.cases.iter().all(is_sound)
            && self.cases.windows(2).all(|two| order(&two[0].cells, &two[1].cells).is_lt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(cells: &[Option<f64>], steps: &[[f64; 2]]) -> Case {
        Case { cells: cells.to_vec(), steps: steps.to_vec(), patients: TOGETHER }
    }

    #[test]
    fn a_case_is_looked_up_and_a_number_parts_it() {
        let cases = vec![
            case(&[None, Some(1.0)], &[[f64::MIN, 7.0]]),
            case(&[Some(0.0), Some(1.0)], &[[f64::MIN, 8.0]]),
        ];
        let table = DecisionTable { cut: false, cases };
        assert!(table.is_sound(2) && !table.is_sound(3));
        assert_eq!(table.of(&[-0.0, 9.0, 1.0], &[0, 2]), Some(8.0));
        assert_eq!(table.of(&[f64::NAN, 9.0, 1.0], &[0, 2]), Some(7.0));
        assert_eq!(table.of(&[3.0, 9.0, 1.0], &[0, 2]), None);
        let cases = vec![
            case(&[Some(0.0)], &[[f64::MIN, 1.0], [12.0, 0.0]]),
            case(&[Some(1.0)], &[[f64::MIN, 1.0], [13.0, 0.0]]),
        ];
        let mut table = DecisionTable { cut: true, cases };
        assert!(table.is_sound(2));
        let of = |sex: f64, number: f64| table.of(&[sex, number], &[0, 1]);
        assert_eq!(
            [of(0.0, 12.0), of(0.0, 11.9), of(1.0, 12.9)],
            [Some(0.0), Some(1.0), Some(1.0)]
        );
        assert_eq!(of(0.0, f64::NAN), None);
        table.cases[1].patients = TOGETHER - 1;
        assert_eq!(table.of_many().cases.len(), 1);
        table.cases.reverse();
        assert!(!table.is_sound(2));
    }
}
