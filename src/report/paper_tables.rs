//! The paper's Tables 5, 6 and 7 for the two columns that the schema names as status and stage.

use crate::disclosure::{
    Audience, Count, Group, Part, SMALLEST_GROUP, Tally, coarse_decimals, disclose, disclose_some,
    withholds,
};
use crate::markdown::{escape, percent, signed_points, table};
use crate::pair::{Encoded, Tables};
use judge::metrics::conditional::{conditional, level_shares, points};
use judge::metrics::summary_statistics::{SummaryStatistics, summary_statistics};

/// Table 5: one encoded column, real beside synthetic; empty when the column was not encoded.
pub(crate) fn table_five(tables: Tables, encoded: &Encoded, column: usize) -> Option<String> {
    let described = &tables.real.schema.columns[column];
    let place = encoded.columns.iter().position(|name| *name == described.name)?;
    let real = summary_statistics(&encoded.real.column(place).collect::<Vec<_>>());
    let synthetic = summary_statistics(&encoded.synthetic.column(place).collect::<Vec<_>>());
    let coded = described.kind.is_coded();
    let [missing, _] = Audience::Anyone.missing(tables.real, column);
    // With exact moments a withheld count of the same column could be computed.
    let is_coarse = if coded {
        withholds(&disclose(&tally(tables, column), Count::of(real.count)))
    } else {
        !missing.is_exact()
    };
    // The last digit stands for five patients, who may have several rows each.
    let there = |row: &usize| !tables.real.cells[(*row, column)].is_nan();
    let patients = tables.real.patients_of((0..tables.real.rows()).filter(there));
    let decimals = if is_coarse { coarse_decimals(patients) } else { 6 };
    let real = statistics(&real, missing, decimals, coded);
    let synthetic = statistics(&synthetic, Count::Exact(synthetic.missing), 6, coded);
    let names = [
        "different values",
        "count",
        "missing",
        "mean",
        "std",
        "min",
        "25 %",
        "50 %",
        "75 %",
        "max",
    ];
    let lines = names
        .iter()
        .zip(real)
        .zip(synthetic)
        .map(|((name, real), synthetic)| vec![name.to_string(), real, synthetic]);
    Some(table(
        &[&format!("{} (encoded)", escape(&described.name)), "real", "synthetic"],
        &lines.collect::<Vec<_>>(),
    ))
}

fn statistics(
    of: &SummaryStatistics,
    missing: Count,
    decimals: usize,
    has_extremes: bool,
) -> [String; 10] {
    let moment = |value: f64| format!("{value:.decimals$}");
    let value = |value: f64| format!("{value:.6}");
    let extreme = |extreme: f64| if has_extremes { value(extreme) } else { "–".to_owned() };
    let [first, median, third] = of.quartiles.map(value);
    let moments = [moment(of.mean), moment(of.std)];
    let [mean, std] = moments;
    [
        of.different.to_string(),
        of.count.to_string(),
        escape(&missing.to_string()),
        mean,
        std,
        extreme(of.min),
        first,
        median,
        third,
        extreme(of.max),
    ]
}

/// Table 6: the levels of the status column.
pub(crate) fn table_six(tables: Tables, status: usize) -> String {
    let tally = tally(tables, status);
    let rows = Count::of(tables.real.cells.rows());
    let groups = disclose(&tally, rows);
    let missing = tally.missing();
    // Shares are of the patients with a value, as in the paper, unless that number would give the
    // missing ones away.
    let (real_of, synthetic_of, of) = match (rows, missing) {
        (Count::Exact(rows), Count::Exact(missing)) => {
            (rows - missing, tally.synthetic.iter().sum(), "patients with a value")
        }
        _ => (rows.shown(), tables.synthetic.cells.rows(), "all patients"),
    };
    let lines: Vec<_> = groups
        .iter()
        .map(|group| line(group, real_of, synthetic_of, of == "all patients"))
        .collect();
    let name = escape(&tables.real.schema.columns[status].name);
    counts_table(&format!("{name} ({of})"), Count::Exact(real_of), synthetic_of, &lines)
}

/// Table 7: the levels of the stage column given each level of the status column, most frequent
/// first.
pub(crate) fn table_seven(tables: Tables, stage: usize, status: usize) -> String {
    let schema = &tables.real.schema;
    let given = disclose(&tally(tables, status), Count::of(tables.real.cells.rows()));
    let parts: Vec<(&Group, Tally)> = given
        .iter()
        .filter_map(|group| match group.part {
            Part::Level(level) => Some((group, tally_given(tables, stage, status, level))),
            _ => None,
        })
        .collect();
    let may_show = |level: usize| {
        parts
            .iter()
            .all(|(_, tally)| tally.real[level] == 0 || tally.patients(level) >= SMALLEST_GROUP)
    };
    let mut text = String::new();
    for (group, tally) in &parts {
        let mut groups = disclose_some(tally, group.real, may_show);
        groups.sort_by_key(|group| {
            (!matches!(group.part, Part::Level(_)), std::cmp::Reverse(group.real.shown()))
        });
        let synthetic_of = tally.synthetic.iter().sum::<usize>() + tally.synthetic_missing;
        let lines: Vec<_> =
            groups.iter().map(|one| line(one, group.real.shown(), synthetic_of, true)).collect();
        let names =
            [&schema.columns[stage].name, &schema.columns[status].name].map(|name| escape(name));
        let title = format!("{} given {} = {}", names[0], names[1], escape(&group.label));
        text.push_str(&counts_table(&title, group.real, synthetic_of, &lines));
        text.push('\n');
    }
    text
}

fn counts_table(title: &str, real: Count, synthetic: usize, lines: &[Vec<String>]) -> String {
    let real = format!("real ({})", escape(&real.to_string()));
    let synthetic = format!("synthetic ({synthetic})");
    table(&[title, &real, "share", &synthetic, "share", "difference (points)"], lines)
}

/// A group's counts and shares.
/// The missing cells have shares only where they are part of the whole.
fn line(group: &Group, real_of: usize, synthetic_of: usize, missing_is_part: bool) -> Vec<String> {
    let synthetic_share = group.synthetic as f64 / synthetic_of as f64;
    let real_share = group.real.shown() as f64 / real_of as f64;
    let (real_text, difference) = match group.real {
        Count::Exact(_) => {
            (percent(real_share), signed_points(points(real_share, synthetic_share)))
        }
        Count::AtLeast(_) => (format!("≥ {}", percent(real_share)), "–".to_owned()),
        Count::Fewer => ("–".to_owned(), "–".to_owned()),
    };
    let has_share = group.part != Part::Missing || missing_is_part;
    let shown = |text: String| if has_share { text } else { String::new() };
    vec![
        escape(&group.label),
        escape(&group.real.to_string()),
        shown(real_text),
        group.synthetic.to_string(),
        shown(percent(synthetic_share)),
        shown(difference),
    ]
}

fn tally(tables: Tables, column: usize) -> Tally {
    Tally::of_levels(level_shares(tables.real, column), level_shares(tables.synthetic, column))
}

fn tally_given(tables: Tables, of: usize, given: usize, level: usize) -> Tally {
    Tally::of_levels(
        conditional(tables.real, of, given, level),
        conditional(tables.synthetic, of, given, level),
    )
}
