//! The picture of a training run.

use super::{keep, texts};
use mellizo_report::training::{Series, TrainingCurves, training_svg};

fn series(label: &str, epochs: usize, value: impl Fn(f64) -> f64) -> Series {
    Series { label: label.into(), values: (1..=epochs).map(|epoch| value(epoch as f64)).collect() }
}

/// Curves with the shape and the noise of a real run.
fn run(epochs: usize) -> TrainingCurves {
    let noise = |epoch: f64, seed: f64| ((epoch * 12.9898 + seed).sin() * 43758.547).fract();
    TrainingCurves {
        epochs: (1..=epochs).map(|epoch| epoch as f64).collect(),
        generator: vec![
            series("total", epochs, |e| {
                (0.6 * (-e / 120.0).exp() + 0.0016) * (1.0 + 0.2 * noise(e, 1.0))
            }),
            series("percentile", epochs, |e| {
                (0.5 * (-e / 100.0).exp() + 0.0012) * (1.0 + 0.2 * noise(e, 2.0))
            }),
        ],
        discriminator: vec![series("total", epochs, |e| {
            1.386 - 0.6 * (-e / 60.0).exp() + 0.05 * noise(e, 3.0)
        })],
        probabilities: vec![
            series("real", epochs, |e| 0.5 + 0.3 * (-e / 300.0).exp() + 0.05 * noise(e, 4.0)),
            series("synthetic", epochs, |e| 0.48 - 0.3 * (-e / 300.0).exp() + 0.05 * noise(e, 5.0)),
        ],
        frechet: vec![
            series("marginal", epochs, |e| (0.9 / e + 3e-4) * (1.0 + 0.3 * noise(e, 6.0))),
            series("joint", epochs, |e| (8.0 / e.sqrt() + 1.0) * (1.0 + 0.05 * noise(e, 7.0))),
        ],
        threshold: Some(0.0005),
        kept_epoch: Some((epochs as f64 * 0.87).ceil()),
    }
}

#[test]
fn a_long_run_is_a_small_file() {
    let svg = training_svg(&run(2500));
    keep("training.svg", &svg);
    assert!(svg.len() < 300_000, "{} bytes", svg.len());
    let texts = texts(&svg);
    for expected in [
        "stop below 0.0005",
        "Discriminator: probability of being real (0.5: cannot tell)",
        "marginal",
        "2500 epochs",
        "epoch 2175, whose model was kept",
    ] {
        assert!(texts.contains(&expected.to_owned()), "{expected:?} in {texts:?}");
    }
}

/// The least vertical pixel of the discriminator's noise; the two curves of the generator, noise
/// and mean each, come before it.
fn top_of_discriminator(curves: &TrainingCurves) -> f64 {
    let svg = training_svg(curves);
    let document = roxmltree::Document::parse(&svg).expect("well-formed");
    let path =
        document.descendants().filter_map(|node| node.attribute("d")).nth(4).expect("a fifth path");
    let heights =
        path.split(['M', 'L']).filter_map(|point| point.split_once(' ')?.1.parse::<f64>().ok());
    heights.fold(f64::INFINITY, f64::min)
}

#[test]
fn thinning_keeps_single_spikes() {
    // A pixel has about six epochs; the spike must survive wherever in the pixel it falls.
    for epoch in 1230..1236 {
        let mut curves = run(2500);
        curves.discriminator[0].values[epoch] = 9.0;
        // The scale goes from 0 to 10 between the pixels 228 and 48.
        assert_eq!(top_of_discriminator(&curves), 66.0, "a spike in epoch {epoch}");
    }
    let mut curves = run(2500);
    curves.discriminator[0].values[0] = 9.0;
    assert_eq!(top_of_discriminator(&curves), 66.0, "a spike at the start");
}

#[test]
fn one_epoch_is_a_dot() {
    let svg = training_svg(&run(1));
    keep("training_one.svg", &svg);
    assert_eq!(
        texts(&svg).iter().filter(|text| *text == "1").count(),
        4 + 1,
        "a tick per panel and probability 1"
    );
    assert_eq!(svg.matches("a1 1 0 1 0 2 0").count(), 7, "a dot per curve");
}

#[test]
fn values_that_are_not_finite_leave_gaps() {
    let mut curves = run(60);
    curves.generator[0].values[20..24].fill(f64::NAN);
    curves.discriminator[0].values[10] = f64::INFINITY;
    curves.probabilities[0].values.fill(f64::NAN);
    curves.frechet[0].values[30] = 0.0;
    curves.frechet[1].values[31] = f64::NEG_INFINITY;
    let svg = training_svg(&curves);
    keep("training_gaps.svg", &svg);
    texts(&svg);
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
    let subpaths: Vec<usize> = roxmltree::Document::parse(&svg)
        .expect("well-formed")
        .descendants()
        .filter_map(|node| node.attribute("d").map(|data| data.matches('M').count()))
        .collect();
    assert_eq!(subpaths, [2, 1, 2, 0, 1, 2, 2]);
}

#[test]
fn an_empty_run_says_so() {
    let svg = training_svg(&TrainingCurves::default());
    assert_eq!(texts(&svg).iter().filter(|text| *text == "not part of this run").count(), 4);
}

/// The joint recipe's loss and its six terms: each has a colour of its own and its name above the
/// curves, also where a panel is narrow.
#[test]
fn every_term_has_a_name_and_a_colour() {
    let names = ["loss", "dense", "principal", "pairs", "masks", "columns", "covariance"];
    let generator = names
        .iter()
        .enumerate()
        .map(|(i, name)| series(name, 40, move |at| at + 10.0 * i as f64))
        .collect();
    let curves = TrainingCurves {
        epochs: (1..=40).map(f64::from).collect(),
        generator,
        ..TrainingCurves::default()
    };
    let picture = training_svg(&curves);
    for (place, name) in names.iter().enumerate() {
        assert!(
            picture.contains(&format!(">\n{name}\n<")) || picture.contains(&format!(">{name}<")),
            "{name} is not named"
        );
        assert!(picture.contains(&format!("k{place}\"")), "{name} has no colour");
    }
    assert!(!picture.contains("k7\""));
}
