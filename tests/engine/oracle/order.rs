//! Sorting and percentiles on small columns with answers from numpy or by hand.

use super::cases::percentile::{levels, sort};
use super::{Desk, assert_close};
use engine::op::Op;

/// Runs sorting and the percentile loss of one-column batches; returns loss and gradient.
fn loss(real: &[f64], fake: &[f64], levels: &[f64], weight: f64) -> (f64, Vec<f64>) {
    let mut desk = Desk::new();
    let shape = [1, fake.len(), 1];
    let [real, x] = [real, fake].map(|column| desk.given(shape, column));
    let [sorted_real, sorted_fake, rank, unused, dx] = [(); 5].map(|()| desk.blank(shape));
    let (at, total) = (desk.given([1, levels.len() / 2, 2], levels), desk.blank([1, 1, 1]));
    desk.run(Op::SortColumns { x: real, sorted: sorted_real, rank: unused, groups: 1 }, 0);
    desk.run(Op::SortColumns { x, sorted: sorted_fake, rank, groups: 1 }, 0);
    let (real, fake) = (sorted_real, sorted_fake);
    desk.run(Op::PercentileLoss { real, fake, rank, levels: at, loss: total, dx, weight }, 0);
    (desk.read(total)[0], desk.read(dx))
}

/// The value at one level: with real = 0 everywhere the loss of that level alone is its square.
fn percentile(column: &[f64], level: [f64; 2]) -> f64 {
    loss(&vec![0.0; column.len()], column, &level, 1.0).0.sqrt()
}

/// Position of a percentile among n order statistics, as whole part and fraction.
fn position(n: usize, percent: f64) -> [f64; 2] {
    let position = percent / 100.0 * (n - 1) as f64;
    [position.floor(), position - position.floor()]
}

/// `numpy.percentile(column, percent)` (numpy's default method, "linear").
#[test]
fn percentiles_are_those_of_numpy() {
    let answers = [
        (
            vec![7.0, 1.0, 3.0, 3.0, 3.0, 9.0, 4.0],
            [(0.0, 1.0), (5.0, 1.6), (60.0, 3.6), (95.0, 8.4), (100.0, 9.0)],
        ),
        (
            vec![2.5, 0.5, 8.0, 2.5],
            [(0.0, 0.5), (10.0, 1.1), (50.0, 2.5), (75.0, 3.875), (90.0, 6.35)],
        ),
        (vec![6.25], [(0.0, 6.25), (5.0, 6.25), (35.0, 6.25), (95.0, 6.25), (100.0, 6.25)]),
        (vec![4.0, 4.0, 4.0], [(0.0, 4.0), (5.0, 4.0), (50.0, 4.0), (95.0, 4.0), (100.0, 4.0)]),
    ];
    for (column, answers) in answers {
        for (percent, answer) in answers {
            let value = percentile(&column, position(column.len(), percent));
            assert!(
                (value - answer).abs() < 1e-14 * answer,
                "{percent} % of {column:?} is {answer}, not {value}"
            );
        }
    }
}

/// Two rows, one level half way: value 2 against 5, loss 9, gradient 2 (2 - 5) / 2 for either row.
#[test]
fn the_gradient_is_shared_between_two_order_statistics() {
    let (total, dx) = loss(&[4.0, 6.0], &[3.0, 1.0], &[0.0, 0.5], 1.0);
    assert_eq!((total, dx), (9.0, vec![-3.0, -3.0]));
    let (_, weighted) = loss(&[4.0, 6.0], &[3.0, 1.0], &[0.0, 0.25], 2.0);
    // Value 1.5 against 4.5: the smaller number (second row) carries three quarters.
    assert_eq!(weighted, [2.0 * -6.0 * 0.25, 2.0 * -6.0 * 0.75]);
}

/// All order statistics, distinct numbers: a mean squared difference of sorted columns.
#[test]
fn every_order_statistic_is_the_sorted_difference() {
    let (real, fake) = ([1.0, 5.0, 2.0, 8.0, 3.0], [0.5, -1.0, 9.0, 4.0, 2.0]);
    let (total, dx) = loss(&real, &fake, &levels(5, true), 1.0);
    // Sorted: real 1 2 3 5 8, fake -1 .5 2 4 9, differences -2 -1.5 -1 -1 1.
    assert_close("loss", &[total], &[(4.0 + 2.25 + 1.0 + 1.0 + 1.0) / 5.0], 1e-15);
    assert_close("dx", &dx, &[-1.5, -2.0, 1.0, -1.0, -1.0].map(|d| 2.0 * d / 5.0), 1e-15);
}

/// Tied rows take the order statistics in their order, so that the earlier row has the smaller
/// one's gradient.
#[test]
fn tied_rows_keep_their_order() {
    let (total, dx) = loss(&[0.0, 0.0, 3.0], &[2.0, 2.0, 2.0], &levels(3, true), 1.0);
    assert_close("loss", &[total], &[(4.0 + 4.0 + 1.0) / 3.0], 1e-15);
    assert_close("dx", &dx, &[4.0, 4.0, -2.0].map(|d| d / 3.0), 1e-15);
    let x = [1.0, 0.0, 1.0, -0.0, 0.0, 1.0];
    let (sorted, rank) = sort(&x, 6, 1);
    assert_eq!(
        (sorted, rank),
        (vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0], vec![3.0, 0.0, 4.0, 1.0, 2.0, 5.0])
    );
    let mut desk = Desk::new();
    let given = desk.given([1, 6, 1], &x);
    let [sorted, rank] = [(); 2].map(|()| desk.blank([1, 6, 1]));
    desk.run(Op::SortColumns { x: given, sorted, rank, groups: 1 }, 0);
    assert_eq!(desk.read(rank), [3.0, 0.0, 4.0, 1.0, 2.0, 5.0]);
    desk.run(Op::SortColumns { x: given, sorted, rank, groups: 2 }, 0);
    assert_eq!(desk.read(rank), [1.0, 0.0, 2.0, 0.0, 1.0, 2.0], "each group on its own");
    assert_eq!(desk.read(sorted), [0.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
}
