//! As many generated rows as a cohort has, at bounded memory: the hidden layers of a million rows
//! would fill a machine.

use super::heads::Heads;
use engine::nn::{Layer, Network};
use engine::op::{Backend, Op, Program, Tensor};
use ground::error::Result;

/// Numbers of the widest hidden layer that exist at a time: 64 MiB, half of what every GPU can bind
/// at once.
const NUMBERS: usize = 16 << 20;

/// Rows at a time in any case: a grid on the GPU has 65,535 tiles of 64 rows at most.
const MOST_ROWS: usize = 1 << 20;

/// The heads behind a generator, and their noise `[models, n, d]`.
pub(super) type Typed<'a> = Option<(&'a Heads, Tensor)>;

/// Records the generator's rows `[models, n, d]` from noise `[models, n, latent]`, with running
/// statistics.
pub(super) fn generated_rows(
    backend: &mut dyn Backend,
    program: &mut Program,
    generator: &Network,
    latent: Tensor,
    heads: Typed,
) -> Result<Tensor> {
    let widest =
        generator.layers().iter().map(Layer::outputs).max().expect("a network has a layer");
    in_pieces(
        backend,
        program,
        generator,
        latent,
        heads,
        (NUMBERS / (latent.models * widest)).clamp(1, MOST_ROWS),
    )
}

/// At most `most` rows of hidden layers at a time. All pieces go through the same tensors.
fn in_pieces(
    backend: &mut dyn Backend,
    program: &mut Program,
    generator: &Network,
    latent: Tensor,
    heads: Typed,
    most: usize,
) -> Result<Tensor> {
    if latent.rows <= most {
        return Ok(at_once(backend, program, generator, latent, heads)?.0);
    }
    let all = backend.alloc([latent.models, latent.rows, generator.outputs()])?;
    let piece = backend.alloc([latent.models, most, latent.features])?;
    let noise = match heads {
        Some((heads, noise)) => Some((heads, backend.alloc([noise.models, most, noise.features])?)),
        None => None,
    };
    let mut pass = Program::new("piece");
    let (made, _) = at_once(backend, &mut pass, generator, piece, noise)?;
    for first in (0..latent.rows).step_by(most) {
        // The last piece ends where the rows end, and makes some rows of the one before it again.
        let first = first.min(latent.rows - most);
        program.push(Op::Copy { x: latent.rows_from(first, most), y: piece });
        if let (Some((_, all)), Some((_, piece))) = (heads, noise) {
            program.push(Op::Copy { x: all.rows_from(first, most), y: piece });
        }
        pass.ops().iter().for_each(|op| program.push(*op));
        program.push(Op::Copy { x: made, y: all.rows_from(first, most) });
    }
    Ok(all)
}

/// All rows through all layers, then through the heads: the rows, and the soft numbers behind their
/// choices.
pub(super) fn at_once(
    backend: &mut dyn Backend,
    program: &mut Program,
    generator: &Network,
    latent: Tensor,
    heads: Typed,
) -> Result<(Tensor, Option<Tensor>)> {
    let raw = generator.inference(backend, program, latent)?;
    let Some((heads, noise)) = heads else { return Ok((raw, None)) };
    let y = backend.alloc(raw.shape())?;
    let soft = heads.forward(backend, program, [raw, noise], y)?;
    Ok((y, Some(soft)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gan::{Recipe, recipe, stream};
    use engine::cpu::Cpu;
    use engine::op::Random;
    use ground::blocks::{Block, BlockKind};

    /// 103 rows of two models; with heads, of three levels, a number with its mask and two numbers.
    fn rows(most: usize, typed: bool) -> Vec<f64> {
        let mut backend = Cpu::double();
        let mut recipe = Recipe::paper();
        recipe.generator.widths = vec![24, 40];
        recipe.heads =
            typed.then_some(recipe::Heads { temperature: 1.0, noise: 0.3, shares: false });
        let generator = Network::new(recipe.generator_plan(7), 2, &mut backend).unwrap();
        let initial = |m| generator.initial_parameters(3, stream::GENERATOR, m);
        backend.write(generator.parameters, &(0..2).flat_map(initial).collect::<Vec<_>>()).unwrap();
        backend.write(generator.statistics, &generator.initial_statistics().repeat(2)).unwrap();
        let mut program = Program::new("test");
        let [latent, noise] = [32, 7].map(|features| {
            let out = backend.alloc([2, 103, features]).unwrap();
            program.push(Op::Noise { out, random: Random { seed: 5, stream: stream::EVALUATION } });
            out
        });
        let block = |kind, first, len| Block {
            kind,
            first,
            len,
            scale: 0.5,
            missing: kind == BlockKind::MaskedNumber,
        };
        let number = |first| block(BlockKind::Number, first, 1);
        let blocks = vec![
            block(BlockKind::Levels, 0, 3),
            block(BlockKind::MaskedNumber, 3, 2),
            number(5),
            number(6),
        ];
        let heads = Heads::new(&mut backend, &recipe, Some(&blocks.into()), 7).unwrap();
        let heads = heads.as_ref().map(|heads| (heads, noise));
        let made = in_pieces(&mut backend, &mut program, &generator, latent, heads, most).unwrap();
        assert_eq!(made.shape(), [2, 103, 7]);
        let program = backend.compile(&program).unwrap();
        backend.replay(&[(program, 4)]).unwrap();
        backend.read(made).unwrap()
    }

    #[test]
    fn pieces_are_the_rows_of_the_whole() {
        for typed in [false, true] {
            let whole = rows(103, typed);
            assert!(whole.iter().any(|value| value.abs() > 1e-3), "nothing was generated");
            for most in [1, 10, 51, 52, 102] {
                for (at, (piece, whole)) in rows(most, typed).iter().zip(&whole).enumerate() {
                    let close = (piece - whole).abs() <= 1e-12;
                    assert!(close, "{most} rows at a time, number {at}: {piece} is not {whole}");
                }
            }
        }
    }
}
