//! Which values of a recipe make no sense.

use super::{Batch, OutputName, Recipe, Schedule};

fn demand(good: bool, what: &str) -> Result<(), String> {
    if good { Ok(()) } else { Err(what.to_string()) }
}

impl Recipe {
    /// Says which value makes no sense, if any.
    pub fn check(&self) -> Result<(), String> {
        demand(
            (1..=65_536).contains(&self.generator.latent),
            "generator.latent must be from 1 to 65536",
        )?;
        demand(
            (1..=10_000_000).contains(&self.training.epochs),
            "training.epochs must be from 1 to 10000000",
        )?;
        demand(
            self.training.steps <= 100_000_000,
            "training.steps must be at most 100000000; 0 leaves it to the epochs",
        )?;
        let widths = self.generator.widths.iter().chain(&self.discriminator.widths);
        demand(
            widths.clone().all(|w| (1..=65_536).contains(w)),
            "every width must be from 1 to 65536",
        )?;
        self.check_constants()?;
        demand(
            self.stopping.marginal.is_finite() && self.stopping.marginal >= 0.0,
            "stopping.marginal must be at least 0",
        )?;
        demand(
            (0.0..0.5).contains(&self.training.validation),
            "training.validation must be at least 0 and below 1/2",
        )?;
        self.check_choices()?;
        self.loss.check()?;
        match &self.training.batch {
            Batch::Word(word) => demand(
                ["auto", "all"].contains(&word.as_str()),
                "training.batch must be a number of rows, \"auto\" or \"all\"",
            ),
            Batch::Rows(rows) => demand(*rows >= 2, "training.batch must be at least 2 rows"),
        }
    }

    /// The constants of Adam and of the hidden layers.
    fn check_constants(&self) -> Result<(), String> {
        let rate = self.optimiser.learning_rate;
        demand(rate.is_finite() && rate > 0.0, "optimiser.learning_rate must be above 0")?;
        for (name, beta) in [("beta1", self.optimiser.beta1), ("beta2", self.optimiser.beta2)] {
            demand(
                (0.0..1.0).contains(&beta),
                &format!("optimiser.{name} must be at least 0 and below 1"),
            )?;
        }
        demand(
            self.optimiser.epsilon.is_finite() && self.optimiser.epsilon > 0.0,
            "optimiser.epsilon must be above 0",
        )?;
        demand(
            self.layers.epsilon.is_finite() && self.layers.epsilon > 0.0,
            "layers.epsilon must be above 0",
        )?;
        demand((0.0..=1.0).contains(&self.layers.slope), "layers.slope must be from 0 to 1")?;
        demand(
            (0.0..1.0).contains(&self.layers.momentum),
            "layers.momentum must be at least 0 and below 1",
        )
    }

    /// Choices that exclude each other.
    fn check_choices(&self) -> Result<(), String> {
        let judged = self.discriminator.enabled || self.loss.adversarial == 0.0;
        demand(judged, "loss.adversarial needs discriminator.enabled = true")?;
        if self.stopping.settled > 0 {
            let falls = self.optimiser.schedule == Schedule::Cosine && self.training.average == 0;
            demand(
                falls,
                "stopping.settled needs optimiser.schedule = \"cosine\" and training.average = 0",
            )?;
        }
        let Some(heads) = &self.heads else { return Ok(()) };
        let temperature = heads.temperature.is_finite() && heads.temperature > 0.0;
        demand(temperature, "heads.temperature must be above 0")?;
        demand(heads.noise.is_finite() && heads.noise >= 0.0, "heads.noise must be at least 0")?;
        demand(
            self.generator.output == OutputName::Linear,
            "[heads] need generator.output = \"linear\"",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::recipe::Heads;

    #[test]
    fn built_in_recipes_are_valid_and_come_back_from_their_text() {
        for recipe in [Recipe::paper(), Recipe::joint()] {
            assert_eq!(Recipe::from_toml(&recipe.to_toml(), "text").unwrap(), recipe);
        }
        assert!(Recipe::paper().discriminator.enabled && Recipe::paper().heads.is_none());
        assert!(!Recipe::joint().discriminator.enabled && Recipe::joint().heads.is_some());
    }

    #[test]
    fn a_batch_is_a_number_or_a_share_of_the_patients() {
        let rows = |batch: &str, patients| {
            let recipe = Recipe::joint().to_toml();
            let line = recipe.lines().find(|line| line.starts_with("batch = ")).unwrap();
            Recipe::from_toml(&recipe.replace(line, &format!("batch = {batch}")), "text")?
                .batch_rows(patients)
                .map_err(ground::error::Error::Usage)
        };
        assert_eq!(rows("\"auto\"", 908).unwrap(), 302);
        assert_eq!(rows("\"all\"", 908).unwrap(), 908);
        assert_eq!(rows("\"all\"", 5000).unwrap(), 1024);
        assert_eq!(rows("50", 908).unwrap(), 50);
        for (batch, patients) in [("\"all\"", 1), ("\"some\"", 908), ("1", 908), ("909", 908)] {
            assert!(rows(batch, patients).is_err(), "{batch} of {patients}");
        }
    }

    #[test]
    fn steps_bound_training_and_the_length_of_an_epoch() {
        let of = |epochs: usize, steps: usize, batches: usize| {
            let mut recipe = Recipe::joint();
            (recipe.training.epochs, recipe.training.steps) = (epochs, steps);
            recipe.epochs(1024 * batches, 1024)
        };
        // Epochs alone are passes over the patients.
        assert_eq!([of(7, 0, 1), of(7, 0, 48)], [[7, 1], [7, 48]]);
        // The fewer steps count, and a pass over many patients is several epochs.
        assert_eq!([of(1200, 2400, 1), of(1200, 2400, 48)], [[1200, 1], [100, 24]]);
        assert_eq!([of(10, 2400, 48), of(1200, 2400, 5)], [[20, 24], [480, 5]]);
        assert_eq!(of(1200, 3, 48), [1, 3]);
        // Fewer patients get fewer steps, down to 600.
        let of = |n: usize| Recipe::joint().epochs(n, n);
        assert_eq!([of(20), of(300), of(335), of(908)], [[600, 1], [600, 1], [670, 1], [1200, 1]]);
        let mut recipe = Recipe::joint();
        assert_eq!([908, 1_000_000].map(|n| recipe.judged_rows(n)), [908, 8192]);
        recipe.training.steps = 0;
        assert_eq!(recipe.judged_rows(1_000_000), 1_000_000);
    }

    #[test]
    fn choices_that_exclude_each_other_are_refused() {
        let refused = |change: fn(&mut Recipe), part: &str| {
            let mut recipe = Recipe::joint();
            change(&mut recipe);
            let problem = recipe.check().unwrap_err();
            assert!(problem.contains(part), "{problem}");
        };
        refused(|recipe| recipe.loss.adversarial = 1.0, "discriminator.enabled");
        refused(|recipe| recipe.generator.output = OutputName::Tanh, "generator.output");
        refused(
            |recipe| recipe.heads = Some(Heads { temperature: 0.0, noise: 0.3, shares: false }),
            "heads.temperature",
        );
        refused(
            |recipe| {
                recipe.heads = Some(Heads { temperature: 1.0, noise: f64::NAN, shares: false })
            },
            "heads.noise",
        );
        refused(|recipe| recipe.training.average = 3, "stopping.settled");
        refused(|recipe| recipe.optimiser.schedule = Schedule::Constant, "stopping.settled");
        refused(|recipe| recipe.loss.pair_directions = 0, "loss.pair_directions");
        refused(|recipe| recipe.loss.covariance = -1.0, "[loss]");
        refused(|recipe| recipe.loss.whitening = 1.5, "loss.whitening");
    }
}
