//! Tables 5, 6 and 7: status and clinical stage, encoded and counted.

use super::Reproduced;
use super::published::{Share, TABLE_5_LINES, TABLE_5_STAGE, TABLE_5_STATUS, TABLE_6, TABLE_7};
use crate::markdown::{percent, signed_points, table};
use ground::matrix::Matrix;
use judge::metrics::conditional::{LevelShares, conditional, level_shares, points};
use judge::metrics::summary_statistics::summary_statistics;

/// Table 5, one block per column.
pub(super) fn table_five(reproduced: &Reproduced) -> String {
    [("Status", TABLE_5_STATUS), ("Clinical_stage", TABLE_5_STAGE)]
        .map(|(name, published)| {
            let (real, ours) = (
                lines(reproduced, name, reproduced.real_encoded),
                lines(reproduced, name, reproduced.synthetic_encoded),
            );
            let line = |place: usize| {
                let (paper_real, paper_synthetic) = published[place];
                let decimals = if place < 2 { 0 } else { 6 };
                let cell = |value: f64| format!("{value:.decimals$}");
                let difference = format!("{:+.decimals$}", ours[place] - real[place]);
                let values = [paper_real, real[place], paper_synthetic, ours[place]].map(cell);
                [TABLE_5_LINES[place].to_owned()]
                    .into_iter()
                    .chain(values)
                    .chain([difference])
                    .collect()
            };
            let lines: Vec<Vec<String>> = (0..TABLE_5_LINES.len()).map(line).collect();
            let title = name.replace('_', "\\_");
            table(
                &[
                    &title,
                    "paper: real",
                    "real (stand-in)",
                    "paper: synthetic",
                    "ours",
                    "ours − real",
                ],
                &lines,
            )
        })
        .join("\n")
}

/// The lines of Table 5 for one encoded column.
fn lines(reproduced: &Reproduced, name: &str, encoded: &Matrix) -> [f64; 9] {
    let column = reproduced.real.position(name).expect("the stand-in has the column");
    let feature = reproduced
        .encoder
        .feature_columns()
        .iter()
        .position(|&place| place == column)
        .expect("it is trained");
    let of = summary_statistics(&encoded.column(feature).collect::<Vec<_>>());
    let [first, median, third] = of.quartiles;
    [of.count as f64, of.missing as f64, of.mean, of.std, of.min, first, median, third, of.max]
}

/// Table 6: shares of the patients with a status.
pub(super) fn table_six(reproduced: &Reproduced) -> String {
    let status = position(reproduced, "Status");
    let (real, ours) =
        (level_shares(reproduced.real, status), level_shares(reproduced.synthetic, status));
    let lines: Vec<_> = TABLE_6
        .iter()
        .map(|share| line(share, &real, &ours, LevelShares::share_of_known))
        .collect();
    let totals = format!(
        "of patients with a status: real {}, ours {}; paper 789 and 23,820\n\n",
        real.known(),
        ours.known()
    );
    totals + &shares("Status", &lines)
}

/// Table 7: shares of all dead and of all alive patients.
pub(super) fn table_seven(reproduced: &Reproduced) -> String {
    let (stage, status) = (position(reproduced, "Clinical_stage"), position(reproduced, "Status"));
    let block = |(given, published): &(&str, [Share; 3])| {
        let levels = &reproduced.real.schema.columns[status].levels;
        let level =
            levels.iter().position(|level| level == given).expect("a level of the stand-in");
        let real = conditional(reproduced.real, stage, status, level);
        let ours = conditional(reproduced.synthetic, stage, status, level);
        let lines: Vec<_> = published
            .iter()
            .map(|share| line(share, &real, &ours, LevelShares::share_of_all))
            .collect();
        let text = format!("{given}: real {}, ours {}\n\n", real.total(), ours.total());
        text + &shares(&format!("Stage given {given}"), &lines)
    };
    TABLE_7.iter().map(block).collect::<Vec<_>>().join("\n")
}

fn position(reproduced: &Reproduced, name: &str) -> usize {
    reproduced.real.position(name).expect("the stand-in has the column")
}

fn shares(title: &str, lines: &[Vec<String>]) -> String {
    let header = [
        title,
        "paper: real",
        "real (stand-in)",
        "paper: synthetic",
        "ours",
        "paper's difference",
        "our difference (points)",
    ];
    table(&header, lines)
}

fn line(
    published: &Share,
    real: &LevelShares,
    ours: &LevelShares,
    share: fn(&LevelShares, usize) -> f64,
) -> Vec<String> {
    let &(name, paper_real, real_percent, paper_ours, our_percent, difference) = published;
    let level = real.names.iter().position(|level| level == name).expect("a level of the stand-in");
    let (real_share, our_share) = (share(real, level), share(ours, level));
    vec![
        name.to_owned(),
        format!("{paper_real} ({real_percent} %)"),
        format!("{} ({})", real.counts[level], percent(real_share)),
        format!("{paper_ours} ({our_percent} %)"),
        format!("{} ({})", ours.counts[level], percent(our_share)),
        difference.to_owned(),
        signed_points(points(real_share, our_share)),
    ]
}
