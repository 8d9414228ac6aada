//! One column of a schema: what contradicts itself in it, and its cells as text.

use super::number::{self, MAX_DECIMALS};
use super::quantity::{Side, limit};
use super::read::Code;
use super::{Column, Kind, digits, moment};
use ground::error::{Error, Place, Result};
use std::collections::HashSet;

impl Column {
    /// Refuses a column that contradicts itself; `everywhere` are the codes for missing in all
    /// columns.
    pub(super) fn check(&self, everywhere: &[String], place: &Place) -> Result<()> {
        let fail =
            |problem: String, remedy: &str| Err(Error::input(place.clone(), problem, remedy));
        let kind = self.kind;
        if !kind.is_coded() && !self.levels.is_empty() {
            return fail(
                format!("levels on a column of kind {kind}"),
                "remove them, or make the column nominal",
            );
        }
        if kind.is_coded() && self.levels.is_empty() {
            return fail(
                format!("a column of kind {kind} without levels"),
                "list them: levels = [\"...\", \"...\"]",
            );
        }
        if kind == Kind::Boolean && self.levels.len() != 2 {
            let problem = format!("a Boolean column with {} levels", self.levels.len());
            return fail(problem, "give exactly two, or make the column nominal");
        }
        let mut seen = HashSet::new();
        for level in &self.levels {
            if level.is_empty() || level.trim() != level || level.contains('\0') {
                return fail(
                    format!("a level {} that no trimmed cell can hold", self.told_level(level)),
                    "give the cell's own text",
                );
            }
            if !seen.insert(level) {
                let problem = format!("the level {} twice", self.told_level(level));
                return fail(problem, "remove one of the two");
            }
        }
        let codes: Vec<Code> =
            everywhere.iter().chain(&self.missing).map(|code| Code::new(code)).collect();
        if let Some(level) =
            self.levels.iter().find(|level| codes.iter().any(|code| code.is(level)))
        {
            return fail(
                format!("the level {} as a code for missing, too", self.told_level(level)),
                "remove it from one of the two",
            );
        }
        if self.decimals > MAX_DECIMALS || (self.decimals > 0 && kind != Kind::Numerical) {
            let problem = format!("{} decimals on a column of kind {kind}", self.decimals);
            return fail(problem, "only numerical columns have decimals, 341 at most");
        }
        self.check_print(place)?;
        self.check_public(place)
    }

    /// Refuses digits, a format, limits or a choice that the kind does not allow.
    fn check_print(&self, place: &Place) -> Result<()> {
        let fail =
            |problem: String, remedy: &str| Err(Error::input(place.clone(), problem, remedy));
        let (kind, of_numbers) = (self.kind, matches!(self.kind, Kind::Numerical | Kind::Integer));
        if self.digits.is_some_and(|digits| kind != Kind::Numerical || !(1..=17).contains(&digits))
        {
            let problem = format!("these `digits` on a column of kind {kind}");
            return fail(problem, "only numerical columns have significant digits, 1 to 17");
        }
        if self
            .mantissa_bits
            .is_some_and(|bits| kind != Kind::Numerical || !(4..=52).contains(&bits))
        {
            let problem = format!("these `mantissa_bits` on a column of kind {kind}");
            return fail(problem, "only numerical columns have mantissas, of 4 to 52 bits");
        }
        match &self.format {
            Some(_) if !kind.is_time() => {
                let problem = format!("a `format` on a column of kind {kind}");
                return fail(problem, "remove it, or make the column one of kind date");
            }
            Some(format) if !moment::is_format(format, kind) => {
                let problem = format!("{format:?} is no format from which a {kind} can be read");
                return fail(problem, "write one such as \"%d/%m/%Y\" or \"%Y-%m-%d %H:%M\"");
            }
            _ => {}
        }
        if (self.choice || !self.limits.is_empty()) && !of_numbers {
            let key = if self.choice { "choice" } else { "limits" };
            let problem = format!("`{key}` on a column of kind {kind}");
            return fail(problem, "remove it, or make the column numerical or integer");
        }
        let sides: Vec<_> = self.limits.iter().map(|text| limit(text)).collect();
        let both = [Side::Below, Side::Above]
            .map(|side| sides.iter().flatten().filter(|(of, _)| *of == side).count());
        if sides.contains(&None) || both[0] > 1 || both[1] > 1 {
            let problem =
                "`limits` that are not one text such as \"<0.5\", one such as \">20\", or both";
            return fail(problem.into(), "give one of each side, as the cells say it");
        }
        Ok(())
    }

    /// The format of dates and times; the ISO one where none is given.
    pub fn format_of_times(&self) -> &str {
        self.format.as_deref().unwrap_or(match self.kind {
            Kind::Datetime => "%Y-%m-%dT%H:%M:%S",
            Kind::Time => "%H:%M:%S",
            _ => "%Y-%m-%d",
        })
    }

    /// The nearest number that the column can hold: with its decimals and digits, whole, or one of
    /// the moments that its format tells apart.
    pub fn settle(&self, value: f64) -> f64 {
        if let (Kind::Numerical, Some(bits)) = (self.kind, self.mantissa_bits) {
            return self.as_stored(value, bits);
        }
        match (self.kind, self.digits) {
            (Kind::Numerical, Some(digits)) => {
                digits::significant(number::round(value, self.decimals), digits)
            }
            (Kind::Numerical, None) => number::round(value, self.decimals),
            (Kind::Integer, _) => value.round() + 0.0,
            (Kind::Date | Kind::Datetime | Kind::Time, _) => {
                moment::settle(self.format_of_times(), self.kind, value)
            }
            (Kind::Boolean | Kind::Ordinal | Kind::Nominal, _) => {
                value.round().clamp(0.0, (self.levels.len() - 1) as f64)
            }
        }
    }

    /// A number as a format with so many bits stored it, and as the study printed that.
    /// A print that tells less than the format stays as it is: of 0.18999994, 0.1899999.
    /// A multiple of the step is none: of 0.2 were stored 0.19999993, and printed 0.1999999.
    fn as_stored(&self, value: f64, bits: u32) -> f64 {
        let printed = |stored| digits::printed(stored, self.decimals, self.digits);
        let plain = printed(value);
        if !value.is_normal() {
            return plain;
        }
        let stored = digits::stored(value, bits, self.step);
        let next = stored + value.signum() * digits::unit(value, bits);
        let whole = |step: f64| ((value / step).round() * step - value).abs() < 1e-12 * value.abs();
        let less = printed(next) == plain && !self.step.is_some_and(whole);
        if less { plain } else { printed(stored) }
    }

    /// A number with the column's decimals as one that it can hold.
    pub(super) fn settled(&self, value: f64) -> f64 {
        if self.is_printed_otherwise() { self.settle(value) } else { value }
    }

    /// Whether [`Column::settle`] asks for more than decimals.
    pub(super) fn is_printed_otherwise(&self) -> bool {
        self.kind.is_time() || self.digits.is_some() || self.mantissa_bits.is_some()
    }

    /// The text of a number of this column, which has no levels; never of a limit.
    pub fn number_text(&self, value: f64) -> String {
        match self.kind.is_time() {
            true => moment::print(self.format_of_times(), self.kind, value),
            false => value.to_string(),
        }
    }

    /// The number that a text means in this column, which has no levels.
    /// Days and times may also be written as ISO text.
    pub fn number_of(&self, text: &str) -> Option<f64> {
        if self.kind.is_time() {
            let iso = Self { format: None, ..self.clone() };
            return [self.format_of_times(), iso.format_of_times()]
                .iter()
                .find_map(|format| moment::read(format, self.kind, text));
        }
        text.parse::<f64>().ok().filter(|number| number.is_finite())
    }

    /// A detection limit: its number, and the text of the cells beyond it.
    pub(super) fn limit(&self, side: Side) -> Option<(f64, &str)> {
        let found = self.limits.iter().find_map(|text| {
            limit(text).filter(|(of, _)| *of == side).map(|(_, number)| (number, text.as_str()))
        });
        found.filter(|_| !self.kind.is_coded())
    }

    /// The number that stands for the cells beyond a detection limit: one step beyond it, that of the
    /// schema or one of the last decimal.
    pub(super) fn stands_for(&self, side: Side) -> Option<f64> {
        let (number, _) = self.limit(side)?;
        let (step, decimals) = match self.step {
            Some(step) => (step, number::decimals(step).max(number::decimals(number))),
            None => (10f64.powi(-(self.decimals as i32)), self.decimals),
        };
        let beyond = if side == Side::Below { number - step } else { number + step };
        Some(number::round(beyond, decimals))
    }
}
