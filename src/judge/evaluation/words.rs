//! What every score is called: its key in files, a line for a table, a sentence for a clinician,
//! and which way is better.

use super::better::Better::{self, Half, Higher, Lower};

/// The words for one score.
pub(super) struct Words {
    pub(super) key: &'static str,
    pub(super) label: &'static str,
    pub(super) meaning: &'static str,
    pub(super) better: Better,
}

const fn words(
    key: &'static str,
    label: &'static str,
    meaning: &'static str,
    better: Better,
) -> Words {
    Words { key, label, meaning, better }
}

/// In the order of [`ScoreName`](super::ScoreName).
pub(super) const WORDS: [Words; 17] = [
    words(
        "column_shapes",
        "columns, each by itself",
        "How alike the distribution of every single column is.",
        Higher,
    ),
    words(
        "pair_trends_all",
        "pairs of columns, all",
        "How alike the columns are two by two, all pairs.",
        Higher,
    ),
    words(
        "pair_trends_strong",
        "pairs of columns, related ones",
        "How alike the columns are two by two, where the real ones are strongly related.",
        Higher,
    ),
    words(
        "missing_similarity",
        "missing cells of every column",
        "How alike the shares of missing cells are, column by column.",
        Higher,
    ),
    words(
        "missing_per_row_ks",
        "missing cells of every patient",
        "How far apart the numbers of missing cells of a patient are.",
        Lower,
    ),
    words(
        "spearman_mae",
        "error of the correlations",
        "By how much the rank correlation of two columns is off, on average.",
        Lower,
    ),
    words(
        "joint_frechet",
        "joint Fréchet distance",
        "How far means, spreads and all correlations together are apart.",
        Lower,
    ),
    words(
        "marginal_frechet",
        "marginal Fréchet distance",
        "How far the columns' means and spreads are apart.",
        Lower,
    ),
    words(
        "detection_logistic_auc",
        "told apart by a linear model",
        "How well a logistic regression tells synthetic patients from real ones; 0.5 is guessing.",
        Half,
    ),
    words(
        "detection_trees_auc",
        "told apart by boosted trees",
        "How well boosted trees tell synthetic patients from real ones; 0.5 is guessing.",
        Half,
    ),
    words(
        "tstr_ratio",
        "models trained on synthetic patients",
        "How good predictions learned from synthetic patients are on real ones, over those learned \
         from real ones.",
        Higher,
    ),
    words(
        "dcr_overfitting_protection",
        "no nearer to training patients",
        "Whether synthetic patients are nearer to those trained on than to others; 1 when they are \
         not.",
        Higher,
    ),
    words(
        "dcr_baseline_protection",
        "distance from real patients",
        "How far synthetic patients are from real ones, over random patients; 1 is as far as \
         random.",
        Higher,
    ),
    words(
        "nnaa",
        "nearest neighbours across the tables",
        "Whether the nearest patient is of the same table; 0.5 is ideal, less means copies.",
        Half,
    ),
    words(
        "identifiability",
        "patients with a synthetic double",
        "Share of real patients who have a synthetic patient nearer than any other real one.",
        Lower,
    ),
    words(
        "exact_copies",
        "copies of patients",
        "Share of real patients that the synthetic table repeats in every cell.",
        Lower,
    ),
    words(
        "mia_auc",
        "membership guessed",
        "How well an attacker tells who was trained on; 0.5 is guessing.",
        Half,
    ),
];
