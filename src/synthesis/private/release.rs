//! The two releases of a table, and patients that follow from them.

use super::PublicTable;
use crate::synthesis::{Cohort, Settings};
use ground::error::{Error, Place, Result};
use privacy::accountant::{Budget, Spent};
use privacy::coordinates::Coordinates;
use privacy::copula::Copula;
use privacy::margins::Margins;
use privacy::mechanism::{Entropy, Histograms, Moments, Patients, apart};
use serde::{Deserialize, Serialize};
use std::path::Path;
use table::Table;
use table::condition::Support;
use table::relations::{Keeper, declared};

/// Version of the form of a release.
const VERSION: u32 = 1;

/// What was released of a table, with everything that is needed to use it again.
///
/// Nothing else that is made by a private run depends on patients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// Version of this form.
    pub version: u32,
    /// The budget that was spent.
    pub epsilon: f64,
    /// With which probability it may fail.
    pub delta: f64,
    /// Gaussian privacy of both releases together.
    pub mu: f64,
    /// Which share of `mu^2` each release got: histograms, then moments.
    pub shares: [f64; 2],
    /// Release 1.
    pub histograms: Histograms,
    /// Release 2.
    pub moments: Moments,
}

/// How a budget is used.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The share of `mu^2` for the histograms.
    pub margins: f64,
    /// The norm to which coordinates are clipped, as a share of the root of their expected square.
    pub clip: f64,
    /// Rows of the stand-in table from which a generator learns.
    pub surrogate: usize,
}

impl Plan {
    /// A budget for two releases of such columns, and what it spends.
    ///
    /// Where their noise would be too coarse for a proof by Gaussian privacy, zCDP proves it.
    /// Errors ([`Error::Usage`]): an epsilon or delta that makes no sense.
    pub fn budget(
        &self,
        public: &PublicTable,
        epsilon: f64,
        delta: f64,
    ) -> Result<(Budget, Spent)> {
        let usual = Budget::new(epsilon, delta).map_err(Error::Usage)?;
        let apart = |budget: &Budget| {
            apart(public.columns(), self.shares().map(|share| budget.share(share)))
        };
        let budget = if usual.covers(apart(&usual)) { usual } else { usual.concentrated() };
        let spent = Spent { epsilon, mu: budget.mu, apart: apart(&budget) };
        Ok((budget, spent))
    }

    /// The shares of `mu^2` of both releases.
    fn shares(&self) -> [f64; 2] {
        [self.margins, 1.0 - self.margins]
    }

    /// Says which value makes no sense.
    pub fn check(&self) -> std::result::Result<(), String> {
        if !(0.01..=0.99).contains(&self.margins) {
            return Err("margins must be from 0.01 to 0.99".into());
        }
        if !(self.clip > 0.0 && self.clip <= 10.0) {
            return Err("clip must be above 0 and at most 10".into());
        }
        if !(100..=1_000_000).contains(&self.surrogate) {
            return Err("surrogate must be from 100 to 1000000 rows".into());
        }
        Ok(())
    }
}

impl Release {
    /// Draws both releases of a table's rows: this spends the budget, which the plan has to have
    /// [made](Plan::budget) for these columns.
    pub fn draw(
        public: &PublicTable,
        table: &Table,
        (budget, plan): (&Budget, &Plan),
        entropy: &mut dyn Entropy,
    ) -> Self {
        let cells = public.cells(table);
        let patients = Patients::new(&cells, public.columns());
        let shares = plan.shares();
        let [first, second] = shares.map(|share| budget.share(share));
        let histograms = patients.histograms(first, entropy);
        let coordinates =
            Coordinates::of(&Margins::of(&histograms, public.columns()), public.columns());
        let norm = plan.clip * coordinates.expected_norm2().sqrt();
        let moments = patients.moments(
            (coordinates.width(), norm),
            |row, to| coordinates.write(row, to),
            second,
            entropy,
        );
        Self {
            version: VERSION,
            epsilon: budget.epsilon,
            delta: budget.delta,
            mu: budget.mu,
            shares,
            histograms,
            moments,
        }
    }

    /// Reads a release that was kept, which costs nothing to use again.
    ///
    /// Errors ([`Error::Input`]): a file that is no release, or one of other columns.
    pub fn open(path: &Path, public: &PublicTable) -> Result<Self> {
        let text = std::fs::read(path).map_err(|error| Error::io(path, error))?;
        Self::read(&text, path, public)
    }

    /// The same of a text, which errors call `path`.
    pub fn read(text: &[u8], path: &Path, public: &PublicTable) -> Result<Self> {
        let damaged = |problem: &str| {
            let remedy = "give a private/release.json and the schema that it was made by";
            Error::input(Place::file(path), problem, remedy)
        };
        let release: Self =
            serde_json::from_slice(text).map_err(|_| damaged("the file is no release"))?;
        if release.version != VERSION || !release.is_finite() {
            return Err(damaged("the file is no release of this version"));
        }
        let sizes = release.histograms.columns.iter().map(|column| column.sums.len());
        let columns = public.columns();
        let bins = columns.iter().map(|column| column.domain.bins());
        let rows = release.histograms.missing_per_patient.len() == columns.len() + 1;
        if !sizes.eq(bins) || !rows {
            return Err(damaged("the release is of other columns than the schema's"));
        }
        let width = Coordinates::of(&release.margins(public), columns).width();
        let of = &release.moments;
        if of.width != width || of.sums.len() != width * (width + 1) / 2 {
            return Err(damaged("the release is of other columns than the schema's"));
        }
        Ok(release)
    }

    fn is_finite(&self) -> bool {
        let histograms = self.histograms.columns.iter();
        let numbers = histograms
            .flat_map(|column| column.sums.iter().chain([&column.missing]))
            .chain(&self.histograms.missing_per_patient)
            .chain(&self.moments.sums)
            .chain([&self.histograms.sd, &self.moments.sd, &self.moments.norm]);
        numbers.into_iter().all(|number| number.is_finite())
    }

    /// The budget that it spent.
    ///
    /// Errors ([`Error::Usage`]): a budget that makes no sense.
    pub fn budget(&self) -> Result<Budget> {
        let usual = Budget::new(self.epsilon, self.delta).map_err(Error::Usage)?;
        let near = |budget: &Budget| (budget.mu - self.mu).abs() <= 1e-6 * self.mu;
        Ok(if near(&usual) { usual } else { usual.concentrated() })
    }

    /// The cohort that a recipe learns from: rows made of the release alone.
    ///
    /// Errors: those of [`Cohort::prepare`].
    pub fn cohort(&self, public: &PublicTable, plan: &Plan, settings: &Settings) -> Result<Cohort> {
        Cohort::of(&self.surrogate(public, plan, settings.seed), settings)
    }

    /// The number of patients that the release tells of, rounded to two digits.
    pub fn rounded_patients(&self, public: &PublicTable) -> usize {
        let patients = self.margins(public).patients.max(10.0);
        let unit = 10f64.powf(patients.log10().floor() - 1.0);
        ((patients / unit).round() * unit) as usize
    }

    /// Rows made of the release alone, from which a generator can learn: they keep the relations
    /// that the schema declares.
    fn surrogate(&self, public: &PublicTable, plan: &Plan, seed: u64) -> Table {
        let mut table = public.table(self.copula(public, seed).sample(plan.surrogate, seed));
        let support = Support::of(&table);
        Keeper::new(declared(&table), &table.schema.clone(), &support).keep(&mut table, seed, 0);
        table
    }

    /// The distribution of every column, as far as the release tells it.
    pub fn margins(&self, public: &PublicTable) -> Margins {
        Margins::of(&self.histograms, public.columns())
    }

    /// A distribution of whole patients that the releases tell.
    pub fn copula(&self, public: &PublicTable, seed: u64) -> Copula {
        let margins = self.margins(public);
        let coordinates = Coordinates::of(&margins, public.columns());
        Copula::fit(&self.moments, &margins, &coordinates, public.columns(), seed)
    }
}
