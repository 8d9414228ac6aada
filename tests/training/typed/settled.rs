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
        assert_eq!((run.reason.clone(), run.steps), (Reason::Settled(12), 18));
        assert_eq!((run.epoch, run.history.len(), run.epochs_planned), (6, 6 * models, 40));
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
    let mut falling = still();
    (falling.optimiser.learning_rate, falling.stopping.settled) = (2e-3, 48);
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
