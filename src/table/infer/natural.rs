//! The order of levels that a reader expects.

use std::cmp::Ordering;

/// Natural order: runs of digits compare as numbers, everything else by its characters.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (x, y) = (digits(left), digits(right));
        if !x.is_empty() && !y.is_empty() {
            let (m, n) = (x.trim_start_matches('0'), y.trim_start_matches('0'));
            match m.len().cmp(&n.len()).then_with(|| m.cmp(n)) {
                Ordering::Equal => (left, right) = (&left[x.len()..], &right[y.len()..]),
                order => return order,
            }
            continue;
        }
        match (left.chars().next(), right.chars().next()) {
            (Some(c), Some(d)) if c == d => {
                (left, right) = (&left[c.len_utf8()..], &right[d.len_utf8()..])
            }
            // Equal in every part ("1" and "01"): the plain order keeps the result the same on
            // every run.
            (None, None) => return a.cmp(b),
            (c, d) => return c.cmp(&d),
        }
    }
}

/// The digits at the start of a text.
fn digits(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_come_in_natural_order() {
        let mut levels = vec!["stage 10", "stage 2", "Stage 2", "stage 02", "stage", "10", "9"];
        levels.sort_by(|a, b| natural(a, b));
        assert_eq!(levels, ["9", "10", "Stage 2", "stage", "stage 02", "stage 2", "stage 10"]);
    }
}
