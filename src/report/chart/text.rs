//! Text that fits into its place.
//! Widths are estimated, because an SVG does not know the fonts of its reader.

/// Width in pixels of a text in a sans-serif font of `size` pixels, rather too wide.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<f64>() * size
}

/// The text, or as much of its beginning as fits into `room` pixels, with an ellipsis.
pub(crate) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut used = em('…') * size;
    let mut kept = String::new();
    for character in text.chars() {
        used += em(character) * size;
        if used > room {
            break;
        }
        kept.push(character);
    }
    format!("{}…", kept.trim_end())
}

/// The text without characters that no document may hold, and without those that are invisible and
/// change the order of others.
/// Each becomes a replacement sign.
pub(crate) fn printable(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let forbidden = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if turns(c) || forbidden(c) { '\u{fffd}' } else { c }).collect()
}

fn em(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' | '!' => 0.33,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' => 0.42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.9,
        'A'..='Z' | '<' | '>' | '≤' | '≥' | '=' | '+' | '−' | '…' => 0.75,
        '0'..='9' | 'a'..='z' | '_' => 0.62,
        _ if character.is_ascii() => 0.65,
        _ => 1.0,
    }
}
