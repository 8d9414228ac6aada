//! The paper's Tables 1, 4, 5, 6 and 7: what the paper printed, the stand-in cohort and our
//! synthetic patients side by side.
//!
//! The stand-in is made up, so nothing is withheld here.
//! These tables are for a comparison with the paper, not for a hospital's data.

mod first;
mod published;
mod reproduced;
mod status;

pub use reproduced::Reproduced;

use crate::markdown::table;

/// All tables as Markdown, in the order of the paper.
pub fn reproduction_markdown(reproduced: &Reproduced) -> String {
    let sections = [
        ("Table 1: pulmonary function tests in the export", first::table_one(reproduced)),
        ("Table 4: variables by type", first::table_four(reproduced)),
        ("Table 5: status and clinical stage, encoded", status::table_five(reproduced)),
        ("Table 6: status", status::table_six(reproduced)),
        ("Table 7: clinical stage given status", status::table_seven(reproduced)),
        ("The discriminator's accuracy", accuracy(reproduced.accuracy)),
    ];
    sections.map(|(title, text)| format!("## {title}\n\n{text}")).join("\n")
}

/// How often the discriminator is right, at a probability of one half.
fn accuracy([real, synthetic]: [f64; 2]) -> String {
    if real.is_nan() {
        return "This recipe has no discriminator.".into();
    }
    let [on_real, on_synthetic] = published::ACCURACY;
    let line = |name: &str, paper: &str, ours: f64| {
        let difference = 100.0 * ours - paper.parse::<f64>().expect("a printed number");
        vec![
            name.to_owned(),
            format!("{paper} %"),
            format!("{:.2} %", 100.0 * ours),
            format!("{difference:+.2}"),
        ]
    };
    let lines = [
        line("real patients called real", on_real, real),
        line("synthetic patients called synthetic", on_synthetic, synthetic),
    ];
    table(&["D is right about", "paper", "ours", "difference (points)"], &lines)
}
