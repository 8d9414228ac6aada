//! From text to numbers under a schema.
//! Every cell becomes a value of its column's kind, or it stops the reading with its place.

use super::formula::unguard;
use super::number::{self, Text, kind_of};
use super::read::{Code, Sheet, is_missing};
use super::{Column, Kind, Schema, Table};
use ground::error::{Error, Place, Result};
use ground::matrix::Matrix;
use std::collections::{HashMap, HashSet};

impl Sheet {
    /// The table of this sheet under a schema, in the schema's order of columns.
    /// Decimals are the larger of the schema's and the data's, so that every value can be written
    /// as it was printed.
    ///
    /// Errors: [`Error::Input`] for a schema that contradicts itself, a column that only one of the
    /// two has, and the first cell (row by row) that is not of its column's kind.
    pub fn table(&self, schema: &Schema) -> Result<Table> {
        schema.check(&self.place())?;
        let positions = self.positions(schema)?;
        let mut readers: Vec<Reader> =
            schema.columns.iter().map(|column| Reader::new(column, &schema.missing)).collect();
        let mut cells = Matrix::zeros(self.rows(), schema.columns.len());
        for row in 0..self.rows() {
            for (column, reader) in readers.iter_mut().enumerate() {
                let text = self.cell(row, positions[column]);
                cells[(row, column)] = reader.read(text).map_err(|refusal| {
                    let place = self.place().row(row + 1).column(&reader.column.name);
                    refusal.at(place)
                })?;
            }
        }
        let decimals: Vec<usize> = readers.iter().map(|reader| reader.decimals).collect();
        let mut schema = Schema { decimal: None, ..schema.clone() };
        for (column, decimals) in schema.columns.iter_mut().zip(decimals) {
            column.decimals = decimals;
        }
        Ok(Table { schema, cells })
    }

    /// Where in the sheet each column of the schema is.
    fn positions(&self, schema: &Schema) -> Result<Vec<usize>> {
        let header: HashMap<&str, usize> =
            (0..self.columns()).map(|column| (self.column_name(column), column)).collect();
        let mut positions = Vec::with_capacity(schema.columns.len());
        for column in &schema.columns {
            let name = column.name.as_str();
            let Some(&position) = header.get(name).or_else(|| header.get(unguard(name))) else {
                let place = self.place().row(0).column(&column.name);
                let remedy = "add the column to the table (its cells may be empty), or take it out \
                    of the schema";
                return Err(Error::input(
                    place,
                    "the schema has this column and the table lacks it",
                    remedy,
                ));
            };
            positions.push(position);
        }
        let known: HashSet<usize> = positions.iter().copied().collect();
        match (0..self.columns()).find(|column| !known.contains(column)) {
            None => Ok(positions),
            Some(column) => {
                let place = self.place().row(0).column(self.column_name(column));
                let remedy = "describe it in the schema, or remove it from the table";
                Err(Error::input(
                    place,
                    "the table has this column and the schema lacks it",
                    remedy,
                ))
            }
        }
    }
}

/// Why a cell is refused: the problem and the remedy.
pub(super) struct Refusal(String, String);

impl Refusal {
    fn at(self, place: Place) -> Error {
        Error::input(place, self.0, self.1)
    }
}

/// Reads the cells of one column.
pub(super) struct Reader<'a> {
    column: &'a Column,
    codes: HashMap<&'a str, usize>,
    /// Levels that are numbers, so that `1.0` is found where the level is `1`.
    numbers: Vec<(f64, usize)>,
    /// What the schema names as missing.
    missing: Vec<Code>,
    decimals: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(column: &'a Column, everywhere: &[String]) -> Self {
        let mut codes: HashMap<&str, usize> =
            column.levels.iter().enumerate().map(|(code, level)| (level.as_str(), code)).collect();
        // A schema may give a level as a file has it, with a guard, which the reader takes off.
        for (code, level) in column.levels.iter().enumerate() {
            codes.entry(unguard(level)).or_insert(code);
        }
        let number = |(code, level): (usize, &String)| match Text::of(level) {
            Text::Number(number) => Some((number, code)),
            _ => None,
        };
        let numbers = column.levels.iter().enumerate().filter_map(number).collect();
        let missing =
            everywhere.iter().chain(&column.missing).map(|code| Code::new(code)).collect();
        Self { column, codes, numbers, missing, decimals: column.decimals }
    }

    pub(super) fn read(&mut self, text: &str) -> std::result::Result<f64, Refusal> {
        if text.is_empty() || self.missing.iter().any(|code| code.is(text)) {
            return Ok(f64::NAN);
        }
        if self.column.kind.is_coded() {
            // A level wins over a code that nobody named: `NA` may be North America.
            return match self.code(text) {
                Some(code) => Ok(code as f64),
                None if is_missing(text) => Ok(f64::NAN),
                None => Err(self.unknown_level(text)),
            };
        }
        if is_missing(text) {
            return Ok(f64::NAN);
        }
        match Text::of(text) {
            Text::Number(number) if self.column.kind == Kind::Numerical => {
                self.decimals = self.decimals.max(number::decimals(number));
                Ok(number)
            }
            Text::Number(number) if number.fract() == 0.0 => Ok(number),
            Text::Number(_) => Err(Refusal(
                "a number with decimals in an integer column".into(),
                "round it, or make the column numerical in the schema".into(),
            )),
            _ => Err(Refusal(
                format!("{} in a column of numbers", kind_of(text)),
                "write a number with a decimal point, or leave the cell empty if the value is \
                 missing (--missing CODE if it is a code for that)"
                    .into(),
            )),
        }
    }

    fn code(&self, text: &str) -> Option<usize> {
        if let Some(&code) = self.codes.get(text) {
            return Some(code);
        }
        let Text::Number(number) = Text::of(text) else { return None };
        self.numbers.iter().find(|(level, _)| *level == number).map(|&(_, code)| code)
    }

    fn unknown_level(&self, text: &str) -> Refusal {
        let shown: Vec<String> =
            self.column.levels.iter().take(8).map(|level| number::quote(level)).collect();
        let more = if self.column.levels.len() > shown.len() { ", ..." } else { "" };
        Refusal(
            format!("{} is no level of this {} column", kind_of(text), self.column.kind),
            format!(
                "use one of {}{more}, add it to the schema's levels, or leave the cell empty",
                shown.join(", ")
            ),
        )
    }
}
