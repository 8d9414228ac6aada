//! Plain words for every measured risk: what it is, what its reference is, and what it does not
//! show.

/// The words for one risk.
pub(super) struct RiskWords {
    name: &'static str,
    pub(super) label: &'static str,
    pub(super) reference: &'static str,
    /// Whether large values are good.
    pub(super) higher: bool,
    pub(super) blind_spot: &'static str,
}

const HELD_BACK: &str = "patients kept back";
const BY_DISTANCE: &str = "synthetic patients far from every real one in all columns together can \
    still give one away by a few columns.";

const WORDS: [RiskWords; 12] = [
    RiskWords {
        name: "exact_copies",
        label: "real patients repeated cell by cell",
        reference: HELD_BACK,
        higher: false,
        blind_spot: "a copy with one cell changed does not count.",
    },
    RiskWords {
        name: "rare_values",
        label: "values of one patient alone that appear",
        reference: HELD_BACK,
        higher: false,
        blind_spot: "combinations of common values can be as telling.",
    },
    RiskWords {
        name: "dcr_median",
        label: "distance to the closest real patient",
        reference: HELD_BACK,
        higher: true,
        blind_spot: BY_DISTANCE,
    },
    RiskWords {
        name: "dcr_overfitting_protection",
        label: "no nearer to training patients than to others",
        reference: HELD_BACK,
        higher: true,
        blind_spot: BY_DISTANCE,
    },
    RiskWords {
        name: "dcr_baseline_protection",
        label: "distance to real patients over that of random ones",
        reference: HELD_BACK,
        higher: true,
        blind_spot: "good synthetic patients are near to real ones because patients are alike: a \
            low value alone is no leak.",
    },
    RiskWords {
        name: "nndr",
        label: "nearest over second nearest distance, lowest 5 %",
        reference: HELD_BACK,
        higher: true,
        blind_spot: "two real patients who are alike hide a copy of either.",
    },
    RiskWords {
        name: "identifiability",
        label: "real patients with a synthetic double",
        reference: HELD_BACK,
        higher: false,
        blind_spot: "it does not ask whether the double tells more than other patients would.",
    },
    RiskWords {
        name: "nnaa",
        label: "nearest neighbours across the tables",
        reference: HELD_BACK,
        higher: false,
        blind_spot: "a table of copies mixed with far-off patients can average to 0.5.",
    },
    RiskWords {
        name: "nnaa_privacy_loss",
        label: "nearest neighbours, training patients against others",
        reference: "no difference",
        higher: false,
        blind_spot: "a few exposed patients vanish in the average.",
    },
    RiskWords {
        name: "mia_auc",
        label: "membership guessed by density",
        reference: "guessing",
        higher: false,
        blind_spot: "an attacker who can train generators of this kind may do better: that is what \
            shadow models ask.",
    },
    RiskWords {
        name: "mia_most_exposed",
        label: "patients more exposed than 95 % of others",
        reference: HELD_BACK,
        higher: false,
        blind_spot: "it counts patients and does not say who they are.",
    },
    RiskWords {
        name: "attribute_inference",
        label: "levels guessed from the nearest synthetic patients",
        reference: HELD_BACK,
        higher: false,
        blind_spot: "numbers are not guessed, and an attacker may know fewer columns, or other \
            ones.",
    },
];

/// The words for a risk of `metrics::privacy`; panics for a name that is none.
pub(super) fn words(name: &str) -> &'static RiskWords {
    WORDS
        .iter()
        .find(|words| words.name == name)
        .unwrap_or_else(|| panic!("no words for the risk {name:?}"))
}
