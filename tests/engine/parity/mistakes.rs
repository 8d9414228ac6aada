//! Kernels that get something wrong, as cases beside the right ones.

use super::cases::Case;
use super::cases::batch_norm::{self, Shape};
use super::cases::{
    activation, adam, dense, fused, heads, joint, loss, percentile, random, rows, statistics,
};
use engine::op::{Random, Sets};

/// A product that reads tiles and leaves tiles, and one between plain ends.
const TILED: fused::Form = fused::Form { from: 32, tile: 32, ends: [true, true] };
const PLAIN: fused::Form = fused::Form { from: 0, tile: 16, ends: [false, true] };

/// A right case and a kernel that gets something wrong, on the same numbers.
pub fn mistakes() -> Vec<(&'static str, Case, Case)> {
    let norm = Shape { models: 1, rows: 257, features: 33, groups: 1, slope: 0.01 };
    let two = Shape { rows: 514, groups: 2, ..norm };
    let (seed, stream) = (random::SEED, 7);
    let random = Random { seed, stream };
    let mut list = vec![
        (
            "the bias forgotten",
            dense::forward([1, 65, 33, 31], true),
            dense::forward([1, 65, 33, 31], false),
        ),
        ("another momentum", batch_norm::forward(norm, 0.99), batch_norm::forward(norm, 0.9)),
        (
            "another slope",
            batch_norm::forward(norm, 0.99),
            batch_norm::forward(Shape { slope: 0.02, ..norm }, 0.99),
        ),
        (
            "no slope",
            batch_norm::inference(norm),
            batch_norm::inference(Shape { slope: 1.0, ..norm }),
        ),
        ("no slope", batch_norm::backward(two), batch_norm::backward(Shape { slope: 1.0, ..two })),
        (
            "another slope",
            activation::leaky_relu_forward([1, 9, 9], 0.01),
            activation::leaky_relu_forward([1, 9, 9], 0.011),
        ),
        (
            "another slope",
            activation::leaky_relu_backward([1, 9, 9], 0.01),
            activation::leaky_relu_backward([1, 9, 9], 0.011),
        ),
        (
            "another weight",
            loss::logistic_loss(1, 268, 1, 1.0),
            loss::logistic_loss(1, 268, 1, 1.0001),
        ),
        ("another step", random::noise([1, 5, 5], random), random::noise([1, 5, 5], random).at(1)),
        (
            "another stream",
            random::directions([1, 5, 5], random),
            random::directions([1, 5, 5], Random { seed, stream: 8 }),
        ),
        (
            "another seed",
            random::gather(1, 64, 9, 3, random),
            random::gather(1, 64, 9, 3, Random { seed: seed + (1 << 32), stream }),
        ),
        (
            "another step",
            random::normal_noise([1, 5, 5], random),
            random::normal_noise([1, 5, 5], random).at(1),
        ),
        ("the next rate", adam::adam(1, 65, 5), adam::adam(1, 65, 5).at(1)),
        ("the next rate", adam::average(1, 65, 5), adam::average(1, 65, 5).at(1)),
        (
            "another temperature",
            heads::forward(1, 9, heads::MIXED, [1.0, 0.3]),
            heads::forward(1, 9, heads::MIXED, [1.001, 0.3]),
        ),
        (
            "another spread",
            heads::forward(1, 9, heads::MIXED, [1.0, 0.3]),
            heads::forward(1, 9, heads::MIXED, [1.0, 0.3005]),
        ),
        (
            "another temperature",
            heads::backward(1, 9, heads::MIXED, 1.0),
            heads::backward(1, 9, heads::MIXED, 1.0001),
        ),
        (
            "four rounds too few",
            rows::multiply_add([1, 9, 9], [0.75, 0.25], 8),
            rows::multiply_add([1, 9, 9], [0.75, 0.25], 4),
        ),
        ("another period", rows::record(1, 5, 4, 2).at(2), rows::record(1, 5, 4, 1).at(2)),
    ];
    let layer = ([1, 514, 9, 33], 2);
    list.extend([
        (
            "another slope",
            fused::forward(layer, TILED, 0.9, 0.01),
            fused::forward(layer, TILED, 0.9, 0.02),
        ),
        (
            "another momentum",
            fused::forward(layer, TILED, 0.99, 0.01),
            fused::forward(layer, TILED, 0.9, 0.01),
        ),
        ("no slope", fused::backward(layer, TILED, 0.01), fused::backward(layer, TILED, 1.0)),
        (
            "the next rate",
            fused::update(layer, false, [32, 32], 5),
            fused::update(layer, false, [32, 32], 5).at(1),
        ),
    ]);
    let percentile = |weight: f64| {
        percentile::percentile_loss([1, 65, 5], false, percentile::Column::Ties, weight)
    };
    list.push(("another weight", percentile(1.0), percentile(1.0001)));
    let directions = |random, sets| joint::typed_directions(1, 12, 4, sets, random);
    let (sets, swapped) =
        (Sets { pairs: 5, ..Sets::default() }, Sets { masks: 5, ..Sets::default() });
    list.extend([
        ("another stream", directions(random, sets), directions(Random { seed, stream: 8 }, sets)),
        ("another kind", directions(random, sets), directions(random, swapped)),
        (
            "another factor",
            joint::covariance_loss(1, 9, [0.5, 1.0]),
            joint::covariance_loss(1, 9, [0.5, 1.0001]),
        ),
    ]);
    list
}

/// Sums over an operand whose last number they may not leave out.
pub fn forgetful() -> Vec<(Case, &'static str)> {
    let norm = Shape { models: 1, rows: 257, features: 1, groups: 1, slope: 1.0 };
    vec![
        (dense::forward([1, 5, 257, 3], true), "x"),
        (dense::backward_input([1, 5, 3, 257]), "dy"),
        (dense::backward_weight([1, 257, 3, 5], true), "dy"),
        (batch_norm::forward(norm, 0.99), "x"),
        (batch_norm::backward(norm), "dy"),
        (fused::forward(([1, 5, 257, 3], 1), PLAIN, 0.9, 1.0), "x"),
        (fused::forward(([1, 40, 9, 3], 1), TILED, 0.9, 1.0), "x"),
        (fused::backward(([1, 257, 3, 1], 1), PLAIN, 1.0), "dy"),
        (fused::backward(([1, 40, 3, 9], 1), TILED, 1.0), "dy"),
        (fused::update(([1, 257, 3, 5], 1), true, [0, 32], 2), "dy"),
        (fused::update(([1, 40, 3, 5], 1), false, [32, 64], 2), "dy"),
        (loss::logistic_loss(1, 257, 1, 1.0), "logits"),
        (statistics::moments([1, 257, 1]), "x"),
        (statistics::covariance([1, 257, 1]), "x"),
        (joint::sorted_loss([1, 257, 1], &[(0, 1)]), "fake"),
        (joint::covariance_loss(1, 16, [1.0, 1.0]), "covariance"),
    ]
}
