//! How well models that learned from synthetic patients predict real ones, target by target.

use super::section::Section;
use super::words::{grouped, name, number, signed};
use crate::chart::scale::Scale;
use crate::chart::shape::{group_at, inline, line, pixel, put};
use judge::evaluation::{Evaluation, TargetScore, Utility};
use maud::{Markup, PreEscaped, html};
use svg::node::element::Circle;

const SIZE: (f64, f64) = (240.0, 22.0);

/// The targets; nothing when none was named.
pub(super) fn section(evaluation: &Evaluation) -> Option<Section> {
    let utility = evaluation.utility.as_ref().filter(|utility| !utility.targets.is_empty())?;
    let body = html! {
        p { (explanation(utility)) }
        p.keys {
            span.key { i.swatch.real {} "learned from real patients" }
            span.key { i.swatch.synthetic {} "learned from synthetic patients" }
        }
        div.scroll tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "to be predicted" }
                        th.scale scope="col" { "guessing (left) to perfect (right)" }
                        th.figure scope="col" { "real" }
                        th.figure scope="col" { "synthetic" }
                        th.figure scope="col" { "difference" }
                    }
                }
                tbody { @for target in &utility.targets { (target_line(target)) } }
            }
        }
        @if utility.difference.is_finite() {
            p { "Mean difference: " b { (signed(utility.difference)) } "." }
        }
    };
    Some(Section { id: "use", title: "Use for prediction", body })
}

fn explanation(utility: &Utility) -> String {
    let tested = if utility.holdout {
        "real patients that were kept back from training"
    } else {
        "real patients; none were kept back from the generator, which flatters the synthetic ones"
    };
    format!(
        "The same learner (boosted trees) learns each target from {} synthetic and from as many \
         real patients and is tested on {} {tested}. AUC of yes-or-no targets: 0.5 is guessing. R2 \
         of numbers: 0 is guessing the mean.",
        grouped(utility.trained_on),
        grouped(utility.tested_on)
    )
}

fn target_line(target: &TargetScore) -> Markup {
    html! {
        tr {
            th scope="row" { (name(&target.column)) " " small { (target.measure) } }
            td.scale { (dots(target)) }
            td.figure data-label="real" { (number(target.real)) }
            td.figure data-label="synthetic" { (number(target.synthetic)) }
            td.figure data-label="difference" { (signed(target.synthetic - target.real)) }
        }
    }
}

/// Both scores on one line from guessing to perfect.
fn dots(target: &TargetScore) -> Markup {
    let guess = if target.measure == "AUC" { 0.5 } else { 0.0 };
    let low = [target.real, target.synthetic]
        .into_iter()
        .filter(|value| value.is_finite())
        .fold(guess, f64::min);
    let x = Scale::linear(low, 1.0, 10.0, 230.0);
    let mut group = group_at(0.0, 0.0);
    put(&mut group, line(10.0, 11.0, 230.0, 11.0, "axis"));
    if let Some(at) = x.at(guess) {
        put(&mut group, line(at, 4.0, at, 18.0, "floor"));
    }
    let places = [(target.real, "real"), (target.synthetic, "synthetic")]
        .map(|(value, class)| (x.at(value), class));
    if let [(Some(a), _), (Some(b), _)] = places {
        put(&mut group, line(a, 11.0, b, 11.0, "whisker"));
    }
    for (at, class) in places {
        if let Some(at) = at {
            put(
                &mut group,
                Circle::new().set("cx", pixel(at)).set("cy", 11).set("r", 5).set("class", class),
            );
        }
    }
    let about = format!("{} learned from real and from synthetic patients", target.measure);
    html! { (PreEscaped(inline(SIZE.0, SIZE.1, &about).add(group).to_string())) }
}
