use super::*;
use crate::mechanism::toeplitz;

/// Figures of the prototype: scipy's L-BFGS-B at tolerance 1e-10 on the same objective, whose
/// empty ends are here left out and the rest made to sum to 1 again.
const EXPECTED: [f64; 16] = [
    0.012326, 0.020264, 0.032909, 0.052138, 0.079203, 0.110160, 0.124872, 0.126117, 0.119937,
    0.106568, 0.084715, 0.056665, 0.034898, 0.020544, 0.011874, 0.006812,
];

const PLACES: [f64; 24] = {
    let mut places = [0.0; 24];
    let mut k = 1;
    while k < 24 {
        places[k] = places[k - 1] + 1.0;
        k += 1;
    }
    places
};

/// 400 patients of a normal density over 24 bins.
fn truth() -> Vec<f64> {
    let density = |k: usize| (-0.5 * ((k as f64 - 8.0) / 3.0).powi(2)).exp();
    (0..24).map(|k| 400.0 * density(k) / (3.0 * std::f64::consts::TAU.sqrt())).collect()
}

/// Their sums times c with noise of standard deviation 9 c, and c.
fn noisy(root: &[f64], norm: f64) -> Vec<f64> {
    let truth = truth();
    let sum = |k: usize| (0..=k).map(|j| root[k - j] * truth[j]).sum::<f64>();
    let noise = |k: f64| 9.0 * 1.6 * (3.7 * k + 0.5 * k * k).sin();
    (0..24).map(|k| sum(k) + norm * noise(k as f64)).collect()
}

#[test]
fn it_finds_the_density_that_the_prototype_finds() {
    let (root, norm) = toeplitz(24);
    let sums = noisy(&root, norm);
    let mut evidence = Evidence {
        sums: &sums,
        root: &root,
        sd: 9.0 * norm,
        total: 0.0,
        support: 0..24,
        mean: None,
    };
    evidence.total = evidence.counts().iter().sum();
    let found = density(&evidence, &Shape::new(&PLACES, &[1.0; 24], &[false; 24], 1.0)).0;
    let inner: f64 = found[1..17].iter().sum();
    for (k, expected) in EXPECTED.iter().enumerate() {
        let found = found[k + 1] / inner;
        assert!((found - expected).abs() < 2e-5, "bin {}: {found} is not {expected}", k + 1);
    }
}

#[test]
fn the_counts_without_a_shape_are_exact() {
    let (root, _) = toeplitz(24);
    let sums = noisy(&root, 0.0);
    let evidence =
        Evidence { sums: &sums, root: &root, sd: 1.0, total: 400.0, support: 0..24, mean: None };
    let pairs = evidence.counts().into_iter().zip(truth());
    assert!(pairs.into_iter().all(|(found, truth)| (found - truth).abs() < 1e-9));
}

#[test]
fn a_spike_keeps_its_share_and_leaves_its_neighbours_theirs() {
    // Of 400 patients a third in a bin of one value, between bins of a thousand values.
    let (root, norm) = toeplitz(24);
    let mut counts: Vec<f64> = truth().iter().map(|count| count * 2.0 / 3.0).collect();
    counts[8] = 133.0;
    let sums: Vec<f64> = (0..24).map(|k| (0..=k).map(|j| root[k - j] * counts[j]).sum()).collect();
    let evidence = Evidence {
        sums: &sums,
        root: &root,
        sd: 5.0 * norm,
        total: 400.0,
        support: 0..24,
        mean: None,
    };
    let (mut values, mut spikes) = ([1000.0; 24], [false; 24]);
    (values[8], spikes[8]) = (1.0, true);
    let found = density(&evidence, &Shape::new(&PLACES, &values, &spikes, 1.0)).0;
    let smeared = density(&evidence, &Shape::new(&PLACES, &[1.0; 24], &[false; 24], 1.0)).0;
    let off = |found: &[f64]| (found[8] - 0.333).abs() + (found[7] - counts[7] / 400.0).abs();
    assert!(off(&found) < 0.02 && off(&found) < 0.5 * off(&smeared), "{found:.3?}");
}

#[test]
fn a_mean_from_elsewhere_is_believed_by_its_precision() {
    let sums: Vec<f64> = truth();
    let mut root = vec![0.0; 24];
    root[0] = 1.0;
    let shape = Shape::new(&PLACES, &[1.0; 24], &[false; 24], 2.0);
    let mean = |told| {
        let [sd, total] = [9.0, 400.0];
        let evidence = Evidence { sums: &sums, root: &root, sd, total, support: 0..24, mean: told };
        evidence.mean_of(&DVector::from_vec(density(&evidence, &shape).0))
    };
    assert!((mean(Some([9.0, 0.01])) - 9.0).abs() < 0.02, "{}", mean(Some([9.0, 0.01])));
    assert!((mean(Some([9.0, 100.0])) - mean(None)).abs() < 0.01);
}

/// People round to every second value: each of these has four times as many as its neighbours.
#[test]
fn heaps_are_told_from_noise_by_being_alike() {
    let heap = |k: usize| k.is_multiple_of(2);
    let truth: Vec<f64> =
        truth().iter().enumerate().map(|(k, n)| n * if heap(k) { 1.6 } else { 0.4 }).collect();
    let mut root = [0.0; 24];
    root[0] = 1.0;
    let noise = |k: f64| 9.0 * 1.6 * (3.7 * k + 0.5 * k * k).sin();
    let sums: Vec<f64> = truth.iter().enumerate().map(|(k, n)| n + noise(k as f64)).collect();
    let total = truth.iter().sum();
    let evidence =
        Evidence { sums: &sums, root: &root, sd: 9.0, total, support: 0..24, mean: None };
    let error = |shape: &Shape| {
        let found = density(&evidence, shape).0;
        found.iter().zip(&truth).map(|(share, n)| (share * total - n).abs()).sum::<f64>()
    };
    let spikes: Vec<bool> = (0..24).map(heap).collect();
    let shape = || Shape::new(&PLACES, &[1.0; 24], &spikes, 1.0);
    let smooth = error(&Shape::new(&PLACES, &[1.0; 24], &[false; 24], 1.0));
    let [single, heaped] = [error(&shape()), error(&shape().with_heaps(&[false; 24]))];
    assert!(heaped < 0.9 * single && heaped < 0.5 * smooth, "{heaped} {single} {smooth}");
}

/// Of a density on a logarithmic scale noise makes a tail that falls ever slower.
#[test]
fn a_density_that_is_to_be_concave_has_no_long_tail_of_noise() {
    let (root, norm) = toeplitz(24);
    let truth = |k: usize| 90.0 * (-0.5 * ((k as f64 - 7.0) / 2.5).powi(2)).exp();
    // As if some patients of the body lay in the tail.
    let noise = |k: usize| if k < 12 { -12.0 } else { -12.0 + 1.5 * (k - 11) as f64 };
    let sum = |k: usize| (0..=k).map(|j| root[k - j] * truth(j)).sum::<f64>() + noise(k) * norm;
    let sums: Vec<f64> = (0..24).map(sum).collect();
    let (sd, total) = (9.0 * norm, (0..24).map(truth).sum::<f64>());
    let evidence = Evidence { sums: &sums, root: &root, sd, total, support: 0..24, mean: None };
    let shape = || Shape::new(&PLACES, &[1.0; 24], &[false; 24], 1.0);
    let tail = |shape: &Shape| density(&evidence, shape).0[15..].iter().sum::<f64>() * total;
    let [plain, concave] = [tail(&shape()), tail(&shape().concave())];
    let real: f64 = (15..24).map(truth).sum();
    assert!(concave - real < 0.6 * (plain - real), "{concave} {plain} {real}");
}
