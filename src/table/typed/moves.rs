//! What goes with a rare level: where generated choices of few patients differ clearly from the
//! training rows', some of them are moved to other levels.
//!
//! A generator of smooth numbers gives the six patients of a rare class about what all others have.
//! So the levels of every other column are counted in each such group, and those that are too
//! frequent give rows to those that are too rare.
//! The rows to move are chosen by a number that follows from the row itself.

use super::obey::follow;
use crate::table::patients_among;
use ground::blocks::{Block, BlockKind, Gate};
use ground::matrix::Matrix;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A group has so many patients at least, and so many and this share of the training rows at most.
const FEWEST: usize = 5;
const LARGEST: usize = 100;
const RARE: f64 = 0.1;

/// Generated rows of a group at least.
const GENERATED: usize = 50;

/// The logarithm of what chance must not exceed, for one level in one group.
const CLEAR: f64 = -3.0;

/// A share must differ by so much at least.
const APART: f64 = 0.1;

/// Groups that are moved at most.
const MOST: usize = 128;

/// How rows of a group change the level of a block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Move {
    /// The group: rows whose column `asked` is above `cut`.
    asked: usize,
    cut: f64,
    /// The block of levels.
    block: usize,
    /// The share of rows of each level that stay.
    stay: Vec<f64>,
    /// The share of moved rows that each level gets.
    get: Vec<f64>,
}

/// Training rows and generated rows, both typed, with their blocks.
pub(super) struct Samples<'a> {
    pub(super) real: &'a Matrix,
    /// Who each training row is of, where patients have several.
    pub(super) patients: Option<&'a [usize]>,
    pub(super) generated: &'a Matrix,
    pub(super) blocks: &'a [Block],
    pub(super) gates: &'a [Gate],
}

/// The moves that rare levels need, and the generated rows after them.
pub(super) fn fit<'a>(samples: &Samples<'a>) -> (Vec<Move>, Cow<'a, Matrix>) {
    let Samples { real, patients, generated, blocks, gates } = *samples;
    let mut moved = Cow::Borrowed(generated);
    let mut candidates: Vec<(f64, [usize; 3])> = Vec::new();
    for (of, [group, level]) in rare_levels(real, patients, blocks) {
        let [theirs, made] = [real, generated].map(|rows| members(rows, blocks, [group, level]));
        if made.len() < GENERATED {
            continue;
        }
        for block in (0..blocks.len()).filter(|&at| at != group && can_move(&blocks[at])) {
            let counts =
                [counts(real, &blocks[block], &theirs), counts(generated, &blocks[block], &made)];
            let chance = chance(&counts, of, made.len());
            if chance < CLEAR {
                candidates.push((chance, [group, level, block]));
            }
        }
    }
    candidates.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut moves = Vec::new();
    for (_, [group, level, block]) in candidates {
        let theirs = members(real, blocks, [group, level]);
        let made = members(&moved, blocks, [group, level]);
        let counts = [counts(real, &blocks[block], &theirs), counts(&moved, &blocks[block], &made)];
        // What was moved before may have done it.
        if made.len() < GENERATED
            || chance(&counts, theirs.len(), made.len()) >= CLEAR
            || moves.len() == MOST
        {
            continue;
        }
        let one = Move::of(&counts, [group, level, block], blocks);
        for row in made {
            one.apply(moved.to_mut().row_mut(row), blocks, gates);
        }
        moves.push(one);
    }
    (moves, moved)
}

/// Applies moves to a row, one after the other.
pub(super) fn apply(moves: &[Move], row: &mut [f64], blocks: &[Block], gates: &[Gate]) {
    moves.iter().for_each(|one| one.apply(row, blocks, gates));
}

/// The levels of few training rows: how many, the block and the level.
fn rare_levels(
    real: &Matrix,
    patients: Option<&[usize]>,
    blocks: &[Block],
) -> Vec<(usize, [usize; 2])> {
    let mut rare = Vec::new();
    for (at, block) in blocks.iter().enumerate().filter(|(_, block)| can_move(block)) {
        for level in 0..block.len {
            let rows = members(real, blocks, [at, level]);
            let count = rows.len();
            let behind = patients_among(patients, rows);
            let few = behind >= FEWEST && count <= LARGEST;
            if few && count as f64 <= RARE * real.rows() as f64 {
                rare.push((count, [at, level]));
            }
        }
    }
    rare
}

fn can_move(block: &Block) -> bool {
    block.kind == BlockKind::Levels && block.len > 1
}

/// The rows that chose a level.
fn members(rows: &Matrix, blocks: &[Block], [block, level]: [usize; 2]) -> Vec<usize> {
    let Block { first, scale, .. } = blocks[block];
    (0..rows.rows()).filter(|&row| rows[(row, first + level)] > scale / 2.0).collect()
}

/// How many of some rows chose each level of a block.
fn counts(rows: &Matrix, block: &Block, of: &[usize]) -> Vec<usize> {
    let chose = |level: usize| {
        of.iter().filter(|&&row| rows[(row, block.first + level)] > block.scale / 2.0).count()
    };
    (0..block.len).map(chose).collect()
}

/// The logarithm of the chance of the level that is farthest from its generated share: that so many
/// of the training rows, or so few, have it; 0 where no share is far.
fn chance([theirs, made]: &[Vec<usize>; 2], n: usize, generated: usize) -> f64 {
    let of_level = |(&count, &other): (&usize, &usize)| {
        let share = (other as f64 + 0.5) / (generated as f64 + 1.0);
        let far = (count as f64 / n as f64 - share).abs() >= APART;
        if far { tail(count, n, share).ln() } else { 0.0 }
    };
    theirs.iter().zip(made).map(of_level).fold(0.0, f64::min)
}

/// The smaller tail of the binomial distribution.
fn tail(count: usize, n: usize, share: f64) -> f64 {
    let mut term = (1.0 - share).powi(n as i32);
    let (mut below, mut above) = (0.0, 0.0);
    for k in 0..=n {
        below += if k <= count { term } else { 0.0 };
        above += if k >= count { term } else { 0.0 };
        term *= (n - k) as f64 / (k + 1) as f64 * share / (1.0 - share);
    }
    f64::min(below, above).clamp(1e-300, 1.0)
}

impl Move {
    /// Wanted is the share among the training rows, to which the generated shares count as one row
    /// more: no group shows that all of its patients have a level.
    fn of(
        [theirs, made]: &[Vec<usize>; 2],
        [group, level, block]: [usize; 3],
        blocks: &[Block],
    ) -> Self {
        let [n, generated] = [theirs, made].map(|counts| counts.iter().sum::<usize>() as f64);
        let share: Vec<f64> = made.iter().map(|&count| count as f64 / generated).collect();
        let wanted: Vec<f64> = theirs
            .iter()
            .zip(&share)
            .map(|(&count, share)| (count as f64 + share) / (n + 1.0))
            .collect();
        let pairs = || share.iter().zip(&wanted);
        let stay =
            pairs().map(|(is, wanted)| if is > wanted { wanted / is } else { 1.0 }).collect();
        let lacking: Vec<f64> = pairs().map(|(is, wanted)| (wanted - is).max(0.0)).collect();
        let all: f64 = lacking.iter().sum();
        let get = lacking.iter().map(|one| if all > 0.0 { one / all } else { 0.0 }).collect();
        let Block { first, scale, .. } = blocks[group];
        Self { asked: first + level, cut: scale / 2.0, block, stay, get }
    }

    fn apply(&self, row: &mut [f64], blocks: &[Block], gates: &[Gate]) {
        let block = blocks[self.block];
        if row[self.asked] <= self.cut {
            return;
        }
        let cells = &row[block.first..block.end()];
        let Some(is) = cells.iter().position(|cell| *cell > block.scale / 2.0) else { return };
        let [first, second] = lots(row, self.asked, self.block);
        if first < self.stay[is] {
            return;
        }
        let mut sum = 0.0;
        let to = self.get.iter().position(|share| {
            sum += share;
            second < sum
        });
        if let Some(to) = to {
            row[block.first + is] = 0.0;
            row[block.first + to] = block.scale;
            follow(gates, row, blocks);
        }
    }

    /// Whether it can be one of rows of these blocks.
    pub(super) fn is_sound(&self, blocks: &[Block]) -> bool {
        let share = |x: &f64| (0.0..=1.0).contains(x);
        let width = blocks.last().map_or(0, Block::end);
        self.asked < width
            && self.cut.is_finite()
            && blocks.get(self.block).is_some_and(|block| {
                can_move(block) && self.stay.len() == block.len && self.get.len() == block.len
            })
            && self.stay.iter().chain(&self.get).all(share)
    }
}

/// Two numbers from 0 to 1 that follow from all cells of a row and two numbers more.
fn lots(row: &[f64], asked: usize, block: usize) -> [f64; 2] {
    let mut state = (asked as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ block as u64;
    for cell in row {
        state = (state ^ cell.to_bits()).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        state ^= state >> 29;
    }
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    };
    [next(), next()]
}

#[cfg(test)]
mod tests;
