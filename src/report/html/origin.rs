//! How to do it again: command, seed, versions, adapter, and what the files were.

use super::input::ReportInput;
use super::section::Section;
use super::words::{grouped, name, seconds};
use crate::disclosure::Audience;
use crate::run_record::RunRecord;
use judge::evaluation::{Facts, InputFile, Role};
use maud::{Markup, html};

/// The facts, as far as they are known.
pub(super) fn section(input: &ReportInput, audience: Audience) -> Section {
    let evaluation = input.evaluation;
    let facts = &evaluation.facts;
    let body = html! {
        @if !facts.command.is_empty() { pre { code { (name(&facts.command)) } } }
        dl.facts {
            (fact("seed of the evaluation", &evaluation.seed.to_string()))
            @for (term, text) in known(facts, input.run) { (fact(term, &text)) }
            (fact("synthetic patients", &grouped(evaluation.sizes.synthetic)))
            @if let Some(holdout) = evaluation.sizes.holdout { (fact("patients kept back", &audience.count(holdout).to_string())) }
        }
        @if !facts.files.is_empty() { (files(&facts.files)) }
    };
    Section { id: "origin", title: "How to do it again", body }
}

fn fact(term: &str, text: &str) -> Markup {
    html! { div { dt { (term) } dd { (name(text)) } } }
}

fn known(facts: &Facts, run: Option<&RunRecord>) -> Vec<(&'static str, String)> {
    let time = |seconds_of: Option<f64>| seconds_of.filter(|time| *time > 0.0).map(seconds);
    let version = (!facts.version.is_empty()).then(|| format!("mellizo {}", facts.version));
    let lines = [
        ("version", version),
        ("recipe", run.map(|run| run.recipe.clone())),
        ("trained by", run.map(|run| run.backend.clone())),
        ("training time", time(run.map(|run| run.training.elapsed.as_secs_f64()))),
        ("evaluation time", time(Some(facts.evaluation_seconds))),
    ];
    lines.into_iter().filter_map(|(term, text)| Some((term, text?))).collect()
}

fn files(files: &[InputFile]) -> Markup {
    html! {
        div.scroll tabindex="0" {
            table {
                thead { tr { th scope="col" { "file" } th scope="col" { "what" } th scope="col" { "SHA-256" } } }
                tbody {
                    @for file in files {
                        tr { th scope="row" { (name(&file.name)) } td { (role(file.role)) } td { code.hash { (file.sha256) } } }
                    }
                }
            }
        }
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Real => "real patients",
        Role::Synthetic => "synthetic patients",
        Role::Holdout => "patients kept back",
    }
}
