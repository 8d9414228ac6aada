//! What the attacks found, in the order of the three questions of the data protection authorities,
//! and what each attack does not show.

use super::input::ReportInput;
use super::section::Section;
use super::strip::{Direction, Marks, strip};
use super::words::{grouped, name, number, signed};
use crate::disclosure::Audience;
use judge::evaluation::{Attack, Audit, Privacy, Risk};
use maud::{Markup, html};

/// Patients listed for the owner.
const MOST_EXPOSED: usize = 10;

/// What bounds an attacker who knows more or tries something else.
fn bound(budget: Option<[f64; 2]>) -> String {
    match budget {
        None => "No differential privacy is offered, so nothing here bounds what an attacker can \
                 learn who knows more or tries something else."
            .into(),
        Some([epsilon, delta]) => format!(
            "The patients were made with differential privacy (epsilon {epsilon}, delta {delta}), \
             which bounds what an attacker can learn who knows more or tries something else."
        ),
    }
}

/// The three questions, then the shadow models.
pub(super) fn section(input: &ReportInput, audience: Audience) -> Section {
    let evaluation = input.evaluation;
    let privacy = &evaluation.privacy;
    let body = html! {
        p {
            "Measured risk under these attacks: an attack that fails proves nothing about the next \
             one. " (bound(input.budget))
        }
        p.note { (how(privacy)) }
        @for attack in Attack::ALL {
            h3 { (attack.name()) }
            p.note { (question(attack)) }
            (risks(privacy, attack))
            @if attack == Attack::Linkability && let Some(audit) = &evaluation.audit {
                (shadow_models(audit, audience))
            }
        }
    };
    Section { id: "privacy", title: "Privacy", body }
}

fn how(privacy: &Privacy) -> String {
    let mut text = String::new();
    if privacy.draws > 0 {
        text = format!(
            "Every value is the median of {} draws of {} patients from each table, because unequal \
             sizes bias these measures. ",
            privacy.draws,
            grouped(privacy.rows)
        );
    }
    if !privacy.holdout {
        text.push_str(
            "No real patients were kept back from training, so nobody can say whether synthetic \
             patients are nearer to those trained on than to others: train with a hold-out to \
             learn it.",
        );
    }
    text
}

fn question(attack: Attack) -> &'static str {
    match attack {
        Attack::SinglingOut => "Can one real patient be picked out of the synthetic table?",
        Attack::Linkability => {
            "Can a known patient be recognised as one of those that the table was made of?"
        }
        Attack::Inference => {
            "Can something unknown about a real patient be learned from the table?"
        }
    }
}

fn risks(privacy: &Privacy, attack: Attack) -> Markup {
    let risks: Vec<&Risk> = privacy.of(attack).collect();
    html! {
        @if risks.is_empty() {
            p { "Not measured: this report says nothing about this question." }
        } @else {
            div.risks { @for risk in risks { (card(risk)) } }
        }
    }
}

fn card(risk: &Risk) -> Markup {
    let (class, state) = match risk.alarm {
        Some(true) => ("poor", "✗ alarm"),
        Some(false) => ("calm", "no alarm"),
        None => ("unknown", "? cannot be judged"),
    };
    html! {
        div.risk.(class) {
            p.what { (risk.label) " " span.state { (state) } }
            @if risk.value.is_finite() {
                p.value { (number(risk.value)) @if let Some((low, high)) = risk.low.zip(risk.high) {
                    small { " " (number(low)) " to " (number(high)) }
                } }
                (strip(&marks(risk), risk.label))
            }
            (thresholds(risk))
            p.blind { b { "Does not show: " } (risk.blind_spot) }
        }
    }
}

/// Values far from the alarm are to the right.
fn marks(risk: &Risk) -> Marks {
    let direction = match (risk.alarm_below, risk.alarm_above) {
        (Some(_), None) => Direction::Up,
        (None, Some(_)) => Direction::Down,
        _ => risk.better.into(),
    };
    Marks {
        value: risk.value,
        interval: risk.low.zip(risk.high),
        floor: None,
        ceiling: None,
        ring: risk.reference,
        alarm: risk.alarm_above.or(risk.alarm_below),
        direction,
    }
}

fn thresholds(risk: &Risk) -> Markup {
    let reference = risk.reference.filter(|reference| reference.is_finite());
    let alarm = match (risk.alarm_below, risk.alarm_above) {
        (Some(below), Some(above)) => {
            Some(format!("alarm below {} or above {}", number(below), number(above)))
        }
        (Some(below), None) => Some(format!("alarm below {}", number(below))),
        (None, Some(above)) => Some(format!("alarm above {}", number(above))),
        (None, None) => None,
    };
    html! {
        @if reference.is_some() || alarm.is_some() {
            p.ends {
                @if let Some(reference) = reference {
                    span { "ring: " (risk.reference_label) " " b { (number(reference)) } }
                }
                @if let Some(alarm) = alarm { span { "dashed: " (alarm) } }
            }
        }
    }
}

fn shadow_models(audit: &Audit, audience: Audience) -> Markup {
    html! {
        h4 { "Membership inference by shadow models" }
        p {
            (audit.models) " small generators, each trained on half of the patients for "
            (audit.epochs) " epochs: whether a patient was trained on is told with an AUC of "
            b { (number(audit.auc)) } " (from " (number(audit.low)) " to " (number(audit.high))
            "; 0.5 is guessing)."
        }
        @for note in &audit.notes { p.note { (name(note)) } }
        p.note {
            (format!("{:.1} of {:.1}", audit.minutes, audit.budget)) " minutes were used. "
            "Does not show: what an attacker could do with more models, or with knowledge of a \
             patient that is not in this table."
        }
        @if audience == Audience::Owner && !audit.exposed.is_empty() { (exposed(audit)) }
    }
}

fn exposed(audit: &Audit) -> Markup {
    html! {
        table {
            caption {
                "The most exposed patients, by row of private/cohort.csv: for the owner only"
            }
            thead {
                tr {
                    th scope="col" { "row" }
                    th.figure scope="col" { "effect in standard errors" }
                }
            }
            tbody {
                @for patient in audit.exposed.iter().take(MOST_EXPOSED) {
                    tr { th scope="row" { (patient.row) } td.figure { (signed(patient.effect)) } }
                }
            }
        }
    }
}
