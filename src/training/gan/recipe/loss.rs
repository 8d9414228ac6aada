//! The terms of the generator's loss: their weights and what each needs.

use serde::{Deserialize, Serialize};

/// Weights of the terms of the generator's loss, and what the terms need.
/// A weight of 0 switches a term off.
///
/// There are d features (blocks of columns) and B rows in a batch.
/// A term over directions compares the sorted projections of fake and of real rows.
/// It is d times the mean of the squared difference, over the directions and all B order
/// statistics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loss {
    /// Mean squared error of the columns' percentiles.
    pub percentile: f64,
    /// Cross-entropy through the discriminator.
    pub adversarial: f64,
    /// Mean squared error of the percentiles of random projections.
    pub sliced: f64,
    /// Random directions per step.
    pub directions: usize,
    /// The percentiles that are compared.
    pub levels: Levels,
    /// Projections to dense Gaussian unit directions.
    #[serde(default)]
    pub dense: f64,
    /// How many of them per step.
    #[serde(default = "default_dense")]
    pub dense_directions: usize,
    /// Projections to directions drawn in proportion to the principal components of the real rows.
    #[serde(default)]
    pub principal: f64,
    /// How many of them per step.
    #[serde(default = "default_pairs")]
    pub principal_directions: usize,
    /// Projections to directions inside random pairs of features.
    #[serde(default)]
    pub pairs: f64,
    /// How many of them per step.
    #[serde(default = "default_pairs")]
    pub pair_directions: usize,
    /// Every column alone.
    #[serde(default)]
    pub columns: f64,
    /// Projections to directions with positive weights on the masks and on the levels for missing:
    /// they look at missing cells per patient.
    #[serde(default)]
    pub masks: f64,
    /// How many of them per step.
    #[serde(default = "default_masks")]
    pub mask_directions: usize,
    /// Squared Frobenius distance between the covariance of the fake rows and that of all real
    /// rows, divided by d.
    #[serde(default)]
    pub covariance: f64,
    /// How far both covariances are whitened before they are compared, from 0 (not at all) to 1.
    /// At 1 every principal component of the real rows counts alike.
    /// In general a component of variance v counts as one of variance `v (v / mean +
    /// 0.05)^-whitening`, and the total stays as before.
    #[serde(default)]
    pub whitening: f64,
}

fn default_dense() -> usize {
    64
}

fn default_pairs() -> usize {
    128
}

fn default_masks() -> usize {
    8
}

/// The terms of the generator's loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the fields of `Loss` say what they are
#[non_exhaustive]
pub enum Term {
    Percentile,
    Adversarial,
    Sliced,
    Dense,
    Principal,
    Pairs,
    Masks,
    Columns,
    Covariance,
}

impl Term {
    /// How many there are.
    pub const COUNT: usize = 9;

    /// All of them, in the order in which histories show them.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Percentile,
        Self::Adversarial,
        Self::Sliced,
        Self::Dense,
        Self::Principal,
        Self::Pairs,
        Self::Masks,
        Self::Columns,
        Self::Covariance,
    ];

    /// Its key in a recipe.
    pub fn name(self) -> &'static str {
        match self {
            Self::Percentile => "percentile",
            Self::Adversarial => "adversarial",
            Self::Sliced => "sliced",
            Self::Dense => "dense",
            Self::Principal => "principal",
            Self::Pairs => "pairs",
            Self::Columns => "columns",
            Self::Masks => "masks",
            Self::Covariance => "covariance",
        }
    }

    /// Its place in [`Term::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// The percentiles of the loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a list of percents such as [1, 50, 99], or \"all\", is expected")]
pub enum Levels {
    /// Percent, ascending.
    Percent(Vec<f64>),
    /// The word `all`: every order statistic of a batch.
    Word(String),
}

impl Loss {
    /// The weight of a term.
    pub fn weight(&self, term: Term) -> f64 {
        match term {
            Term::Percentile => self.percentile,
            Term::Adversarial => self.adversarial,
            Term::Sliced => self.sliced,
            Term::Dense => self.dense,
            Term::Principal => self.principal,
            Term::Pairs => self.pairs,
            Term::Columns => self.columns,
            Term::Masks => self.masks,
            Term::Covariance => self.covariance,
        }
    }

    /// Whether a term is switched on.
    pub fn has(&self, term: Term) -> bool {
        self.weight(term) > 0.0
    }

    /// Whether some term compares more than single columns.
    pub fn relations(&self) -> bool {
        Term::ALL
            .into_iter()
            .any(|term| self.has(term) && !matches!(term, Term::Percentile | Term::Columns))
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let weights = Term::ALL.map(|term| self.weight(term));
        if weights.iter().any(|w| !w.is_finite() || *w < 0.0) || weights.iter().all(|w| *w == 0.0) {
            return Err(
                "the weights in [loss] must be numbers of at least 0, and one above 0".into()
            );
        }
        self.check_directions()?;
        if !(0.0..=1.0).contains(&self.whitening) {
            return Err("loss.whitening must be from 0 to 1".into());
        }
        match &self.levels {
            Levels::Word(word) if word == "all" => Ok(()),
            Levels::Word(word) => {
                Err(format!("loss.levels is {word:?}, but must be \"all\" or a list of percents"))
            }
            Levels::Percent(levels) => {
                let ascending = levels.windows(2).all(|pair| pair[0] < pair[1]);
                let inside = levels.iter().all(|level| (0.0..=100.0).contains(level));
                if levels.is_empty() || !ascending || !inside {
                    return Err("loss.levels must be ascending percents from 0 to 100".into());
                }
                Ok(())
            }
        }
    }

    fn check_directions(&self) -> Result<(), String> {
        let drawn = [
            self.dense_directions,
            self.principal_directions,
            self.pair_directions,
            self.mask_directions,
        ]
        .into_iter();
        if drawn.fold(0usize, |sum, count| sum.saturating_add(count)) > 65_535 {
            return Err(
                "the directions of loss.dense, principal, pairs and masks must be at most 65535 \
                 together"
                    .into(),
            );
        }
        let terms = [
            ("directions", self.directions, "sliced", self.sliced),
            ("dense_directions", self.dense_directions, "dense", self.dense),
            ("principal_directions", self.principal_directions, "principal", self.principal),
            ("pair_directions", self.pair_directions, "pairs", self.pairs),
            ("mask_directions", self.mask_directions, "masks", self.masks),
        ];
        for (key, count, term, weight) in terms {
            if count > 65_536 {
                return Err(format!("loss.{key} must be at most 65536"));
            }
            if weight > 0.0 && count == 0 {
                return Err(format!(
                    "loss.{key} must be at least 1 when loss.{term} is switched on"
                ));
            }
        }
        Ok(())
    }

    /// The position of every level among `rows` order statistics (numpy's "linear"): whole part and
    /// fraction, level by level.
    pub fn positions(&self, rows: usize) -> Vec<f64> {
        let place = |position: f64| [position.floor(), position - position.floor()];
        match &self.levels {
            Levels::Word(_) => (0..rows).flat_map(|k| [k as f64, 0.0]).collect(),
            Levels::Percent(levels) => {
                levels.iter().flat_map(|p| place(p / 100.0 * (rows - 1) as f64)).collect()
            }
        }
    }
}
