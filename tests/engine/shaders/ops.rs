//! One operation of every kind, as the tests of the launch table need them.

use engine::op::{BufferId, Op, Random, Sets, Tensor};

/// A tensor with a buffer, an offset and a stride of its own.
fn tensor(id: u32, shape: [usize; 3]) -> Tensor {
    Tensor { offset: 1000 + id as usize, ..Tensor::whole(BufferId(id), shape) }
}

/// One of every kernel, with and without a bias, and with short and long columns.
pub fn every_op() -> Vec<Op> {
    let random = Random { seed: 0x1234_5678_9abc_def0, stream: 7 };
    let sets = Sets { dense: 3, principal: 2, pairs: 2, masks: 1 };
    let t = |id| tensor(id, [3, 8, 6]);
    let row = |id| tensor(id, [3, 1, 6]);
    let four = |id| Tensor::whole(BufferId(id), [3, 8, 8]);
    let bias = Tensor::whole(BufferId(3), [3, 1, 8]);
    let (x, w, y) = (tensor(0, [3, 8, 5]), tensor(1, [3, 5, 6]), t(2));
    let (gamma, beta, running_mean, running_var) = (row(3), row(4), row(5), row(6));
    let (statistics, dx, dgamma, dbeta) = (tensor(7, [3, 4, 6]), t(8), row(9), row(10));
    let (groups, momentum, epsilon, slope) = (2, 0.99, 1e-3, 0.01);
    let long = |id| tensor(id, [1, 10_000, 2]);
    let one = |id| tensor(id, [3, 1, 1]);
    let square = |id| tensor(id, [3, 6, 6]);
    let two = |id| tensor(id, [3, 2, 6]);
    let update = |dscale: Option<Tensor>, extra: usize| {
        let parameters = |id| tensor(id, [3, 5 + extra, 6]);
        let (w, m, v, lr) = (parameters(1), parameters(3), parameters(4), tensor(5, [3, 50, 1]));
        Op::DenseUpdate { x, dy: y, dscale, w, m, v, lr, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }
    };
    vec![
        Op::Noise { out: y, random },
        Op::NormalNoise { out: y, random },
        Op::Directions { out: y, random },
        Op::TypedDirections {
            factor: tensor(0, [3, 5, 6]),
            blocks: tensor(1, [3, 4, 5]),
            out: y,
            sets,
            random,
        },
        Op::Gather { data: tensor(0, [3, 20, 6]), batch: y, random },
        Op::DenseForward { x, w, b: Some(row(3)), y },
        Op::DenseForward { x, w, b: None, y },
        Op::DenseBackwardInput { dy: y, w, dx: x },
        Op::DenseBackwardWeight { x, dy: y, dw: w, db: Some(row(3)) },
        Op::DenseBackwardWeight { x, dy: y, dw: w, db: None },
        Op::DenseForward { x: four(0), w: four(1), b: Some(bias), y: four(2) },
        Op::DenseBackwardInput { dy: four(2), w: four(1), dx: four(4) },
        Op::DenseBackwardWeight { x: four(0), dy: four(2), dw: four(4), db: Some(bias) },
        Op::BatchNormForward {
            x: t(0),
            gamma,
            beta,
            running_mean,
            running_var,
            statistics,
            y,
            groups,
            momentum,
            epsilon,
            slope,
        },
        Op::BatchNormInference {
            x: t(0),
            gamma,
            beta,
            running_mean,
            running_var,
            y,
            epsilon,
            slope,
        },
        Op::BatchNormBackward {
            x: t(0),
            dy: y,
            gamma,
            beta,
            statistics,
            dx,
            dgamma,
            dbeta,
            groups,
            slope,
        },
        Op::DenseNormForward {
            x,
            w,
            scale: two(3),
            running: two(4),
            dense: t(5),
            statistics,
            y,
            groups,
            momentum,
            epsilon,
            slope,
        },
        Op::DenseNormBackward {
            dy: tensor(0, [3, 8, 5]),
            w: tensor(1, [3, 6, 5]),
            dense: t(5),
            scale: two(3),
            statistics,
            dx,
            dscale: two(4),
            groups,
            slope,
        },
        update(Some(two(9)), 2),
        update(None, 1),
        update(None, 0),
        Op::LeakyReluForward { x: t(0), y, slope },
        Op::LeakyReluBackward { x: t(0), dy: y, dx, slope },
        Op::TanhForward { x: t(0), y },
        Op::TanhBackward { y, dy: t(0), dx },
        Op::HeadsForward {
            raw: t(0),
            noise: t(1),
            blocks: tensor(3, [3, 2, 5]),
            soft: t(4),
            y,
            temperature: 1.0,
            spread: 0.3,
        },
        Op::HeadsGate { gates: tensor(0, [3, 2, 7]), soft: t(1), y },
        Op::HeadsBackward {
            soft: t(0),
            blocks: tensor(1, [3, 2, 5]),
            dy: y,
            draw: dx,
            temperature: 1.0,
        },
        Op::LogisticLoss {
            logits: tensor(0, [3, 8, 1]),
            loss: one(1),
            probability: tensor(2, [3, 1, 2]),
            dlogits: tensor(3, [3, 8, 1]),
            groups,
            weight: 0.5,
        },
        Op::SortColumns { x: t(0), sorted: y, rank: dx, groups },
        Op::SortColumns { x: long(0), sorted: long(1), rank: long(2), groups },
        Op::PercentileLoss {
            real: t(0),
            fake: y,
            rank: dx,
            levels: tensor(1, [3, 20, 2]),
            loss: one(3),
            dx: t(4),
            weight: 2.0,
        },
        Op::SortedLoss {
            real: t(0),
            fake: y,
            rank: dx,
            sets: tensor(1, [3, 2, 4]),
            loss: tensor(3, [3, 1, 2]),
            dx: t(4),
        },
        Op::CovarianceLoss {
            covariance: square(0),
            real: square(1),
            mean: row(2),
            loss: one(3),
            w: square(4),
            b: row(5),
            scale: 0.5,
            factor: 2.0,
        },
        Op::Adam {
            w: row(0),
            dw: row(1),
            m: row(2),
            v: row(3),
            lr: tensor(4, [3, 50, 1]),
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-7,
        },
        Op::Average { x: row(0), y: row(1), rate: tensor(2, [3, 50, 1]) },
        Op::Moments { x: y, mean: row(0), variance: row(1) },
        Op::Covariance { x: y, mean: row(0), covariance: tensor(1, [3, 6, 6]) },
        Op::FiniteCheck { x: row(0), count: tensor(1, [3, 1, 4]) },
        Op::Add { x: t(0), y },
        Op::Copy { x: t(0), y },
        Op::MultiplyAdd { x: t(0), y, a: 0.75, b: 0.25, times: 8 },
        Op::Record { x: row(0), history: tensor(1, [3, 9, 6]), period: 3 },
    ]
}
