//! Typed heads: blocks, gates, no discriminator.

use super::*;
use ground::blocks::{Choice, Gate, State};
use training::gan::settle_choice_rates;

#[test]
fn heads_of_plain_numbers_change_nothing() {
    let data = numbers(7, 31);
    let number =
        |first| Block { kind: BlockKind::Number, first, len: 1, scale: 1.0, missing: false };
    let blocks = Blocks::from((0..7).map(number).collect::<Vec<_>>());
    let plain = trained(&small(), &data, None, 2);
    let mut recipe = small();
    recipe.heads = Some(Heads { temperature: 1.0, noise: 0.3, shares: false });
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
        assert!(
            without.discriminator.is_none() && with.discriminator.is_some_and(|d| d.loss > 0.0)
        );
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
    let mut cpu = Cpu::single();
    let sampler = Sampler::new(&mut cpu, &recipe, &trained.generator, 6, Some(&blocks), 5)
        .expect("a sampler");
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
    let run = train(&mut Cpu::single(), &typed(), &data, None, None, options(1), &mut |_| true);
    let problem = run.expect_err("a recipe with heads and no blocks").to_string();
    assert!(problem.contains("[heads]"), "{problem}");
}

/// A gate holds in every generated row, whatever the network says, and the other rows still differ.
#[test]
fn choices_follow_their_gates() {
    let (data, mut recipe) = (typed_rows(), typed());
    recipe.training.epochs = 20;
    let state = |block, choice| State { block, choice };
    let gates = vec![
        Gate { when: state(0, Choice::Level(0)), then: state(2, Choice::Missing) },
        Gate { when: state(0, Choice::Level(1)), then: state(2, Choice::Present) },
    ];
    let blocks = Blocks { gates, ..blocks() };
    let trained = trained(&recipe, &data, Some(&blocks), 2);
    let mut cpu = Cpu::single();
    let sampler = Sampler::new(&mut cpu, &recipe, &trained.generator, 6, Some(&blocks), 5)
        .expect("a sampler");
    let rows = sampler.rows(&mut cpu, 0, 2000).expect("rows");
    let mut seen = [[0; 2]; 3];
    for row in (0..2000).map(|row| rows.row(row)) {
        let level = row[..3].iter().position(|x| *x > 0.0).expect("a level");
        let missing = row[5] > 0.0;
        assert!(if missing { row[4] == 0.0 } else { row[4] != 0.0 }, "{row:?}");
        seen[level][usize::from(missing)] += 1;
    }
    assert!(seen[0][0] == 0 && seen[0][1] > 100, "the first level without a mask: {seen:?}");
    assert!(seen[1][1] == 0 && seen[1][0] > 100, "the second level with a mask: {seen:?}");
}

/// A generator that has hardly learned makes levels and masks of any share; shifted, they have
/// those of the cohort, also behind a gate.
#[test]
fn shares_are_those_of_the_cohort() {
    let (data, mut recipe) = (typed_rows(), typed());
    recipe.training.epochs = 3;
    recipe.heads = Some(Heads { temperature: 0.7, noise: 0.3, shares: true });
    let state = |block, choice| State { block, choice };
    let gates = vec![Gate { when: state(0, Choice::Level(2)), then: state(2, Choice::Missing) }];
    let blocks = Blocks { gates, ..blocks() };
    let mut weights = trained(&recipe, &data, Some(&blocks), 1).generator;
    let mut cpu = Cpu::single();
    let mut errors = |weights: &Weights| {
        let sampler =
            Sampler::new(&mut cpu, &recipe, weights, 6, Some(&blocks), 5).expect("a sampler");
        let rows = sampler.rows(&mut cpu, 0, 8192).expect("rows");
        let share = |matrix: &Matrix, column| {
            matrix.column(column).filter(|x| *x > 0.0).count() as f64 / matrix.rows() as f64
        };
        [0, 1, 2, 5]
            .map(|column| (share(&rows, column) - share(&data, column)).abs())
            .into_iter()
            .fold(0.0, f64::max)
    };
    let before = errors(&weights);
    let untouched = weights.clone();
    settle_choice_rates(&mut Cpu::single(), &typed(), &mut weights, &data, &blocks, 5)
        .expect("no shift");
    assert_eq!(weights, untouched, "a recipe that does not ask for it");
    settle_choice_rates(&mut Cpu::single(), &recipe, &mut weights, &data, &blocks, 5)
        .expect("shifts");
    let after = errors(&weights);
    assert!(before > 0.1 && after < 0.01, "shares are off by {before} before, {after} after");
}
