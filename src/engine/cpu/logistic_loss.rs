//! Cross-entropy on the logits of the discriminator: mirror of `shaders/logistic_loss.wgsl`.

use super::Real;

/// `log(1 + exp(a))` without overflow.
fn softplus<T: Real>(a: T) -> T {
    a.max(T::zero()) + (-a.abs()).exp().ln_1p()
}

/// `1 / (1 + exp(-a))` without overflow.
fn sigmoid<T: Real>(a: T) -> T {
    let e = (-a.abs()).exp();
    let small = e / (T::one() + e);
    if a < T::zero() { small } else { T::one() / (T::one() + e) }
}

/// [`Op::LogisticLoss`](crate::op::Op::LogisticLoss) for one model.
pub(super) fn logistic_loss<T: Real>(
    logits: &[T],
    scores: &mut [T],
    dlogits: &mut [T],
    weight: f64,
) {
    let (loss, probability) = scores.split_at_mut(1);
    let rows = logits.len() / probability.len();
    let share = T::one() / T::from_f64(rows as f64);
    let factor = T::from_f64(weight) * share;
    loss[0] = T::zero();
    for (group, (logits, dlogits)) in
        logits.chunks_exact(rows).zip(dlogits.chunks_exact_mut(rows)).enumerate()
    {
        let sign = if group == 0 { -T::one() } else { T::one() };
        let (mut cost, mut judged_real) = (T::zero(), T::zero());
        for (logit, dlogit) in logits.iter().zip(dlogits) {
            cost += softplus(sign * *logit);
            judged_real += sigmoid(*logit);
            *dlogit = factor * sign * sigmoid(sign * *logit);
        }
        loss[0] += cost * share;
        probability[group] = judged_real * share;
    }
}
