//! The map of a number: one map, or several where one would be wrong for some group of patients.
//!
//! A generator of smooth numbers blurs what follows from a choice.
//! Example: patients who are alive at the end were followed up for a year at least.
//! So generated numbers are compared with those of the training rows on both sides of every hard
//! choice (a level, a mask).
//! Where they clearly differ, each side gets its own quantile map.
//! Where no choice alone shows a difference, two choices together may (`misfit.rs`).

use super::misfit::Merged;
use super::numbers::{NumberMap, grid};
use super::observed::{observed, sorted};
use crate::quantile::{Sample, TOGETHER};
use crate::table::patients_among;
use ground::blocks::{Block, BlockKind};
use ground::matrix::Matrix;

/// A leaf has so many rows at least, of the training rows and of the generated ones.
const FEWEST: usize = 20;

/// At most so many splits stand one below the other.
const DEEPEST: usize = 3;

/// Groups whose numbers left their range are split off beside that, so many one below the other.
const SPLIT_OFF: usize = 8;

/// Such a group has so many of the training rows at least.
const FEWEST_REAL: usize = TOGETHER;

/// The distributions of a side must be at least so far apart, by Kolmogorov's statistic `D sqrt(n m
/// / (n + m))`.
/// It exceeds 1.95 once in a thousand samples that do not differ.
const CLEAR: f64 = 1.95;

/// So many training rows, and as many generated ones, are compared at most.
const COMPARED: usize = 4096;

/// What a map is fitted on: typed training rows, the cells of the column in them, generated rows.
#[derive(Clone, Copy)]
pub(super) struct Samples<'a> {
    pub(super) real: &'a Matrix,
    pub(super) cells: &'a [f64],
    /// Who each training row is of, where patients have several.
    pub(super) patients: Option<&'a [usize]>,
    pub(super) generated: &'a Matrix,
}

/// A question that the hard numbers of a typed row answer.
#[derive(Clone, Copy)]
struct Question {
    asked: usize,
    cut: f64,
}

impl Question {
    fn answer(self, row: &[f64]) -> bool {
        row[self.asked] > self.cut
    }
}

/// The map of the number that has this block.
pub(super) fn grow(
    samples: Samples,
    blocks: &[Block],
    block: &Block,
    decimals: usize,
) -> NumberMap {
    let questions: Vec<Question> =
        blocks.iter().filter(|other| other.first != block.first).flat_map(of_block).collect();
    let present = |row: &usize| !samples.cells[*row].is_nan();
    let real: Vec<usize> = (0..samples.cells.len()).filter(present).collect();
    let generated: Vec<usize> = observed(samples.generated, block).collect();
    let whole = sorted(real.iter().map(|&row| samples.cells[row]));
    Tree { samples, questions, score: block.first, decimals, grid: grid(&whole) }.map(
        &real,
        &generated,
        [DEEPEST, SPLIT_OFF],
    )
}

/// One question for every level, or for the mask; of two levels one question is enough.
fn of_block(block: &Block) -> Vec<Question> {
    let asked = match block.kind {
        BlockKind::Number => 0..0,
        BlockKind::MaskedNumber => block.end() - 1..block.end(),
        BlockKind::Levels if block.len == 2 => block.first..block.first + 1,
        BlockKind::Levels => block.first..block.end(),
    };
    asked.map(|asked| Question { asked, cut: block.scale / 2.0 }).collect()
}

struct Tree<'a> {
    samples: Samples<'a>,
    questions: Vec<Question>,
    /// The column of the normal score.
    score: usize,
    decimals: usize,
    grid: Option<f64>,
}

impl Tree<'_> {
    /// `left` is how many splits, and how many groups that are split off, may stand below.
    fn map(&self, real: &[usize], generated: &[usize], left: [usize; 2]) -> NumberMap {
        let Samples { real: typed, generated: made, cells, patients } = self.samples;
        let ranked = sorted(generated.iter().map(|&row| made[(row, self.score)]));
        let who = patients.map(|of| real.iter().map(|&row| of[row]).collect::<Vec<usize>>());
        let cohort = Sample::of(real.iter().map(|&row| cells[row]), who.as_deref());
        let map = NumberMap::curve(&ranked, &cohort, self.grid);
        let Some((Question { asked, cut }, left)) = self.worst(&map, [real, generated], left)
        else {
            return map;
        };
        let part = |rows: &[usize], matrix: &Matrix| -> [Vec<usize>; 2] {
            let (above, others) = rows.iter().partition(|&&row| matrix[(row, asked)] > cut);
            [above, others]
        };
        let (real, generated) = (part(real, typed), part(generated, made));
        let [above, others] =
            [0, 1].map(|side| Box::new(self.map(&real[side], &generated[side], left)));
        NumberMap::Split { asked, cut, above, others }
    }

    /// The questions with enough patients on both sides of these training rows.
    fn open(&self, real: &[usize]) -> Vec<Question> {
        let Samples { real: typed, patients, .. } = self.samples;
        let many = |question: &Question, side: bool| {
            let rows = real.iter().copied().filter(|&row| question.answer(typed.row(row)) == side);
            patients_among(patients, rows) >= FEWEST_REAL
        };
        let open = |one: &&Question| patients.is_none() || (many(one, true) && many(one, false));
        self.questions.iter().filter(open).copied().collect()
    }

    /// The question that splits off the numbers of this map that are farthest from those of the
    /// training rows, if that is clear, and how many splits are left behind it.
    /// Else one whose side has many numbers outside of its range, or one question of a pair that
    /// only together shows a difference.
    fn worst(
        &self,
        map: &NumberMap,
        [real, generated]: [&[usize]; 2],
        [depth, groups]: [usize; 2],
    ) -> Option<(Question, [usize; 2])> {
        if depth == 0 && groups == 0 {
            return None;
        }
        let Samples { real: typed, generated: made, cells, .. } = self.samples;
        let questions = self.open(real);
        let answers =
            |row: &[f64]| questions.iter().map(|question| question.answer(row)).collect::<Vec<_>>();
        let value = |row: usize| map.value(made[(row, self.score)], made.row(row), self.decimals);
        let real = some(real).map(|row| (cells[row], true, answers(typed.row(row))));
        let generated = some(generated).map(|row| (value(row), false, answers(made.row(row))));
        let merged = Merged::of(real.chain(generated).collect(), FEWEST);
        let single = (depth > 0).then(|| merged.single(CLEAR)).flatten();
        let outside = || (groups > 0).then(|| merged.outside(FEWEST_REAL)).flatten();
        let pair = || (depth > 1).then(|| merged.pair()).flatten();
        let of = |depth: usize, groups: usize| {
            let questions = &questions;
            move |asked: usize| (questions[asked], [depth, groups])
        };
        single
            .map(of(depth.saturating_sub(1), groups))
            .or_else(|| outside().map(of(depth, groups.saturating_sub(1))))
            .or_else(|| pair().map(of(depth.saturating_sub(1), groups)))
    }
}

/// At most [`COMPARED`] rows, spread over all of them.
fn some(rows: &[usize]) -> impl Iterator<Item = usize> {
    rows.iter().copied().step_by(rows.len().div_ceil(COMPARED).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCKS: [Block; 3] = [
        Block { kind: BlockKind::Levels, first: 0, len: 2, scale: 1.0, missing: false },
        Block { kind: BlockKind::Levels, first: 2, len: 3, scale: 1.0, missing: false },
        Block { kind: BlockKind::Number, first: 5, len: 1, scale: 1.0, missing: false },
    ];

    /// Rows of a group, a level that says nothing, and a number.
    fn rows(count: usize, number: impl Fn(usize, bool) -> f64) -> Matrix {
        Matrix::from_fn(count, 6, |row, column| {
            let first = row % 5 == 0;
            match column {
                0 | 1 => f64::from(u8::from(first == (column == 0))),
                2..5 => f64::from(u8::from(row / 5 % 3 == column - 2)),
                _ => number(row, first),
            }
        })
    }

    fn grown(real: &Matrix, cells: &[f64], generated: &Matrix) -> NumberMap {
        let samples = Samples { real, cells, patients: None, generated };
        grow(samples, &BLOCKS, &BLOCKS[2], 0)
    }

    /// A number between 0 and 1 that does not follow the rows' groups.
    fn spread(row: usize) -> f64 {
        (row * 7919 % 1009) as f64 / 1009.0
    }

    #[test]
    fn a_group_of_its_own_gets_its_own_map() {
        // The first group has numbers from 100 on, the others up to 60; generated ones overlap.
        let real = rows(400, |row, first| spread(row) + if first { 2.0 } else { 0.0 });
        let cells: Vec<f64> = (0..400)
            .map(|row| if row % 5 == 0 { 100.0 } else { 0.0 } + 60.0 * spread(row))
            .collect();
        let generated = rows(2000, |row, first| spread(row) + if first { 0.3 } else { 0.0 });
        let map = grown(&real, &cells, &generated);
        let NumberMap::Split { asked: 0, ref above, ref others, .. } = map else {
            panic!("{map:?}")
        };
        assert!(
            matches!((&**above, &**others), (NumberMap::Curve { .. }, NumberMap::Curve { .. })),
            "{map:?}"
        );
        for row in 0..2000 {
            let value = map.value(generated[(row, 5)], generated.row(row), 0);
            assert!(
                if row % 5 == 0 {
                    (99.0..161.0).contains(&value)
                } else {
                    (0.0..61.0).contains(&value)
                },
                "{value}"
            );
        }
    }

    #[test]
    fn a_group_of_one_patient_gets_no_map() {
        let real = rows(400, |row, first| spread(row) + if first { 2.0 } else { 0.0 });
        let cells: Vec<f64> = (0..400)
            .map(|row| if row % 5 == 0 { 100.0 } else { 0.0 } + 60.0 * spread(row))
            .collect();
        let generated = rows(2000, |row, first| spread(row) + if first { 0.3 } else { 0.0 });
        let patients: Vec<usize> = (0..400).map(|row| if row % 5 == 0 { 0 } else { row }).collect();
        let of = |patients| Samples { real: &real, cells: &cells, patients, generated: &generated };
        let map = |patients| grow(of(patients), &BLOCKS, &BLOCKS[2], 0);
        assert!(matches!(map(None), NumberMap::Split { asked: 0, .. }));
        assert!(!matches!(map(Some(&patients)), NumberMap::Split { asked: 0, .. }));
    }

    #[test]
    fn what_says_nothing_splits_nothing() {
        let real = rows(400, |row, _| spread(row));
        let cells: Vec<f64> = (0..400).map(|row| 60.0 * spread(row)).collect();
        let map = grown(&real, &cells, &real);
        assert!(matches!(map, NumberMap::Curve { .. }), "{map:?}");
    }

    #[test]
    fn what_comes_out_right_splits_nothing() {
        let real = rows(400, |row, first| spread(row) + if first { 2.0 } else { 0.0 });
        let cells: Vec<f64> = (0..400)
            .map(|row| if row % 5 == 0 { 100.0 } else { 0.0 } + 60.0 * spread(row))
            .collect();
        let map = grown(&real, &cells, &real);
        assert!(matches!(map, NumberMap::Curve { .. }), "{map:?}");
    }

    #[test]
    fn what_two_answers_say_together_gets_maps_of_its_own() {
        // The first group's numbers are on the whole like the others'.
        // But they follow from the third level, and the generated ones do not.
        let real = rows(1200, |row, _| spread(row));
        let third = |row: usize| row / 5 % 3 == 2;
        let number = |row: usize| match (row.is_multiple_of(5), third(row)) {
            (true, true) => 60.0 + 30.0 * spread(row),
            (true, false) => 60.0 * spread(row),
            (false, _) => 90.0 * spread(row + 1),
        };
        let cells: Vec<f64> = (0..1200).map(number).collect();
        let generated = rows(3000, |row, _| spread(row * 7));
        let map = grown(&real, &cells, &generated);
        let NumberMap::Split { .. } = map else { panic!("{map:?}") };
        for row in (0..3000).filter(|row| row % 5 == 0 && third(*row)) {
            let value = map.value(generated[(row, 5)], generated.row(row), 0);
            assert!((59.0..91.0).contains(&value), "{value}");
        }
    }

    #[test]
    fn groups_of_few_patients_or_rows_have_no_map() {
        let number = |row: usize, first: bool| spread(row) + if first { 2.0 } else { 0.0 };
        let cells =
            |count: usize| -> Vec<f64> { (0..count).map(|row| 60.0 * spread(row)).collect() };
        let (few, many) = (rows(75, number), rows(400, number));
        let map = grown(&few, &cells(75), &many);
        assert!(matches!(map, NumberMap::Curve { .. }), "15 patients: {map:?}");
        let map = grown(&many, &cells(400), &few);
        assert!(matches!(map, NumberMap::Curve { .. }), "15 generated rows: {map:?}");
    }
}
