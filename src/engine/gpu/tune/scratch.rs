//! A product or a sort of the same shape as a live one, on memory of its own, with numbers whose
//! results are known.

use crate::gpu::device::Device;
use crate::gpu::memory::Memory;
use crate::op::{Access, Op, Tensor};
use ground::error::Result;

/// Results that are compared with a sum in f64, or with a sorted column; all others are compared
/// with the reference's bits.
const SAMPLES: usize = 97;

/// The stand-in of a live kernel.
pub(in crate::gpu) struct Scratch {
    pub op: Op,
    pub memory: Memory,
    /// The factors that the device was given.
    left: Vec<f64>,
    right: Vec<f64>,
    bias: Vec<f64>,
}

/// Numbers on [-1, 1) that f32 holds exactly, from a linear congruential generator (Knuth's MMIX):
/// quick to make, and no two models alike.
pub(super) fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1 << 23) - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// Leaves but 128 values to half of the numbers, so that equal ones must keep their order.
fn tie(values: &mut [f64]) {
    values.iter_mut().step_by(2).for_each(|value| *value = (64.0 * *value).floor() / 64.0);
}

impl Scratch {
    /// Takes memory for a kernel's operands and fills what it reads.
    /// Errors when the device has no room.
    /// Panics when it is a kernel without variants.
    pub fn of(device: &Device, live: &Op) -> Result<Self> {
        let mut memory = Memory::default();
        let mut take = |tensor: Tensor| memory.alloc(device, tensor.shape());
        let op = match *live {
            Op::DenseForward { x, w, b, y } => Op::DenseForward {
                x: take(x)?,
                w: take(w)?,
                b: b.map(&mut take).transpose()?,
                y: take(y)?,
            },
            Op::DenseBackwardInput { dy, w, dx } => {
                Op::DenseBackwardInput { dy: take(dy)?, w: take(w)?, dx: take(dx)? }
            }
            Op::DenseBackwardWeight { x, dy, dw, db } => Op::DenseBackwardWeight {
                x: take(x)?,
                dy: take(dy)?,
                dw: take(dw)?,
                db: db.map(&mut take).transpose()?,
            },
            Op::Covariance { x, mean, covariance } => {
                Op::Covariance { x: take(x)?, mean: take(mean)?, covariance: take(covariance)? }
            }
            Op::SortColumns { x, groups, .. } => {
                Op::SortColumns { x: take(x)?, sorted: take(x)?, rank: take(x)?, groups }
            }
            _ => panic!("{} has no variants", live.name()),
        };
        let read = op.operands().into_iter().filter(|operand| operand.access == Access::Read);
        let mut given = Vec::new();
        for (seed, operand) in (1..).zip(read) {
            let mut values = numbers(operand.tensor.models * operand.tensor.len(), seed);
            if matches!(op, Op::SortColumns { .. }) {
                tie(&mut values);
            }
            memory.write(device, &operand.tensor, &values)?;
            given.push(values);
        }
        let mut given = given.into_iter();
        let [left, right, bias] = [(); 3].map(|()| given.next().unwrap_or_default());
        Ok(Self { op, memory, left, right, bias })
    }

    /// Fills the results with NaN, so that one that is not written is seen.
    pub fn spoil(&self, device: &Device) -> Result<()> {
        self.written().iter().try_for_each(|tensor| {
            self.memory.write(device, tensor, &vec![f64::NAN; tensor.models * tensor.len()])
        })
    }

    /// All results, one tensor after the other.
    pub fn results(&self, device: &Device) -> Result<Vec<f64>> {
        let read: Result<Vec<_>> =
            self.written().iter().map(|tensor| self.memory.read(device, tensor)).collect();
        Ok(read?.concat())
    }

    fn written(&self) -> Vec<Tensor> {
        let operands = self.op.operands().into_iter();
        operands
            .filter(|operand| operand.access != Access::Read)
            .map(|operand| operand.tensor)
            .collect()
    }

    /// The first sampled result that is farther from the sum in f64 than K additions and products
    /// that are each rounded once can be (Higham, "Accuracy and Stability", 3.1), or that is not
    /// the order statistic or the rank of its place, in words.
    pub fn first_wrong(&self, results: &[f64]) -> Option<String> {
        let result = self.written()[0];
        let each = result.len();
        // Coprime to every size of two small factors: samples fall on all rows and columns.
        // The last number is one of them.
        let places =
            (0..SAMPLES).map(|sample| (each - 1) * sample / (SAMPLES - 1)).chain([each - 1]);
        for place in places {
            let (model, row, column) =
                (place % result.models, place / result.features, place % result.features);
            for (written, (value, allowed)) in
                self.expected(model, row, column).into_iter().enumerate()
            {
                let got = results[(written * result.models + model) * each + place];
                // A NaN must not pass: hence not `>`.
                let near = (got - value).abs() <= allowed;
                if !near {
                    return Some(format!("{} gives {got:e} instead of {value:e}", self.op.name()));
                }
            }
        }
        None
    }

    /// What belongs to a place of the first tensors that are written, with its tolerance: of a
    /// product one sum, of a sort an order statistic and a rank.
    fn expected(&self, model: usize, row: usize, column: usize) -> Vec<(f64, f64)> {
        if let Op::SortColumns { x, groups, .. } = &self.op {
            let rows = x.rows / groups;
            let first = model * x.len() + row / rows * rows * x.features + column;
            let column: Vec<f64> = (0..rows).map(|r| self.left[first + r * x.features]).collect();
            let mut order: Vec<usize> = (0..rows).collect();
            order.sort_by(|a, b| column[*a].total_cmp(&column[*b]));
            let rank = order.iter().position(|r| *r == row % rows).expect("every row has a place");
            return vec![(column[order[row % rows]], 0.0), (rank as f64, 0.0)];
        }
        let at = |values: &[f64], tensor: &Tensor, r: usize, f: usize| {
            values[model * tensor.len() + r * tensor.features + f]
        };
        let mut terms: Vec<f64> = match &self.op {
            Op::DenseForward { x, w, .. } => (0..w.rows)
                .map(|k| at(&self.left, x, row, k) * at(&self.right, w, k, column))
                .collect(),
            Op::DenseBackwardInput { dy, w, .. } => (0..w.features)
                .map(|k| at(&self.left, dy, row, k) * at(&self.right, w, column, k))
                .collect(),
            Op::DenseBackwardWeight { x, dy, .. } => (0..x.rows)
                .map(|k| at(&self.left, x, k, row) * at(&self.right, dy, k, column))
                .collect(),
            Op::Covariance { x, mean, .. } => {
                let centred = |k, f| at(&self.left, x, k, f) - at(&self.right, mean, 0, f);
                let degrees = x.rows as f64 - 1.0;
                (0..x.rows).map(|k| centred(k, row) * centred(k, column) / degrees).collect()
            }
            _ => unreachable!(),
        };
        if let Op::DenseForward { b: Some(b), .. } = &self.op {
            terms.push(at(&self.bias, b, 0, column));
        }
        let magnitude: f64 = terms.iter().map(|term| term.abs()).sum();
        // Centring and the division of a covariance round three times more.
        let allowed = (terms.len() + 6) as f64 * f64::from(f32::EPSILON) * magnitude
            + f64::from(f32::MIN_POSITIVE);
        vec![(terms.iter().sum(), allowed)]
    }
}
