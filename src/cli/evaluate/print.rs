//! The scores for a person at a terminal.

use clinical::text_table::TextTable;
use judge::evaluation::survival::{Estimate, Stratum};
use judge::evaluation::{Attack, Evaluation, Risk, Score, Survival};

/// Scores between their references, then targets, then alarms and notes, in at most `width` columns
/// if it can be.
pub(super) fn text(evaluation: &Evaluation, width: usize) -> String {
    let mut lines = vec![heading(evaluation), String::new()];
    lines.extend(scores(evaluation, width));
    if let Some(utility) = &evaluation.utility {
        lines.push(String::new());
        for target in &utility.targets {
            let (name, measure) = (&target.column, target.measure);
            lines.push(format!(
                "predicting {name} ({measure}): learned from real patients {}, from synthetic {}",
                number(target.real),
                number(target.synthetic)
            ));
        }
    }
    lines.extend(kept(evaluation));
    lines.extend(evaluation.survival.iter().flat_map(survival));
    lines.push(String::new());
    lines.extend(Attack::ALL.iter().flat_map(|&attack| risks(evaluation, attack)));
    lines.push(String::new());
    lines.extend(evaluation.notes.iter().map(|note| format!("note: {note}")));
    lines.join("\n")
}

fn heading(evaluation: &Evaluation) -> String {
    let sizes = evaluation.sizes;
    let holdout = sizes.holdout.map_or(String::new(), |rows| format!(", {rows} kept back"));
    format!(
        "{} real and {} synthetic patients{holdout}, {} columns; value, ceiling and floor: {} \
         rows on either side, medians of {} splits",
        sizes.real, sizes.synthetic, sizes.columns, sizes.compared, sizes.splits
    )
}

/// What every real patient keeps, and how many synthetic ones break it.
fn kept(evaluation: &Evaluation) -> Vec<String> {
    let kept = &evaluation.kept;
    if kept.found == 0 {
        return Vec::new();
    }
    let percent = |share: f64| format!("{:.2} %", 100.0 * share);
    let (found, broken) = (kept.found, percent(kept.broken_patients));
    let mut lines = vec![
        String::new(),
        format!(
            "{found} relations that every real patient keeps: {broken} of the synthetic ones break one"
        ),
    ];
    let line = |one: &judge::evaluation::BrokenRelation| {
        format!("  {} ({})", one.relation, percent(one.share))
    };
    lines.extend(kept.broken.iter().map(line));
    lines
}

/// Curves and hazard ratios beside their references.
fn survival(of: &Survival) -> Vec<String> {
    let far = &of.difference;
    let [whole, value, ceiling] = [far.whole, far.value, far.ceiling].map(number);
    let mut lines = vec![
        String::new(),
        format!("survival: time {}, event {} = {}", of.time, of.event, of.value),
        format!("  curves differ by {whole} at most (halves: {value}, ceiling {ceiling})"),
    ];
    if let Some((ours, best)) = far.against_holdout.zip(far.holdout) {
        let (ours, best) = (number(ours), number(best));
        lines.push(format!("  against the hold-out {ours}, training patients {best}"));
    }
    if let Some(strata) = &of.strata {
        let level = |one: &Stratum| {
            let (name, far) = (&one.level, number(one.difference));
            format!("  {} = {name}: curves differ by {far} at most", strata.column)
        };
        lines.extend(strata.levels.iter().map(level));
    }
    if let Some(hazards) = &of.hazards {
        let numbers = [hazards.mean_error, hazards.largest_error, hazards.value, hazards.ceiling];
        let [mean, largest, value, ceiling] = numbers.map(number);
        lines.push(format!(
            "  log hazard ratios differ by {mean} on average, {largest} at most (halves: {value}, \
             ceiling {ceiling}); {:.0} % within the real 95 % intervals",
            100.0 * hazards.within
        ));
        lines.extend(hazards.coefficients.iter().map(|one| {
            let synthetic = one.synthetic.map_or(f64::NAN, |other| other.log_hazard_ratio);
            let Estimate { log_hazard_ratio, low, high, .. } = one.real;
            let real = [log_hazard_ratio, low, high].map(number);
            let (name, unit) = (&one.column, &one.contrast);
            let [real, low, high] = real;
            format!(
                "  {name} ({unit}): real {real} ({low} to {high}), synthetic {}",
                number(synthetic)
            )
        }));
    }
    lines.extend(of.notes.iter().map(|note| format!("  {note}")));
    lines
}

fn scores(evaluation: &Evaluation, width: usize) -> Vec<String> {
    let held = evaluation.sizes.holdout.is_some();
    let mut table = TextTable::default()
        .words("score", 0)
        .numbers("value", 0)
        .numbers("95 %", 3)
        .numbers("ceiling", 0)
        .numbers("floor", 0);
    if held {
        table = table.numbers("vs hold-out", 1).numbers("training vs it", 1);
    }
    let mut table = table.numbers("all rows", 2).words("best", 4);
    for score in &evaluation.scores {
        let optional = |value: Option<f64>| value.map_or("-".to_owned(), number);
        let interval = score
            .low
            .zip(score.high)
            .map_or("-".to_owned(), |(low, high)| format!("{} to {}", number(low), number(high)));
        let mut row = vec![
            score.name.key().to_owned(),
            number(score.value),
            interval,
            optional(score.ceiling),
            optional(score.floor),
        ];
        if held {
            row.extend([score.against_holdout, score.holdout].map(optional));
        }
        row.extend([optional(score.whole), best(score).to_owned()]);
        table.row(row);
    }
    table.lines(width)
}

fn best(score: &Score) -> &'static str {
    match score.name.better() {
        judge::evaluation::Better::Higher => "1",
        judge::evaluation::Better::Lower => "0",
        judge::evaluation::Better::Half => "0.5",
    }
}

fn risks(evaluation: &Evaluation, attack: Attack) -> Vec<String> {
    let name = attack.name().to_lowercase();
    let state = |risk: &Risk| match risk.alarm {
        Some(true) => "ALARM",
        Some(false) => "no alarm",
        None => "cannot be judged",
    };
    let line =
        |risk: &Risk| format!("{name}: {}: {} ({})", risk.label, number(risk.value), state(risk));
    evaluation.privacy.of(attack).map(line).collect()
}

/// Four significant digits at most; a dash for what could not be computed.
fn number(value: f64) -> String {
    if value.is_finite() { format!("{value:.4}") } else { "-".to_owned() }
}
