//! Single kernels against JAX in float64 (`tests/fixtures/README.md` names the tensors).

use super::{Desk, assert_close};
use engine::op::{Op, Tensor};
use safetensors::SafeTensors;
use std::path::Path;

/// Two programs in f64 that sum in different orders.
const TOLERANCE: f64 = 1e-12;

/// The tensors below one name.
struct Answers {
    bytes: Vec<u8>,
    prefix: String,
}

impl Answers {
    fn of(case: &str) -> Self {
        let path = Path::new(crate::ROOT).join("tests/fixtures/oracle.safetensors");
        Self { bytes: std::fs::read(path).expect("the fixture"), prefix: format!("kernel/{case}") }
    }

    /// Rows, columns and numbers; a vector is one row, a scalar one number.
    fn get(&self, name: &str) -> ([usize; 3], Vec<f64>) {
        let file = SafeTensors::deserialize(&self.bytes).expect("a safetensors file");
        let view = file
            .tensor(&format!("{}/{name}", self.prefix))
            .unwrap_or_else(|e| panic!("{}/{name}: {e}", self.prefix));
        let shape = match view.shape() {
            [] => [1, 1, 1],
            [n] => [1, 1, *n],
            [rows, columns] => [1, *rows, *columns],
            other => panic!("{name}: {other:?}"),
        };
        let numbers = view
            .data()
            .chunks_exact(8)
            .map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes")));
        (shape, numbers.collect())
    }

    fn numbers(&self, name: &str) -> Vec<f64> {
        self.get(name).1
    }

    fn place(&self, desk: &mut Desk, name: &str) -> Tensor {
        let (shape, values) = self.get(name);
        desk.given(shape, &values)
    }

    fn check(&self, desk: &mut Desk, tensor: Tensor, name: &str) {
        assert_close(
            &format!("{}/{name}", self.prefix),
            &desk.read(tensor),
            &self.numbers(name),
            TOLERANCE,
        );
    }
}

#[test]
fn dense() {
    let (answers, mut desk) = (Answers::of("dense"), Desk::new());
    let [x, w, b, dy] = ["x", "w", "b", "dy"].map(|name| answers.place(&mut desk, name));
    let [y, dx, dw, db] = [dy, x, w, b].map(|like| desk.blank(like.shape()));
    desk.run(Op::DenseForward { x, w, b: Some(b), y }, 0);
    desk.run(Op::DenseBackwardInput { dy, w, dx }, 0);
    desk.run(Op::DenseBackwardWeight { x, dy, dw, db: Some(db) }, 0);
    for (tensor, name) in [(y, "y"), (dx, "dx"), (dw, "dw"), (db, "db")] {
        answers.check(&mut desk, tensor, name);
    }
}

#[test]
fn leaky_relu() {
    let (answers, mut desk) = (Answers::of("leaky_relu"), Desk::new());
    let [x, dy] = ["x", "dy"].map(|name| answers.place(&mut desk, name));
    let [y, dx] = [x, x].map(|like| desk.blank(like.shape()));
    desk.run(Op::LeakyReluForward { x, y, slope: 0.01 }, 0);
    desk.run(Op::LeakyReluBackward { x, dy, dx, slope: 0.01 }, 0);
    answers.check(&mut desk, y, "y");
    answers.check(&mut desk, dx, "dx");
}

#[test]
fn batch_norm() {
    for groups in [1, 2] {
        for (slope, prefix) in [(1.0, ""), (0.01, "relu_")] {
            batch_norm_answers(groups, slope, prefix);
        }
    }
}

fn batch_norm_answers(groups: usize, slope: f64, prefix: &str) {
    let (answers, mut desk) = (Answers::of(&format!("batch_norm/groups{groups}")), Desk::new());
    let [x, gamma, beta, dy] =
        ["x", "gamma", "beta", "dy"].map(|name| answers.place(&mut desk, name));
    let features = x.features;
    let [running_mean, running_var] =
        [(); 2].map(|()| desk.given([1, 1, features], &vec![0.0; features]));
    let [y, dx] = [x, x].map(|like| desk.blank(like.shape()));
    let [dgamma, dbeta] = [gamma, beta].map(|like| desk.blank(like.shape()));
    let statistics = desk.blank([1, 2 * groups, features]);
    // A momentum of 0 leaves the batch's own statistics in the running ones: those of the last
    // group.
    let (momentum, epsilon) = (0.0, 1e-3);
    desk.run(
        Op::BatchNormForward {
            x,
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
        0,
    );
    desk.run(
        Op::BatchNormBackward { x, dy, gamma, beta, statistics, dx, dgamma, dbeta, groups, slope },
        0,
    );
    for (tensor, name) in [(y, "y"), (dx, "dx"), (dgamma, "dgamma"), (dbeta, "dbeta")] {
        answers.check(&mut desk, tensor, &format!("{prefix}{name}"));
    }
    let interleaved: Vec<f64> = answers
        .numbers("mean")
        .chunks_exact(features)
        .zip(answers.numbers("rstd").chunks_exact(features))
        .flat_map(|(mean, rstd)| [mean, rstd].concat())
        .collect();
    assert_close("statistics", &desk.read(statistics), &interleaved, TOLERANCE);
    let last = |name: &str| answers.numbers(name).split_off((groups - 1) * features);
    assert_close("running mean", &desk.read(running_mean), &last("mean"), TOLERANCE);
    assert_close("running variance", &desk.read(running_var), &last("var"), TOLERANCE);
}

#[test]
fn percentile_loss() {
    for case in ["percentile/rows23", "percentile/rows24", "percentile/rows1"] {
        let (answers, mut desk) = (Answers::of(case), Desk::new());
        let [x, given] = ["fake", "real"].map(|name| answers.place(&mut desk, name));
        let [fake, rank, real, unused, dx] = [x; 5].map(|like| desk.blank(like.shape()));
        desk.run(Op::SortColumns { x, sorted: fake, rank, groups: 1 }, 0);
        desk.run(Op::SortColumns { x: given, sorted: real, rank: unused, groups: 1 }, 0);
        let position = |share: &f64| share * (x.rows - 1) as f64;
        let some = answers
            .numbers("levels")
            .iter()
            .map(position)
            .flat_map(|p| [p.floor(), p - p.floor()])
            .collect();
        let every: Vec<f64> = (0..x.rows).flat_map(|k| [k as f64, 0.0]).collect();
        for (levels, loss_name, dx_name) in
            [(some, "loss", "dfake"), (every, "all_loss", "all_dfake")]
        {
            let levels = desk.given([1, levels.len() / 2, 2], &levels);
            let loss = desk.blank([1, 1, 1]);
            desk.run(Op::PercentileLoss { real, fake, rank, levels, loss, dx, weight: 1.0 }, 0);
            answers.check(&mut desk, loss, loss_name);
            answers.check(&mut desk, dx, dx_name);
        }
    }
}

#[test]
fn logistic_loss() {
    let answers = Answers::of("logistic");
    let logits = answers.numbers("logits");
    for (first, name) in [(true, "real"), (false, "fake")] {
        let mut desk = Desk::new();
        // The fake side is the second group; where it is wanted alone, the first one holds the same
        // logits and is subtracted.
        let groups = if first { 1 } else { 2 };
        let rows = logits.len();
        let x = desk.given([1, groups * rows, 1], &logits.repeat(groups));
        let scores = desk.blank([1, 1, 1 + groups]);
        let dlogits = desk.blank([1, groups * rows, 1]);
        desk.run(Op::LogisticLoss { logits: x, scores, dlogits, groups, weight: 1.0 }, 0);
        let probabilities = desk.read(scores).split_off(1);
        let real_loss = if first { 0.0 } else { answers.numbers("real_loss")[0] };
        let alone = desk.read(scores)[0] - real_loss;
        assert_close(name, &[alone], &answers.numbers(&format!("{name}_loss")), TOLERANCE);
        let of_group = desk.read(dlogits).split_off((groups - 1) * rows);
        assert_close(name, &of_group, &answers.numbers(&format!("{name}_dlogits")), TOLERANCE);
        let mean = answers.numbers("sigmoid_mean").repeat(groups);
        assert_close("probability", &probabilities, &mean, TOLERANCE);
    }
}

#[test]
fn adam() {
    for case in ["adam/t1", "adam/t2", "adam/t1000"] {
        let (answers, mut desk) = (Answers::of(case), Desk::new());
        let [w, m, v, dw] = ["w", "m", "v", "dw"].map(|name| answers.place(&mut desk, name));
        let (t, rate) = (answers.numbers("t")[0], answers.numbers("lr")[0]);
        let corrected = rate * (1.0 - 0.999f64.powf(t)).sqrt() / (1.0 - 0.9f64.powf(t));
        let lr = desk.given([1, 1, 1], &[corrected]);
        desk.run(
            Op::Adam { w, dw, m, v, lr, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
            t as u32 - 1,
        );
        for (tensor, name) in [(w, "new_w"), (m, "new_m"), (v, "new_v")] {
            answers.check(&mut desk, tensor, name);
        }
    }
}

#[test]
fn covariance() {
    for case in ["covariance/a", "covariance/b", "covariance/c", "covariance/d", "covariance/tall"]
    {
        let (answers, mut desk) = (Answers::of(case), Desk::new());
        let x = answers.place(&mut desk, "x");
        let [mean, variance] = [(); 2].map(|()| desk.blank([1, 1, x.features]));
        let covariance = desk.blank([1, x.features, x.features]);
        desk.run(Op::Moments { x, mean, variance }, 0);
        desk.run(Op::Covariance { x, mean, covariance }, 0);
        for (tensor, name) in [(mean, "mean"), (variance, "var"), (covariance, "cov")] {
            answers.check(&mut desk, tensor, name);
        }
    }
}
