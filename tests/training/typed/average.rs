//! The mean of the weights over the last epochs.

use super::*;

/// Parameters and running statistics after every step, and those that are judged.
fn course(recipe: &Recipe, data: &Matrix) -> Vec<[Vec<f64>; 2]> {
    let mut cpu = Cpu::double();
    let layout = Layout::of(recipe, data, 1, 5).expect("a layout");
    let gan = Gan::new(&mut cpu, recipe, data, None, layout).expect("a GAN");
    let read = |cpu: &mut Cpu| {
        [&gan.generator, gan.judged()].map(|network| {
            let tensors = [network.parameters, network.statistics];
            tensors
                .into_iter()
                .flat_map(|tensor| cpu.read(tensor).expect("numbers"))
                .collect::<Vec<_>>()
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
            let mean = course[from..=step].iter().map(|[newest, _]| newest[i]).sum::<f64>()
                / (step + 1 - from) as f64;
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
    let run = train(&mut Cpu::double(), &recipe, &data, None, None, options(1), &mut |_| true)
        .expect("a run");
    let ran = run.history.len();
    assert!(
        3 < run.epoch && run.epoch < ran,
        "epoch {} of {ran} is kept: nothing to come back to",
        run.epoch
    );
    let kept: Vec<f32> = run.generator.0.iter().flat_map(|tensor| tensor.values.clone()).collect();
    let course = course(&recipe, &data);
    let mut judged: Vec<f32> =
        course[3 * run.epoch - 1][1].iter().map(|value| *value as f32).collect();
    assert_eq!(kept.len(), judged.len());
    // By layer in the one, by arena in the other.
    let mut kept = kept;
    kept.sort_by(f32::total_cmp);
    judged.sort_by(f32::total_cmp);
    assert_eq!(kept, judged);
}
