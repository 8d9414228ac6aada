//! Every score with its references, for those who want to compare numbers.

use super::section::Section;
use super::strip::{Marks, about, key, strip};
use super::words::{grouped, number, optional};
use judge::evaluation::{Evaluation, Score, Sizes};
use maud::{Markup, html};

/// The table of scores.
pub(super) fn section(evaluation: &Evaluation) -> Section {
    let (privacy, likeness): (Vec<&Score>, Vec<&Score>) =
        evaluation.scores.iter().partition(|score| score.name.is_privacy());
    let holdout = evaluation
        .scores
        .iter()
        .any(|score| score.holdout.is_some() || score.against_holdout.is_some());
    let body = html! {
        (key())
        (table("Likeness and use", &likeness, holdout))
        (table("Privacy", &privacy, holdout))
        p.note { (sizes(&evaluation.sizes)) }
        @if !evaluation.notes.is_empty() {
            h3 { "What must be known of these numbers" }
            ul { @for note in &evaluation.notes { li { (super::words::name(note)) } } }
        }
    };
    Section { id: "scores", title: "All scores", body }
}

fn table(caption: &str, scores: &[&Score], holdout: bool) -> Markup {
    html! {
        div.scroll tabindex="0" {
            table.scores {
                caption { (caption) }
                thead {
                    tr {
                        th scope="col" { "score" }
                        th.scale scope="col" { "worse – better" }
                        th.figure scope="col" { "value" }
                        th.figure scope="col" { "shuffled" }
                        th.figure scope="col" { "half against half" }
                        @if holdout {
                            th.figure scope="col" { "against hold-out" }
                            th.figure scope="col" { "training against it" }
                        }
                        th.figure scope="col" { "all rows" }
                    }
                }
                tbody { @for score in scores { (line(score, holdout)) } }
            }
        }
    }
}

fn line(score: &Score, holdout: bool) -> Markup {
    let known = score.value.is_finite();
    html! {
        tr.absent[!known] {
            th scope="row" {
                (score.name.label()) " " code { (score.name.key()) }
                p.note { (score.name.meaning()) }
            }
            td.scale { (strip(&Marks::of(score), &about(score.name))) }
            td.figure.first data-label="value" {
                @if known { b { (number(score.value)) } } @else { "not judged" }
                @if let Some((low, high)) = score.low.zip(score.high) {
                    br;
                    small { " " (number(low)) " to " (number(high)) }
                }
            }
            td.figure data-label="shuffled" { (optional(score.floor)) }
            td.figure data-label="half against half" { (optional(score.ceiling)) }
            @if holdout {
                td.figure data-label="against hold-out" { (optional(score.against_holdout)) }
                td.figure data-label="training against it" { (optional(score.holdout)) }
            }
            td.figure data-label="all rows" { (optional(score.whole)) }
        }
    }
}

fn sizes(sizes: &Sizes) -> String {
    let mut text = format!(
        "Value, shuffled and half against half are medians over {} splits, {} rows against {}, \
         because scores depend on sizes; \"all rows\" is what other programs report.",
        sizes.splits,
        grouped(sizes.compared),
        grouped(sizes.compared)
    );
    if let (Some(holdout), Some(compared)) = (sizes.holdout, sizes.compared_holdout) {
        text.push_str(&format!(
            " Against the hold-out of {} patients: {} rows against {}; a perfect generator scores \
             what the training patients score.",
            grouped(holdout),
            grouped(compared),
            grouped(compared)
        ));
    }
    text
}
