//! The losses of the paper's recipe, and sorting.

macro_rules! loss {
    ([$next:ident $($others:ident)*] $taker:ident $($before:tt)*) => {
        $crate::op::kernels::$next! { [$($others)*] $taker $($before)*

/// Cross-entropy on logits: the first group of R rows should be judged real (target 1), the
/// second, if there is one, fake (target 0).
/// `scores[0]` is the loss, `sum over groups of mean softplus(-logit)` (real) `or mean
/// softplus(logit)` (fake), `scores[1 + g] = mean sigmoid(logit)` are the probabilities, and
/// `dlogits = weight dloss / dlogit`.
/// Both lie in one operand: a browser refuses two that are written and share bytes.
LogisticLoss = "logistic_loss" {
    operands {
        read logits [M, G * R, 1],
        write scores [M, 1, 1 + G], write dlogits [M, G * R, 1]
    }
    scalars { groups: usize = G, weight: f64 = 0.5 }
    sizes { M = logits.models, G = groups, R = logits.rows / groups }
    must {
        fits(logits, groups), "{:?} in {groups} groups", logits.shape();
        groups <= 2, "{groups} groups, but there are only real and fake";
    }
    flops |written| { 10 * written }
    cpu |on, spare| {
        logistic_loss::logistic_loss(
            on.read(logits), on.write(scores), on.write(dlogits), weight,
        )
    }
    shader "logistic_loss" {}
    uniform { rows: R, groups: G, weight: weight }
    grid { [1, 1] }
}

/// Order statistics of every column within each of G = `groups` equal runs of R rows: row `k` of
/// `sorted` holds the k-th smallest value (from 0), `rank` the place of each value of x in that
/// order; ties keep their row order.
SortColumns = "sort_columns" {
    operands { read x [M, G * R, F], write sorted [M, G * R, F], write rank [M, G * R, F] }
    scalars { groups: usize = G }
    sizes { M = x.models, G = groups, R = x.rows / groups, F = x.features }
    must { fits(x, groups), "{:?} in {groups} groups", x.shape(); }
    flops |written| { (written as f64 * (R.max(2) as f64).log2()) as usize }
    cpu |on, spare| {
        sort_columns::sort_columns(
            on.read(x), on.write(sorted), on.write(rank), spare.keys, F, groups,
        )
    }
    keys { G * R * F }
    shader "sort_columns" {}
    entry { if R <= SHORT_COLUMN { "sort_columns" } else { "sort_columns_long" } }
    uniform { rows: R, features: F }
    grid { [F, G] }
}

/// Mean squared error of percentiles.
/// A level at position `k + t` (whole part `k`, fraction `t`; numpy's "linear") has the value
/// `s[k] + t (s[k + 1] - s[k])` of the order statistics `s`; `loss = mean over levels and
/// features of (value of fake - value of real)^2`, `dx = weight dloss / dfake`, brought from
/// the order statistics to the rows by `rank`.
/// real and fake are sorted; levels holds k, t of L ascending levels.
PercentileLoss = "percentile_loss" {
    operands {
        read real [M, R, F], read fake [M, R, F], read rank [M, R, F], read levels [M, L, 2],
        write loss [M, 1, 1], write dx [M, R, F]
    }
    scalars { weight: f64 = 2.0 }
    sizes { M = fake.models, R = fake.rows, F = fake.features, L = levels.rows }
    must {}
    flops |written| { 2 * written + 8 * M * L * F }
    cpu |on, spare| {
        percentile_loss::percentile_loss(
            percentile_loss::Order {
                real: on.read(real), fake: on.read(fake), rank: on.read(rank)
            },
            on.read(levels), on.write(loss), on.write(dx), spare.numbers, F, weight,
        )
    }
    numbers { R * F + F }
    shader "percentile_loss" {}
    uniform { rows: R, features: F, count: L, weight: weight }
    grid { [(1 + strided(R * F)).min(MOST_WORKGROUPS), 1] }
}
        }
    };
}

pub(crate) use loss;
