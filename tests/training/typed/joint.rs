//! The joint recipe as a whole.

use super::*;
use crate::fusion::apart;
use ground::blocks::{Choice, Gate, State};

/// The blocks, and what follows from what: the second level has the number, the third one lacks it.
fn gated() -> Blocks {
    let gate = |asked, when, block, then| Gate {
        when: State { block: asked, choice: when },
        then: State { block, choice: then },
    };
    let gates = vec![
        gate(0, Choice::Level(1), 2, Choice::Present),
        gate(0, Choice::Level(2), 2, Choice::Missing),
    ];
    Blocks { gates, ..blocks() }
}

/// The built-in recipe with a small generator and few directions; all its terms are on.
fn joint() -> Recipe {
    let mut recipe = Recipe::joint();
    recipe.generator.widths = vec![24, 16];
    recipe.generator.latent = 8;
    recipe.training.batch = Batch::Rows(20);
    recipe.training.epochs = 120;
    recipe.training.average = 20;
    let loss = &mut recipe.loss;
    (
        loss.dense_directions,
        loss.principal_directions,
        loss.pair_directions,
        loss.mask_directions,
    ) = (6, 8, 8, 2);
    recipe
}

#[test]
fn the_joint_recipe_trains() {
    let trained = trained(&joint(), &typed_rows(), Some(&blocks()), 1);
    let (first, last) = (&trained.history[0], &trained.history[119]);
    for term in
        [Term::Dense, Term::Principal, Term::Pairs, Term::Masks, Term::Columns, Term::Covariance]
    {
        assert!(first.term(term) > 0.0, "{} is {}", term.name(), first.term(term));
    }
    for term in [Term::Percentile, Term::Adversarial, Term::Sliced] {
        assert_eq!(first.term(term), 0.0, "{}", term.name());
    }
    assert!(
        last.joint < 0.3 * first.joint,
        "joint Fréchet distance {} at first, {} at last",
        first.joint,
        last.joint
    );
    assert!(last.discriminator.is_none() && trained.diverged.is_empty());
}

#[test]
fn the_joint_recipe_does_not_depend_on_threads() {
    let mut recipe = joint();
    recipe.training.epochs = 4;
    let run = |threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| trained(&recipe, &typed_rows(), Some(&gated()), 2))
    };
    let [one, three] = [run(1), run(3)];
    assert_eq!((one.generator, one.history), (three.generator, three.history));
}

fn joint_gan(backend: &mut dyn Backend) -> Gan {
    let (recipe, data) = (joint(), typed_rows());
    let layout = Layout::of(&recipe, &data, 2, 5).expect("a layout");
    Gan::new(backend, &recipe, &data, Some(&gated()), layout).expect("a GAN")
}

#[test]
fn a_step_of_the_joint_recipe_is_fused_to_the_same_numbers() {
    let state = |fuse: bool| {
        let mut cpu = Cpu::double();
        let gan = joint_gan(&mut cpu);
        let rewritten = fused(&gan.step_program);
        assert!(
            rewritten
                .ops()
                .iter()
                .all(|op| !matches!(op, Op::Adam { .. } | Op::BatchNormBackward { .. }))
        );
        let step = if fuse { cpu.compile(&rewritten).expect("a Program") } else { gan.step };
        cpu.replay(&(0..4).map(|s| (step, s)).collect::<Vec<_>>()).expect("four steps");
        let tensors = gan.state().into_iter();
        tensors.flat_map(|tensor| cpu.read(tensor).expect("numbers")).collect::<Vec<_>>()
    };
    let apart = apart(&state(true), &state(false));
    assert!(apart < 1e-9, "{apart}");
}

mod on_gpu {
    use super::*;
    use crate::adapter;

    /// One step and its evaluation on both backends.
    /// From the second step on, a rounding may flip a level that is nearly a tie.
    #[test]
    fn a_step_of_the_joint_recipe() {
        let Some(mut gpu) = adapter::gpu_or_skip(false) else { return };
        let run = |backend: &mut dyn Backend| {
            let gan = joint_gan(backend);
            backend.replay(&[(gan.step, 0), (gan.evaluate, 0)]).expect("a step");
            let scores = gan.scores.fetch(backend, 0, 1).expect("scores").remove(0).remove(0);
            let weights = backend.read(gan.judged().parameters).expect("weights");
            (scores, weights)
        };
        let ((ours, weights), (expected, oracle)) = (run(&mut gpu), run(&mut Cpu::double()));
        for (ours, expected) in ours.step_means.iter().zip(expected.step_means) {
            assert!(
                (ours - expected).abs() <= 1e-4 * (1e-3 + expected),
                "a loss of {ours} instead of {expected}"
            );
        }
        // Adam's first step is a whole learning rate whatever the gradient is, so a gradient of
        // about 0 may go either way.
        let apart = weights.iter().zip(&oracle).filter(|(a, b)| (*a - *b).abs() > 1e-4).count();
        assert!(apart * 100 <= weights.len(), "{apart} of {} weights are apart", weights.len());
        assert!(
            ours.covariance.iter().chain(&ours.mean).all(|number| number.is_finite())
                && ours.broken == 0.0
        );
    }
}
