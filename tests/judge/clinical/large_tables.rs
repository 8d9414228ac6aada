//! Tables whose numbers are too many to be kept: quartiles and outliers against sorting, and wide
//! exports.

use super::description::{USUAL, of, source, variable};
use clinical::describe::{describe, print};
use ground::quantile::quantile;

/// A made-up number between 0 and 1 that depends on nothing but its place.
fn dice(place: u64) -> f64 {
    let mut state = place.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((state ^ (state >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

/// A column's value in a row.
type Formula = fn(u64) -> f64;

/// Columns that take one, two and three readings: rounded, wide, and so close together that a
/// second stretch overflows.
const COLUMNS: [(&str, Formula); 4] = [
    ("rounded", |row| (dice(row) * 900.0).round() / 10.0),
    ("wide", |row| (dice(row) * 12.0 - 6.0).exp() * if row % 3 == 0 { -1.0 } else { 1.0 }),
    ("close", |row| 1.0 + dice(row) * 1e-9),
    ("tailed", |row| 100.0 + 1.0 / (dice(row) + 1e-6)),
];

#[test]
fn numbers_beyond_memory_are_as_exact_as_few() {
    let rows = 120_000u64;
    let mut csv = COLUMNS.map(|(name, _)| name).join(",") + "\n";
    for row in 0..rows {
        let cells = COLUMNS
            .map(|(_, cell)| if row % 11 == 5 { String::new() } else { cell(row).to_string() });
        csv += &(cells.join(",") + "\n");
    }
    let described = describe(&source(&csv), None, USUAL).unwrap();
    for (name, cell) in COLUMNS {
        let mut sorted: Vec<f64> = (0..rows).filter(|row| row % 11 != 5).map(cell).collect();
        sorted.sort_by(f64::total_cmp);
        let found = variable(&described, name);
        let numbers = found.numbers.as_ref().unwrap();
        assert_eq!(found.n, sorted.len() as u64, "{name}");
        assert_eq!(
            found.distinct.is_some(),
            name == "rounded",
            "{name}: only few distinct numbers are counted"
        );
        let quartiles = [0.25, 0.5, 0.75].map(|p| quantile(&sorted, p));
        assert_eq!([numbers.q1, numbers.median, numbers.q3], quartiles, "{name}");
        assert_eq!([numbers.min, numbers.max], [sorted[0], sorted[sorted.len() - 1]], "{name}");
        let reach = 1.5 * (quartiles[2] - quartiles[0]);
        let (low, high) = (quartiles[0] - reach, quartiles[2] + reach);
        let outliers = numbers.outliers;
        let inside: Vec<f64> =
            sorted.iter().copied().filter(|v| (low..=high).contains(v)).collect();
        let below = sorted.partition_point(|v| *v < low) as u64;
        assert_eq!(
            (outliers.below, outliers.above),
            (below, found.n - below - inside.len() as u64),
            "{name}"
        );
        assert_eq!(
            (outliers.lower_whisker, outliers.upper_whisker),
            (inside[0], inside[inside.len() - 1]),
            "{name}"
        );
        let mean = sorted.iter().sum::<f64>() / sorted.len() as f64;
        assert!(
            (numbers.mean - mean).abs() <= 1e-11 * mean.abs(),
            "{name}: {} is not {mean}",
            numbers.mean
        );
    }
}

#[test]
fn a_description_is_the_same_with_any_number_of_threads() {
    let mut csv = "a,b,c\n".to_owned();
    (0..20_000).for_each(|row| {
        csv += &format!("{},{},{}\n", dice(row), row % 7, if row % 5 == 0 { "x" } else { "y" })
    });
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| serde_json::to_string(&of(&csv).unwrap()).unwrap())
    };
    assert_eq!(on(1), on(5));
}

#[test]
fn a_wide_export_is_shown_by_groups() {
    let names: Vec<String> = (0..1542).map(|k| format!("V{k}_E{}_C{}", k % 4, k % 3)).collect();
    let mut csv = names.join(",") + "\n";
    for row in 0..887u64 {
        let cell = |k: u64| {
            if dice(row * 1542 + k) < 0.6 {
                String::new()
            } else {
                format!("{}", (dice(row + k) * 50.0) as u32)
            }
        };
        csv += &((0..1542).map(cell).collect::<Vec<_>>().join(",") + "\n");
    }
    let described = of(&csv).unwrap();
    let text = print::text(&described, "wide.csv", 100, false);
    assert!(text.lines().count() < 30, "{text}");
    assert!(
        text.contains("887 patients, 1542 variables")
            && text.contains("E3_C2")
            && text.contains("--all"),
        "{text}"
    );
    let all = print::text(&described, "wide.csv", 100, true);
    assert!(all.contains("V1541_E1_C2") && all.lines().count() > 1542);
    for width in [60, 100, 160] {
        let widest = print::text(&described, "wide.csv", width, true)
            .lines()
            .map(|line| line.chars().count())
            .max();
        assert!(widest <= Some(width), "{widest:?} in {width}");
    }
}
