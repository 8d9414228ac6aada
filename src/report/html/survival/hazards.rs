//! Cox's log hazard ratios, one line per covariate.

use crate::chart::scale::Scale;
use crate::chart::shape::{group_at, inline, line, pixel, put};
use crate::disclosure::Audience;
use crate::html::words::{grouped, name, number, percent, signed};
use crate::survival::shows_complete;
use judge::evaluation::survival::{Coefficient, Estimate, Hazards, Survival};
use maud::{Markup, PreEscaped, html};
use svg::node::element::{Circle, Group};

const SIZE: (f64, f64) = (240.0, 30.0);
const EXPLANATION: &str = "Cox's model with Efron's ties: how the hazard depends on each covariate \
    when the others stay the same. Numbers count in standard deviations of the real table, levels \
    against its most common one. The covariates are those with the strongest association in the \
    real table, at most one coefficient per ten events and ten in all; patients who miss one are \
    left out.";

/// The table of both tables' estimates with their intervals.
pub(super) fn table(hazards: &Hazards, survival: &Survival, audience: Audience) -> Markup {
    let x = scale(&hazards.coefficients);
    html! {
        h3 { "Log hazard ratios" }
        p.note { (EXPLANATION) }
        div.scroll tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "covariate" }
                        th.scale scope="col" { "real and synthetic, 95 % intervals" }
                        th.figure scope="col" { "real" }
                        th.figure scope="col" { "synthetic" }
                        th.figure scope="col" { "difference" }
                    }
                }
                tbody { @for one in &hazards.coefficients { (row(one, &x)) } }
            }
        }
        (summary(hazards))
        @if shows_complete(hazards, &survival.real, audience) {
            p.note {
                (grouped(hazards.patients)) " real patients miss no covariate, "
                (grouped(hazards.events)) " of them have the event."
            }
        }
    }
}

fn summary(hazards: &Hazards) -> Markup {
    html! {
        p {
            "Mean difference " b { (number(hazards.mean_error)) } ", largest "
            b { (number(hazards.largest_error)) } "; "
            (percent(hazards.within)) " of the synthetic estimates are within the real intervals. "
            "At equal sizes: half of the real patients against as many synthetic ones "
            (number(hazards.value)) " on average, against the other half "
            (number(hazards.ceiling)) "."
        }
    }
}

fn row(one: &Coefficient, x: &Scale) -> Markup {
    let difference =
        one.synthetic.map(|other| signed(other.log_hazard_ratio - one.real.log_hazard_ratio));
    html! {
        tr {
            th scope="row" { (name(&one.column)) " " small { (name(&one.contrast)) } }
            td.scale { (forest(one, x)) }
            td.figure data-label="real" { (words(Some(one.real))) }
            td.figure data-label="synthetic" { (words(one.synthetic)) }
            td.figure data-label="difference" { (difference.unwrap_or("–".into())) }
        }
    }
}

fn words(estimate: Option<Estimate>) -> Markup {
    html! {
        @match estimate {
            Some(Estimate { log_hazard_ratio, low, high, .. }) => {
                (signed(log_hazard_ratio)) " " small { "(" (signed(low)) " to " (signed(high)) ")" }
            },
            None => "–",
        }
    }
}

/// One scale for all lines, with 0 on it.
fn scale(coefficients: &[Coefficient]) -> Scale {
    let all = coefficients.iter().flat_map(|one| [Some(one.real), one.synthetic]).flatten();
    let ends = all.flat_map(|estimate| [estimate.low, estimate.high]);
    let (low, high) = ends.fold((0.0f64, 0.0f64), |(low, high), end| (low.min(end), high.max(end)));
    Scale::linear(low, high, 10.0, 230.0)
}

fn forest(one: &Coefficient, x: &Scale) -> Markup {
    let mut group = group_at(0.0, 0.0);
    if let Some(zero) = x.at(0.0) {
        put(&mut group, line(zero, 2.0, zero, 28.0, "axis"));
    }
    mark(&mut group, x, one.real, 9.0, "real");
    if let Some(synthetic) = one.synthetic {
        mark(&mut group, x, synthetic, 21.0, "synthetic");
    }
    let about = format!("Log hazard ratios of {}, real above synthetic", one.column);
    html! { (PreEscaped(inline(SIZE.0, SIZE.1, &about).add(group).to_string())) }
}

fn mark(group: &mut Group, x: &Scale, estimate: Estimate, height: f64, class: &str) {
    if let (Some(low), Some(high)) = (x.at(estimate.low), x.at(estimate.high)) {
        put(group, line(low, height, high, height, "whisker"));
    }
    if let Some(at) = x.at(estimate.log_hazard_ratio) {
        let dot = Circle::new().set("cx", pixel(at)).set("cy", height).set("r", 4.5);
        put(group, dot.set("class", class));
    }
}
