//! What comes before and after a generator's network: the latent noise, and the typed heads.

use super::Recipe;
use super::recipe::Noise;
use engine::op::{Backend, Op, Program, Random, Tensor};
use ground::blocks::{Block, BlockKind, Blocks, Choice, Gate, State};
use ground::error::{Error, Result};

/// Latent noise as the recipe wants it.
pub(super) fn latent_noise(recipe: &Recipe, out: Tensor, random: Random) -> Op {
    match recipe.generator.noise {
        Noise::Uniform => Op::Noise { out, random },
        Noise::Normal => Op::NormalNoise { out, random },
    }
}

/// The typed heads of a recipe for the blocks of a matrix.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heads {
    blocks: Tensor,
    /// Choices that follow from others `[1, G, 7]`, if there are any.
    gates: Option<Tensor>,
    temperature: f64,
    spread: f64,
}

impl Heads {
    /// Writes the table of blocks; none if the recipe has no heads.
    /// Errors when it has heads and there are no blocks ([`Error::Usage`]); panics when the blocks
    /// are not those of `features` columns.
    pub(super) fn new(
        backend: &mut dyn Backend,
        recipe: &Recipe,
        blocks: Option<&Blocks>,
        features: usize,
    ) -> Result<Option<Self>> {
        let Some(heads) = &recipe.heads else { return Ok(None) };
        let Some(blocks) = blocks else {
            return Err(Error::Usage(format!(
                "recipe {}: [heads] are for typed columns, but this table is encoded without types",
                recipe.name
            )));
        };
        assert_eq!(
            blocks.width(),
            features,
            "columns of the blocks (left) and of the matrix (right)"
        );
        let tensor = backend.alloc([1, blocks.each.len(), 5])?;
        backend.write(tensor, &block_table(&blocks.each))?;
        let gates = match blocks.gates.len() {
            0 => None,
            count => {
                let gates = backend.alloc([1, count, 7])?;
                backend.write(
                    gates,
                    &blocks
                        .gates
                        .iter()
                        .flat_map(|gate| gate_row(gate, &blocks.each))
                        .collect::<Vec<_>>(),
                )?;
                Some(gates)
            }
        };
        Ok(Some(Self {
            blocks: tensor,
            gates,
            temperature: heads.temperature,
            spread: heads.noise,
        }))
    }

    /// Records the heads after `raw` with their `noise` (all `[models, rows, features]`), into `y`.
    /// Returns what their gradient reads.
    pub(super) fn forward(
        &self,
        backend: &mut dyn Backend,
        program: &mut Program,
        [raw, noise]: [Tensor; 2],
        y: Tensor,
    ) -> Result<Tensor> {
        let soft = backend.alloc(raw.shape())?;
        let Self { temperature, spread, .. } = *self;
        let blocks = self.blocks.broadcast(raw.models);
        program.push(Op::HeadsForward { raw, noise, blocks, soft, y, temperature, spread });
        if let Some(gates) = self.gates {
            program.push(Op::HeadsGate { gates: gates.broadcast(raw.models), soft, y });
        }
        Ok(soft)
    }

    /// Records their gradient, from that of their result to that of the raw numbers.
    pub(super) fn backward(&self, program: &mut Program, soft: Tensor, dy: Tensor, draw: Tensor) {
        let blocks = self.blocks.broadcast(soft.models);
        program.push(Op::HeadsBackward { soft, blocks, dy, draw, temperature: self.temperature });
    }
}

/// The table of blocks that kernels read `[B, 5]`: kind, first column, columns, scale, missing.
pub(super) fn block_table(blocks: &[Block]) -> Vec<f64> {
    blocks.iter().flat_map(row).collect()
}

/// A block in the form that [`Op::HeadsForward`] reads.
/// The scale is rounded to f32, so that it is the same in every precision.
fn row(block: &Block) -> [f64; 5] {
    let missing = f64::from(u8::from(block.missing));
    [kind(block), block.first as f64, block.len as f64, rounded(block.scale), missing]
}

fn kind(block: &Block) -> f64 {
    match block.kind {
        BlockKind::Levels => 0.0,
        BlockKind::Number => 1.0,
        BlockKind::MaskedNumber => 2.0,
    }
}

fn rounded(scale: f64) -> f64 {
    f64::from(scale as f32)
}

/// A gate in the form that [`Op::HeadsGate`] reads.
fn gate_row(gate: &Gate, blocks: &[Block]) -> [f64; 7] {
    let Gate { when: State { block: asked, choice }, then } = *gate;
    // The mask and the level for missing are the last columns of their blocks.
    let (asked, wanted) = match choice {
        Choice::Level(level) => (blocks[asked].first + level, 1.0),
        Choice::Not(level) => (blocks[asked].first + level, 0.0),
        Choice::Missing => (blocks[asked].end() - 1, 1.0),
        Choice::Present => (blocks[asked].end() - 1, 0.0),
    };
    let block = &blocks[then.block];
    let choice = match then.choice {
        Choice::Level(level) => level,
        Choice::Not(level) => block.len + level,
        Choice::Missing => block.len - 1,
        Choice::Present => 0,
    };
    [
        asked as f64,
        wanted,
        kind(block),
        block.first as f64,
        block.len as f64,
        choice as f64,
        rounded(block.scale),
    ]
}
