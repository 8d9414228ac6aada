//! How each column of the training rows is coded: by levels, as a number, or not at all.

use super::TypedOptions;
use super::levels::Levels;
use super::scores::NormalScores;
use crate::quantile::Sample;
use crate::{Column, Kind};
use ground::blocks::BlockKind;

/// What happens to one column.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Coding {
    /// One column per level, and one more if cells are missing.
    Levels { levels: Levels, missing: bool },
    /// A normal score, and a mask if cells are missing.
    /// `levels` are those of a coded column that has too many levels for a column each.
    Number { scores: NormalScores, levels: Option<Levels>, missing: bool },
    /// All observed cells are the same, or count as the same.
    Constant(f64),
    /// No cell is observed, or fewer cells than may be shown.
    Empty,
}

impl Coding {
    /// Learns from the cells of one column of the training rows.
    /// `patients` says who these are of; without it every row is a patient.
    pub(super) fn fit(
        cells: &[f64],
        patients: Option<&[usize]>,
        column: &Column,
        options: &TypedOptions,
    ) -> Self {
        let sample = Sample::of(cells.iter().copied(), patients);
        let observed = sample.values();
        let missing = observed.len() < cells.len();
        if sample.patients() < options.rare_below.max(1) {
            return Self::Empty;
        }
        let different = observed.chunk_by(|a, b| a == b).count();
        let choices = if column.choice { options.levels_up_to } else { options.numbers_as_levels };
        if !column.kind.is_coded() && different > choices.max(1) {
            return Self::Number { scores: NormalScores::fit(observed), levels: None, missing };
        }
        let levels = Levels::fit(&sample, column.kind != Kind::Nominal, options.rare_below);
        match levels.kept.len() {
            1 if !missing => Self::Constant(levels.kept[0]),
            count if column.kind.is_coded() && count > options.most_levels(column.kind) => {
                Self::Number {
                    scores: NormalScores::fit(&levels.pooled()),
                    levels: Some(levels),
                    missing,
                }
            }
            _ => Self::Levels { levels, missing },
        }
    }

    /// Kind and number of its columns in the typed matrix; none if the column is not trained.
    pub(super) fn shape(&self) -> Option<(BlockKind, usize)> {
        match self {
            Self::Levels { levels, missing } => {
                Some((BlockKind::Levels, levels.kept.len() + usize::from(*missing)))
            }
            Self::Number { missing: false, .. } => Some((BlockKind::Number, 1)),
            Self::Number { missing: true, .. } => Some((BlockKind::MaskedNumber, 2)),
            Self::Constant(_) | Self::Empty => None,
        }
    }

    /// Whether a missing cell has a column of the typed matrix.
    pub(super) fn missing(&self) -> bool {
        matches!(self, Self::Levels { missing: true, .. } | Self::Number { missing: true, .. })
    }

    /// Writes the code of a cell, not yet scaled, to its block, which holds zeros.
    ///
    /// A missing cell of a column that is never missing in the training rows has no code.
    /// It gets the block's middle: a score of 0, or no level at all.
    pub(super) fn write(&self, cell: f64, block: &mut [f64]) {
        match self {
            Self::Levels { levels, missing } => match (cell.is_nan(), missing) {
                (false, _) => block[levels.place(cell)] = 1.0,
                (true, true) => block[levels.kept.len()] = 1.0,
                (true, false) => {}
            },
            Self::Number { scores, levels, missing } => match cell.is_nan() {
                true if *missing => block[1] = 1.0,
                true => {}
                false => {
                    let cell =
                        levels.as_ref().map_or(cell, |levels| levels.kept[levels.place(cell)]);
                    block[0] = scores.score(cell);
                }
            },
            Self::Constant(_) | Self::Empty => {}
        }
    }
}
