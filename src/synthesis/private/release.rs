//! The two releases of a table, and patients that follow from them.

use super::PublicTable;
use ground::error::{Error, Result};
use privacy::accountant::Budget;
use privacy::coordinates::Coordinates;
use privacy::copula::Copula;
use privacy::margins::Margins;
use privacy::mechanism::{Entropy, Histograms, Moments, Patients};
use serde::{Deserialize, Serialize};
use table::Table;
use table::condition::Support;
use table::relations::{Keeper, declared};

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
    /// Says which value makes no sense.
    pub fn check(&self) -> std::result::Result<(), String> {
        let share = |x: f64| 0.0 < x && x < 1.0;
        if !share(self.margins) {
            return Err("margins must be a share between 0 and 1".into());
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
    /// Draws both releases of a table's rows: this spends the budget.
    ///
    /// Errors ([`Error::Usage`]): a budget that cannot be proved for so many columns.
    pub fn draw(
        public: &PublicTable,
        table: &Table,
        (budget, plan): (&Budget, &Plan),
        entropy: &mut dyn Entropy,
    ) -> Result<Self> {
        let cells = public.cells(table);
        let patients = Patients::new(&cells, public.columns());
        let shares = [plan.margins, 1.0 - plan.margins];
        let [first, second] = shares.map(|share| budget.share(share));
        let histograms = patients.histograms((first, budget), entropy).map_err(Error::Usage)?;
        let coordinates =
            Coordinates::of(&Margins::of(&histograms, public.columns()), public.columns());
        let norm = plan.clip * coordinates.expected_norm2().sqrt();
        let moments = patients
            .moments(
                (coordinates.width(), norm),
                |row, to| coordinates.write(row, to),
                (second, budget),
                entropy,
            )
            .map_err(Error::Usage)?;
        Ok(Self {
            version: 1,
            epsilon: budget.epsilon,
            delta: budget.delta,
            mu: budget.mu,
            shares,
            histograms,
            moments,
        })
    }

    /// The number of patients that the release tells of, rounded to two digits.
    pub fn rounded_patients(&self, public: &PublicTable) -> usize {
        let patients = self.margins(public).patients.max(10.0);
        let unit = 10f64.powf(patients.log10().floor() - 1.0);
        ((patients / unit).round() * unit) as usize
    }

    /// Rows made of the release alone, from which a generator can learn: they keep the relations
    /// that the schema declares.
    pub fn surrogate(&self, public: &PublicTable, plan: &Plan, seed: u64) -> Table {
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
