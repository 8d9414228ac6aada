//! Levels and masks are chosen as often as in the cohort.
//! A generator chooses too rarely what few patients have, and a bias corrects that.

use super::{Recipe, Sampler, Weights};
use engine::op::Backend;
use ground::blocks::{Block, BlockKind, Blocks};
use ground::error::Result;
use ground::matrix::Matrix;
use ground::quantile::quantile;
use rayon::prelude::*;

/// Pieces of generated rows by which rates are measured.
const PIECES: usize = 8;

/// Several rounds, because the choices of a block compete, and gates force choices of other blocks.
const ROUNDS: usize = 8;

/// The part of a shift that is made at once where levels compete.
const CAREFUL: f64 = 0.5;

/// The largest shift of a bias in a round.
const MOST: f64 = 8.0;

/// Shifts the biases of the generator's last layer until every level and every mask of `blocks` is
/// chosen about as often as in `cohort`, its typed training rows.
/// It does nothing where the recipe has no heads, or does not ask for it.
/// Rows keep their order of nearness to a choice.
///
/// The margin of a choice is the logit of a mask, or the logit of a level above the best other one.
/// For a choice with the share p, a share p of the generated rows has at least the margin m; the
/// shift is -m.
/// Forced choices have infinite margins and count as they are.
pub fn settle_choice_rates(
    backend: &mut dyn Backend,
    recipe: &Recipe,
    weights: &mut Weights,
    cohort: &Matrix,
    blocks: &Blocks,
    seed: u64,
) -> Result<()> {
    let Some(heads) = recipe.heads.as_ref().filter(|heads| heads.shares) else { return Ok(()) };
    let sampler = Sampler::new(backend, recipe, weights, cohort.columns(), Some(blocks), seed)?;
    let bias = format!("{}.b", recipe.generator_plan(cohort.columns()).sizes.len() - 2);
    for _ in 0..ROUNDS {
        let soft = sampler.soft(backend, PIECES)?;
        let shifts = shifts(&soft, cohort, &blocks.each, heads.temperature);
        let tensor = weights
            .0
            .iter_mut()
            .find(|tensor| tensor.name == bias)
            .expect("a generator ends in a bias");
        for (bias, shift) in tensor.values.iter_mut().zip(shifts) {
            *bias += shift as f32;
        }
        sampler.load(backend, weights)?;
    }
    Ok(())
}

/// The shift of the bias of every column.
fn shifts(soft: &Matrix, cohort: &Matrix, blocks: &[Block], temperature: f64) -> Vec<f64> {
    let of_block = |block: &Block| {
        let careful = if block.kind == BlockKind::Levels { CAREFUL } else { 1.0 };
        let shift = |(column, mut margins): (usize, Vec<f64>)| {
            let share =
                cohort.column(column).filter(|x| *x > 0.0).count() as f64 / cohort.rows() as f64;
            margins.sort_unstable_by(f64::total_cmp);
            let shift = -careful * temperature * quantile(&margins, 1.0 - share);
            (column, if shift.is_finite() { shift.clamp(-MOST, MOST) } else { 0.0 })
        };
        choices(block).zip(margins(soft, block)).map(shift).collect::<Vec<_>>()
    };
    let mut shifts = vec![0.0; soft.columns()];
    for (column, shift) in blocks.par_iter().flat_map_iter(of_block).collect::<Vec<_>>() {
        shifts[column] = shift;
    }
    shifts
}

/// The columns of a block that are choices: all levels, or the mask at its end.
fn choices(block: &Block) -> std::ops::Range<usize> {
    match block.kind {
        BlockKind::Number => block.end()..block.end(),
        BlockKind::MaskedNumber => block.end() - 1..block.end(),
        BlockKind::Levels => block.first..block.end(),
    }
}

/// How far every choice of a block is above its competitors, before the temperature: a list of all
/// rows for each.
fn margins(soft: &Matrix, block: &Block) -> Vec<Vec<f64>> {
    let choices = choices(block);
    let mut margins = vec![Vec::with_capacity(soft.rows()); choices.len()];
    let rows = if choices.is_empty() { 0 } else { soft.rows() };
    for row in 0..rows {
        let soft = &soft.row(row)[choices.clone()];
        if block.kind != BlockKind::Levels {
            margins[0].extend(soft.iter().map(|s| (s / (1.0 - s)).ln()));
            continue;
        }
        // The best level competes with the second one, and every other level with the best.
        let best = (0..soft.len()).max_by(|a, b| soft[*a].total_cmp(&soft[*b]));
        let largest = |other: Option<usize>| {
            let others = (0..soft.len()).filter(|at| Some(*at) != other).map(|at| soft[at]);
            others.fold(0.0, f64::max).ln()
        };
        let (first, second) = (largest(None), largest(best));
        for (at, s) in soft.iter().enumerate() {
            margins[at].push(s.ln() - if Some(at) == best { second } else { first });
        }
    }
    margins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_moves_the_share_of_a_mask_and_of_levels() {
        let blocks = [
            Block { kind: BlockKind::MaskedNumber, first: 0, len: 2, scale: 1.0, missing: true },
            Block { kind: BlockKind::Levels, first: 2, len: 2, scale: 1.0, missing: false },
        ];
        // Logits of the mask from -2 on in steps of 0.01.
        // The second level is never the best; it is behind by 1 at least.
        let logit = |row: usize| -2.0 + 0.01 * row as f64;
        let soft = Matrix::from_fn(300, 4, |row, column| {
            let second = 1.0 / (1.0 + (3.0 - logit(row) / 2.0).exp());
            match column {
                0 => 0.3,
                1 => 1.0 / (1.0 + (-logit(row)).exp()),
                2 => 1.0 - second,
                _ => second,
            }
        });
        // A tenth of the patients miss the number, a fifth have the second level.
        let cohort = Matrix::from_fn(100, 4, |row, column| match column {
            1 => f64::from(u8::from(row < 10)),
            2 => f64::from(u8::from(row >= 20)),
            3 => f64::from(u8::from(row < 20)),
            _ => 0.0,
        });
        let shifts = shifts(&soft, &cohort, &blocks, 1.0);
        let masked = (0..300).filter(|&row| logit(row) + shifts[1] > 0.0).count();
        assert!((29..=31).contains(&masked), "{masked} of 300, {shifts:?}");
        assert_eq!(shifts[0], 0.0, "a value has no choice");
        // Both levels move by half of what brings the second one to its share.
        let chosen =
            (0..300).filter(|&row| logit(row) / 2.0 - 3.0 + shifts[3] - shifts[2] > 0.0).count();
        assert!((58..=62).contains(&chosen), "{chosen} of 300, {shifts:?}");
    }

    #[test]
    fn what_is_forced_everywhere_has_no_shift() {
        let blocks =
            [Block { kind: BlockKind::MaskedNumber, first: 0, len: 2, scale: 1.0, missing: true }];
        let soft = Matrix::from_fn(50, 2, |_, column| column as f64);
        let cohort =
            Matrix::from_fn(50, 2, |row, column| f64::from(u8::from(column == 1 && row < 25)));
        assert_eq!(shifts(&soft, &cohort, &blocks, 1.0), [0.0, 0.0]);
    }
}
