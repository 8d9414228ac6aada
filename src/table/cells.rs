//! From text to numbers under a schema.
//! Every cell becomes a value of its column's kind, or it stops the reading with its place.

use super::digits::Precision;
use super::formula::unguard;
use super::moment::{self, Told};
use super::number::{self, Text, kind_of};
use super::quantity::{Side, limit, with_unit};
use super::read::{Code, Sheet, is_missing};
use super::{Column, Kind, Schema, Table};
use ground::error::{Error, Place, Result};
use ground::matrix::Matrix;
use ground::spelling::nearest;
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
        let mut schema = Schema { decimal: None, ..schema.clone() };
        self.tell_formats(&mut schema, &positions)?;
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
        let printed: Vec<_> = readers.iter().map(Reader::printed).collect();
        for (column, (decimals, digits)) in schema.columns.iter_mut().zip(printed) {
            (column.decimals, column.digits) = (decimals, digits);
        }
        settle_limits(&schema, &mut cells);
        Ok(Table { schema, cells, patients: None })
    }

    /// Gives columns of dates and times the format of their cells where the schema has none.
    fn tell_formats(&self, schema: &mut Schema, positions: &[usize]) -> Result<()> {
        let everywhere = schema.missing.clone();
        for (column, &position) in schema.columns.iter_mut().zip(positions) {
            if !column.kind.is_time() || column.format.is_some() {
                continue;
            }
            let codes: Vec<Code> =
                everywhere.iter().chain(&column.missing).map(|code| Code::new(code)).collect();
            let is_value =
                |text: &&str| !is_missing(text) && !codes.iter().any(|code| code.is(text));
            let mut texts: Vec<&str> = self.column(position).filter(is_value).collect();
            texts.sort_unstable();
            texts.dedup();
            column.format = match moment::told(texts.iter().copied()) {
                Told::Form((kind, format)) if kind == column.kind => Some(format),
                Told::Nothing if texts.is_empty() => Some(column.format_of_times().to_owned()),
                told => {
                    let problem = match told {
                        Told::Either(_) => "dates whose day and month cannot be told apart".into(),
                        _ => format!("no {} in a format that is told by itself", column.kind),
                    };
                    let remedy = "give the format in the schema, such as format = \"%d/%m/%Y\"";
                    return Err(Error::input(self.place().column(&column.name), problem, remedy));
                }
            };
        }
        Ok(())
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
                let known = |other: &str| schema.columns.iter().any(|of| of.name == other);
                // Without any name of the schema the first line may be a patient.
                let named = header.keys().any(|other| known(other));
                let others = header.keys().copied().filter(|other| named && !known(other));
                let meant = nearest(others, name)
                    .map_or_else(String::new, |other| format!("did you mean {other:?}? Else "));
                let remedy = format!(
                    "{meant}add the column to the table (its cells may be empty), or take it out of \
                     the schema"
                );
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

/// Puts numbers for the cells beyond a detection limit, which were read as infinite: the nearest
/// number beyond it that the column can print.
fn settle_limits(schema: &Schema, cells: &mut Matrix) {
    for (position, column) in schema.columns.iter().enumerate() {
        let [low, high] = [Side::Below, Side::Above].map(|side| column.stands_for(side));
        if low.is_none() && high.is_none() {
            continue;
        }
        for row in 0..cells.rows() {
            let cell = &mut cells[(row, position)];
            if let Some(value) = if *cell == f64::INFINITY { high } else { low }
                && cell.is_infinite()
            {
                *cell = value;
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
    /// Decimals and digits of the numbers.
    precision: Precision,
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
        Self { column, codes, numbers, missing, precision: Precision::default() }
    }

    /// Decimals and significant digits with which every number that was read comes back.
    fn printed(&self) -> (usize, Option<usize>) {
        if self.column.kind != Kind::Numerical {
            return (0, None);
        }
        let decimals = self.column.decimals.max(self.precision.decimals);
        let digits = match self.column.digits {
            None if self.column.decimals > 0 => None,
            None => self.precision.significant_if_absurd(),
            given => given.map(|digits| digits.max(self.precision.digits)),
        };
        (decimals, digits)
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
        match self.column.kind.is_time() {
            true => self.moment(text),
            false => self.number(text),
        }
    }

    fn moment(&self, text: &str) -> std::result::Result<f64, Refusal> {
        let format = self.column.format_of_times();
        moment::read(format, self.column.kind, text).ok_or_else(|| {
            Refusal(
                format!("{} that is no {} of the format {format}", kind_of(text), self.column.kind),
                "correct the cell or the format, or leave the cell empty if the value is missing"
                    .into(),
            )
        })
    }

    fn number(&mut self, text: &str) -> std::result::Result<f64, Refusal> {
        match Text::of(text) {
            Text::Number(_) if number::is_beyond(text) => Err(Refusal(
                "a whole number of more digits than a number keeps exactly (2^53)".into(),
                "make the column nominal in the schema, or leave it out with --drop".into(),
            )),
            Text::Number(number) if self.column.kind == Kind::Numerical => {
                self.precision.add(number);
                Ok(number)
            }
            Text::Number(number) if number.fract() == 0.0 => Ok(number),
            Text::Number(_) => Err(Refusal(
                "a number with decimals in an integer column".into(),
                "round it, or make the column numerical in the schema".into(),
            )),
            Text::Word => self.beside_number(text),
            _ => Err(no_number(text)),
        }
    }

    /// A detection limit that the schema names, or a number with its column's unit.
    fn beside_number(&mut self, text: &str) -> std::result::Result<f64, Refusal> {
        if let Some((side, value)) = limit(text) {
            return match self.column.limit(side) {
                Some((known, _)) if known == value => {
                    self.precision.decimals = self.precision.decimals.max(number::decimals(value));
                    Ok(if side == Side::Below { f64::NEG_INFINITY } else { f64::INFINITY })
                }
                _ => Err(Refusal(
                    "a detection limit that the schema does not name".into(),
                    "name it in the schema (limits = [\"<...\"]), or treat the column by a `limits` rule of mellizo clean".into(),
                )),
            };
        }
        if let Some((value, unit)) = with_unit(text) {
            return match &self.column.unit {
                Some(known) if known == unit => self.number(&value.to_string()),
                _ => Err(Refusal(
                    "a number with a unit that the schema does not give the column".into(),
                    "name the unit in the schema (unit = \"...\"), or treat the column by a `units` rule of mellizo clean".into(),
                )),
            };
        }
        Err(no_number(text))
    }

    fn code(&self, text: &str) -> Option<usize> {
        if let Some(&code) = self.codes.get(text) {
            return Some(code);
        }
        let Text::Number(number) = Text::of(text) else { return None };
        self.numbers.iter().find(|(level, _)| *level == number).map(|&(_, code)| code)
    }

    fn unknown_level(&self, text: &str) -> Refusal {
        Refusal(
            format!("{} is no level of this {} column", kind_of(text), self.column.kind),
            format!(
                "use one of {}; else add it to the schema's levels, or leave the cell empty",
                self.column.told_levels()
            ),
        )
    }
}

fn no_number(text: &str) -> Refusal {
    Refusal(
        format!("{} in a column of numbers", kind_of(text)),
        "write a number with a decimal point, or leave the cell empty if the value is missing (--missing CODE if it is a code for that)".into(),
    )
}
