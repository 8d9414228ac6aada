//! Distances between distributions, the terms of the joint recipe.

macro_rules! distance {
    ([$next:ident $($others:ident)*] $taker:ident $($before:tt)*) => {
        $crate::op::kernels::$next! { [$($others)*] $taker $($before)*

/// Squared differences of order statistics, summed over sets of neighbouring columns: a set has
/// `len` columns from `first` on and two factors,
/// `loss[s] = scale sum over its columns and all rows of (fake - real)^2` and, in its columns,
/// `dx = factor (fake - real)`, brought from the order statistics to the rows by `rank`.
/// Columns of no set have dx 0; a set may be empty.
/// real and fake are sorted; a row of sets holds first, len, scale, factor.
SortedLoss = "sorted_loss" {
    operands {
        read real [M, R, F], read fake [M, R, F], read rank [M, R, F], read sets [M, S, 4],
        write loss [M, 1, S], write dx [M, R, F]
    }
    scalars {}
    sizes { M = fake.models, R = fake.rows, F = fake.features, S = sets.rows }
    must { sets.rows <= 64, "{} sets", sets.rows; }
    flops |written| { 4 * written }
    cpu |on, spare| {
        sorted_loss::sorted_loss(
            percentile_loss::Order {
                real: on.read(real), fake: on.read(fake), rank: on.read(rank)
            },
            on.read(sets), on.write(loss), on.write(dx), spare.numbers, F,
        )
    }
    numbers { sorted_loss::scratch_len(R, F) }
    shader "sorted_loss" {}
    uniform { rows: R, features: F, count: S }
    grid { [(S + strided(R * F)).min(MOST_WORKGROUPS), 1] }
}

/// Squared Frobenius distance between the covariance of some rows and a real one:
/// `loss = scale sum of (covariance - real)^2`, `w = factor (covariance - real)`,
/// `b = -mean w`, so that `x w + b`, a dense layer on the rows x whose mean and covariance
/// these are, is the gradient for them (covariances are symmetric, and so must `real` be).
CovarianceLoss = "covariance_loss" {
    operands {
        read covariance [M, F, F], read real [M, F, F], read mean [M, 1, F],
        write loss [M, 1, 1], write w [M, F, F], write b [M, 1, F]
    }
    scalars { scale: f64 = 0.5, factor: f64 = 2.0 }
    sizes { M = mean.models, F = mean.features }
    must {}
    flops |written| { 6 * written }
    cpu |on, spare| {
        covariance_loss::covariance_loss(
            [on.read(covariance), on.read(real), on.read(mean)],
            [on.write(loss), on.write(w), on.write(b)],
            spare.numbers, [scale, factor],
        )
    }
    numbers { F }
    shader "covariance_loss" {}
    uniform { features: F, scale: scale, factor: factor }
    grid { [1 + strips(F)[0], 1] }
}
        }
    };
}

pub(crate) use distance;
