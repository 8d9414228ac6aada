//! Answers by hand.

use super::{Desk, assert_close};
use engine::op::Op;

#[test]
fn a_product_by_hand() {
    let mut desk = Desk::new();
    let (x, w) = (
        desk.given([1, 2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        desk.given([1, 3, 2], &[1.0, 0.0, 0.0, 1.0, 1.0, -1.0]),
    );
    let (b, y) = (desk.given([1, 1, 2], &[10.0, 20.0]), desk.blank([1, 2, 2]));
    desk.run(Op::DenseForward { x, w, b: Some(b), y }, 0);
    assert_eq!(desk.read(y), [14.0, 19.0, 20.0, 19.0]);
    let (dx, dw, db) = (desk.blank([1, 2, 3]), desk.blank([1, 3, 2]), desk.blank([1, 1, 2]));
    let dy = desk.given([1, 2, 2], &[1.0, 2.0, 3.0, -1.0]);
    desk.run(Op::DenseBackwardInput { dy, w, dx }, 0);
    assert_eq!(desk.read(dx), [1.0, 2.0, -1.0, 3.0, -1.0, 4.0]);
    desk.run(Op::DenseBackwardWeight { x, dy, dw, db: Some(db) }, 0);
    assert_eq!(desk.read(dw), [13.0, -2.0, 17.0, -1.0, 21.0, 0.0]);
    assert_eq!(desk.read(db), [4.0, 1.0]);
}

/// x = 1, 3 with epsilon 3: mean 2, variance 1, rstd 1/2; gamma 4, beta -1: pre-activations -3 and
/// 1.
#[test]
fn a_batch_norm_by_hand() {
    let mut desk = Desk::new();
    let [gamma, beta, running_mean, running_var] =
        [4.0, -1.0, 10.0, 5.0].map(|v| desk.given([1, 1, 1], &[v]));
    let (x, y, statistics) =
        (desk.given([1, 2, 1], &[1.0, 3.0]), desk.blank([1, 2, 1]), desk.blank([1, 2, 1]));
    let (momentum, epsilon, slope, groups) = (0.75, 3.0, 0.5, 1);
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
    assert_eq!(desk.read(y), [-1.5, 1.0]);
    assert_eq!(desk.read(statistics), [2.0, 0.5]);
    assert_eq!(
        (desk.read(running_mean), desk.read(running_var)),
        (vec![8.0], vec![4.0]),
        "biased variance"
    );
    // Inference with mean 8, variance 4: rstd 1 / sqrt(7).
    desk.run(
        Op::BatchNormInference { x, gamma, beta, running_mean, running_var, y, epsilon, slope },
        0,
    );
    assert_close(
        "y",
        &desk.read(y),
        &[0.5 * (4.0 * -7.0 / 7f64.sqrt() - 1.0), 0.5 * (4.0 * -5.0 / 7f64.sqrt() - 1.0)],
        1e-15,
    );
    // dy = 1, 1: da = 0.5, 1; h = -0.5, 0.5; mean(da) 0.75, mean(da h) 0.125.
    let (dy, dx) = (desk.given([1, 2, 1], &[1.0, 1.0]), desk.blank([1, 2, 1]));
    let [dgamma, dbeta] = [(); 2].map(|()| desk.blank([1, 1, 1]));
    desk.run(
        Op::BatchNormBackward { x, dy, gamma, beta, statistics, dx, dgamma, dbeta, groups, slope },
        0,
    );
    assert_eq!((desk.read(dbeta), desk.read(dgamma)), (vec![1.5], vec![0.25]));
    assert_eq!(desk.read(dx), [2.0 * (0.5 - 0.75 + 0.0625), 2.0 * (1.0 - 0.75 - 0.0625)]);
}

#[test]
fn zero_takes_the_side_of_the_slope() {
    let mut desk = Desk::new();
    let (x, y, dx) = (
        desk.given([1, 1, 4], &[-2.0, 0.0, -0.0, 3.0]),
        desk.blank([1, 1, 4]),
        desk.blank([1, 1, 4]),
    );
    desk.run(Op::LeakyReluForward { x, y, slope: 0.25 }, 0);
    assert_eq!(desk.read(y), [-0.5, 0.0, 0.0, 3.0]);
    let dy = desk.given([1, 1, 4], &[1.0; 4]);
    desk.run(Op::LeakyReluBackward { x, dy, dx, slope: 0.25 }, 0);
    assert_eq!(desk.read(dx), [0.25, 0.25, 0.25, 1.0]);
}

/// Logits 0: loss log 2 a group, probability 1/2, gradient -1/2R for real and 1/2R for fake.
#[test]
fn an_undecided_discriminator() {
    let mut desk = Desk::new();
    let (logits, dlogits) = (desk.given([1, 4, 1], &[0.0; 4]), desk.blank([1, 4, 1]));
    let scores = desk.blank([1, 1, 3]);
    desk.run(Op::LogisticLoss { logits, scores, dlogits, groups: 2, weight: 8.0 }, 0);
    assert_close("scores", &desk.read(scores), &[2.0 * std::f64::consts::LN_2, 0.5, 0.5], 1e-15);
    assert_eq!(desk.read(dlogits), [-2.0, -2.0, 2.0, 2.0]);
}

#[test]
fn moments_and_covariance_by_hand() {
    let mut desk = Desk::new();
    let x = desk.given([1, 3, 2], &[1.0, 10.0, 2.0, 30.0, 6.0, 20.0]);
    let [mean, variance] = [(); 2].map(|()| desk.blank([1, 1, 2]));
    let covariance = desk.blank([1, 2, 2]);
    desk.run(Op::Moments { x, mean, variance }, 0);
    assert_eq!((desk.read(mean), desk.read(variance)), (vec![3.0, 20.0], vec![7.0, 100.0]));
    desk.run(Op::Covariance { x, mean, covariance }, 0);
    assert_eq!(desk.read(covariance), [7.0, 5.0, 5.0, 100.0]);
}

#[test]
fn only_nan_and_infinity_are_broken() {
    let mut desk = Desk::new();
    let odd = [f64::NAN, 1.0, f64::INFINITY, 5e-324, f64::NEG_INFINITY, f64::MAX, -0.0, -f64::NAN];
    let (x, count) = (desk.given([1, 1, 8], &odd), desk.blank([1, 1, 3]));
    desk.run(Op::FiniteCheck { x, count }, 0);
    assert_eq!(desk.read(count), [2.0, 1.0, 1.0], "three parts of three, three and two numbers");
}

#[test]
fn a_history_is_a_ring() {
    let mut desk = Desk::new();
    let history = desk.given([1, 3, 2], &[0.0; 6]);
    let x = desk.blank([1, 1, 2]);
    for step in 0..10u32 {
        desk.write(x, &[f64::from(step), -f64::from(step)]);
        desk.run(Op::Record { x, history, period: 2 }, step);
    }
    // Periods 0 to 4 lie in rows 0 1 2 0 1; each keeps its last step.
    assert_eq!(desk.read(history), [7.0, -7.0, 9.0, -9.0, 5.0, -5.0]);
}
