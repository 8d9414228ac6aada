//! Detection and utility on whole tables.

use super::{Uniform, near};
use ground::matrix::Matrix;
use judge::metrics::detection::{detection_logistic_auc, detection_trees_auc};
use judge::metrics::utility::{mean_difference, utility};
use table::{Column, Kind, Schema, Table};

fn table(cells: Matrix, kinds: &[(Kind, usize)]) -> Table {
    let columns = kinds.iter().enumerate().map(|(position, &(kind, levels))| Column {
        name: format!("column {position}"),
        kind,
        unit: None,
        label: None,
        levels: (0..levels).map(|level| level.to_string()).collect(),
        decimals: 0,
        missing: Vec::new(),
        ..Column::default()
    });
    Table {
        schema: Schema { columns: columns.collect(), ..Schema::default() },
        cells,
        patients: None,
    }
}

fn numbers(cells: Matrix) -> Table {
    let kinds = vec![(Kind::Numerical, 0); cells.columns()];
    table(cells, &kinds)
}

#[test]
fn two_samples_of_one_population_are_not_told_apart_and_a_moved_one_is() {
    let (real, fresh) = (numbers(Uniform(1).matrix(300, 4)), numbers(Uniform(2).matrix(900, 4)));
    let mut moved = fresh.clone();
    (0..900).for_each(|row| moved.cells[(row, 2)] += 0.5);
    for detection in [detection_trees_auc, detection_logistic_auc] {
        // The standard deviation of the area by chance is 0.024.
        near("fresh rows", detection(&real, &fresh, 7), 0.5, 0.075);
        assert!(detection(&real, &moved, 7) > 0.8);
        assert_eq!(detection(&real, &moved, 7).to_bits(), detection(&real, &moved, 7).to_bits());
        assert!(detection(&real, &moved, 7) != detection(&real, &moved, 8));
    }
}

#[test]
fn no_thread_changes_a_score() {
    let (real, other) = (numbers(Uniform(3).matrix(200, 5)), numbers(Uniform(4).matrix(250, 5)));
    let scores = || {
        [detection_trees_auc(&real, &other, 1), detection_logistic_auc(&real, &other, 1)]
            .map(f64::to_bits)
    };
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(scores);
    let together = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap().install(scores);
    assert_eq!(alone, together);
}

#[test]
fn tables_too_small_to_judge_do_not_panic() {
    let row = numbers(Uniform(5).matrix(1, 2));
    let none = numbers(Matrix::zeros(0, 2));
    for detection in [detection_trees_auc, detection_logistic_auc] {
        assert!(detection(&row, &row, 1).is_nan());
        assert!(detection(&row, &none, 1).is_nan());
        assert!(
            !detection(&numbers(Uniform(6).matrix(3, 2)), &numbers(Uniform(7).matrix(3, 2)), 1)
                .is_nan()
        );
    }
    assert!(utility(&row, &none, &row, &[0], 1)[0].real.is_nan());
    assert!(utility(&row, &row, &row, &[0], 1)[0].synthetic.is_nan());
}

/// Three features, and from the first of them a Boolean, a number and one of three levels.
fn patients(rows: usize, seed: u64) -> Table {
    let mut uniform = Uniform(seed);
    let mut cells = uniform.matrix(rows, 6);
    for row in 0..rows {
        let signal = cells[(row, 0)];
        cells[(row, 3)] = f64::from(signal + 0.2 * uniform.unit() > 0.6);
        cells[(row, 4)] = 10.0 * signal + uniform.unit();
        cells[(row, 5)] = (3.0 * signal).floor();
    }
    let (number, boolean, nominal) = ((Kind::Numerical, 0), (Kind::Boolean, 2), (Kind::Nominal, 3));
    table(cells, &[number, number, number, boolean, number, nominal])
}

#[test]
fn rows_of_the_same_population_are_as_useful_and_shuffled_targets_are_not() {
    let (train, fresh, holdout) = (patients(400, 1), patients(1000, 2), patients(300, 3));
    let targets = [3, 4, 5];
    let scores = utility(&train, &fresh, &holdout, &targets, 1);
    assert_eq!(
        scores.iter().map(|score| (score.column, score.measure)).collect::<Vec<_>>(),
        [(3, "AUC"), (4, "R2"), (5, "macro AUC")]
    );
    for score in &scores {
        assert!(score.real > 0.9 && score.synthetic > 0.9, "{score:?}");
    }
    near("as good", mean_difference(&scores), 0.0, 0.02);
    // Targets of the row 101 places further down.
    let mut useless = fresh.clone();
    for (row, target) in (0..1000).flat_map(|row| targets.map(|target| (row, target))) {
        useless.cells[(row, target)] = fresh.cells[((row + 101 * target) % 1000, target)];
    }
    let scores = utility(&train, &useless, &holdout, &targets, 1);
    // What noise teaches is one ranking of patients whose columns go together, so its area scatters
    // widely around one half.
    assert!(
        scores[0].synthetic < 0.75 && scores[1].synthetic < 0.1 && scores[2].synthetic < 0.75,
        "{scores:?}"
    );
    assert!(mean_difference(&scores) < -0.3);
}

#[test]
fn rows_without_the_target_are_left_out() {
    let (train, holdout) = (patients(400, 4), patients(100, 5));
    let mut gaps = holdout.clone();
    (0..50).for_each(|row| gaps.cells[(row, 4)] = f64::NAN);
    let rest = Table {
        schema: holdout.schema.clone(),
        cells: Matrix::from_fn(50, 6, |row, column| holdout.cells[(row + 50, column)]),
        patients: None,
    };
    assert_eq!(utility(&train, &train, &gaps, &[4], 1), utility(&train, &train, &rest, &[4], 1));
    // Nothing to learn from, or nothing to judge: no score.
    let mut unknown = train.clone();
    (0..400).for_each(|row| unknown.cells[(row, 3)] = f64::NAN);
    let score = utility(&train, &unknown, &holdout, &[3], 1)[0];
    assert!(score.synthetic.is_nan() && score.real > 0.9);
    assert!(mean_difference(&[score]).is_nan());
    assert!(utility(&unknown, &train, &unknown, &[3], 1)[0].synthetic.is_nan());
}

#[test]
fn a_level_that_was_not_learned_is_chance() {
    let (train, holdout) = (patients(200, 6), patients(200, 7));
    let mut one_class = train.clone();
    (0..200).for_each(|row| one_class.cells[(row, 3)] = 1.0);
    assert_eq!(utility(&train, &one_class, &holdout, &[3], 1)[0].synthetic, 0.5);
}
