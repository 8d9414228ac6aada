//! The history of a training: one line per epoch and model.

use super::recipe::Term;
use std::io::Write;

/// The results of one epoch of one model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// From 1.
    pub epoch: usize,
    /// From 1.
    pub model: usize,
    /// Weighted sum of the generator's terms, mean over the steps.
    pub generator_loss: f64,
    /// Every term alone, unweighted, in the order of [`Term::ALL`]; 0 where it is switched off.
    pub terms: [f64; Term::COUNT],
    /// The discriminator's part; none in a run without one.
    pub discriminator: Option<DiscriminatorEpoch>,
    /// Marginal Fréchet distance of generated rows to the cohort.
    pub marginal: f64,
    /// Joint Fréchet distance of generated rows to the cohort.
    pub joint: f64,
    /// Numbers of the state (weights, moments, running statistics) that are NaN or infinite.
    pub broken: f64,
}

/// What a discriminator says in an epoch: means over its steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DiscriminatorEpoch {
    /// Its cross-entropy.
    pub loss: f64,
    /// Mean probability that it gives real rows.
    pub real_probability: f64,
    /// Mean probability that it gives fake rows.
    pub fake_probability: f64,
}

/// Numbers of an epoch in a checkpoint.
pub(super) const NUMBERS: usize = 10 + Term::COUNT;

impl Epoch {
    /// All of it as numbers.
    pub(super) fn numbers(&self) -> [f64; NUMBERS] {
        let mut numbers = [0.0; NUMBERS];
        let judged = self.discriminator.as_ref();
        let judged = judged.map(|d| [1.0, d.loss, d.real_probability, d.fake_probability]);
        let (head, terms) = numbers.split_at_mut(NUMBERS - Term::COUNT);
        head[..6].copy_from_slice(&[
            self.epoch as f64,
            self.model as f64,
            self.generator_loss,
            self.marginal,
            self.joint,
            self.broken,
        ]);
        head[6..].copy_from_slice(&judged.unwrap_or_default());
        terms.copy_from_slice(&self.terms);
        numbers
    }

    /// The epoch of these numbers.
    pub(super) fn from_numbers(numbers: &[f64; NUMBERS]) -> Self {
        let [epoch, model, generator_loss, marginal, joint, broken, judged, loss, real, fake, ..] =
            *numbers;
        let discriminator =
            DiscriminatorEpoch { loss, real_probability: real, fake_probability: fake };
        Self {
            epoch: epoch as usize,
            model: model as usize,
            generator_loss,
            terms: std::array::from_fn(|term| numbers[NUMBERS - Term::COUNT + term]),
            discriminator: (judged > 0.0).then_some(discriminator),
            marginal,
            joint,
            broken,
        }
    }

    /// A term alone, unweighted.
    pub fn term(&self, term: Term) -> f64 {
        self.terms[term.index()]
    }

    /// The first number that is not finite, if any, in words.
    pub fn fault(&self) -> Option<String> {
        if self.broken > 0.0 {
            return Some(format!(
                "{} weights, moments or running statistics of model {} are NaN or infinite",
                self.broken, self.model
            ));
        }
        let values = [
            ("the generator's loss", Some(self.generator_loss)),
            (
                "the discriminator's loss",
                self.discriminator.map(|discriminator| discriminator.loss),
            ),
            ("the generated rows", Some(self.marginal)),
        ];
        let broken = |(what, value): (_, Option<f64>)| {
            value.filter(|value| !value.is_finite()).map(|value| (what, value))
        };
        let (what, value) = values.into_iter().find_map(broken)?;
        Some(format!("{what} of model {} became {value}", self.model))
    }
}

/// Writes the history as CSV, one line per epoch and model; the discriminator's cells are empty
/// where there is none.
pub fn write_history(history: &[Epoch], to: impl Write) -> csv::Result<()> {
    let mut csv = csv::Writer::from_writer(to);
    let terms = Term::ALL.map(Term::name);
    let after = [
        "discriminator_loss",
        "real_probability",
        "fake_probability",
        "marginal_frechet",
        "joint_frechet",
    ];
    csv.write_record(["epoch", "model", "generator_loss"].iter().chain(&terms).chain(&after))?;
    for e in history {
        let discriminator =
            e.discriminator.map(|v| [v.loss, v.real_probability, v.fake_probability]);
        let discriminator = discriminator.map_or([const { String::new() }; 3], |numbers| {
            numbers.map(|number| number.to_string())
        });
        let cells =
            [e.epoch.to_string(), e.model.to_string(), e.generator_loss.to_string()].into_iter();
        let cells = cells.chain(e.terms.iter().map(f64::to_string)).chain(discriminator);
        csv.write_record(cells.chain([e.marginal, e.joint].map(|number| number.to_string())))?;
    }
    csv.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_discriminator_its_cells_are_empty_and_no_fault() {
        let mut epoch = Epoch {
            epoch: 1,
            model: 2,
            generator_loss: 0.5,
            terms: [0.25; Term::COUNT],
            discriminator: None,
            marginal: 0.125,
            joint: 3.0,
            broken: 0.0,
        };
        assert_eq!(epoch.fault(), None);
        let mut text = Vec::new();
        write_history(&[epoch], &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let (header, line) = text.trim_end().split_once('\n').unwrap();
        assert_eq!(header.split(',').count(), line.split(',').count());
        assert!(line.ends_with("0.25,,,,0.125,3"), "{line}");
        let discriminator = DiscriminatorEpoch {
            loss: f64::INFINITY,
            real_probability: 0.5,
            fake_probability: 0.5,
        };
        epoch.discriminator = Some(discriminator);
        assert_eq!(
            epoch.fault().as_deref(),
            Some("the discriminator's loss of model 2 became inf")
        );
    }
}
