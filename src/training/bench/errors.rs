//! How far the kernels of a step are from the same kernels in f64, on the numbers of a training.
//!
//! Every launch of a step runs once, in order, on the numbers that the ones before it left.
//! Beside it an oracle runs the same kernels on the same numbers.
//! So an error is that of one launch, and none is handed on.

use super::session::Session;
use engine::op::{Access, Backend, Op, Operand, Program, Tensor};
use ground::error::Result;

/// Makes a backend that computes in f64.
pub type Oracle<'a> = &'a dyn Fn() -> Box<dyn Backend>;

/// Numbers that are copied for one launch at most.
const MOST: usize = 1 << 23;

/// The largest error of each launch of a step: the largest difference of a number that it writes,
/// as a share of the largest number expected in its tensor.
/// Infinite where one of both is not finite; none where more than 8 million numbers would have to
/// be copied.
pub(super) fn errors(session: &mut Session, oracle: Oracle, step: u32) -> Result<Vec<Option<f64>>> {
    let launches = session.meter.launches(session.gan.step);
    launches.iter().map(|launch| one(&mut session.meter, oracle, launch, step)).collect()
}

fn one(backend: &mut dyn Backend, oracle: Oracle, launch: &[Op], step: u32) -> Result<Option<f64>> {
    let mut program = Program::new("one launch");
    launch.iter().for_each(|op| program.push(*op));
    let operands: Vec<Operand> = launch.iter().flat_map(Op::operands).collect();
    let beside = beside(backend, oracle, &operands)?;
    let compiled = backend.compile(&program)?;
    backend.replay(&[(compiled, step)])?;
    let Some(mut beside) = beside else { return Ok(None) };
    let compiled = beside.compile(&program)?;
    beside.replay(&[(compiled, step)])?;
    let mut largest = 0.0f64;
    for operand in operands.iter().filter(|operand| operand.access != Access::Read) {
        let [got, expected] = [backend.read(operand.tensor)?, beside.read(operand.tensor)?];
        largest = largest.max(apart(&got, &expected));
    }
    Ok(Some(largest))
}

/// An oracle with all numbers that these operands hold, under the same handles; none where they
/// are too many.
fn beside(
    backend: &mut dyn Backend,
    oracle: Oracle,
    operands: &[Operand],
) -> Result<Option<Box<dyn Backend>>> {
    let end = |tensor: &Tensor| tensor.start(tensor.models - 1) + tensor.len();
    let last = operands.iter().map(|operand| operand.tensor.buffer.0).max().unwrap_or(0);
    let length = |buffer: u32| {
        let mine = operands.iter().map(|o| o.tensor).filter(|tensor| tensor.buffer.0 == buffer);
        mine.map(|tensor| end(&tensor)).max().unwrap_or(1)
    };
    let lengths: Vec<usize> = (0..=last).map(length).collect();
    if lengths.iter().sum::<usize>() > MOST {
        return Ok(None);
    }
    let mut beside = oracle();
    for (buffer, length) in (0..).zip(lengths) {
        let tensor = beside.alloc([1, 1, length])?;
        assert_eq!(tensor.buffer.0, buffer, "a new backend numbers its memory from 0");
    }
    // What a kernel writes, too: it may leave a part of it as it was.
    for operand in operands {
        beside.write(operand.tensor, &backend.read(operand.tensor)?)?;
    }
    Ok(Some(beside))
}

/// The largest difference as a share of the largest number that is expected, or of 1e-30.
fn apart(got: &[f64], expected: &[f64]) -> f64 {
    let finite = expected.iter().copied().filter(|value| value.is_finite());
    let scale = finite.fold(1e-30, |largest: f64, value| largest.max(value.abs()));
    let difference = |(got, expected): (&f64, &f64)| match (got.is_finite(), expected.is_finite()) {
        (true, true) => (got - expected).abs() / scale,
        (false, false) => 0.0,
        _ => f64::INFINITY,
    };
    got.iter().zip(expected).map(difference).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::cpu::Cpu;

    fn oracle() -> Box<dyn Backend> {
        Box::new(Cpu::double())
    }

    /// y = x w, with y in the middle of an arena, on a backend that has allocated other memory.
    fn product(backend: &mut Cpu) -> [Op; 1] {
        backend.alloc([1, 3, 3]).expect("memory");
        let [x, w] = [[2, 40, 30], [2, 30, 20]].map(|shape| backend.alloc(shape).expect("memory"));
        let y = backend.alloc([2, 1, 900]).expect("memory").window(50, 40, 20);
        let values = |tensor: Tensor| {
            (0..tensor.models * tensor.len()).map(|i| ((i * 37 % 101) as f64 / 101.0).sin())
        };
        for tensor in [x, w, y] {
            backend.write(tensor, &values(tensor).collect::<Vec<_>>()).expect("numbers");
        }
        [Op::DenseForward { x, w, b: None, y }]
    }

    #[test]
    fn the_error_of_f32_is_some_units_in_the_last_place() {
        let mut single = Cpu::single();
        let launch = product(&mut single);
        let error = one(&mut single, &oracle, &launch, 0).expect("an error").expect("small");
        assert!(1e-9 < error && error < 30.0 * f64::from(f32::EPSILON), "{error:e}");
        let mut double = Cpu::double();
        let launch = product(&mut double);
        assert_eq!(one(&mut double, &oracle, &launch, 0).expect("an error"), Some(0.0));
    }

    #[test]
    fn what_is_too_large_runs_and_is_not_compared() {
        let mut cpu = Cpu::single();
        let x = cpu.alloc([1, 1, MOST / 2]).expect("memory");
        let y = cpu.alloc([1, 1, MOST / 2 + 1]).expect("memory").window(0, 1, MOST / 2);
        cpu.write(x, &vec![1.0; MOST / 2]).expect("numbers");
        let wide = Op::Copy { x, y: Tensor { offset: 1, ..y } };
        assert_eq!(one(&mut cpu, &oracle, &[wide], 0).expect("an error"), None);
        assert_eq!(cpu.read(y.window(1, 1, 1)).expect("numbers"), [1.0]);
    }

    #[test]
    fn a_difference_is_a_share_of_the_largest_number() {
        assert_eq!(apart(&[1.0, 4.5], &[1.0, 5.0]), 0.1);
        assert_eq!(apart(&[1.0, f64::NAN], &[1.0, 5.0]), f64::INFINITY);
        assert_eq!(apart(&[f64::NAN], &[f64::NAN]), 0.0);
    }
}
