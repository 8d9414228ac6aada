//! From a table to its typed matrix.

use super::TypedOptions;
use super::coding::Coding;
use super::derived::{DerivedColumns, PresentCells};
use super::forms::Forms;
use super::gates::{self, TrainedColumns};
use super::learned::Learned;
use super::premises::Premises;
use super::residuals::Residuals;
use crate::relations::Found;
use crate::{Kind, Schema, Table, Warning};
use ground::blocks::{Block, Blocks};
use ground::error::{Error, Result};
use ground::matrix::Matrix;

/// The typed encoding of a table's training rows.
/// It knows every value of them and must not be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct TypedEncoder {
    pub(super) schema: Schema,
    pub(super) derived: DerivedColumns,
    pub(super) present: PresentCells,
    pub(super) forms: Forms,
    pub(super) premises: Premises,
    pub(super) columns: Vec<Coding>,
    pub(super) residuals: Residuals,
    blocks: Blocks,
}

impl TypedEncoder {
    /// Learns levels, ranks and scales from training rows alone.
    ///
    /// `relations` are those that rows of the decoder are to keep.
    /// Equal and ordered columns become part of the representation, and implications between levels
    /// and missing cells become part of the heads.
    ///
    /// Errors: [`Error::Usage`] when no column has two different values (a missing cell is one)
    /// that enough patients have.
    pub fn fit(train: &Table, relations: &[Found], options: &TypedOptions) -> Result<Self> {
        let derived = DerivedColumns::of(relations, train, options.rare_below);
        let present = PresentCells::of(&derived, train, options.rare_below);
        let forms = if options.forms { Forms::of(train) } else { Forms::default() };
        let premises = Premises::of(relations);
        let parts =
            Learned { derived: &derived, present: &present, forms: &forms, premises: &premises };
        let learned = parts.table(train);
        let coding = |(position, column)| {
            let cells: Vec<f64> = learned.cells.column(position).collect();
            Coding::fit(&cells, train.patients(), column, options)
        };
        let columns: Vec<Coding> = learned.schema.columns.iter().enumerate().map(coding).collect();
        let mut encoder = Self {
            schema: train.schema.clone(),
            derived,
            present,
            forms,
            premises,
            blocks: Blocks::default(),
            columns,
            residuals: Residuals::default(),
        };
        encoder.blocks.each = encoder.unscaled();
        if encoder.blocks.each.is_empty() {
            let problem = "no column has two different values that enough patients have; nothing \
                can be learned from this table";
            return Err(Error::Usage(problem.into()));
        }
        let ones = encoder.encode(train);
        for block in &mut encoder.blocks.each {
            let variance: f64 =
                (block.first..block.end()).map(|column| variance(&ones, column)).sum();
            block.scale = 1.0 / variance.sqrt();
        }
        encoder.residuals = encoder.nearly_said(&encoder.encode(train));
        let trained = TrainedColumns {
            columns: &encoder.columns,
            blocks: &encoder.blocks.each,
            block_columns: &encoder.block_columns(),
            learned: encoder.learned(),
            schema: &encoder.schema,
            fewest: options.rare_below.max(1),
        };
        encoder.blocks.gates = gates::of(relations, &trained, train);
        Ok(encoder)
    }

    /// One block for each trained column of the table, in the table's order, and the gates between
    /// their choices.
    pub fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    /// The column of the table that each block is.
    pub fn block_columns(&self) -> Vec<usize> {
        (0..self.columns.len()).filter(|&column| self.columns[column].shape().is_some()).collect()
    }

    /// Number of columns of the typed matrix.
    pub fn columns(&self) -> usize {
        self.blocks.each.last().map_or(0, Block::end)
    }

    /// The training rows' schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The typed matrix (rows x [`TypedEncoder::columns`]) of a table with the training rows'
    /// columns.
    ///
    /// A level is `scale` in its column and 0 in the others.
    /// A number is `scale` times its normal score among the training rows, 0 when missing, or what
    /// of it other columns do not say.
    /// A mask is `scale` when missing.
    /// A value that the training rows lack lies between its neighbours, or is the nearest one.
    /// Panics if the columns differ.
    pub fn encode(&self, table: &Table) -> Matrix {
        let names = |schema: &Schema| {
            schema.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(
            names(&table.schema),
            names(&self.schema),
            "a table with other columns than the encoder's rows"
        );
        let learned = self.learned().table(table);
        let mut matrix = Matrix::zeros(table.rows(), self.columns());
        let columns = self.block_columns();
        for row in 0..table.rows() {
            let cells = learned.cells.row(row);
            for (block, &column) in self.blocks.each.iter().zip(&columns) {
                let code = &mut matrix.row_mut(row)[block.first..block.end()];
                self.columns[column].write(cells[column], code);
                code.iter_mut().for_each(|x| *x *= block.scale);
            }
        }
        self.residuals.apply(&mut matrix, &self.blocks.each);
        matrix
    }

    /// The numbers that others say nearly, of the typed rows before there are any residuals.
    fn nearly_said(&self, typed: &Matrix) -> Residuals {
        let columns = self.block_columns();
        let is_number = |block: usize| {
            matches!(self.columns[columns[block]], Coding::Number { levels: None, .. })
        };
        Residuals::of(typed, &self.blocks.each, is_number)
    }

    /// What makes the learned table.
    pub(super) fn learned(&self) -> Learned<'_> {
        let Self { derived, present, forms, premises, .. } = self;
        Learned { derived, present, forms, premises }
    }

    /// The blocks of trained columns, with scale 1.
    fn unscaled(&self) -> Vec<Block> {
        let (mut first, mut blocks) = (0, Vec::new());
        for (column, coding) in self.columns.iter().enumerate() {
            if let Some((kind, len)) = coding.shape() {
                let missing = coding.missing() && self.learned().says_missing(column, &self.schema);
                blocks.push(Block { kind, first, len, scale: 1.0, missing });
                first += len;
            }
        }
        blocks
    }

    /// The columns that are not trained, or not as they should be, and why. No value is named.
    pub fn warnings(&self) -> Vec<Warning> {
        let warn = |(column, coding): (usize, &Coding)| {
            // A column that others make needs nothing of its own.
            let text = match coding {
                _ if self.derived.of_column(column).is_some() => return None,
                Coding::Constant(_) => {
                    "every cell is the same, but for levels of too few patients; kept out of \
                     training and given back"
                }
                Coding::Empty => {
                    "no cell, or too few, are observed; kept out of training and given back empty"
                }
                Coding::Number { levels: Some(_), .. }
                    if self.schema.columns[column].kind == Kind::Nominal =>
                {
                    "it has too many levels for choices (recipe key table.nominal_up_to) and is learned by their places, so that what goes with a level is lost; merge levels in the table, or leave the column out with --drop"
                }
                _ => return None,
            };
            Some(Warning { column: self.schema.columns[column].name.clone(), text: text.into() })
        };
        let columns = &self.columns[..self.schema.columns.len()];
        columns.iter().enumerate().filter_map(warn).collect()
    }
}

fn variance(matrix: &Matrix, column: usize) -> f64 {
    let rows = matrix.rows() as f64;
    let mean = matrix.column(column).sum::<f64>() / rows;
    matrix.column(column).map(|x| (x - mean).powi(2)).sum::<f64>() / rows
}
