//! Adam over many steps against the form of Kingma and Ba, moment by moment.

use super::cases::Numbers;
use super::cases::adam::{BETA1, BETA2, EPSILON};
use super::{Desk, assert_close};
use engine::op::Op;

/// The schedule carries the bias correction (as Keras has it):
/// `w -= lr mhat / (sqrt(vhat) + epsilon / sqrt(1 - beta2^t))`.
#[test]
fn many_steps_follow_the_formula() {
    let (n, steps, lr) = (37, 25usize, 1e-2);
    let mut numbers = Numbers::of("adam");
    let start = numbers.normal(n);
    let mut desk = Desk::new();
    let rates: Vec<f64> = (1..=steps as i32)
        .map(|t| lr * (1.0 - BETA2.powi(t)).sqrt() / (1.0 - BETA1.powi(t)))
        .collect();
    let w = desk.given([1, 1, n], &start);
    let [m, v] = [(); 2].map(|()| desk.given([1, 1, n], &vec![0.0; n]));
    let (dw, schedule) = (desk.blank([1, 1, n]), desk.given([1, steps, 1], &rates));
    let op = Op::Adam { w, dw, m, v, lr: schedule, beta1: BETA1, beta2: BETA2, epsilon: EPSILON };

    let (mut x, mut first, mut second) = (start, vec![0.0; n], vec![0.0; n]);
    // Four steps beyond the schedule keep its last rate.
    for step in 0..steps + 4 {
        let gradient = numbers.activations(n);
        desk.write(dw, &gradient);
        desk.run(op, step as u32);
        let t = (step + 1).min(steps) as i32;
        let (correct1, correct2) = (1.0 - BETA1.powi(t), 1.0 - BETA2.powi(t));
        for i in 0..n {
            first[i] = BETA1 * first[i] + (1.0 - BETA1) * gradient[i];
            second[i] = BETA2 * second[i] + (1.0 - BETA2) * gradient[i] * gradient[i];
            let root = (second[i] / correct2).sqrt() + EPSILON / correct2.sqrt();
            x[i] -= lr * (first[i] / correct1) / root;
        }
        assert_close(&format!("w after step {step}"), &desk.read(w), &x, 1e-13);
    }
    assert_close("m", &desk.read(m), &first, 1e-14);
    assert_close("v", &desk.read(v), &second, 1e-14);
}

/// With m = v = 0 the first step is lr sign(gradient), whatever the gradient's size, as long as it
/// dwarfs epsilon.
#[test]
fn the_first_step_is_the_learning_rate() {
    let mut desk = Desk::new();
    let gradients = [1e3, -1.0, 0.5, -1e-2, 0.0];
    let rate = 1e-3 * (1.0 - BETA2).sqrt() / (1.0 - BETA1);
    let [w, m, v] = [(); 3].map(|()| desk.given([1, 1, 5], &[0.0; 5]));
    let (dw, lr) = (desk.given([1, 1, 5], &gradients), desk.given([1, 1, 1], &[rate]));
    desk.run(Op::Adam { w, dw, m, v, lr, beta1: BETA1, beta2: BETA2, epsilon: 0.0 }, 0);
    let moved = desk.read(w);
    for (moved, gradient) in moved.iter().zip(gradients).take(4) {
        assert!((moved + 1e-3 * f64::signum(gradient)).abs() < 1e-15, "{moved} for {gradient}");
    }
    assert!(moved[4].is_nan(), "0 / 0 without an epsilon must not be hidden");
}
