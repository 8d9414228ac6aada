//! `mellizo missing`.

use super::args::MissingOptions;
use super::describe::{source, width};
use super::private_folder::PrivateFolder;
use super::stdout;
use super::version::VERSION;
use clinical::missing::{Missing, Presence, print, together};
use ground::error::Result;
use report::missing::{Cumulative, cumulative_svg, per_patient_svg, together_svg};
use serde_json::{Value, json};

/// Files of the folder.
const FILES: [&str; 5] = [
    "missing_per_patient.svg",
    "cumulative_patients.svg",
    "cumulative_features.svg",
    "missing_together.svg",
    "missing.json",
];
/// Features in the picture of those that are missing together.
const FEATURES: usize = 64;

/// Reads the table, prints what is missing and draws it.
pub(super) fn missing(options: &MissingOptions) -> Result<()> {
    let source = source(options.data.as_deref())?.with(options.table.options(None));
    let presence = Presence::read(&source, &options.drop)?;
    let missing = Missing::of(&presence);
    let name = source.place().file.display().to_string();
    let object = object(&missing, &name);
    if let Some(out) = &options.out {
        let folder = PrivateFolder::prepare(out, &FILES, options.force)?;
        let pictures = [
            per_patient_svg(&missing.patients_by_missing, missing.patient_flattening.at),
            patients_svg(&presence, &missing),
            features_svg(&missing),
            pairs_svg(&presence),
            format!("{object:#}\n"),
        ];
        for (file, content) in FILES.iter().zip(pictures) {
            folder.write(file, content)?;
        }
        say!("{} counts single patients: keep it in the house", out.display());
    }
    if options.json {
        stdout::line(object)
    } else {
        stdout::line(print::text(&missing, &name, width()))
    }
}

fn object(missing: &Missing, name: &str) -> Value {
    let mut object = json!({ "version": VERSION, "command": "missing", "file": name });
    let found = serde_json::to_value(missing).expect("plain values");
    for (key, value) in found.as_object().expect("a struct is an object") {
        object[key] = value.clone();
    }
    object
}

fn patients_svg(presence: &Presence, missing: &Missing) -> String {
    let flat = missing.patient_flattening;
    let (counts, size) = (presence.per_patient(), missing.features);
    cumulative_svg(&Cumulative {
        whose: "patients",
        of: "features",
        counts,
        size,
        at: flat.at,
        until: flat.until,
    })
}

fn features_svg(missing: &Missing) -> String {
    let (flat, size) = (missing.feature_flattening, missing.chosen.patients_left);
    let counts: Vec<usize> =
        missing.by_feature.iter().map(|feature| feature.missing_left).collect();
    let of = "patients left";
    cumulative_svg(&Cumulative {
        whose: "features",
        of,
        counts: &counts,
        size,
        at: flat.at,
        until: flat.until,
    })
}

fn pairs_svg(presence: &Presence) -> String {
    let together = together(presence, FEATURES);
    together_svg(&together.names, &together.phi, together.left_out)
}
