//! The first screen: the verdict in plain words and five numbers on their scales.

use super::input::ReportInput;
use super::strip::{Marks, about, strip};
use super::words::{name, number};
use crate::verdict::{Grade, Judgement, Verdict};
use judge::evaluation::{Evaluation, Score, ScoreName};
use maud::{Markup, html};

/// Numbers on the first screen.
const NUMBERS: usize = 5;

/// Verdict and numbers.
pub(super) fn first_screen(input: &ReportInput) -> Markup {
    let verdict = Verdict::of(input.evaluation);
    let numbers = numbers(input.evaluation, &verdict);
    let has_ring = numbers.iter().any(|score| score.holdout.is_some());
    html! {
        section #verdict {
            p.headline.(verdict.grade.word()) { (name(&verdict.headline)) }
            div.numbers {
                @for score in &numbers { (tile(score)) }
            }
            p.note.scale-note {
                "Diamond: synthetic patients, with the 95 % interval. Band: from real patients \
                 with every column shuffled (left end, all relations lost) to one half of the real \
                 patients against the other half (right end, as good as it gets). "
                @if has_ring { "Ring: patients trained on, against those kept back. " }
                "Further right is better."
            }
            dl.judgements { @for judgement in &verdict.judgements { (line(judgement)) } }
        }
    }
}

fn line(judgement: &Judgement) -> Markup {
    html! {
        div.(judgement.grade.word()) {
            dt { span.mark { (mark(judgement.grade)) } (judgement.topic) }
            dd { (name(&judgement.sentence)) }
        }
    }
}

/// The scores that the judgements rest on, then others that have a value, until there are five.
fn numbers<'a>(evaluation: &'a Evaluation, verdict: &Verdict) -> Vec<&'a Score> {
    let [columns, relations, patients, missing, usefulness, privacy, ..] = &verdict.judgements[..]
    else {
        unreachable!("a verdict has six judgements or more")
    };
    let judged = [columns, relations, patients, usefulness, privacy, missing]
        .into_iter()
        .filter_map(|one| one.score);
    let mut names: Vec<ScoreName> = Vec::new();
    for name in judged.chain(ScoreName::ALL) {
        if names.len() < NUMBERS
            && !names.contains(&name)
            && evaluation.score(name).value.is_finite()
        {
            names.push(name);
        }
    }
    names.into_iter().map(|name| evaluation.score(name)).collect()
}

fn tile(score: &Score) -> Markup {
    html! {
        figure.number {
            figcaption { (score.name.label()) }
            p.value { (number(score.value)) @if let Some((low, high)) = score.low.zip(score.high) {
                small { " " (number(low)) " to " (number(high)) }
            } }
            (strip(&Marks::of(score), &about(score.name)))
            (references(score))
        }
    }
}

/// The references in words, in the order of the scale; a ring marks the hold-out.
fn references(score: &Score) -> Markup {
    let lines = [
        ("shuffled columns", score.floor.filter(|_| !score.name.is_privacy())),
        ("half against half", score.ceiling),
        ("training, on hold-out ○", score.holdout),
        ("synthetic, on hold-out", score.against_holdout),
    ];
    html! {
        dl.references {
            @for (term, value) in lines {
                @if let Some(value) = value { div { dt { (term) } dd { (number(value)) } } }
            }
        }
    }
}

/// A sign for those who do not see the colour.
fn mark(grade: Grade) -> &'static str {
    match grade {
        Grade::Good => "✓",
        Grade::Fair => "~",
        Grade::Poor => "✗",
        Grade::Unknown => "?",
    }
}
