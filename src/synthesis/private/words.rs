//! What a private run tells anyone.

use super::{PublicTable, Release};
use privacy::accountant::Budget;
use privacy::coordinates::Aspect;
use privacy::mechanism::toeplitz;
use privacy::public::Domain;
use report::release::{ExpectedError, MadeBy, ReleaseReport, ReleasedColumn};
use table::Table;

/// Half the width of a 95 % interval, in standard deviations.
const TWO_SIDED: f64 = 1.96;

/// Synthetic patients that are looked at for what clipping does, at most.
const MOST_ROWS: usize = 4096;

impl Release {
    /// The report of synthetic patients made from this release.
    pub fn report(
        &self,
        (name, public): (&str, &PublicTable),
        budget: &Budget,
        (synthetic, made_by): (&Table, MadeBy),
        notes: &[String],
    ) -> ReleaseReport {
        ReleaseReport {
            name: name.into(),
            epsilon: self.epsilon,
            delta: self.delta,
            mu: self.mu,
            shares: self.shares,
            targets: self.targets.clone(),
            made_by,
            membership_auc: budget.membership_auc(),
            patients: self.rounded_patients(public),
            synthetic: synthetic.rows(),
            errors: self.errors(public, synthetic),
            columns: self.columns(public, synthetic),
            notes: notes.to_vec(),
        }
    }

    /// How far the noise moves figures, before any smoothing.
    fn errors(&self, public: &PublicTable, synthetic: &Table) -> Vec<ExpectedError> {
        let patients = self.margins(public).patients.max(1.0);
        let sd = self.histograms.sd / patients;
        let bins = public.columns().iter().filter_map(|column| match &column.domain {
            Domain::Numbers(grid) => Some(grid.bins()),
            Domain::Levels { .. } => None,
        });
        let mut errors = vec![("the share of a level, or of missing cells".to_owned(), sd)];
        if let Some(most) = bins.max() {
            // A prefix sum is a row of the root times its column, each of norm c at most.
            let (_, norm) = toeplitz(most);
            let figure = "the share of patients up to a value of a number".to_owned();
            errors.push((figure, sd * norm * norm));
        }
        if let Some(shrunk) = self.shrunk(public, synthetic) {
            let figure = "a correlation of ranks of two columns without missing cells".to_owned();
            let sd = self.moments.sd / 2f64.sqrt() / (patients * shrunk);
            errors.push((figure, sd));
            let coordinates = self.coordinates(public);
            let weights = coordinates.entries().iter().map(|entry| entry.weight);
            let weight = weights.fold(1.0, f64::max);
            if weight > 1.0 {
                let figure =
                    format!("the same where one of the two is {}", self.targets.join(" or "));
                errors.push((figure, sd / weight));
            }
        }
        let error = |(figure, sd)| ExpectedError { figure, half_width: TWO_SIDED * sd };
        errors.into_iter().map(error).collect()
    }

    /// To which part clipping shrinks products of coordinates, on average over synthetic patients;
    /// none where no two columns have ranks.
    fn shrunk(&self, public: &PublicTable, synthetic: &Table) -> Option<f64> {
        let coordinates = self.coordinates(public);
        let ranks = coordinates.entries().iter().filter(|entry| entry.aspect == Aspect::Rank);
        let rows = synthetic.rows().min(MOST_ROWS);
        if ranks.count() < 2 || rows == 0 {
            return None;
        }
        let (cells, mut x) = (public.cells(synthetic), vec![0.0; coordinates.width()]);
        let part = |row: usize| {
            coordinates.write(cells.row(row), &mut x);
            let square: f64 = x.iter().map(|x| x * x).sum();
            (self.moments.norm.powi(2) / square).min(1.0)
        };
        Some((0..rows).map(part).sum::<f64>() / rows as f64)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthesis::private::{Keep, OperatingSystem, Plan};
    use ground::matrix::Matrix;
    use rand::rngs::Xoshiro256PlusPlus;
    use rand::{RngExt, SeedableRng};
    use std::path::Path;
    use table::Schema;

    const PLAN: Plan =
        Plan { margins: 0.4, clip: 0.85, surrogate: 400, targets: 0.25, keep: Keep::Better };

    fn public(columns: usize) -> PublicTable {
        let line = |at: usize| {
            format!("[[column]]\nname = \"c{at}\"\nkind = \"integer\"\nrange = [0, 999]\n")
        };
        let text: String = (0..columns).map(line).collect();
        PublicTable::of(&Schema::from_toml(&text, "s.toml").unwrap(), Path::new("s.toml")).unwrap()
    }

    /// Correlations that are computed from the release itself scatter as far as is said.
    #[test]
    fn a_correlation_is_off_by_as_much_as_is_said() {
        let public = public(6);
        let mut lots = Xoshiro256PlusPlus::seed_from_u64(7);
        let cells = Matrix::from_fn(400, 6, |_, _| f64::from(lots.random_range(0..1000)));
        let table = public.table(cells);
        let (budget, _) = PLAN.budget(&public, 3.0, 1e-5).unwrap();
        let (mut said, mut found) = (Vec::new(), Vec::new());
        for _ in 0..60 {
            let mut entropy = OperatingSystem::new();
            let release = Release::draw(&public, &table, (&budget, &PLAN), &mut entropy);
            let errors = release.errors(&public, &table);
            let correlation = errors.iter().find(|error| error.figure.contains("correlation"));
            said.push(correlation.unwrap().half_width / TWO_SIDED);
            let patients = release.margins(&public).patients;
            let shrunk = release.shrunk(&public, &table).unwrap();
            found.push(release.moments.sums[1] / (patients * shrunk));
        }
        let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
        let middle = mean(&found);
        let sd = mean(&found.iter().map(|x| (x - middle).powi(2)).collect::<Vec<_>>()).sqrt();
        // A standard deviation of 60 draws has an error of 9 %; n and margins scatter a little.
        assert!((sd / mean(&said) - 1.0).abs() < 0.4, "{sd} where {} is said", mean(&said));
    }

    #[test]
    fn a_table_of_one_column_has_no_correlation() {
        let public = public(1);
        let table = public.table(Matrix::from_fn(50, 1, |row, _| row as f64));
        let (budget, _) = PLAN.budget(&public, 3.0, 1e-5).unwrap();
        let mut entropy = OperatingSystem::new();
        let release = Release::draw(&public, &table, (&budget, &PLAN), &mut entropy);
        let errors = release.errors(&public, &table);
        assert!(errors.iter().all(|error| !error.figure.contains("correlation")));
    }
}
