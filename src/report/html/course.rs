//! The course of training, epoch by epoch.

use super::section::Section;
use crate::training::{TrainingCurves, training_panels};
use maud::{PreEscaped, html};

/// The curves; nothing when there are none.
pub(super) fn section(curves: &TrainingCurves) -> Option<Section> {
    let panels = training_panels(curves);
    if panels.is_empty() {
        return None;
    }
    let body = html! {
        @if let Some(kept) = curves.kept_epoch {
            p.note { "The dotted line marks epoch " (kept) ", whose model was kept." }
        }
        div.panels.wide {
            @for (title, picture) in &panels {
                figure.panel.wide { figcaption { (title) } (PreEscaped(picture)) }
            }
        }
    };
    Some(Section { id: "training", title: "Training", body })
}
