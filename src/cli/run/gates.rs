//! Gates: what a run has to prove before anything of it gets into `share`.

use crate::cli::args::RunOptions;
use ground::error::{Error, Result};
use judge::evaluation::Evaluation;

/// What the options ask for.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::cli) struct Gates {
    auc: Option<f64>,
    epsilon: Option<f64>,
}

impl Gates {
    /// Errors ([`Error::Usage`]) when they ask for what a run cannot measure.
    pub(in crate::cli) fn of(options: &RunOptions, samples: bool) -> Result<Self> {
        let gates = Self { auc: options.gates.max_mia_auc, epsilon: options.gates.require_epsilon };
        let measured = options.holdout.is_some() || options.audit_minutes.is_some();
        let problem = match gates.auc {
            Some(_) if !samples => {
                "--max-mia-auc is for `mellizo run`: a training makes no patients"
            }
            Some(_) if !measured => {
                "--max-mia-auc needs patients who were not trained on: give --holdout 0.2 or \
                 --audit-minutes"
            }
            _ => return Ok(gates),
        };
        Err(Error::Usage(problem.into()))
    }

    /// Whether results wait until they are judged.
    pub(in crate::cli) fn withhold(&self) -> bool {
        self.auc.is_some()
    }

    /// Errors ([`Error::Gate`]) when the guarantee for the table is weaker than it has to be; none
    /// is given by most recipes.
    pub(in crate::cli) fn guarantee(&self, epsilon: Option<f64>) -> Result<()> {
        let Some(most) = self.epsilon else { return Ok(()) };
        let problem = match epsilon {
            Some(epsilon) if epsilon <= most => return Ok(()),
            Some(epsilon) => format!(
                "all releases of this table together have epsilon {epsilon:.3}, and \
                 --require-epsilon allows {most}; nothing was spent by this call"
            ),
            None => format!(
                "--require-epsilon {most} asks for a guarantee, which only --recipe private gives"
            ),
        };
        Err(Error::Gate(problem))
    }

    /// Errors ([`Error::Gate`]) when an attack found more than it may.
    pub(in crate::cli) fn attacks(&self, found: Option<f64>) -> Result<()> {
        let Some(most) = self.auc else { return Ok(()) };
        let problem = match found {
            Some(auc) if auc <= most => return Ok(()),
            Some(auc) => {
                format!("membership inference has an AUC of {auc:.3}, and --max-mia-auc is {most}")
            }
            None => "membership inference could not be measured".into(),
        };
        Err(Error::Gate(problem))
    }
}

/// The highest AUC by which an attack tells training patients from others; none where none could be
/// measured.
pub(in crate::cli) fn worst_auc(evaluation: &Evaluation) -> Option<f64> {
    let risks = evaluation.privacy.risks.iter().filter(|risk| risk.name == "mia_auc");
    let audit = evaluation.audit.iter().map(|audit| audit.auc);
    let measured = risks.map(|risk| risk.value).chain(audit).filter(|auc| auc.is_finite());
    measured.reduce(f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use judge::evaluation::Audit;
    use mellizo::synthesis::{Options, evaluate};
    use table::bundled;

    #[test]
    fn the_worst_of_the_attacks_counts() {
        let table = bundled::cohort().unwrap();
        let table = table::clean::select(&table, &(0..60).collect::<Vec<_>>(), &[0, 1, 2]);
        let options = Options { splits: 1, draws: 1, ..Options::default() };
        let mut evaluation = evaluate(&table, &table, None, &options);
        let mut worst = |attack: f64, shadows: Option<f64>| {
            let risks = evaluation.privacy.risks.iter_mut();
            risks.filter(|risk| risk.name == "mia_auc").for_each(|risk| risk.value = attack);
            evaluation.audit = shadows.map(|auc| Audit { auc, ..audit() });
            worst_auc(&evaluation)
        };
        assert_eq!(worst(0.5, Some(0.7)), Some(0.7));
        assert_eq!(worst(0.7, Some(0.5)), Some(0.7));
        assert_eq!(worst(f64::NAN, Some(0.5)), Some(0.5));
        assert_eq!(worst(f64::NAN, None), None);
    }

    fn audit() -> Audit {
        let (exposed, notes) = (Vec::new(), Vec::new());
        let [auc, low, high, minutes, budget] = [0.0; 5];
        Audit { auc, low, high, models: 4, epochs: 1, minutes, budget, exposed, notes }
    }
}
