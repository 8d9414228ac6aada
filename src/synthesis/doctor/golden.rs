//! A product, a reduction, noise and a search for NaN, beside the CPU in 64 bits.

use engine::cpu::Cpu;
use engine::op::{Backend, Op, Program, Random};
use ground::error::Result;

/// Rows, inner numbers and columns of the product: no multiples of a tile.
const SIZES: [usize; 3] = [257, 131, 67];

/// Parts of the search for NaN, and numbers that it looks at.
const PARTS: usize = 8;
const LOOKED_AT: usize = 1000;

/// Differences that rounding in 32 bits can make: a sum of 131 products of numbers up to 1 is off
/// by 131 x 131 x 2^-24 at most, which is 0.001.
const TOLERANCE: f64 = 1e-3;

/// What a backend computes.
struct Answers {
    product: Vec<f64>,
    moments: Vec<f64>,
    noise: Vec<f64>,
    broken: f64,
}

/// What of a backend's answers is wrong, if anything. Errors: those of the device.
pub(super) fn answers(backend: &mut dyn Backend) -> Result<Option<String>> {
    let expected = computed(&mut Cpu::double())?;
    let (first, second) = (computed(backend)?, computed(backend)?);
    let near = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= TOLERANCE);
    let bits = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits());
    let wrong = [
        (!near(&first.product, &expected.product), "a matrix product is wrong"),
        (!near(&first.moments, &expected.moments), "a reduction is wrong"),
        (!near(&first.noise, &expected.noise), "random numbers are others than everywhere else"),
        (first.broken != expected.broken, "NaN and infinity are not seen"),
        (
            !bits(&first.product, &second.product) || !bits(&first.moments, &second.moments),
            "the same work gives other bits the second time",
        ),
    ];
    Ok(wrong.into_iter().find(|(wrong, _)| *wrong).map(|(_, words)| words.to_owned()))
}

fn computed(backend: &mut dyn Backend) -> Result<Answers> {
    let [rows, inner, columns] = SIZES;
    let x = backend.alloc([1, rows, inner])?;
    let w = backend.alloc([1, inner, columns])?;
    let y = backend.alloc([1, rows, columns])?;
    let [mean, variance] = [backend.alloc([1, 1, inner])?, backend.alloc([1, 1, inner])?];
    let noise = backend.alloc([1, rows, 4])?;
    let numbers = backend.alloc([1, 1, LOOKED_AT])?;
    let count = backend.alloc([1, 1, PARTS])?;
    let number = |at: usize| ((at * 7919 + at * at) % 2048) as f64 / 1024.0 - 1.0;
    backend.write(x, &(0..rows * inner).map(number).collect::<Vec<_>>())?;
    backend.write(w, &(0..inner * columns).map(|at| number(at + 5)).collect::<Vec<_>>())?;
    let planted = |at: usize| match at {
        17 => f64::NAN,
        503 => f64::INFINITY,
        999 => f64::NEG_INFINITY,
        _ => number(at),
    };
    backend.write(numbers, &(0..LOOKED_AT).map(planted).collect::<Vec<_>>())?;
    let mut program = Program::new("doctor");
    program.push(Op::DenseForward { x, w, b: None, y });
    program.push(Op::Noise { out: noise, random: Random { seed: 1, stream: 1 } });
    program.push(Op::FiniteCheck { x: numbers, count });
    program.push(Op::Moments { x, mean, variance });
    let compiled = backend.compile(&program)?;
    backend.replay(&[(compiled, 3)])?;
    Ok(Answers {
        product: backend.read(y)?,
        moments: [backend.read(mean)?, backend.read(variance)?].concat(),
        noise: backend.read(noise)?,
        broken: backend.read(count)?.iter().sum(),
    })
}
