//! The figures with their alarms, the reason for each threshold, and the notes for the reader.
//!
//! One reason holds for most.
//! If the synthetic rows are a fresh sample of the population, training rows and hold-out rows can
//! be exchanged.
//! So dealing these two labels anew shows how much a figure differs between them by chance.
//! For quantiles the two halves of the hold-out show it.
//! The alarm is raised beyond three spreads of that difference, which chance exceeds on one side in
//! about one of 400 samples.

use super::copies::Copies;
use super::dcr;
use super::draws::{DRAWS, ROWS_AT_LEAST};
use super::figures::Figures;
use super::pair::Pair;
use super::protocol::{Judged, Measured, Protocol, Rounds};
use super::rare::RareValues;
use super::repeats::ByChance;
use super::risk::{Attack, MeasuredRisk};
use super::rows::Rows;

/// So many spreads are between the expected value and the alarm.
const SPREADS: f64 = 3.0;
/// The same for quantiles.
/// Halves of one hold-out give a less certain spread, and a leak that moves a quantile moves it
/// far.
const QUANTILE_SPREADS: f64 = 4.0;

/// Copies, and what chance makes of them.
pub(super) struct CopiesFound {
    pub(super) copies: Copies,
    pub(super) chance: ByChance,
}

/// All figures, in the order of a report.
pub(super) fn risks(
    protocol: &Protocol,
    train: &Rows,
    holdout: Option<&Rows>,
    synthetic: &Rows,
    found: &CopiesFound,
) -> Vec<MeasuredRisk> {
    let rounds = protocol.rounds();
    let rare = RareValues::of(train, holdout, synthetic);
    vec![
        exact_copies(found, [train, synthetic].map(Rows::rows), holdout.map(Rows::rows)),
        above("rare_values", Attack::SinglingOut, rare_judged(&rare)),
        quantile("dcr_median", &rounds, |figures| figures.dcr_median),
        overfitting(&rounds),
        baseline(protocol, &rounds),
        quantile("nndr", &rounds, |figures| figures.nndr),
        identifiability(protocol, &rounds),
        nnaa(protocol, &rounds),
        privacy_loss(&rounds),
        membership(protocol, &rounds),
        above(
            "mia_most_exposed",
            Attack::Inference,
            rounds.judge(|draw| draw.figures.most_exposed),
        ),
        above(
            "attribute_inference",
            Attack::Inference,
            rounds.judge(|draw: &Measured| draw.attributes),
        ),
    ]
}

fn above(name: &'static str, attack: Attack, judged: Judged) -> MeasuredRisk {
    MeasuredRisk::new(name, attack, judged.value, judged.reference)
        .above(judged.reference + SPREADS * judged.spread)
}

/// A median or another quantile of distances. Its spread comes from the hold-out alone.
fn quantile(name: &'static str, rounds: &Rounds, figure: fn(&Figures) -> Pair) -> MeasuredRisk {
    let judged = rounds.judge(|draw| figure(&draw.figures));
    let spread = rounds.halves_spread(|figures, _| figure(figures));
    MeasuredRisk::new(name, Attack::SinglingOut, judged.value, judged.reference)
        .below(judged.reference - QUANTILE_SPREADS * spread)
}

/// The share of training rows that the synthetic table repeats; the share of hold-out rows is the
/// base rate.
/// Without a hold-out two shares are judged by what either table repeats of itself: that of
/// training rows that are repeated (which shows single copies in tables whose rows are all
/// different) and that of synthetic rows that repeat one (which shows many copies in any table).
fn exact_copies(found: &CopiesFound, rows: [usize; 2], holdout: Option<usize>) -> MeasuredRisk {
    let CopiesFound { copies, chance } = found;
    let [train, synthetic] = rows.map(|rows| rows as f64);
    let value = copies.training as f64 / train;
    let risk = |reference| MeasuredRisk::new("exact_copies", Attack::SinglingOut, value, reference);
    if let Some((repeated, rows)) = copies.holdout.zip(holdout) {
        let reference = repeated as f64 / rows as f64;
        return risk(reference).above(Copies::alarm_above(repeated, rows));
    }
    let (above, share) = (chance.training_above(), copies.synthetic as f64 / synthetic);
    let many = share > chance.synthetic_above();
    let blind = above >= 1.0 && chance.synthetic_above() >= 1.0;
    match value > above {
        false if many => MeasuredRisk { alarm: Some(true), ..risk(f64::NAN) },
        false if blind => risk(f64::NAN),
        false if above >= 1.0 => MeasuredRisk { alarm: Some(false), ..risk(f64::NAN) },
        _ => risk(f64::NAN).above(above),
    }
}

fn rare_judged(rare: &RareValues) -> Judged {
    Judged {
        value: rare.published.training,
        reference: rare.published.holdout,
        spread: rare.spread,
    }
}

/// The score falls by twice the share p of rows that are nearer to training rows.
/// Without ties that is the difference of the two shares, whose spread is known.
fn overfitting(rounds: &Rounds) -> MeasuredRisk {
    let closer = rounds.judge(|draw| draw.figures.closer);
    let [value, reference] = [closer.value, closer.reference].map(dcr::protection);
    MeasuredRisk::new("dcr_overfitting_protection", Attack::SinglingOut, value, reference)
        .below(1.0 - SPREADS * closer.spread)
}

/// The library scales distances by the ranges of the rows among which it looks for neighbours, and
/// the widest patients of a small hold-out change these ranges.
/// So the reference is the score with the median distance to the hold-out in the place of that to
/// the training rows, both in one scale.
/// The spread is that of the median distance, in units of the median for uniform rows.
fn baseline(protocol: &Protocol, rounds: &Rounds) -> MeasuredRisk {
    let (scores, uniform) = protocol.baseline(rounds);
    let near = rounds.judge(|draw| draw.figures.dcr_median);
    let reference = if near.value > 0.0 {
        scores.training * near.reference / near.value
    } else {
        scores.holdout
    };
    let spread = rounds.halves_spread(|_, closeness| closeness.median) / uniform;
    MeasuredRisk::new("dcr_baseline_protection", Attack::SinglingOut, scores.training, reference)
        .below(reference - QUANTILE_SPREADS * spread)
}

/// Without a hold-out the figure is judged by dealing the labels "training" and "synthetic", which
/// a fresh sample could exchange.
fn identifiability(protocol: &Protocol, rounds: &Rounds) -> MeasuredRisk {
    let judged = rounds.judge(|draw| draw.figures.identifiability);
    if !judged.reference.is_nan() {
        return above("identifiability", Attack::Linkability, judged);
    }
    let (mean, spread) = protocol.exchanged(|figures| figures.identifiability.training);
    MeasuredRisk::new("identifiability", Attack::Linkability, judged.value, f64::NAN)
        .above(mean + SPREADS * spread)
}

/// Judged against 1/2 by dealing the labels "training" and "synthetic": a fresh sample cannot be
/// told from the training rows.
fn nnaa(protocol: &Protocol, rounds: &Rounds) -> MeasuredRisk {
    let judged = rounds.judge(|draw| draw.figures.nnaa);
    let (mean, spread) = protocol.exchanged(|figures| figures.nnaa.training);
    MeasuredRisk::new("nnaa", Attack::Linkability, judged.value, judged.reference)
        .below(mean - SPREADS * spread)
}

/// NNAA of the hold-out less NNAA of the training rows; 0 when both are treated alike.
fn privacy_loss(rounds: &Rounds) -> MeasuredRisk {
    let loss = |Pair { training, holdout }| {
        let loss = holdout - training;
        Pair { training: loss, holdout: if loss.is_nan() { loss } else { 0.0 } }
    };
    above("nnaa_privacy_loss", Attack::Linkability, rounds.judge(|draw| loss(draw.figures.nnaa)))
}

fn membership(protocol: &Protocol, rounds: &Rounds) -> MeasuredRisk {
    let judged = rounds.judge(|draw| draw.figures.mia_auc);
    above("mia_auc", Attack::Inference, judged).with_error(protocol.membership_error())
}

/// What a reader must know.
pub(super) fn notes(rows: usize, holdout: bool, found: &CopiesFound) -> Vec<String> {
    let mut notes = vec![format!(
        "Distances are medians of {DRAWS} draws of {rows} rows of each kind; copies and rare \
         values are counted over the whole tables."
    )];
    if rows < ROWS_AT_LEAST {
        notes.push(format!("With fewer than {ROWS_AT_LEAST} rows of each kind nothing is judged."));
    }
    if !holdout {
        notes.push(
            "Without a hold-out nobody can tell what is near because it was remembered from what \
             is near because patients are alike: rare values, distances to the closest record, \
             NNDR, privacy loss, membership and attribute inference are not judged. Keep patients \
             back from training to judge them."
                .into(),
        );
    }
    let CopiesFound { copies, chance } = found;
    if copies.training > 0 {
        let base = match copies.holdout {
            Some(holdout) => format!(", and {holdout} hold-out rows, which is what chance does"),
            None => format!(
                "; of fresh patients, {} would be like one of these",
                percent(chance.share())
            ),
        };
        notes.push(format!(
            "The synthetic table repeats {} training rows cell for cell, in {} of its own{base}.",
            copies.training, copies.synthetic,
        ));
    }
    notes.push(
        "This is the risk measured under these attacks. It is no proof of privacy, and no \
        differential privacy is offered."
            .into(),
    );
    notes
}

fn percent(share: f64) -> String {
    match (100.0 * share).round() {
        0.0 => "fewer than 1 %".into(),
        percent => format!("about {percent} %"),
    }
}
