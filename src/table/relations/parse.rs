//! Reading a relation, as a recipe or a model file has it.

use super::expression::name as formula_name;
use super::{DecisionTable, Expression, Formula, Lookup, Relation};
use crate::condition::{Condition, Test, quoted_name};
use crate::{Column, Schema};
use ground::spelling::{advice, nearest};

const TOGETHER: &str = "missing together:";
const COMBINATIONS: &str = "combinations of:";
const FOLLOWS: &str = " follows from: ";

impl Relation {
    /// Reads `a = b`, `a <= b`, `a + b = c`, `a = formula`, `condition -> condition`,
    /// `condition and condition -> condition`, `condition -> a = b`, `missing together: a, b`, `combinations of: a, b`,
    /// `a follows from: b` or `a = level <-> condition or condition`.
    /// What occurs in combinations, and what follows from what, is not in the text.
    /// The error says what is wrong.
    ///
    /// Conditions are those of [`Condition`].
    /// The one behind `->` asks for one level or number, or whether a cell is missing.
    pub fn parse(text: &str, schema: &Schema) -> Result<Self, String> {
        let text = text.trim();
        if let Some(names) = text.strip_prefix(TOGETHER) {
            let columns = split(names, ",")
                .into_iter()
                .map(|name| position(name, schema))
                .collect::<Result<Vec<_>, _>>()?;
            return if columns.len() > 1 {
                Ok(Self::Together { columns })
            } else {
                Err(unclear(text))
            };
        }
        if let [left, right] = split(text, "<->")[..] {
            return either(left, right, schema);
        }
        if let Some(names) = text.strip_prefix(COMBINATIONS) {
            let columns: Result<Vec<usize>, String> =
                split(names, ",").into_iter().map(|name| position(name, schema)).collect();
            let columns = columns?;
            return match columns.len() {
                0 | 1 => Err(unclear(text)),
                _ => Ok(Self::Combinations { columns, known: Vec::new() }),
            };
        }
        if let [column, sources] = split(text, FOLLOWS)[..] {
            return follows(text, position(column, schema)?, sources, schema);
        }
        match split(text, "->")[..] {
            [_] => match plain(text, schema) {
                Some(relation) => Ok(relation),
                None => formula(text, schema)
                    .unwrap_or_else(|| Err(meant(text, schema).unwrap_or(unclear(text)))),
            },
            [when, then] => {
                if let Some(several) = conjunction(when, then, schema) {
                    return several;
                }
                let when = Condition::parse(when, schema)?;
                // A level with the name of a column is read as the level.
                match (Condition::parse(then, schema), plain(then, schema)) {
                    (Ok(then), _) if settles(&then) => Ok(Self::Implies { when, then }),
                    (_, Some(Self::Equal { a, b, .. })) => {
                        Ok(Self::Equal { a, b, when: Some(when) })
                    }
                    (Err(problem), _) => Err(problem),
                    _ => Err(format!(
                        "{then:?} leaves open what the cell becomes; {}",
                        unclear(text)
                    )),
                }
            }
            _ => Err(unclear(text)),
        }
    }
}

/// Reads `condition and condition -> condition`; none if it is one premise, such as a level with
/// that word in it.
fn conjunction(when: &str, then: &str, schema: &Schema) -> Option<Result<Relation, String>> {
    let parts = split(when, " and ");
    if parts.len() < 2 || Condition::parse(when, schema).is_ok() {
        return None;
    }
    let read = || {
        let when: Vec<Condition> =
            parts.iter().map(|one| Condition::parse(one, schema)).collect::<Result<_, _>>()?;
        let then = Condition::parse(then, schema)?;
        match settles(&then) && when.iter().all(|one| one.column != then.column) {
            true => Ok(Relation::Conjunction { when, then }),
            false => Err(format!("{:?} leaves open what the cell becomes", then.text(schema))),
        }
    };
    Some(read())
}

/// Reads `column follows from: column, column`.
fn follows(text: &str, column: usize, names: &str, schema: &Schema) -> Result<Relation, String> {
    let sources: Result<Vec<usize>, String> =
        split(names, ",").into_iter().map(|name| position(name, schema)).collect();
    let sources = sources?;
    let twice = |(at, source): (usize, &usize)| sources[..at].contains(source);
    if sources.contains(&column) || sources.iter().enumerate().any(twice) {
        return Err(unclear(text));
    }
    Ok(match sources[..] {
        [source] => Relation::Follows { column, source, lookup: Lookup::default() },
        _ => Relation::Decision { column, sources, table: DecisionTable::default() },
    })
}

/// Reads `column = level <-> condition or condition`.
fn either(left: &str, right: &str, schema: &Schema) -> Result<Relation, String> {
    let then = Condition::parse(left, schema)?;
    let when: Vec<Condition> = split(right, " or ")
        .into_iter()
        .map(|one| Condition::parse(one, schema))
        .collect::<Result<_, _>>()?;
    let levels = schema.columns[then.column].levels.len();
    match then.test {
        Test::OneOf(ref values)
            if values.len() == 1
                && levels == 2
                && when.iter().all(|one| one.column != then.column) =>
        {
            let values = [values[0], 1.0 - values[0]];
            Ok(Relation::Either { column: then.column, values, when })
        }
        _ => Err(format!("{left:?} is not one of two levels of another column")),
    }
}

/// Reads `column = formula`; none if the text is nothing like it.
fn formula(text: &str, schema: &Schema) -> Option<Result<Relation, String>> {
    let [left, right] = split(text, "=")[..] else { return None };
    Some(Relation::of_formula(position(left, schema).ok()?, right, schema))
}

impl Relation {
    /// The relation that a formula makes a column of others; the error says what is wrong.
    pub fn of_formula(column: usize, text: &str, schema: &Schema) -> Result<Self, String> {
        let expression = Expression::parse(text, schema)?;
        let sources = expression.columns();
        match sources.contains(&column) || sources.is_empty() {
            true => Err(format!("{text:?} does not make the column of other columns")),
            false if schema.columns[column].kind.is_coded() => {
                Err(format!("{text:?} makes a column that has levels; numbers are computed"))
            }
            false => Ok(Self::Formula(Formula::new(column, expression, schema))),
        }
    }
}

/// Whether a condition says what a cell becomes.
fn settles(condition: &Condition) -> bool {
    match &condition.test {
        Test::Missing | Test::Present | Test::Above(_) | Test::Below(_) => true,
        Test::OneOf(values) => values.len() == 1,
        _ => false,
    }
}

fn unclear(text: &str) -> String {
    let forms = "\"a = b\", \"a <= b\", \"a + b = c\", \"a = b / c^2\", \
        \"status=dead -> relapse=no\", \"sex=male -> a = b\" or \"missing together: a, b\"";
    format!("{text:?} is no relation; write {forms}")
}

/// The side of a comparison that is nearly the name of a column, as a problem.
fn meant(text: &str, schema: &Schema) -> Option<String> {
    let sides = ["<=", "="].into_iter().map(|mark| split(text, mark)).find(|of| of.len() == 2)?;
    let names = || schema.columns.iter().map(|column| column.name.as_str());
    let near = |side: &str| nearest(names(), side.trim()).is_some();
    sides.into_iter().filter(|side| near(side)).find_map(|side| position(side, schema).err())
}

/// A relation without a condition, if it is one of columns that can be compared.
fn plain(text: &str, schema: &Schema) -> Option<Relation> {
    let columns = |names: [&str; 2]| -> Option<[usize; 2]> {
        let [a, b] = names.map(|name| position(name, schema));
        let (a, b) = (a.ok()?, b.ok()?);
        (a != b && comparable(&schema.columns[a], &schema.columns[b])).then_some([a, b])
    };
    if let [low, high] = split(text, "<=")[..] {
        return columns([low, high]).map(|[low, high]| Relation::Ordered { low, high });
    }
    let [left, right] = split(text, "=")[..] else { return None };
    match split(left, "+")[..] {
        [a] => columns([a, right]).map(|[a, b]| Relation::Equal { a, b, when: None }),
        [a, b] => {
            let (parts, [_, total]) = (columns([a, b])?, columns([a, right])?);
            let numbers = [parts[0], parts[1], total]
                .iter()
                .all(|&column| !schema.columns[column].kind.is_coded());
            let formula = || Formula::new(total, Expression::sum(parts), schema).exact(0.0);
            (numbers && total != parts[1]).then(|| Relation::Formula(formula()))
        }
        _ => None,
    }
}

/// Whether two columns can be compared: numbers of one unit, or the same levels.
pub(super) fn comparable(a: &Column, b: &Column) -> bool {
    let coded = a.kind.is_coded();
    // Days are compared with days alone.
    let alike = a.kind == b.kind || !(a.kind.is_time() || b.kind.is_time());
    coded == b.kind.is_coded()
        && alike
        && if coded {
            a.levels == b.levels
        } else {
            a.unit.is_none() || b.unit.is_none() || a.unit == b.unit
        }
}

fn position(name: &str, schema: &Schema) -> Result<usize, String> {
    let name = name.trim();
    // Formulas quote names in their own way.
    let same = |column: &Column| {
        [column.name.clone(), quoted_name(&column.name), formula_name(&column.name)]
            .iter()
            .any(|known| known == name)
    };
    let found = schema.columns.iter().position(same);
    found.ok_or_else(|| {
        let advice = advice(schema.columns.iter().map(|column| column.name.as_str()), name);
        format!("there is no column {}; {advice}", quoted_name(name))
    })
}

/// The parts of a text at every `separator` outside of double quotes.
fn split<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        quoted ^= c == '"';
        if !quoted && at >= start && text[at..].starts_with(separator) {
            parts.push(&text[start..at]);
            start = at + separator.len();
        }
    }
    parts.push(&text[start..]);
    parts
}
