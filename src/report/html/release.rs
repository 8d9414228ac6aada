//! The page of a private run, for anyone.

use super::page::document;
use super::words::{grouped, name, number};
use crate::chart::shape::{bar, group_at, hint, inline, line, put};
use crate::chart::text::printable;
use crate::release::{MadeBy, ReleaseReport, ReleasedColumn};
use maud::{Markup, PreEscaped, html};

/// Width and height of a column's picture in pixels.
const PICTURE: (f64, f64) = (264.0, 96.0);

/// The page. It shows nothing of patients but what was released with noise.
pub fn release_html(report: &ReleaseReport) -> String {
    let title = format!("Synthetic patients with a guarantee: {}", printable(&report.name));
    let body = html! {
        header { (heading(report)) }
        main {
            (guarantee(report))
            (budget(report))
            (errors(report))
            (columns(report))
            (limits())
        }
    };
    document(&title, &body).into_string()
}

fn heading(report: &ReleaseReport) -> Markup {
    html! {
        p.badge.anyone { "To share: made of noisy releases alone" }
        h1 { "Synthetic patients with a guarantee" }
        p.sizes {
            (name(&report.name)) ": " b { (grouped(report.synthetic)) } " synthetic patients, "
            b { (report.columns.len()) } " columns, from about "
            b { (grouped(report.patients)) } " real patients"
        }
    }
}

fn guarantee(report: &ReleaseReport) -> Markup {
    let times = report.epsilon.exp();
    html! {
        section #guarantee {
            p.headline.good {
                "Differential privacy: epsilon " (report.epsilon) ", delta " (report.delta) "."
            }
            p {
                "Whatever is done with these patients, with the model and with this page, any result \
                 is at most " b { (number(times)) } " times as likely as it would have been without \
                 any one real patient, but for a probability of " (report.delta) "."
            }
            p {
                "Whoever knows all the other patients guesses whether one was in the table with an \
                 area under the curve of at most " b { (number(report.membership_auc)) }
                " (0.5 is a coin, 1 is certainty)."
            }
            p {
                "This covers one patient added or removed, not what is true of the population: if \
                 the table shows that smokers die earlier, these patients show it, too, also of \
                 smokers who never were in it."
            }
            @for note in &report.notes { p.note { (name(note)) } }
        }
    }
}

fn budget(report: &ReleaseReport) -> Markup {
    let percent = |share: f64| format!("{:.0} %", 100.0 * share);
    html! {
        section #budget {
            h2 { "What was spent" }
            table {
                tbody {
                    tr { th scope="row" { "Margins of all columns" } td.figure { (percent(report.shares[0])) } }
                    tr { th scope="row" { "Second moments of all columns together" } td.figure { (percent(report.shares[1])) } }
                    tr { th scope="row" { "Gaussian privacy, mu" } td.figure { (number(report.mu)) } }
                }
            }
            p { (made_by(&report.made_by)) }
            @if !report.targets.is_empty() {
                p {
                    "Relations of "
                    @for (at, target) in report.targets.iter().enumerate() {
                        @if at > 0 { ", " }
                        (name(target))
                    }
                    " to all other columns were measured more exactly, and all others a little less \
                     so."
                }
            }
            p.note {
                "The noise is discrete Gaussian, from the operating system's entropy, and no seed \
                 makes it again. Names, kinds, levels, ranges and relations come from the schema, \
                 which a person wrote. Sampling again costs nothing."
            }
        }
    }
}

/// Which of two ways to make patients was taken, and why.
fn made_by(by: &MadeBy) -> Markup {
    let by_whom = if by.copula { "a Gaussian copula" } else { "the neural network" };
    html! {
        "The patients are made by " b { (by_whom) }
        @if let Some([generator, copula]) = by.misfits {
            ": it explains the released numbers better. What is left of them, in squared widths of \
             the noise, is " (number(generator)) " by the network and " (number(copula))
            " by the copula; 1 would be noise alone"
        }
        "."
    }
}

fn errors(report: &ReleaseReport) -> Markup {
    html! {
        section #errors {
            h2 { "What the noise does to figures" }
            p {
                "A figure that is computed from these patients is off by chance, as any sample of \
                 the population is, and by the noise. Before smoothing, which takes a part of it \
                 away, 95 times in 100 the noise alone moves it by no more than this:"
            }
            table {
                tbody {
                    @for error in &report.errors {
                        tr { th scope="row" { (error.figure) } td.figure { "± " (number(error.half_width)) } }
                    }
                }
            }
        }
    }
}

fn columns(report: &ReleaseReport) -> Markup {
    html! {
        section #columns {
            h2 { "What was released of every column" }
            p.keys {
                span.key { span.swatch.real {} "released, after smoothing" }
                span.key { span.swatch.synthetic {} "synthetic patients" }
            }
            div.panels {
                @for column in &report.columns {
                    figure.panel {
                        figcaption {
                            (name(&column.name))
                            p { "missing: " (share(column.missing[0])) " released, "
                                (share(column.missing[1])) " synthetic" }
                        }
                        (picture(column))
                    }
                }
            }
        }
    }
}

fn share(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

fn picture(column: &ReleasedColumn) -> Markup {
    let (width, height) = PICTURE;
    let shares = column.released.iter().chain(&column.synthetic).copied();
    let largest = shares.fold(1e-6, f64::max);
    let step = width / column.bins.len().max(1) as f64;
    let mut group = group_at(0.0, 0.0);
    for (at, label) in column.bins.iter().enumerate() {
        let (released, synthetic) = (column.released[at], column.synthetic[at]);
        let text = format!("{label}: released {}, synthetic {}", share(released), share(synthetic));
        let mut pair = group_at(at as f64 * step, 0.0);
        for (half, (part, class)) in
            [(released, "real"), (synthetic, "synthetic")].iter().enumerate()
        {
            let tall = part / largest * (height - 6.0);
            let x = half as f64 * step / 2.0;
            put(&mut pair, bar(x, height - 2.0 - tall, step / 2.0 * 0.92, tall, class));
        }
        put(&mut pair, hint(&text));
        put(&mut group, pair);
    }
    put(&mut group, line(0.0, height - 2.0, width, height - 2.0, "axis"));
    let about = format!("Shares of {} released and synthetic", column.name);
    html! { (PreEscaped(inline(width, height, &about).add(group).to_string())) }
}

fn limits() -> Markup {
    html! {
        section #limits {
            h2 { "What is not promised" }
            ul {
                li { "That a single synthetic patient is like a real one, or unlike all of them." }
                li { "That rare groups come out right: the noise is as large as a few patients." }
                li { "That relations of more than two columns are kept, unless the schema declares \
                      them: only margins and relations of pairs were released." }
                li { "Anything about further releases of the same patients: they add up." }
            }
        }
    }
}
