//! A trained discriminator, with running statistics: how often it takes rows for real.

use super::{Recipe, Weights};
use engine::nn::Network;
use engine::op::{Backend, Compiled, Program, Tensor};
use ground::error::{Error, Result};
use ground::matrix::Matrix;

/// Rows that are judged at once.
const PIECE: usize = 1024;

/// A trained discriminator on a backend.
pub struct TrainedDiscriminator {
    piece: Compiled,
    rows: Tensor,
    logits: Tensor,
}

impl TrainedDiscriminator {
    /// Loads a discriminator for `features` columns.
    /// Errors when the recipe has none or the weights do not fit it ([`Error::Usage`]).
    pub fn new(
        backend: &mut dyn Backend,
        recipe: &Recipe,
        weights: &Weights,
        features: usize,
    ) -> Result<Self> {
        if !recipe.discriminator.enabled {
            return Err(Error::Usage(format!(
                "recipe {} has no discriminator (discriminator.enabled)",
                recipe.name
            )));
        }
        let discriminator = Network::new(recipe.discriminator_plan(features), 1, backend)?;
        weights.write(backend, &discriminator)?.map_err(Error::Usage)?;
        let mut program = Program::new("judge");
        let rows = backend.alloc([1, PIECE, features])?;
        let logits = discriminator.inference(backend, &mut program, rows)?;
        Ok(Self { piece: backend.compile(&program)?, rows, logits })
    }

    /// The share of encoded `rows` (n x features) that it takes for real: a logit above 0, a
    /// probability above one half.
    pub fn called_real(&self, backend: &mut dyn Backend, rows: &Matrix) -> Result<f64> {
        let (count, features) = (rows.rows(), rows.columns());
        let mut real = 0;
        for first in (0..count).step_by(PIECE) {
            let take = PIECE.min(count - first);
            // What is left of the last piece is judged, too, and not counted.
            let mut values = rows.values()[first * features..(first + take) * features].to_vec();
            values.resize(PIECE * features, 0.0);
            backend.write(self.rows, &values)?;
            backend.replay(&[(self.piece, 0)])?;
            real += backend.read(self.logits)?[..take].iter().filter(|logit| **logit > 0.0).count();
        }
        Ok(real as f64 / count as f64)
    }
}
