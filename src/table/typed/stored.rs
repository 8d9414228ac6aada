//! A decoder as a model file has it, before it is trusted.

use super::decoder::{Decoding, TypedDecoder};
use super::derived::{DerivedColumns, PresentCells};
use super::forms::Forms;
use super::learned::Learned;
use super::moves::Move;
use super::premises::Premises;
use super::residuals::Residuals;
use crate::{Column, Schema};
use ground::blocks::{Block, Blocks, Gate};
use ground::error::Place;
use serde::Deserialize;

/// The fields of a [`TypedDecoder`], whatever they hold.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    schema: Schema,
    columns: Vec<Decoding>,
    /// Models that were written before there were any have none.
    #[serde(default, rename = "folds")]
    derived: DerivedColumns,
    #[serde(default)]
    present: PresentCells,
    #[serde(default)]
    forms: Forms,
    #[serde(default)]
    premises: Premises,
    #[serde(default)]
    gates: Vec<Gate>,
    #[serde(default)]
    moves: Vec<Move>,
    #[serde(default)]
    residuals: Residuals,
}

impl TryFrom<Stored> for TypedDecoder {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        let Stored { schema, columns, derived, present, forms, premises, gates, moves, residuals } =
            stored;
        if premises.len() > columns.len() {
            return Err("more premises than columns".into());
        }
        schema.check(&Place::file("decoder")).map_err(|error| error.to_string())?;
        derived.check(&schema)?;
        forms.check(schema.columns.len())?;
        if !present.is_sound(&derived, &schema) {
            return Err("a cell that must be there and that no column has".into());
        }
        let learned =
            Learned { derived: &derived, present: &present, forms: &forms, premises: &premises }
                .schema(&schema);
        if learned.columns.len() != columns.len() {
            return Err(format!(
                "{} decodings for {} columns",
                columns.len(),
                learned.columns.len()
            ));
        }
        let decoder =
            Self { schema, columns, derived, present, forms, premises, gates, moves, residuals };
        let Blocks { each, gates } = decoder.blocks();
        let width = each.last().map_or(0, Block::end);
        let misfit = |(column, decoding): &(&Column, &Decoding)| !fits(column, decoding, width);
        if let Some((column, _)) = learned.columns.iter().zip(&decoder.columns).find(misfit) {
            return Err(format!("column {:?} has a decoding that no table gives", column.name));
        }
        if !decoder.moves.iter().all(|one| one.is_sound(&each)) {
            return Err("a move of levels that its blocks do not have".into());
        }
        if !decoder.residuals.is_sound(&each) {
            return Err("a residual that its columns do not have".into());
        }
        match gates.iter().all(|gate| gate.is_sound(&each)) {
            true => Ok(decoder),
            false => Err("a gate that its blocks cannot follow".into()),
        }
    }
}

fn fits(column: &Column, decoding: &Decoding, width: usize) -> bool {
    let coded = column.kind.is_coded();
    let cell = |value: &f64| match coded {
        true => *value >= 0.0 && *value < column.levels.len() as f64 && value.fract() == 0.0,
        false => value.is_finite(),
    };
    let scaled = |scale: &f64| scale.is_finite() && *scale > 0.0;
    match decoding {
        Decoding::Levels { values, missing, scale } => {
            let ascends = values.windows(2).all(|pair| pair[0] < pair[1]);
            values.len() + usize::from(*missing) >= 2
                && !values.is_empty()
                && values.iter().all(cell)
                && ascends
                && scaled(scale)
        }
        Decoding::Number { map, scale, .. } => {
            map.is_sound(coded.then_some(column.levels.len()), width) && scaled(scale)
        }
        Decoding::Constant { value } => cell(value),
        Decoding::Empty => true,
    }
}
