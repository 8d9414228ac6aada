//! How a run is laid out on a backend.

use super::{Cohorts, Recipe};
use ground::error::{Error, Result};

/// Device numbers that the ring of covariances may take.
const RING_NUMBERS: usize = 8 << 20;

/// Epochs of a chunk at most.
pub(super) const LONGEST_CHUNK: usize = 32;

/// The layout of a run: everything that determines shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Models side by side.
    pub models: usize,
    /// Rows of a batch.
    pub batch: usize,
    /// Epochs at most.
    pub epochs: usize,
    /// Epochs whose results the device keeps for the host.
    pub ring: usize,
    /// The run's seed.
    pub seed: u64,
}

impl Layout {
    /// The layout of a run of the recipe on the encoded cohort.
    /// Errors when the batch does not fit it or steps are too many ([`Error::Usage`]).
    pub fn of<'a>(
        recipe: &Recipe,
        data: impl Into<Cohorts<'a>>,
        models: usize,
        seed: u64,
    ) -> Result<Self> {
        let data = data.into();
        let batch = recipe.batch_rows(data.rows()).map_err(Error::Usage)?;
        let [epochs, batches] = recipe.epochs(data.rows(), batch);
        if epochs.checked_mul(batches).is_none_or(|steps| steps > u32::MAX as usize) {
            return Err(Error::Usage(format!(
                "{epochs} epochs of {batches} batches are more than 2^32 steps"
            )));
        }
        let ring =
            (RING_NUMBERS / (models * data.columns() * data.columns())).clamp(1, LONGEST_CHUNK);
        Ok(Self { models, batch, epochs, ring, seed })
    }
}
