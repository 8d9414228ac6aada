//! Finds a cell among the words of a rule: the same text, or the same number in another spelling.

use std::borrow::Cow;
use std::collections::HashMap;
use table::number::Text;

/// How texts are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spelling {
    /// Case does not count.
    pub ignore_case: bool,
    /// Runs of blanks within a text count as one blank.
    pub ignore_space: bool,
}

impl Spelling {
    fn normal<'t>(self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        if self.ignore_space {
            text = Cow::Owned(text.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        if self.ignore_case { Cow::Owned(text.to_lowercase()) } else { text }
    }
}

/// Words with their positions.
#[derive(Clone, Debug)]
pub(crate) struct Lookup {
    spelling: Spelling,
    texts: HashMap<String, usize>,
    numbers: HashMap<u64, usize>,
}

impl Lookup {
    /// Takes the words in order; of equal words the first one counts.
    pub(crate) fn new<'w>(words: impl IntoIterator<Item = &'w str>, spelling: Spelling) -> Self {
        let mut lookup = Self { spelling, texts: HashMap::new(), numbers: HashMap::new() };
        for (position, word) in words.into_iter().enumerate() {
            lookup.texts.entry(spelling.normal(word).into_owned()).or_insert(position);
            if let Text::Number(number) = Text::of(word) {
                lookup.numbers.entry(number.to_bits()).or_insert(position);
            }
        }
        lookup
    }

    /// Position of the word that is the same as the cell.
    pub(crate) fn find(&self, cell: &str) -> Option<usize> {
        if let Some(&position) = self.texts.get(self.spelling.normal(cell).as_ref()) {
            return Some(position);
        }
        if self.numbers.is_empty() {
            return None;
        }
        let Text::Number(number) = Text::of(cell) else { return None };
        self.numbers.get(&number.to_bits()).copied()
    }

    /// Whether the cell is one of the words.
    pub(crate) fn has(&self, cell: &str) -> bool {
        self.find(cell).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_is_found_in_any_spelling_and_a_text_only_in_its_own() {
        let lookup = Lookup::new(["0", "Stage II", "-9"], Spelling::default());
        assert_eq!(lookup.find("0.00"), Some(0));
        assert_eq!(lookup.find("-0"), Some(0));
        assert_eq!(lookup.find("-9.0"), Some(2));
        assert_eq!(lookup.find("stage II"), None);
        assert_eq!(lookup.find(""), None);
    }

    #[test]
    fn case_and_blanks_are_ignored_when_asked() {
        let lookup = Lookup::new(["Stage  II"], Spelling { ignore_case: true, ignore_space: true });
        assert!(lookup.has("STAGE II") && lookup.has("stage   ii") && !lookup.has("stageII"));
        assert!(
            !Lookup::new(["Stage II"], Spelling { ignore_case: true, ignore_space: false })
                .has("stage  ii")
        );
    }
}
