//! As many generated rows as a cohort has, at bounded memory: the hidden layers of a million rows would fill a machine.

use crate::error::Result;
use crate::nn::{Layer, Network};
use crate::op::{Backend, Op, Program, Tensor};

/// Numbers of the widest hidden layer that exist at a time: 64 MiB, half of what every GPU can bind at once.
const NUMBERS: usize = 16 << 20;

/// Rows at a time in any case: a grid on the GPU has 65,535 tiles of 64 rows at most.
const MOST_ROWS: usize = 1 << 20;

/// Records the generator's rows `[models, n, d]` from noise `[models, n, latent]`, with running statistics.
pub(super) fn generated_rows(
    backend: &mut dyn Backend,
    program: &mut Program,
    generator: &Network,
    latent: Tensor,
) -> Result<Tensor> {
    let widest = generator.layers().iter().map(Layer::outputs).max().expect("a network has a layer");
    in_pieces(backend, program, generator, latent, (NUMBERS / (latent.models * widest)).clamp(1, MOST_ROWS))
}

/// At most `most` rows of hidden layers at a time. All pieces go through the same tensors.
fn in_pieces(
    backend: &mut dyn Backend,
    program: &mut Program,
    generator: &Network,
    latent: Tensor,
    most: usize,
) -> Result<Tensor> {
    if latent.rows <= most {
        return generator.inference(backend, program, latent);
    }
    let all = backend.alloc([latent.models, latent.rows, generator.outputs()])?;
    let piece = backend.alloc([latent.models, most, latent.features])?;
    let mut pass = Program::new("piece");
    let made = generator.inference(backend, &mut pass, piece)?;
    for first in (0..latent.rows).step_by(most) {
        // The last piece ends where the rows end, and makes some rows of the one before it again.
        let first = first.min(latent.rows - most);
        program.push(Op::Copy { x: latent.rows_from(first, most), y: piece });
        pass.ops().iter().for_each(|op| program.push(*op));
        program.push(Op::Copy { x: made, y: all.rows_from(first, most) });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpu::Cpu;
    use crate::gan::{Recipe, stream};
    use crate::op::Random;

    fn rows(most: usize) -> Vec<f64> {
        let mut backend = Cpu::<f64>::new();
        let mut recipe = Recipe::paper();
        recipe.generator.widths = vec![24, 40];
        let generator = Network::new(recipe.generator_plan(7), 2, &mut backend).unwrap();
        let initial = |m| generator.initial_parameters(3, stream::GENERATOR, m);
        backend.write(generator.parameters, &(0..2).flat_map(initial).collect::<Vec<_>>()).unwrap();
        backend.write(generator.statistics, &generator.initial_statistics().repeat(2)).unwrap();
        let latent = backend.alloc([2, 103, 32]).unwrap();
        let mut program = Program::new("test");
        program.push(Op::Noise { out: latent, random: Random { seed: 5, stream: stream::EVALUATION } });
        let made = in_pieces(&mut backend, &mut program, &generator, latent, most).unwrap();
        assert_eq!(made.shape(), [2, 103, 7]);
        let program = backend.compile(&program).unwrap();
        backend.replay(&[(program, 4)]).unwrap();
        backend.read(made).unwrap()
    }

    #[test]
    fn pieces_are_the_rows_of_the_whole() {
        let whole = rows(103);
        assert!(whole.iter().any(|value| value.abs() > 1e-3), "nothing was generated");
        for most in [1, 10, 51, 52, 102] {
            for (at, (piece, whole)) in rows(most).iter().zip(&whole).enumerate() {
                assert!((piece - whole).abs() <= 1e-12, "{most} rows at a time, number {at}: {piece} is not {whole}");
            }
        }
    }
}
