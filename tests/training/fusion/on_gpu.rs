//! The same on a GPU.

use super::*;

#[test]
fn a_step_of_the_paper_takes_at_most_twenty_six_dispatches() {
    let Some(mut gpu) = adapter::gpu_or_skip(false) else { return };
    let gan = paper(&mut gpu);
    assert!(gpu.launches(gan.step).len() <= 26);
    assert!(gpu.launches(gan.update).len() > 30, "the update alone leaves its gradients");
}

/// After one step the first moments are a tenth of the gradients, so Adam does not enlarge the
/// rounding of f32: sums of at most 42 rows of products of at most 40 terms are off by fewer
/// than a hundred units in the last place (1e-5) of the largest.
#[test]
fn layers_of_two_networks_in_one_dispatch_leave_the_gradients_of_each_alone() {
    let mut recipe = Recipe::paper();
    (recipe.generator.widths, recipe.discriminator.widths) = (vec![24, 40, 20], vec![40, 28]);
    recipe.training.batch = Batch::Rows(21);
    let layout = Layout { models: 2, batch: 21, epochs: 10, ring: 4, seed: 11 };
    let moments = |backend: &mut dyn Backend, step: fn(&mut dyn Backend, &Gan)| {
        let gan = Gan::new(backend, &recipe, &cohort(66, 5), None, layout).expect("a GAN");
        step(backend, &gan);
        backend.replay(&[(gan.step, 0)]).expect("a step");
        let adams = [&gan.generator_adam, gan.discriminator_adam.as_ref().expect("of both")];
        adams.map(|adam| backend.read(adam.m).expect("numbers"))
    };
    let Some(mut gpu) = adapter::gpu_or_skip(false) else { return };
    let fused = moments(&mut gpu, |gpu, gan| {
        let launches = gpu.launches(gan.step);
        let pairs =
            launches.iter().filter(|ops| ops.len() == 2 && ops[0].name() == "norm_dense_backward");
        assert_eq!(pairs.count(), 2, "{launches:?}");
        let updates = launches.iter().filter(|ops| ops[0].name() == "dense_update");
        // The input of the discriminator lies apart.
        assert_eq!(updates.map(Vec::len).collect::<Vec<_>>(), [1, 6]);
    });
    let alone = moments(&mut Cpu::double(), |_, _| ());
    for (network, (fused, alone)) in fused.iter().zip(&alone).enumerate() {
        let largest = alone.iter().fold(0.0f64, |most, m| most.max(m.abs()));
        let off = fused.iter().zip(alone).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(off <= 1e-5 * largest, "network {network}: {off} of {largest}");
    }
}
