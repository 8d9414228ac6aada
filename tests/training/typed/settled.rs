//! Training in steps: it ends when the joint distance has settled, at a rate that has fallen to 0.

use super::*;
use training::gan::Reason;
use training::gan::recipe::Schedule;

/// Forty epochs of three steps that change next to nothing, looked at every six steps.
fn still() -> Recipe {
    let mut recipe = small();
    recipe.training.epochs = 40;
    recipe.optimiser.schedule = Schedule::Cosine;
    recipe.optimiser.learning_rate = 1e-9;
    recipe.stopping.settled = 6;
    recipe
}

#[test]
fn training_ends_one_window_after_the_distance_has_settled() {
    let data = numbers(7, 31);
    for models in [1, 2] {
        let run = trained(&still(), &data, None, models);
        let Reason::Settled(at) = run.reason else { panic!("{}", run.reason) };
        // Running statistics change for some epochs; two windows of two epochs are compared.
        assert!(at % 6 == 0 && (12..60).contains(&at), "{at}");
        assert_eq!((run.steps, run.epochs_planned), (at + 6, 40));
        assert_eq!((run.epoch, run.history.len()), (run.steps / 3, run.steps / 3 * models));
        let falls = |end: usize, model: usize| {
            let sum = |epochs: std::ops::RangeInclusive<usize>| {
                let of =
                    run.history.iter().filter(|e| e.model == model && epochs.contains(&e.epoch));
                of.map(|epoch| epoch.joint).sum::<f64>()
            };
            sum(end - 1..=end) <= 0.98 * sum(end - 3..=end - 2)
        };
        let falling = |end| (1..=models).any(|model| falls(end, model));
        assert!(!falling(at / 3), "it had not settled after {at} steps");
        assert!((4..at / 3).step_by(2).all(falling), "it had settled before {at} steps");
        // What was settled on a clock would differ from run to run.
        assert_eq!(run.generator, trained(&still(), &data, None, models).generator);
    }
}

#[test]
fn a_distance_that_still_falls_and_a_run_without_rules_go_on() {
    let data = numbers(7, 31);
    let all = |recipe: &Recipe, early_stopping: bool| {
        let options = Options { early_stopping, ..options(1) };
        train(&mut Cpu::single(), recipe, &data, None, None, options, &mut |_| true).unwrap().steps
    };
    assert_eq!(all(&still(), false), 120);
    // Looked at every six of 40 epochs, in which the distance halves.
    let mut falling = still();
    (falling.optimiser.learning_rate, falling.stopping.settled) = (1e-2, 18);
    assert_eq!(all(&falling, true), 120);
}

#[test]
fn steps_bound_a_run_whose_epochs_are_parts_of_the_table() {
    let (data, mut recipe) = (numbers(7, 31), small());
    recipe.training.batch = Batch::Rows(2);
    (recipe.training.epochs, recipe.training.steps) = (1000, 50);
    // Thirty batches are a pass, 24 an epoch.
    let run = trained(&recipe, &data, None, 1);
    assert_eq!((run.steps, run.history.len(), run.epochs_planned), (48, 2, 2));
}
