//! Markdown tables and numbers for people; text from the user's table is escaped.

/// A table whose first column is text and whose other columns are numbers, aligned to the right.
pub(crate) fn table(header: &[&str], lines: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n|:--|", header.join(" | "));
    text.push_str(&"--:|".repeat(header.len().saturating_sub(1)));
    for line in lines {
        text.push_str(&format!("\n| {} |", line.join(" | ")));
    }
    text.push('\n');
    text
}

/// User text that cannot become markup of Markdown or HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' | '$' => {
                escaped.extend(['\\', character])
            }
            _ if character.is_control() => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Four significant digits; a dash for a number that is not finite.
pub(crate) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-5..1e6).contains(&size) {
        return format!("{value:.2e}").replace('-', "−");
    }
    let decimals = (3.0 - size.log10().floor()).max(0.0) as usize;
    format!("{value:.decimals$}").replace('-', "−")
}

/// A number with one significant digit.
pub(crate) fn one_digit(value: f64) -> String {
    let rounded: f64 = format!("{value:.0e}").parse().expect("what was printed");
    if rounded == 0.0 {
        return "0".to_owned();
    }
    let decimals = (-rounded.abs().log10().floor()).clamp(0.0, 17.0) as usize;
    format!("{rounded:.decimals$}").replace('-', "−")
}

/// A share in [0, 1] as percent with two decimals, as the paper prints it.
pub(crate) fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.2} %", 100.0 * share) } else { "–".to_owned() }
}

/// A difference in percentage points with its sign.
pub(crate) fn signed_points(points: f64) -> String {
    if !points.is_finite() {
        return "–".to_owned();
    }
    match format!("{points:+.2}").as_str() {
        "+0.00" | "-0.00" => "0.00".to_owned(),
        text => text.replace('-', "−"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_digit_is_left_of_every_number() {
        let all = [0.0, 0.00037, 0.096, 0.5, 1.26, 9.7, 34.0, -0.02];
        let texts = ["0", "0.0004", "0.1", "0.5", "1", "10", "30", "−0.02"];
        assert_eq!(all.map(one_digit), texts);
    }
}
