//! Synthetic rows from trained weights.
//! They are made in pieces of a fixed size, so that a row depends on its number alone.

use super::generated::at_once;
use super::heads::{Heads, latent_noise};
use super::{Recipe, Weights, stream};
use engine::nn::Network;
use engine::op::{Backend, Compiled, Op, Program, Random, Tensor};
use ground::blocks::Blocks;
use ground::error::{Error, Result};
use ground::matrix::Matrix;
use std::cell::Cell;

/// Rows of a piece.
pub const PIECE: usize = 1024;

/// Most rows of a synthetic table: pieces are numbered with 32 bits.
pub const MOST_ROWS: u64 = PIECE as u64 * (1 << 32);

/// A trained generator on a backend.
pub struct Sampler {
    generator: Network,
    piece: Compiled,
    out: Tensor,
    /// The soft numbers behind the choices of `out`, with heads.
    soft: Option<Tensor>,
    /// The piece that is in `out`.
    newest: Cell<Option<u32>>,
}

impl Sampler {
    /// Loads a generator for `features` columns, which are those of `blocks` where the recipe has
    /// heads.
    /// Errors when the weights do not fit the recipe, or when it has heads and there are no blocks
    /// ([`Error::Usage`]).
    pub fn new(
        backend: &mut dyn Backend,
        recipe: &Recipe,
        weights: &Weights,
        features: usize,
        blocks: Option<&Blocks>,
        seed: u64,
    ) -> Result<Self> {
        let generator = Network::new(recipe.generator_plan(features), 1, backend)?;
        let heads = Heads::new(backend, recipe, blocks, features)?;
        let mut program = Program::new("sample");
        let latent = backend.alloc([1, PIECE, recipe.generator.latent])?;
        program.push(latent_noise(recipe, latent, Random { seed, stream: stream::SAMPLE }));
        let typed = match &heads {
            Some(heads) => {
                let out = backend.alloc([1, PIECE, features])?;
                program
                    .push(Op::Noise { out, random: Random { seed, stream: stream::SAMPLE_HEADS } });
                Some((heads, out))
            }
            None => None,
        };
        let (out, soft) = at_once(backend, &mut program, &generator, latent, typed)?;
        let piece = backend.compile(&program)?;
        let sampler = Self { generator, piece, out, soft, newest: Cell::new(None) };
        sampler.load(backend, weights)?;
        Ok(sampler)
    }

    /// Loads other weights for the same generator. Errors when they do not fit it
    /// ([`Error::Usage`]).
    pub(super) fn load(&self, backend: &mut dyn Backend, weights: &Weights) -> Result<()> {
        self.newest.set(None);
        weights.write(backend, &self.generator)?.map_err(Error::Usage)
    }

    /// Rows `first..first + count` of the synthetic table, encoded as the cohort was.
    /// Panics beyond [`MOST_ROWS`].
    pub fn rows(&self, backend: &mut dyn Backend, first: u64, count: usize) -> Result<Matrix> {
        let mut values = Vec::with_capacity(count * self.out.features);
        let (mut next, last) = (first, first + count as u64);
        while next < last {
            let take = in_piece(next, last, PIECE);
            values.extend(self.window(backend, next, take)?);
            next += take as u64;
        }
        Ok(Matrix::from_values(count, self.out.features, values))
    }

    /// The rows from `first` on, up to `last` (not included), to the end of the piece, or `most`
    /// rows, whatever comes first.
    /// It is at least one row.
    /// Panics on an empty range or beyond [`MOST_ROWS`].
    pub fn some_rows(
        &self,
        backend: &mut dyn Backend,
        first: u64,
        last: u64,
        most: usize,
    ) -> Result<Matrix> {
        assert!(first < last && most > 0, "no rows in {first}..{last}, {most} at a time");
        let take = in_piece(first, last, most);
        Ok(Matrix::from_values(take, self.out.features, self.window(backend, first, take)?))
    }

    /// The soft numbers behind the choices of the first `pieces` pieces, after all gates.
    /// Panics without heads.
    pub(super) fn soft(&self, backend: &mut dyn Backend, pieces: usize) -> Result<Matrix> {
        let soft = self.soft.expect("heads");
        let mut values = Vec::with_capacity(pieces * PIECE * soft.features);
        for piece in 0..pieces {
            self.window(backend, (piece * PIECE) as u64, 1)?;
            values.extend(backend.read(soft)?);
        }
        Ok(Matrix::from_values(pieces * PIECE, soft.features, values))
    }

    fn window(&self, backend: &mut dyn Backend, first: u64, count: usize) -> Result<Vec<f64>> {
        let (piece, from) = (first / PIECE as u64, (first % PIECE as u64) as usize);
        let piece = u32::try_from(piece).unwrap_or_else(|_| panic!("row {first} of {MOST_ROWS}"));
        if self.newest.get() != Some(piece) {
            backend.replay(&[(self.piece, piece)])?;
            self.newest.set(Some(piece));
        }
        backend.read(self.out.rows_from(from, count))
    }
}

/// The number of rows from `first` on, before `last`, in the same piece, and at most `most`.
fn in_piece(first: u64, last: u64, most: usize) -> usize {
    let piece = PIECE as u64 - first % PIECE as u64;
    piece.min(last - first).min(most as u64) as usize
}
