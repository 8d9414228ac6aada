//! Reading a formula: `+ - * / ^`, parentheses, numbers, columns and functions.

use super::expression::Expression;
use super::function::{AGGREGATES, FUNCTIONS, Function};
use crate::{Kind, Schema};
use ground::spelling::nearest;

/// Numbers, names and signs of a formula at most, so that its depth is bounded.
const LONGEST: usize = 500;

/// What a formula may be, for errors.
const FORMS: &str = "write numbers, columns, + - * / ^, parentheses, sqrt, exp, ln, log10, abs, \
                     floor or round of a value, year, quarter, month, weekday or yyyymmdd of a \
                     date, date or hour of a date with a time, and sum, mean, min or max of those \
                     of several values that are there, such as weight / (height / 100)^2";

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    /// A name, and whether it stood in quotes.
    Name(String, bool),
    Sign(char),
}

impl Expression {
    /// Reads a formula over the columns of a schema; the error says what is wrong.
    pub fn parse(text: &str, schema: &Schema) -> Result<Self, String> {
        let tokens = tokens(text, schema)?;
        if tokens.len() > LONGEST {
            return Err(format!("a formula of more than {LONGEST} numbers, names and signs"));
        }
        let mut reader = Reader { tokens: &tokens, at: 0, text, schema };
        let expression = reader.sum()?;
        match reader.at == tokens.len() {
            true => Ok(expression),
            false => Err(reader.unclear()),
        }
    }
}

/// The tokens of a formula.
/// A name reaches as far as a column is called so; behind that a `-` is a sign.
fn tokens(text: &str, schema: &Schema) -> Result<Vec<Token>, String> {
    let (mut tokens, mut rest) = (Vec::new(), text.trim_start());
    while let Some(first) = rest.chars().next() {
        let len = if first == '"' {
            let (name, len) = quoted(rest).ok_or_else(|| format!("{text:?}: a quote is open"))?;
            tokens.push(Token::Name(name, true));
            len
        } else if first.is_ascii_digit() || first == '.' {
            let len = number(rest);
            let value = rest[..len].parse::<f64>().ok().filter(|value| value.is_finite());
            let value = value.ok_or_else(|| format!("{:?} is no number", &rest[..len]))?;
            tokens.push(Token::Number(value));
            len
        } else if first.is_alphabetic() || first == '_' {
            let name = name(rest, schema);
            tokens.push(Token::Name(name.to_owned(), false));
            name.len()
        } else if "+-*/^(),".contains(first) {
            tokens.push(Token::Sign(first));
            1
        } else {
            return Err(format!("{text:?} has a {first:?}; {FORMS}"));
        };
        rest = rest[len..].trim_start();
    }
    Ok(tokens)
}

/// The name in quotes at the beginning, a doubled quote being one of it, and its length.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut at = 1;
    loop {
        at += text[at..].find('"')?;
        if !text[at + 1..].starts_with('"') {
            return Some((text[1..at].replace("\"\"", "\""), at + 1));
        }
        at += 2;
    }
}

/// The length of the number at the beginning.
fn number(text: &str) -> usize {
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut len = digits(text);
    if text[len..].starts_with('.') {
        len += 1 + digits(&text[len + 1..]);
    }
    if text[len..].starts_with(['e', 'E']) {
        let sign = usize::from(text[len + 1..].starts_with(['+', '-']));
        let exponent = digits(&text[len + 1 + sign..]);
        if exponent > 0 {
            len += 1 + sign + exponent;
        }
    }
    len
}

/// The name at the beginning: the longest one that is a column's, else the whole word.
fn name<'a>(text: &'a str, schema: &Schema) -> &'a str {
    let inside = |c: char| c.is_alphanumeric() || "_.-".contains(c);
    let word = &text[..text.find(|c| !inside(c)).unwrap_or(text.len())];
    let known = |name: &str| schema.columns.iter().any(|column| column.name == name);
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
    let mut ends = ends.filter(|&end| end == word.len() || word[end..].starts_with('-'));
    let plain = &word[..word.find('-').unwrap_or(word.len())];
    ends.find(|&end| known(&word[..end])).map_or(plain, |end| &word[..end])
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    text: &'a str,
    schema: &'a Schema,
}

impl Reader<'_> {
    fn unclear(&self) -> String {
        format!("{:?} is no formula; {FORMS}", self.text)
    }

    /// Takes one of these signs, if it is the next token.
    fn sign(&mut self, signs: &str) -> Option<char> {
        let Some(Token::Sign(sign)) = self.tokens.get(self.at) else { return None };
        signs.contains(*sign).then(|| {
            self.at += 1;
            *sign
        })
    }

    fn sum(&mut self) -> Result<Expression, String> {
        let mut left = self.product()?;
        while let Some(sign) = self.sign("+-") {
            let (a, b) = (Box::new(left), Box::new(self.product()?));
            left = if sign == '+' { Expression::Add(a, b) } else { Expression::Subtract(a, b) };
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expression, String> {
        let mut left = self.signed()?;
        while let Some(sign) = self.sign("*/") {
            let (a, b) = (Box::new(left), Box::new(self.signed()?));
            left = if sign == '*' { Expression::Multiply(a, b) } else { Expression::Divide(a, b) };
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expression, String> {
        match self.sign("+-") {
            Some('-') => Ok(Expression::Negate(Box::new(self.signed()?))),
            Some(_) => self.signed(),
            None => self.power(),
        }
    }

    fn power(&mut self) -> Result<Expression, String> {
        let base = self.single()?;
        match self.sign("^") {
            None => Ok(base),
            Some(_) => Ok(Expression::Power(Box::new(base), Box::new(self.signed()?))),
        }
    }

    fn single(&mut self) -> Result<Expression, String> {
        if self.sign("(").is_some() {
            return self.closed();
        }
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        match token {
            Some(Token::Number(number)) => Ok(Expression::Number(number)),
            Some(Token::Name(name, quoted)) => {
                let function = FUNCTIONS.iter().find(|(called, _)| *called == name && !quoted);
                if let Some((_, function)) = function
                    && self.sign("(").is_some()
                {
                    let of = self.closed()?;
                    return self.called(*function, of);
                }
                let aggregate = AGGREGATES.iter().find(|(called, _)| *called == name && !quoted);
                if let Some((_, aggregate)) = aggregate
                    && self.sign("(").is_some()
                {
                    return Ok(Expression::Over(*aggregate, self.listed()?));
                }
                self.column(&name).map(Expression::Column)
            }
            _ => Err(self.unclear()),
        }
    }

    /// What stands before the next closing parenthesis.
    fn closed(&mut self) -> Result<Expression, String> {
        let inner = self.sum()?;
        self.sign(")").map(|_| inner).ok_or_else(|| self.unclear())
    }

    /// A function of a value; the day of a date is the date, and it has no hour.
    fn called(&self, function: Function, of: Expression) -> Result<Expression, String> {
        let call = |function, of| Expression::Call(function, Box::new(of));
        let is_day = |of: &Expression| match of {
            Expression::Column(column) => self.schema.columns[*column].kind == Kind::Date,
            _ => false,
        };
        match function {
            Function::Date if is_day(&of) => Ok(of),
            Function::Hour if is_day(&of) => {
                Err(format!("{:?} asks for the hour of a column of days", self.text))
            }
            _ if function.is_of_days() && of.is_moment(self.schema) => {
                Ok(call(function, call(Function::Date, of)))
            }
            _ => Ok(call(function, of)),
        }
    }

    /// What stands before the next closing parenthesis, parted by commas.
    fn listed(&mut self) -> Result<Vec<Expression>, String> {
        let mut listed = vec![self.sum()?];
        while self.sign(",").is_some() {
            listed.push(self.sum()?);
        }
        self.sign(")").map(|_| listed).ok_or_else(|| self.unclear())
    }

    fn column(&self, name: &str) -> Result<usize, String> {
        let columns = &self.schema.columns;
        let Some(column) = columns.iter().position(|column| column.name == name) else {
            let meant = nearest(columns.iter().map(|column| column.name.as_str()), name)
                .map_or_else(String::new, |name| format!("; did you mean {name:?}?"));
            return Err(format!("{:?} names {name:?}, which is no column{meant}", self.text));
        };
        // Of two levels the second one counts 1.
        match columns[column].kind.is_coded() && columns[column].kind != Kind::Boolean {
            true => Err(format!("{:?} computes with {name:?}, which has levels", self.text)),
            false => Ok(column),
        }
    }
}
