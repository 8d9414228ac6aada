//! From a typed matrix that a generator made back to a table.

use super::coding::Coding;
use super::derived::{DerivedColumns, PresentCells};
use super::encoder::TypedEncoder;
use super::forms::Forms;
use super::learned::Learned;
use super::leaves::{self, Samples};
use super::levels::Levels;
use super::moves::{self, Move};
use super::numbers::NumberMap;
use super::observed::{is_missing, observed, sorted};
use super::premises::Premises;
use super::residuals::Residuals;
use super::stored::Stored;
use crate::coarse::Withheld;
use crate::{Schema, Table};
use ground::blocks::{Block, BlockKind, Blocks, Gate};
use ground::matrix::Matrix;
use serde::{Deserialize, Serialize};

/// The way back, stored with the model.
/// No number in it is that of a single patient.
/// A value that at least five patients share is in it as it is; others are in it as means of at
/// least five neighbouring values; levels of too few patients are not in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct TypedDecoder {
    pub(super) schema: Schema,
    pub(super) columns: Vec<Decoding>,
    /// `folds` in a model file.
    #[serde(rename = "folds")]
    pub(super) derived: DerivedColumns,
    /// Derived columns that have a cell where their sources say nothing.
    #[serde(default, skip_serializing_if = "PresentCells::is_empty")]
    pub(super) present: PresentCells,
    pub(super) forms: Forms,
    #[serde(default, skip_serializing_if = "Premises::is_empty")]
    pub(super) premises: Premises,
    pub(super) gates: Vec<Gate>,
    /// What rare levels need.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) moves: Vec<Move>,
    /// Numbers that are learned as what others do not say of them.
    #[serde(default, skip_serializing_if = "Residuals::is_empty")]
    pub(super) residuals: Residuals,
}

/// What becomes of one column of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Decoding {
    /// The cell of the largest value in the block; the last value stands for missing, if there is
    /// one.
    Levels { values: Vec<f64>, missing: bool, scale: f64 },
    /// Through a map. Missing where the mask is nearer to `scale` than to 0, if the block has a
    /// mask.
    Number { map: NumberMap, missing: bool, scale: f64 },
    /// Always this cell.
    Constant { value: f64 },
    /// Always missing.
    Empty,
}

impl TypedDecoder {
    /// Fits the maps of all numbers.
    /// `generated` is a large sample of the generator's typed rows, `train` rows of the table that
    /// the encoder was fitted on, and `typed` the same rows as the encoder encodes them.
    ///
    /// A number becomes the quantile of the training rows at its rank among the generated numbers
    /// that are not missing ([`crate::quantile`]).
    /// So it becomes the same in a table of one row and in one of a million rows.
    /// Panics on a matrix of another width or without rows, and on another table's columns.
    pub fn fit(
        generated: &Matrix,
        encoder: &TypedEncoder,
        (train, typed): (&Table, &Matrix),
    ) -> Self {
        let (columns, width) = (generated.columns(), encoder.columns());
        assert_eq!(columns, width, "generated rows of {columns} columns for an encoder of {width}");
        assert_eq!(
            train.schema.columns.len(),
            encoder.schema.columns.len(),
            "another table than the encoder's"
        );
        assert!(generated.rows() > 0, "calibration needs rows");
        let Blocks { each: all, gates } = encoder.blocks();
        let (moves, moved) = moves::fit(&moves::Samples {
            real: typed,
            patients: train.patients(),
            generated,
            blocks: all,
            gates,
        });
        let scores = encoder.residuals.scores(moved.as_ref(), all);
        let generated = scores.as_ref();
        let learned = encoder.learned().table(train);
        let mut blocks = encoder.blocks().each.iter();
        let mut block = || blocks.next().expect("a block per trained column");
        let decoding = |(column, coding): (usize, &Coding)| match coding {
            Coding::Constant(value) => Decoding::Constant { value: *value },
            Coding::Empty => Decoding::Empty,
            Coding::Levels { levels, missing } => Decoding::Levels {
                values: levels.kept.clone(),
                missing: *missing,
                scale: block().scale,
            },
            Coding::Number { levels, missing, .. } => {
                let block = block();
                let map = match levels {
                    Some(levels) => level_map(generated, block, levels),
                    None => {
                        let cells: Vec<f64> = learned.cells.column(column).collect();
                        let patients = train.patients();
                        let samples = Samples { real: typed, cells: &cells, patients, generated };
                        let decimals = learned.schema.columns[column].decimals;
                        leaves::grow(samples, &encoder.blocks().each, block, decimals)
                    }
                };
                Decoding::Number { map, missing: *missing, scale: block.scale }
            }
        };
        let columns = encoder.columns.iter().enumerate().map(decoding).collect();
        Self {
            schema: encoder.schema.clone(),
            columns,
            derived: encoder.derived.clone(),
            present: encoder.present.clone(),
            forms: encoder.forms.clone(),
            premises: encoder.premises.counted(),
            gates: encoder.blocks().gates.clone(),
            moves,
            residuals: encoder.residuals.clone(),
        }
    }

    /// What made the learned table.
    fn learned(&self) -> Learned<'_> {
        let Self { derived, present, forms, premises, .. } = self;
        Learned { derived, present, forms, premises }
    }

    /// The blocks of the typed matrix, as the encoder had them.
    pub fn blocks(&self) -> Blocks {
        let (mut first, mut blocks) = (0, Vec::new());
        for (column, decoding) in self.columns.iter().enumerate() {
            let (kind, len, scale, missing) = match decoding {
                Decoding::Levels { values, missing, scale } => {
                    (BlockKind::Levels, values.len() + usize::from(*missing), *scale, *missing)
                }
                Decoding::Number { missing: false, scale, .. } => {
                    (BlockKind::Number, 1, *scale, false)
                }
                Decoding::Number { missing: true, scale, .. } => {
                    (BlockKind::MaskedNumber, 2, *scale, true)
                }
                Decoding::Constant { .. } | Decoding::Empty => continue,
            };
            let missing = missing && self.learned().says_missing(column, &self.schema);
            blocks.push(Block { kind, first, len, scale, missing });
            first += len;
        }
        Blocks { each: blocks, gates: self.gates.clone() }
    }

    /// The same with coarser quantiles ([`crate::coarse`]) and without the texts of some levels.
    pub fn coarse(&self, withheld: &Withheld) -> Self {
        let mut coarser = self.clone();
        coarser.schema.withhold(withheld);
        for (column, decoding) in coarser.columns.iter_mut().enumerate() {
            let few = withheld.columns.contains(&column);
            match decoding {
                Decoding::Number { map, .. } => {
                    *map = if few { map.blank() } else { map.coarse() };
                }
                Decoding::Constant { .. } if few => *decoding = Decoding::Empty,
                _ => {}
            }
        }
        coarser.derived.coarsen();
        coarser.present.coarsen(&withheld.columns);
        coarser
    }

    /// The training rows' schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The largest magnitude that a number of each column has; 0 for coded columns.
    pub fn largest(&self) -> Vec<f64> {
        let largest = |(decoding, column): (&Decoding, &crate::Column)| match decoding {
            _ if column.kind.is_coded() => 0.0,
            Decoding::Levels { values, .. } => {
                values.iter().fold(0.0, |largest: f64, value| value.abs().max(largest))
            }
            Decoding::Number { map, .. } => map.largest(),
            Decoding::Constant { value } => value.abs(),
            Decoding::Empty => 0.0,
        };
        let learned = self.learned().schema(&self.schema);
        let of_learned = self.columns.iter().zip(&learned.columns).map(largest).collect();
        let mut largest = self.derived.largest(of_learned);
        self.present.widen(&mut largest);
        largest.truncate(self.schema.columns.len());
        largest
    }

    /// The table of typed rows, with all columns in the training rows' order.
    /// Each row is decoded for itself.
    /// Panics on another number of columns.
    pub fn decode(&self, matrix: &Matrix) -> Table {
        let blocks = self.blocks().each;
        let (columns, width) = (matrix.columns(), blocks.last().map_or(0, Block::end));
        assert_eq!(columns, width, "a matrix of {columns} columns for a decoder of {width}");
        let learned = self.learned().schema(&self.schema);
        let mut cells = Matrix::zeros(matrix.rows(), self.columns.len());
        let mut moved = vec![0.0; matrix.columns()];
        for row in 0..matrix.rows() {
            moved.copy_from_slice(matrix.row(row));
            moves::apply(&self.moves, &mut moved, &blocks, &self.gates);
            self.residuals.undo(&mut moved, &blocks);
            let (typed, mut blocks) = (&moved[..], blocks.iter());
            let columns = self.columns.iter().zip(&learned.columns);
            for (cell, (decoding, column)) in cells.row_mut(row).iter_mut().zip(columns) {
                let mut code = || {
                    let block = blocks.next().expect("a block per trained column");
                    &typed[block.first..block.end()]
                };
                *cell = match decoding {
                    // The level for missing comes after the values.
                    Decoding::Levels { values, .. } => {
                        values.get(largest(code())).copied().unwrap_or(f64::NAN)
                    }
                    Decoding::Number { map, scale, .. } => match *code() {
                        [_, mask] if is_missing(mask, *scale) => f64::NAN,
                        [x, ..] => column.settled(map.value(x, typed, column.decimals)),
                        [] => unreachable!("a number has a column"),
                    },
                    Decoding::Constant { value } => *value,
                    Decoding::Empty => f64::NAN,
                };
            }
        }
        Table {
            cells: self.learned().back(cells, &self.schema),
            schema: self.schema.clone(),
            patients: None,
        }
    }
}

/// The map of a number that is the place of a level.
fn level_map(generated: &Matrix, block: &Block, levels: &Levels) -> NumberMap {
    let ranked = sorted(observed(generated, block).map(|row| generated[(row, block.first)]));
    NumberMap::steps(&ranked, &levels.pooled())
}

/// The position of the largest value; the first of several.
fn largest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}
