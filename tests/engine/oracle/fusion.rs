//! A normalisation with its activation is the sequence it stands for, and a group's statistics are its own.

use super::cases::batch_norm::{Shape, backward, forward, inference};
use super::cases::{Case, run};
use super::{Desk, after, assert_close, oracle};
use engine::cpu::Cpu;
use engine::op::Op;

const LEAKY: Shape = Shape { models: 3, rows: 66, features: 9, groups: 2, slope: 0.2 };

/// The operands of one case under the constants of another: the numbers of a case depend on its
/// label.
fn with_numbers_of(mut case: Case, other: &Case) -> Case {
    case.slots.clone_from(&other.slots);
    case
}

fn leaky_relu(values: &[f64], slope: f64) -> Vec<f64> {
    let mut desk = Desk::new();
    let shape = [1, 1, values.len()];
    let (x, y) = (desk.given(shape, values), desk.blank(shape));
    desk.run(Op::LeakyReluForward { x, y, slope }, 0);
    desk.read(y)
}

#[test]
fn fused_forward_is_batch_norm_then_leaky_relu() {
    for [fused, plain] in [
        [forward(LEAKY, 0.99), forward(Shape { slope: 1.0, ..LEAKY }, 0.99)],
        [inference(LEAKY), inference(Shape { slope: 1.0, ..LEAKY })],
    ] {
        let plain = with_numbers_of(plain, &fused);
        let (together, apart) = (oracle(&fused), oracle(&plain));
        let expected = leaky_relu(after(&plain, &apart, "y"), LEAKY.slope);
        assert!(expected.iter().any(|y| *y < 0.0) && expected.iter().any(|y| *y > 0.0));
        assert_eq!(
            after(&fused, &together, "y"),
            expected,
            "the same operations in the same order"
        );
    }
}

#[test]
fn fused_backward_is_leaky_relu_backward_then_batch_norm_backward() {
    let fused = backward(LEAKY);
    let together = oracle(&fused);
    let given = |name: &str| &fused.slots[fused.slot(name)];
    // The pre-activation, by sampling's kernel with the statistics of each group.
    let mut desk = Desk::new();
    let shape = given("x").shape;
    let mut da = Vec::new();
    let before = pre_activation(&fused);
    let (x, dy, dx) =
        (desk.given(shape, &before), desk.given(shape, &given("dy").values), desk.blank(shape));
    desk.run(Op::LeakyReluBackward { x, dy, dx, slope: LEAKY.slope }, 0);
    da.extend(desk.read(dx));
    let mut plain = with_numbers_of(backward(Shape { slope: 1.0, ..LEAKY }), &fused);
    let at = plain.slot("dy");
    plain.slots[at].values = da;
    let apart = oracle(&plain);
    for name in ["dx", "dgamma", "dbeta"] {
        assert_close(name, after(&fused, &together, name), after(&plain, &apart, name), 1e-15);
    }
}

/// `gamma (x - mean) rstd + beta` of a backward case.
fn pre_activation(case: &Case) -> Vec<f64> {
    let given = |name: &str| &case.slots[case.slot(name)].values;
    let Shape { rows, features, groups, .. } = LEAKY;
    let number = |i: usize| {
        let (model, row, f) = (i / (rows * features), i / features % rows, i % features);
        let statistic = |which: usize| {
            given("statistics")
                [((model * groups + row / (rows / groups)) * 2 + which) * features + f]
        };
        let vector = model * features + f;
        given("gamma")[vector] * (given("x")[i] - statistic(0)) * statistic(1)
            + given("beta")[vector]
    };
    (0..given("x").len()).map(number).collect()
}

#[test]
fn two_groups_are_two_batches_one_after_the_other() {
    let both = forward(LEAKY, 0.9);
    let together = oracle(&both);
    let half = Shape { rows: LEAKY.rows / 2, groups: 1, ..LEAKY };
    let mut running =
        ["running_mean", "running_var"].map(|name| both.slots[both.slot(name)].values.clone());
    let numbers = half.rows * half.features;
    for group in 0..2 {
        let mut one = forward(half, 0.9);
        let rows = |values: &[f64]| -> Vec<f64> {
            values.chunks_exact(numbers).skip(group).step_by(2).flatten().copied().collect()
        };
        for slot in &mut one.slots {
            match slot.name {
                "x" => slot.values = rows(&both.slots[both.slot("x")].values),
                "gamma" | "beta" => {
                    slot.values.clone_from(&both.slots[both.slot(slot.name)].values)
                }
                "running_mean" => slot.values.clone_from(&running[0]),
                "running_var" => slot.values.clone_from(&running[1]),
                _ => {}
            }
        }
        let alone = run(&one, &mut Cpu::double());
        running = ["running_mean", "running_var"].map(|name| after(&one, &alone, name).to_vec());
        assert_eq!(
            rows(after(&both, &together, "y")),
            after(&one, &alone, "y"),
            "y of group {group}"
        );
    }
    assert_eq!(
        after(&both, &together, "running_mean"),
        running[0],
        "group 0 moves the running mean first"
    );
    assert_eq!(
        after(&both, &together, "running_var"),
        running[1],
        "group 0 moves the running variance first"
    );
}
