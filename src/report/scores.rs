//! The scores as a part of `summary.md`: the numbers of `report.json`, between their references.

use crate::markdown::{escape, number, percent, table};
use judge::evaluation::{Audit, Better, Evaluation, Risk, Score, Survival};

const RISKS: &str = "Measured risks, each beside what patients kept back score where there are \
                     some. They are risks under these attacks, no proof that there are no others.";

/// The part `## Scores`, then predictions, risks and notes.
pub fn scores_markdown(evaluation: &Evaluation) -> String {
    let mut sections = vec!["## Scores".to_owned(), how(evaluation), scores(evaluation)];
    sections.extend(kept(evaluation));
    sections.extend(utility(evaluation));
    sections.extend(evaluation.survival.as_ref().map(survival));
    sections.push(RISKS.into());
    sections.push(risks(evaluation));
    sections.extend(evaluation.audit.as_ref().map(shadow_models));
    if !evaluation.notes.is_empty() {
        let notes: Vec<String> =
            evaluation.notes.iter().map(|note| format!("- {}", escape(note))).collect();
        sections.push(format!("What must be known of these numbers:\n\n{}", notes.join("\n")));
    }
    sections.iter().map(|section| section.trim_end()).collect::<Vec<_>>().join("\n\n") + "\n"
}

/// What every real patient keeps, and how many synthetic ones break it.
fn kept(evaluation: &Evaluation) -> Option<String> {
    let kept = &evaluation.kept;
    let lines = kept
        .broken
        .iter()
        .map(|one| format!("\n- {}: {}", escape(&one.relation), percent(one.share)));
    (kept.found > 0).then(|| {
        format!(
            "Relations that every real patient keeps: {}. Synthetic patients that break one: {}.\n{}",
            kept.found,
            percent(kept.broken_patients),
            lines.collect::<String>()
        )
    })
}

fn shadow_models(audit: &Audit) -> String {
    let figure = format!(
        "Shadow models: {} models of {} epochs, each trained on half of the patients, in {:.1} of \
         {} minutes. Whether a patient was trained on is told with an AUC of {} ({} to {}; 0.5 \
         is guessing).",
        audit.models,
        audit.epochs,
        audit.minutes,
        audit.budget,
        number(audit.auc),
        number(audit.low),
        number(audit.high)
    );
    let notes = audit.notes.iter().map(|note| format!("\n- {}", escape(note)));
    format!("{figure}\n{}", notes.collect::<String>())
}

fn how(evaluation: &Evaluation) -> String {
    let sizes = evaluation.sizes;
    format!(
        "Value, ceiling (one half of the real patients against the other) and floor (columns \
         shuffled independently) are medians over {} splits with {} patients on either side, \
         because scores depend on sizes; the last column is of all rows, as other programs \
         report it. `report.json` has the same numbers.",
        sizes.splits, sizes.compared
    )
}

fn scores(evaluation: &Evaluation) -> String {
    let held = evaluation.sizes.holdout.is_some();
    let optional = |value: Option<f64>| value.map_or("–".to_owned(), number);
    let line = |score: &Score| {
        let interval = score.low.zip(score.high);
        let interval = interval
            .map_or("–".to_owned(), |(low, high)| format!("{} to {}", number(low), number(high)));
        let better = match score.name.better() {
            Better::Higher => "1",
            Better::Lower => "0",
            Better::Half => "0.5",
        };
        let name = format!("{} (`{}`)", score.name.label(), score.name.key());
        let mut line = vec![name, better.to_owned(), number(score.value), interval];
        line.extend([score.ceiling, score.floor].map(optional));
        if held {
            line.extend([score.against_holdout, score.holdout].map(optional));
        }
        line.push(optional(score.whole));
        line
    };
    let mut header = vec!["score", "best", "value", "95 % interval", "ceiling", "floor"];
    if held {
        header.extend(["against the hold-out", "training patients against it"]);
    }
    header.push("all rows");
    table(&header, &evaluation.scores.iter().map(line).collect::<Vec<_>>())
}

fn utility(evaluation: &Evaluation) -> Option<String> {
    let utility = evaluation.utility.as_ref()?;
    let lines: Vec<Vec<String>> = utility
        .targets
        .iter()
        .map(|target| {
            let name = format!("{} ({})", escape(&target.column), target.measure);
            let difference = number(target.synthetic - target.real);
            vec![name, number(target.real), number(target.synthetic), difference]
        })
        .collect();
    Some(table(
        &["prediction learned from", "real patients", "synthetic patients", "difference"],
        &lines,
    ))
}

/// Curves and log hazard ratios, with their references.
fn survival(of: &Survival) -> String {
    let far = &of.difference;
    let mut lines = vec![vec![
        "largest difference of survival curves".to_owned(),
        number(far.whole),
        number(far.value),
        number(far.ceiling),
    ]];
    if let Some(hazards) = &of.hazards {
        let [whole, value, ceiling] = [hazards.mean_error, hazards.value, hazards.ceiling];
        let name = format!("mean error of {} log hazard ratios", hazards.coefficients.len());
        lines.push(vec![name, number(whole), number(value), number(ceiling)]);
    }
    let notes = of.notes.iter().map(|note| format!("\n- {}", escape(note)));
    format!(
        "Survival: time {}, event {} = {}.\n\n{}{}",
        escape(&of.time),
        escape(&of.event),
        escape(&of.value),
        table(&["survival", "all rows", "value", "ceiling"], &lines),
        notes.collect::<String>()
    )
}

fn risks(evaluation: &Evaluation) -> String {
    let line = |risk: &Risk| {
        let alarm = match risk.alarm {
            Some(true) => "**yes**",
            Some(false) => "no",
            None => "cannot be judged",
        };
        let reference = risk.reference.map_or("–".to_owned(), number);
        vec![
            format!("{} (`{}`)", risk.label, risk.name),
            number(risk.value),
            reference,
            alarm.to_owned(),
        ]
    };
    let lines: Vec<Vec<String>> = evaluation.privacy.risks.iter().map(line).collect();
    table(&["risk", "value", "reference", "alarm"], &lines)
}
