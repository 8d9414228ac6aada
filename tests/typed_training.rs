//! Training beyond the paper: typed heads, no discriminator, averaged weights, a cohort for every model, validation rows.

mod adapter;

use mellizo::blocks::{Block, BlockKind};
use mellizo::cpu::Cpu;
use mellizo::gan::recipe::{Batch, Heads, Levels, Noise, Term};
use mellizo::gan::{
    Cohorts, Gan, Layout, Options, Pace, Recipe, Sampler, Shadows, Trained, Weights, train, train_each,
};
use mellizo::matrix::Matrix;
use mellizo::op::{Backend, Op, fused};
use rayon::ThreadPoolBuilder;
use std::time::Duration;

const ROWS: usize = 60;

/// A small generator alone, matched column by column and on projections.
fn small() -> Recipe {
    let mut recipe = Recipe::paper();
    recipe.generator.widths = vec![24, 16];
    recipe.generator.latent = 8;
    recipe.discriminator.enabled = false;
    recipe.optimiser.learning_rate = 2e-3;
    recipe.training.batch = Batch::Rows(20);
    recipe.training.epochs = 6;
    (recipe.loss.sliced, recipe.loss.directions) = (1.0, 5);
    recipe.stopping.marginal = 0.0;
    recipe
}

/// The same with typed heads.
fn typed() -> Recipe {
    let mut recipe = small();
    recipe.heads = Some(Heads { temperature: 1.0, noise: 0.3 });
    recipe.generator.noise = Noise::Normal;
    recipe.loss.levels = Levels::Word("all".into());
    recipe
}

fn numbers(features: usize, salt: usize) -> Matrix {
    Matrix::from_fn(ROWS, features, |row, column| {
        ((row * 7919 + column * 104_729 + row * row * salt) % 1009) as f64 / 504.5 - 1.0
    })
}

/// Three levels (60, 30 and 10 %), a number, and a number that is missing in a quarter of the rows.
fn blocks() -> Vec<Block> {
    let block = |kind, first, len, scale| Block { kind, first, len, scale, missing: kind == BlockKind::MaskedNumber };
    vec![
        block(BlockKind::Levels, 0, 3, 1.5),
        block(BlockKind::Number, 3, 1, 1.0),
        block(BlockKind::MaskedNumber, 4, 2, 0.75),
    ]
}

fn typed_rows() -> Matrix {
    let given = numbers(2, 31);
    Matrix::from_fn(ROWS, 6, |row, column| {
        let level = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2][row % 10];
        let missing = row % 4 == 1;
        match column {
            0..3 => 1.5 * f64::from(u8::from(level == column)),
            3 => given[(row, 0)],
            4 => 0.75 * if missing { 0.0 } else { given[(row, 1)] },
            _ => 0.75 * f64::from(u8::from(missing)),
        }
    })
}

fn options(models: usize) -> Options {
    Options { seed: 5, models, early_stopping: true }
}

fn trained<'a>(recipe: &Recipe, data: impl Into<Cohorts<'a>>, blocks: Option<&[Block]>, models: usize) -> Trained {
    train(&mut Cpu::<f32>::new(), recipe, data, blocks, None, options(models), &mut |_| true).expect("a run")
}

#[test]
fn heads_of_plain_numbers_change_nothing() {
    let data = numbers(7, 31);
    let number = |first| Block { kind: BlockKind::Number, first, len: 1, scale: 1.0, missing: false };
    let blocks: Vec<Block> = (0..7).map(number).collect();
    let plain = trained(&small(), &data, None, 2);
    let mut recipe = small();
    recipe.heads = Some(Heads { temperature: 1.0, noise: 0.3 });
    let typed = trained(&recipe, &data, Some(&blocks), 2);
    assert_eq!((typed.generator, typed.history), (plain.generator, plain.history));
}

/// The paper's loss does not ask the discriminator, so the generator learns the same without one.
#[test]
fn the_paper_without_its_discriminator() {
    let data = numbers(7, 31);
    let mut recipe = small();
    let without = trained(&recipe, &data, None, 1);
    recipe.discriminator.enabled = true;
    let with = trained(&recipe, &data, None, 1);
    assert_eq!(without.generator, with.generator);
    assert_eq!(without.discriminator, Weights::default());
    assert!(!with.discriminator.0.is_empty());
    assert!(without.kernels_per_step < with.kernels_per_step);
    for (without, with) in without.history.iter().zip(&with.history) {
        assert!(without.verdict.is_none() && with.verdict.is_some_and(|verdict| verdict.loss > 0.0));
        assert_eq!((without.terms, without.joint), (with.terms, with.joint));
    }
}

#[test]
fn generated_rows_are_typed_and_come_nearer_to_the_cohort() {
    let (data, blocks, mut recipe) = (typed_rows(), blocks(), typed());
    recipe.training.epochs = 150;
    let trained = trained(&recipe, &data, Some(&blocks), 1);
    let (first, last) = (trained.history[0].joint, trained.history[149].joint);
    assert!(last < 0.3 * first, "joint Fréchet distance {first} at first, {last} at last");
    let mut cpu = Cpu::<f32>::new();
    let sampler = Sampler::new(&mut cpu, &recipe, &trained.generator, 6, Some(&blocks), 5).expect("a sampler");
    let rows = sampler.rows(&mut cpu, 0, 3000).expect("rows");
    let mut shares = [0.0; 4];
    for row in (0..3000).map(|row| rows.row(row)) {
        let levels: Vec<usize> = (0..3).filter(|column| row[*column] == 1.5).collect();
        assert!(levels.len() == 1 && row[..3].iter().sum::<f64>() == 1.5, "{row:?}");
        let missing = row[5] == 0.75;
        assert!(if missing { row[4] == 0.0 } else { row[5] == 0.0 && row[4] != 0.0 }, "{row:?}");
        shares[levels[0]] += 1.0 / 3000.0;
        shares[3] += f64::from(u8::from(missing)) / 3000.0;
    }
    for (share, expected) in shares.iter().zip([0.6, 0.3, 0.1, 0.25]) {
        assert!((share - expected).abs() < 0.1, "shares of the levels and of the mask: {shares:?}");
    }
}

#[test]
fn heads_need_blocks() {
    let data = typed_rows();
    let run = train(&mut Cpu::<f32>::new(), &typed(), &data, None, None, options(1), &mut |_| true);
    let problem = run.expect_err("a recipe with heads and no blocks").to_string();
    assert!(problem.contains("[heads]"), "{problem}");
}

/// A model with a cohort of its own learns what it would learn beside models that have the same cohort.
#[test]
fn every_model_learns_from_its_own_cohort() {
    let data = vec![numbers(7, 31), numbers(7, 57)];
    let mut cpu = Cpu::<f32>::new();
    let mut each = |data: Cohorts, models| {
        train_each(&mut cpu, &small(), data, None, options(models), &mut |_| true).expect("a run")
    };
    let apart = each(Cohorts::from(&data), 2);
    assert_eq!(apart[0], each(Cohorts::from(&data[0]), 1)[0]);
    assert_eq!(apart[1], each(Cohorts::from(&data[1]), 2)[1]);
    assert_ne!(apart[1], each(Cohorts::from(&data[0]), 2)[1]);
    let run = trained(&small(), &data, None, 2);
    assert_eq!(run.generator, apart[run.model - 1]);
    let second = |run: &Trained| run.history.iter().filter(|e| e.model == 2).map(|e| e.joint).collect::<Vec<_>>();
    assert_eq!(second(&run), second(&trained(&small(), &data[1], None, 2)), "judged by its own cohort");
}

/// Shadow models learn from their rows alone, for as long as they are let.
#[test]
fn shadow_models_learn_from_their_halves() {
    let (rows, mut recipe) = (numbers(7, 31), small());
    let members: Vec<Vec<bool>> = [0, 1].map(|model| (0..ROWS).map(|row| row % 2 == model).collect()).to_vec();
    let halves = [0, 1].map(|model| rows.take(&(0..ROWS).filter(|row| row % 2 == model).collect::<Vec<_>>())).to_vec();
    let mut cpu = Cpu::<f32>::new();
    let shadows = Shadows { recipe: &recipe, rows: &rows, blocks: None, members: &members, seed: options(2).seed };
    let whole = shadows.train(&mut cpu, &mut |_| true).expect("a run");
    let stopped = shadows.train(&mut cpu, &mut |progress| progress.newest[0].epoch < 2).expect("a run");
    let pace = shadows.pace(&mut cpu, Duration::ZERO).expect("a run");
    assert!(pace.epoch > Duration::ZERO);
    assert_eq!((whole.epochs, whole.diverged, stopped.diverged), (6, 0, 0));
    assert!(stopped.epochs < 6 || whole.generators == stopped.generators);
    let mut each = || {
        let plain = Options { early_stopping: false, ..options(2) };
        train_each(&mut cpu, &recipe, &halves, None, plain, &mut |_| true).expect("a run")
    };
    assert_eq!(whole.generators, each());
    recipe.training.epochs = 5;
    assert_ne!(
        whole.generators,
        train_each(&mut cpu, &recipe, &halves, None, options(2), &mut |_| true).expect("a run")
    );
}

#[test]
fn a_pace_says_how_many_epochs_there_is_time_for() {
    let pace = Pace { start: Duration::from_secs(2), epoch: Duration::from_millis(500) };
    assert_eq!([1, 2, 4, 62].map(|seconds| pace.epochs_within(Duration::from_secs(seconds))), [0, 0, 4, 120]);
}

#[test]
fn validation_rows_judge_without_being_learned() {
    let (data, other) = (numbers(7, 31), numbers(7, 57));
    let run = |validation: Option<&Matrix>| {
        train(&mut Cpu::<f32>::new(), &small(), &data, None, validation, options(1), &mut |_| true).expect("a run")
    };
    let [alone, same, judged] = [run(None), run(Some(&data)), run(Some(&other))];
    assert_eq!(alone.history, same.history);
    assert_eq!(alone.generator, judged.generator);
    for (alone, judged) in alone.history.iter().zip(&judged.history) {
        assert_eq!(alone.generator_loss, judged.generator_loss);
        assert_ne!((alone.marginal, alone.joint), (judged.marginal, judged.joint));
    }
}

/// Parameters and running statistics after every step, and those that are judged.
fn course(recipe: &Recipe, data: &Matrix) -> Vec<[Vec<f64>; 2]> {
    let mut cpu = Cpu::<f64>::new();
    let layout = Layout::of(recipe, data, 1, 5).expect("a layout");
    let gan = Gan::new(&mut cpu, recipe, data, None, layout).expect("a GAN");
    let read = |cpu: &mut Cpu<f64>| {
        [&gan.generator, gan.judged()].map(|network| {
            let tensors = [network.parameters, network.statistics];
            tensors.into_iter().flat_map(|tensor| cpu.read(tensor).expect("numbers")).collect::<Vec<_>>()
        })
    };
    let steps = 0..(layout.epochs * gan.batches) as u32;
    steps
        .map(|step| {
            cpu.replay(&[(gan.step, step)]).expect("a step");
            read(&mut cpu)
        })
        .collect()
}

#[test]
fn the_judged_weights_are_the_mean_over_the_last_epochs() {
    let (data, mut recipe) = (numbers(7, 31), small());
    recipe.training.average = 4;
    let course = course(&recipe, &data);
    assert_eq!(course.len(), 18);
    for (step, [newest, judged]) in course.iter().enumerate() {
        // Two epochs of three steps pass before the mean begins.
        let from = if step < 6 { step } else { 6 };
        for (i, judged) in judged.iter().enumerate() {
            let mean = course[from..=step].iter().map(|[newest, _]| newest[i]).sum::<f64>() / (step + 1 - from) as f64;
            assert!(
                (judged - mean).abs() <= 1e-14 * (1.0 + mean.abs()),
                "step {step}, number {i}: {judged} for {mean}"
            );
        }
        assert_eq!(judged == newest, step <= 6, "step {step}");
    }
}

/// The kept epoch is replayed from a snapshot: the mean must be in it, too.
#[test]
fn an_earlier_epoch_is_kept_with_its_mean() {
    let (data, mut recipe) = (numbers(7, 31), small());
    (recipe.training.epochs, recipe.training.average, recipe.stopping.patience) = (40, 38, 2);
    recipe.optimiser.learning_rate = 0.05;
    let run = train(&mut Cpu::<f64>::new(), &recipe, &data, None, None, options(1), &mut |_| true).expect("a run");
    let ran = run.history.len();
    assert!(3 < run.epoch && run.epoch < ran, "epoch {} of {ran} is kept: nothing to come back to", run.epoch);
    let kept: Vec<f32> = run.generator.0.iter().flat_map(|tensor| tensor.values.clone()).collect();
    let course = course(&recipe, &data);
    let mut judged: Vec<f32> = course[3 * run.epoch - 1][1].iter().map(|value| *value as f32).collect();
    assert_eq!(kept.len(), judged.len());
    // By layer in the one, by arena in the other.
    let mut kept = kept;
    kept.sort_by(f32::total_cmp);
    judged.sort_by(f32::total_cmp);
    assert_eq!(kept, judged);
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
    (loss.dense_directions, loss.principal_directions, loss.pair_directions, loss.mask_directions) = (6, 8, 8, 2);
    recipe
}

#[test]
fn the_joint_recipe_trains() {
    let trained = trained(&joint(), &typed_rows(), Some(&blocks()), 1);
    let (first, last) = (&trained.history[0], &trained.history[119]);
    for term in [Term::Dense, Term::Principal, Term::Pairs, Term::Masks, Term::Columns, Term::Covariance] {
        assert!(first.term(term) > 0.0, "{} is {}", term.name(), first.term(term));
    }
    for term in [Term::Percentile, Term::Adversarial, Term::Sliced] {
        assert_eq!(first.term(term), 0.0, "{}", term.name());
    }
    assert!(last.joint < 0.3 * first.joint, "joint Fréchet distance {} at first, {} at last", first.joint, last.joint);
    assert!(last.verdict.is_none() && trained.diverged.is_empty());
}

#[test]
fn the_joint_recipe_does_not_depend_on_threads() {
    let mut recipe = joint();
    recipe.training.epochs = 4;
    let run = |threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| trained(&recipe, &typed_rows(), Some(&blocks()), 2))
    };
    let [one, three] = [run(1), run(3)];
    assert_eq!((one.generator, one.history), (three.generator, three.history));
}

fn joint_gan(backend: &mut dyn Backend) -> Gan {
    let (recipe, data) = (joint(), typed_rows());
    let layout = Layout::of(&recipe, &data, 2, 5).expect("a layout");
    Gan::new(backend, &recipe, &data, Some(&blocks()), layout).expect("a GAN")
}

#[test]
fn a_step_of_the_joint_recipe_is_fused_to_the_same_bits() {
    let state = |fuse: bool| {
        let mut cpu = Cpu::<f64>::new();
        let gan = joint_gan(&mut cpu);
        let rewritten = fused(&gan.step_program);
        assert!(rewritten.ops().iter().all(|op| !matches!(op, Op::Adam { .. } | Op::BatchNormBackward { .. })));
        let step = if fuse { cpu.compile(&rewritten).expect("a Program") } else { gan.step };
        cpu.replay(&(0..4).map(|s| (step, s)).collect::<Vec<_>>()).expect("four steps");
        let tensors = gan.state().into_iter();
        tensors.flat_map(|tensor| cpu.read(tensor).expect("numbers")).map(f64::to_bits).collect::<Vec<_>>()
    };
    assert_eq!(state(true), state(false));
}

/// One step and its evaluation on both backends. From the second step on, a rounding may flip a level that is nearly a tie.
#[test]
fn a_step_of_the_joint_recipe_on_the_gpu() {
    let Some(mut gpu) = adapter::gpu_or_skip(false) else { return };
    let run = |backend: &mut dyn Backend| {
        let gan = joint_gan(backend);
        backend.replay(&[(gan.step, 0), (gan.evaluate, 0)]).expect("a step");
        let scores = gan.scores.fetch(backend, 0, 1).expect("scores").remove(0).remove(0);
        let weights = backend.read(gan.judged().parameters).expect("weights");
        (scores, weights)
    };
    let ((ours, weights), (expected, oracle)) = (run(&mut gpu), run(&mut Cpu::<f64>::new()));
    for (ours, expected) in ours.step_means.iter().zip(expected.step_means) {
        assert!((ours - expected).abs() <= 1e-4 * (1e-3 + expected), "a loss of {ours} instead of {expected}");
    }
    // Adam's first step is a whole learning rate whatever the gradient is, so a gradient of about 0 may go either way.
    let apart = weights.iter().zip(&oracle).filter(|(a, b)| (*a - *b).abs() > 1e-4).count();
    assert!(apart * 100 <= weights.len(), "{apart} of {} weights are apart", weights.len());
    assert!(ours.covariance.iter().chain(&ours.mean).all(|number| number.is_finite()) && ours.broken == 0.0);
}
