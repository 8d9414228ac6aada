//! Names and numbers as a page prints them.

use crate::chart::text::printable;
use maud::{Markup, html};
use table::Column;

/// Names of more bytes than this may be broken at underscores.
const LONG: usize = 12;

/// A text of the user's table.
/// It is isolated, so that a name that is written from right to left does not reverse the sentence
/// around it.
pub(super) fn name(text: &str) -> Markup {
    let text = printable(text);
    html! {
        bdi {
            @if text.len() > LONG {
                // The line may be broken after every underscore.
                @for (place, part) in text.split_inclusive('_').enumerate() {
                    @if place > 0 { wbr; }
                    (part)
                }
            } @else {
                (text)
            }
        }
    }
}

/// A column's plain words with its unit, and its name where that is different.
pub(super) fn column(column: &Column) -> Markup {
    let label = column.label.as_ref().filter(|label| **label != column.name);
    html! {
        (name(label.unwrap_or(&column.name)))
        @if let Some(unit) = &column.unit { " (" (name(unit)) ")" }
        @if label.is_some() { " " code { (name(&column.name)) } }
    }
}

/// Three decimals up to 10, fewer above; a dash for a number that is not finite.
pub(super) fn number(value: f64) -> String {
    let text = match value.abs() {
        0.0 => "0".to_owned(),
        size if !size.is_finite() => return "–".to_owned(),
        size if size > 0.0 && size < 0.0005 => format!("{value:.1e}"),
        ..10.0 => format!("{value:.3}"),
        ..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    };
    minus(&text)
}

/// A number that may be missing.
pub(super) fn optional(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), number)
}

/// Two decimals with a sign, for differences of correlations.
pub(super) fn signed(value: f64) -> String {
    match format!("{value:+.2}").as_str() {
        _ if !value.is_finite() => "–".to_owned(),
        "+0.00" | "-0.00" => "0.00".to_owned(),
        text => minus(text),
    }
}

/// Two decimals.
pub(super) fn hundredths(value: f64) -> String {
    match format!("{value:.2}").as_str() {
        _ if !value.is_finite() => "–".to_owned(),
        "-0.00" => "0.00".to_owned(),
        text => minus(text),
    }
}

/// A share in [0, 1] as percent with one decimal.
pub(super) fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.1} %", 100.0 * share) } else { "–".to_owned() }
}

/// A whole number with its thousands apart.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A length of time.
pub(super) fn seconds(seconds: f64) -> String {
    match seconds {
        ..60.0 => format!("{seconds:.1} s"),
        ..3600.0 => {
            format!("{:.0} min {:.0} s", (seconds / 60.0).floor(), (seconds % 60.0).floor())
        }
        _ => format!(
            "{:.0} h {:.0} min",
            (seconds / 3600.0).floor(),
            (seconds % 3600.0 / 60.0).floor()
        ),
    }
}

fn minus(text: &str) -> String {
    text.replace('-', "−")
}
