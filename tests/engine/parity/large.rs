//! Tensors with more numbers than one grid has threads: every thread then does several, 16,776,960
//! apart.

use super::cases::Numbers;
use crate::adapter;
use engine::op::{Backend, Op, Program, Tensor};

/// Beyond 65,535 workgroups of 256 threads.
const SIZE: usize = 65_535 * 256 + 300;
/// Inputs repeat after so many numbers (a prime, so that no thread sees the same number twice), and
/// so must outputs.
const PERIOD: usize = 977;

struct Large<'a> {
    backend: &'a mut dyn Backend,
    tensors: Vec<Tensor>,
}

impl Large<'_> {
    /// Fills tensor `i` with one period over and over.
    fn fill(&mut self, i: usize, period: &[f64]) -> Tensor {
        let values: Vec<f64> = period.iter().copied().cycle().take(SIZE).collect();
        self.backend.write(self.tensors[i], &values).expect("a tensor that can be written");
        self.tensors[i]
    }

    /// Runs a kernel and expects the numbers of the first period everywhere, none of them NaN.
    fn check(&mut self, op: Op, written: Tensor) {
        let mut program = Program::new("large");
        program.push(op);
        let compiled = self.backend.compile(&program).expect("a Program");
        self.backend.replay(&[(compiled, 0)]).expect("a run");
        let out = self.backend.read(written).expect("numbers");
        let wrong = (0..SIZE).find(|&i| out[i].is_nan() || out[i] != out[i % PERIOD]);
        assert_eq!(wrong, None, "{}: the first number that is wrong", op.name());
    }
}

mod on_gpu {
    use super::*;

    #[test]
    fn more_numbers_than_threads() {
        let Some(mut gpu) = adapter::unfused_gpu_or_skip(false) else { return };
        let tensors = (0..4).map(|_| gpu.alloc([1, 1, SIZE]).expect("memory")).collect();
        let lr = gpu.alloc([1, 1, 1]).expect("memory");
        gpu.write(lr, &[0.01]).expect("a rate");
        let mut large = Large { backend: &mut gpu, tensors };
        let mut numbers = Numbers::of("large");
        let (normal, unit, nan) =
            (numbers.normal(PERIOD), numbers.uniform(PERIOD, 0.0, 1.0), vec![f64::NAN; PERIOD]);
        let (x, dy) = (large.fill(0, &normal), large.fill(1, &unit));

        let y = large.fill(2, &nan);
        large.check(Op::Copy { x, y }, y);
        large.check(Op::Add { x: dy, y }, y);
        large.fill(2, &nan);
        large.check(Op::TanhForward { x, y }, y);
        let dx = large.fill(3, &nan);
        large.check(Op::TanhBackward { y, dy, dx }, dx);
        large.fill(3, &nan);
        large.check(Op::LeakyReluBackward { x, dy, dx, slope: 0.1 }, dx);
        large.fill(3, &nan);
        large.check(Op::LeakyReluForward { x, y: dx, slope: 0.1 }, dx);

        let [dw, w, m, v] =
            [x, large.fill(1, &normal), large.fill(2, &normal), large.fill(3, &unit)];
        let (beta1, beta2, epsilon) = (0.9, 0.999, 1e-7);
        large.check(Op::Adam { w, dw, m, v, lr, beta1, beta2, epsilon }, w);
    }
}
