//! What a private run tells anyone.

use super::{Account, PublicTable, Release};
use privacy::accountant::Budget;
use privacy::mechanism::toeplitz;
use privacy::public::Domain;
use report::release::{ExpectedError, ReleaseReport, ReleasedColumn};
use table::Table;

/// Half the width of a 95 % interval, in standard deviations.
const TWO_SIDED: f64 = 1.96;

impl Release {
    /// The report of synthetic patients made from this release.
    pub fn report(
        &self,
        (name, public): (&str, &PublicTable),
        (budget, account): (&Budget, &Account),
        synthetic: &Table,
        notes: &[String],
    ) -> ReleaseReport {
        ReleaseReport {
            name: name.into(),
            epsilon: self.epsilon,
            delta: self.delta,
            mu: self.mu,
            shares: self.shares,
            membership_auc: budget.membership_auc(),
            releases_before: account.releases,
            epsilon_in_all: account.after,
            patients: self.rounded_patients(public),
            synthetic: synthetic.rows(),
            errors: self.errors(public),
            columns: self.columns(public, synthetic),
            notes: notes.to_vec(),
        }
    }

    /// How far the noise moves figures, before any smoothing.
    fn errors(&self, public: &PublicTable) -> Vec<ExpectedError> {
        let patients = self.margins(public).patients.max(1.0);
        let sd = self.histograms.sd / patients;
        let bins = public.columns().iter().filter_map(|column| match &column.domain {
            Domain::Numbers(grid) => Some(grid.bins()),
            Domain::Levels { .. } => None,
        });
        let moment = self.moments.sd / 2f64.sqrt() / patients;
        let mut errors = vec![
            ("the share of a level, or of missing cells".to_owned(), sd),
            ("a correlation of ranks of two columns without missing cells".to_owned(), moment),
        ];
        if let Some(most) = bins.max() {
            // A prefix sum is a row of the root times its column, each of norm c at most.
            let (_, norm) = toeplitz(most);
            let figure = "the share of patients up to a value of a number".to_owned();
            errors.insert(1, (figure, sd * norm * norm));
        }
        let error = |(figure, sd)| ExpectedError { figure, half_width: TWO_SIDED * sd };
        errors.into_iter().map(error).collect()
    }

    fn columns(&self, public: &PublicTable, synthetic: &Table) -> Vec<ReleasedColumn> {
        let (margins, cells) = (self.margins(public), public.cells(synthetic));
        let each = public.columns().iter().zip(&margins.columns).enumerate();
        each.map(|(at, (column, margin))| {
            let mut counts = vec![0.0; column.domain.bins() + 1];
            cells.column(at).for_each(|cell| counts[column.domain.place(cell)] += 1.0);
            let missing = counts.pop().expect("a place for missing cells");
            let present = counts.iter().sum::<f64>().max(1.0);
            ReleasedColumn {
                name: column.name.clone(),
                bins: public.bins(at),
                released: margin.shares.clone(),
                synthetic: counts.iter().map(|count| count / present).collect(),
                missing: [margin.missing, missing / cells.rows().max(1) as f64],
            }
        })
        .collect()
    }
}
