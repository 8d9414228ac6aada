//! The two releases of a table, and patients that follow from them.

use super::PublicTable;
use crate::synthesis::{Cohort, Settings};
use ground::error::{Error, Place, Result};
use privacy::accountant::{Budget, Spent};
use privacy::coordinates::{Coordinates, Targets};
use privacy::copula::Copula;
use privacy::margins::Margins;
use privacy::mechanism::{Entropy, Histograms, Moments, Patients, apart};
use privacy::misfit::misfit;
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
    /// Columns whose relations to all others were measured more exactly.
    #[serde(default)]
    pub targets: Vec<String>,
    /// The share of a patient's expected squared norm that they got.
    #[serde(default)]
    pub target_share: f64,
    /// Release 1.
    pub histograms: Histograms,
    /// Release 2.
    pub moments: Moments,
}

/// How a budget is used.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The share of `mu^2` for the histograms.
    pub margins: f64,
    /// The norm to which coordinates are clipped, as a share of the root of their expected square.
    pub clip: f64,
    /// Rows of the stand-in table from which a generator learns.
    pub surrogate: usize,
    /// The share of a patient's expected squared norm that the coordinates of targets get.
    #[serde(default = "target_share")]
    pub targets: f64,
    /// What makes the patients.
    #[serde(default)]
    pub keep: Keep,
}

fn target_share() -> f64 {
    0.25
}

/// What makes the patients of a release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Keep {
    /// The generator that learned from the surrogate.
    Generator,
    /// The copula that the surrogate is a sample of.
    Copula,
    /// Of both that whose patients explain the release better ([`Release::misfit`]).
    #[default]
    Better,
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
        if !(0.0..=0.9).contains(&self.targets) {
            return Err("targets must be from 0 to 0.9".into());
        }
        Ok(())
    }
}

impl Release {
    /// Draws both releases of a table's rows: this spends the budget, which the plan has to have
    /// [made](Plan::budget) for these columns.
    /// Relations of the public table's [targets](PublicTable::targets) are measured more exactly.
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
        let margins = Margins::of(&histograms, public.columns());
        let targets = Targets { columns: public.targets(), share: plan.targets };
        let coordinates = Coordinates::of(&margins, public.columns(), targets);
        let norm = plan.clip * coordinates.expected_norm2().sqrt();
        let moments = patients.moments(
            (coordinates.width(), norm),
            |row, to| coordinates.write(row, to),
            second,
            entropy,
        );
        let name = |column: &usize| public.columns()[*column].name.clone();
        Self {
            version: VERSION,
            epsilon: budget.epsilon,
            delta: budget.delta,
            mu: budget.mu,
            shares,
            targets: public.targets().iter().map(name).collect(),
            target_share: if public.targets().is_empty() { 0.0 } else { plan.targets },
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
        let known = |name: &String| columns.iter().any(|column| column.name == *name);
        let targets =
            release.targets.iter().all(known) && (0.0..=0.9).contains(&release.target_share);
        if !sizes.eq(bins) || !rows || !targets {
            return Err(damaged("the release is of other columns than the schema's"));
        }
        let width = release.coordinates(public).width();
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

    /// The cohort that a recipe learns from: rows of the release's copula alone.
    ///
    /// Errors: those of [`Cohort::prepare`].
    pub fn cohort(
        public: &PublicTable,
        copula: &Copula,
        plan: &Plan,
        settings: &Settings,
    ) -> Result<Cohort> {
        Cohort::of(&Self::surrogate(public, copula, plan.surrogate, settings.seed), settings)
    }

    /// The number of patients that the release tells of, rounded to two digits.
    pub fn rounded_patients(&self, public: &PublicTable) -> usize {
        let patients = self.margins(public).patients.max(10.0);
        let unit = 10f64.powf(patients.log10().floor() - 1.0);
        ((patients / unit).round() * unit) as usize
    }

    /// Rows of a release's copula, which keep the relations that the schema declares.
    pub fn surrogate(public: &PublicTable, copula: &Copula, rows: usize, seed: u64) -> Table {
        let mut table = public.table(copula.sample(rows, seed));
        let support = Support::of(&table);
        Keeper::new(declared(&table), &table.schema.clone(), &support).keep(&mut table, seed, 0);
        table
    }

    /// How far these patients are from the release: the mean square, in standard deviations of the
    /// noise, of what they leave unexplained of its numbers.
    ///
    /// It looks at the release alone, so it may choose between synthetic tables at no cost.
    pub fn misfit(&self, public: &PublicTable, synthetic: &Table) -> f64 {
        let (margins, coordinates) = (self.margins(public), self.coordinates(public));
        let cells = public.cells(synthetic);
        let released = (&self.histograms, &self.moments);
        misfit(released, (&margins, &coordinates), public.columns(), &cells)
    }

    /// The distribution of every column, as far as the release tells it.
    pub fn margins(&self, public: &PublicTable) -> Margins {
        Margins::of(&self.histograms, public.columns())
    }

    /// What the mechanism summed the products of.
    pub fn coordinates(&self, public: &PublicTable) -> Coordinates {
        let numbered = public.columns().iter().enumerate();
        let columns: Vec<usize> = numbered
            .filter(|(_, column)| self.targets.contains(&column.name))
            .map(|(at, _)| at)
            .collect();
        let targets = Targets { columns: &columns, share: self.target_share };
        Coordinates::of(&self.margins(public), public.columns(), targets)
    }

    /// A distribution of whole patients that the releases tell.
    pub fn copula(&self, public: &PublicTable, seed: u64) -> Copula {
        let (margins, coordinates) = (self.margins(public), self.coordinates(public));
        Copula::fit(&self.moments, &margins, &coordinates, public.columns(), seed)
    }
}
