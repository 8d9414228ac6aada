//! Synthetic rows from trained weights, in pieces of a fixed size so that a row depends on its number alone.

use super::twins::stream;
use super::{Recipe, Weights};
use crate::error::{Error, Result};
use crate::matrix::Matrix;
use crate::nn::Network;
use crate::op::{Backend, Compiled, Op, Program, Random, Tensor};

/// Rows of a piece.
pub const PIECE: usize = 1024;

/// A trained generator on a backend.
pub struct Sampler {
    piece: Compiled,
    out: Tensor,
}

impl Sampler {
    /// Loads a generator for `features` columns. Errors when the weights do not fit the recipe ([`Error::Usage`]).
    pub fn new(
        backend: &mut dyn Backend,
        recipe: &Recipe,
        weights: &Weights,
        features: usize,
        seed: u64,
    ) -> Result<Self> {
        let generator = Network::new(recipe.generator_plan(features), 1, backend)?;
        weights.write(backend, &generator)?.map_err(Error::Usage)?;
        let mut program = Program::new("sample");
        let latent = backend.alloc([1, PIECE, recipe.generator.latent])?;
        program.push(Op::Noise { out: latent, random: Random { seed, stream: stream::SAMPLE } });
        let out = generator.inference(backend, &mut program, latent)?;
        Ok(Self { piece: backend.compile(&program)?, out })
    }

    /// Rows `first..first + count` of the endless synthetic table, encoded as the cohort was.
    pub fn rows(&self, backend: &mut dyn Backend, first: usize, count: usize) -> Result<Matrix> {
        let features = self.out.features;
        let mut values = Vec::with_capacity(count * features);
        let mut next = first;
        while next < first + count {
            let (piece, from) = (next / PIECE, next % PIECE);
            let take = (PIECE - from).min(first + count - next);
            backend.replay(&[(self.piece, piece as u32)])?;
            values.extend(backend.read(self.out.rows_from(from, take))?);
            next += take;
        }
        Ok(Matrix::from_values(count, features, values))
    }
}
