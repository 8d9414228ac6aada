//! Numbers that others say nearly are learned as residuals: a generator that knows nothing of the
//! cohort keeps what ties them.

use super::lot;
use super::nonsense::{column, csv, generated};
use table::Table;
use table::relations::find;
use table::typed::{TypedDecoder, TypedEncoder, TypedOptions};

/// About normal, of variance 1.
fn spread(row: usize, of: usize) -> f64 {
    (0..12).map(|part| lot(row, 100 * of + part, 10_001) as f64 / 10_000.0).sum::<f64>() - 6.0
}

/// Weight at admission, at discharge (not known of every tenth patient), and on the way, which
/// follows from both with the sex; and a length that says nothing of them.
/// One patient's discharge was typed in without the point.
fn weights() -> Table {
    csv("sex,admission,discharge,between,length", 500, |row| {
        let sex = lot(row, 7, 2);
        let admission = 75.0 + 12.0 * spread(row, 1);
        let discharge = admission - 1.0 + 1.2 * spread(row, 2);
        let between = (admission + discharge) / 2.0 + 2.0 * sex as f64 + 0.6 * spread(row, 3);
        let length = 170.0 + 9.0 * spread(row, 4);
        let sex = ["f", "m"][sex as usize];
        let left = match row {
            33 => format!("{:.0}", 10.0 * discharge),
            _ if row % 10 == 0 => String::new(),
            _ => format!("{discharge:.1}"),
        };
        format!("{sex},{admission:.1},{left},{between:.1},{length:.1}")
    })
}

/// Spearman's correlation of two columns in the rows that have both.
fn correlation(table: &Table, [a, b]: [&str; 2]) -> f64 {
    let columns = [a, b].map(|name| column(table, name));
    let both = |row: &usize| columns.iter().all(|&at| !table.cells[(*row, at)].is_nan());
    let rows: Vec<usize> = (0..table.rows()).filter(both).collect();
    let [x, y] = columns.map(|at| {
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by(|&i, &j| table.cells[(rows[i], at)].total_cmp(&table.cells[(rows[j], at)]));
        let mut ranks = vec![0.0; rows.len()];
        order.iter().enumerate().for_each(|(rank, &place)| ranks[place] = rank as f64);
        ranks
    });
    let n = rows.len() as f64;
    let apart: f64 = x.iter().zip(&y).map(|(x, y)| (x - y).powi(2)).sum();
    1.0 - 6.0 * apart / (n * (n * n - 1.0))
}

#[test]
fn what_others_nearly_say_is_kept_by_any_generator() {
    let table = weights();
    let (_, rows, _) = generated(&table);
    for pair in [["admission", "discharge"], ["admission", "between"], ["discharge", "between"]] {
        let (real, made) = (correlation(&table, pair), correlation(&rows, pair));
        assert!(real > 0.98 && made > 0.95, "{pair:?}: {real} and {made}");
    }
    assert!(correlation(&rows, ["admission", "length"]).abs() < 0.1);
}

#[test]
fn rows_come_back_as_they_were() {
    let table = weights();
    let encoder = TypedEncoder::fit(&table, &find(&table), &TypedOptions::default()).unwrap();
    let typed = encoder.encode(&table);
    let decoder = TypedDecoder::fit(&typed, &encoder, (&table, &typed));
    let back = decoder.decode(&typed);
    // A quantile is a mean of five to nine neighbours, and the ends are smoothed.
    for name in ["admission", "discharge", "between"] {
        let at = column(&table, name);
        let cells = (0..table.rows()).map(|row| (table.cells[(row, at)], back.cells[(row, at)]));
        let missing = cells.clone().filter(|(a, b)| a.is_nan() != b.is_nan());
        assert_eq!(missing.count(), 0, "{name}");
        let moved = cells.filter(|(a, b)| (a - b).abs() > 1.0).count();
        assert!(moved < table.rows() / 20, "{name}: {moved} rows");
    }
}

/// The decoder of a table, as a model file has it.
fn stored(table: &Table) -> (TypedDecoder, String) {
    let encoder = TypedEncoder::fit(table, &find(table), &TypedOptions::default()).unwrap();
    let typed = encoder.encode(table);
    let decoder = TypedDecoder::fit(&typed, &encoder, (table, &typed));
    let text = serde_json::to_string(&decoder).unwrap();
    (decoder, text)
}

#[test]
fn a_model_file_holds_residuals_and_refuses_wrong_ones() {
    let (decoder, text) = stored(&weights());
    assert_eq!(serde_json::from_str::<TypedDecoder>(&text).unwrap(), decoder);
    let at = text.find(r#""residuals":[{"column":"#).expect("residuals");
    // Sex has two columns, admission one; discharge is the first that others say.
    let (before, residuals) = text.split_at(at);
    let first = r#""residuals":[{"column":3,"terms":[[2,"#;
    assert!(residuals.starts_with(first), "{residuals}");
    for (wrong, why) in [
        (r#""residuals":[{"column":3,"terms":[[3,"#, "asks itself"),
        (r#""residuals":[{"column":3,"terms":[[5,"#, "asks a later number"),
        (r#""residuals":[{"column":3,"terms":[[99,"#, "asks what is not there"),
        (r#""residuals":[{"column":0,"terms":[[2,"#, "is a level"),
        (r#""residuals":[{"column":4,"terms":[[2,"#, "is a mask"),
        (r#""residuals":[{"column":99,"terms":[[2,"#, "is not there"),
    ] {
        let changed = format!("{before}{}", residuals.replacen(first, wrong, 1));
        let error = serde_json::from_str::<TypedDecoder>(&changed).expect_err(why);
        assert!(error.to_string().contains("residual"), "{why}: {error}");
    }
    let (start, rest) = residuals.split_once(r#""scale":"#).unwrap();
    let end = rest.find('}').unwrap();
    let changed = format!("{before}{start}\"scale\":0.0{}", &rest[end..]);
    assert!(serde_json::from_str::<TypedDecoder>(&changed).is_err(), "a scale of 0");
}

#[test]
fn loose_relations_and_few_patients_make_no_residual() {
    let loose = csv("a,b", 400, |row| {
        let a = 10.0 * spread(row, 1);
        format!("{a:.2},{:.2}", a + 5.0 * spread(row, 2))
    });
    let few = csv("a,b", 19, |row| {
        let a = 10.0 * spread(row, 1);
        format!("{a:.2},{:.2}", a + 0.1 * spread(row, 2))
    });
    for table in [loose, few] {
        let (_, text) = stored(&table);
        assert!(!text.contains("residuals"), "{text}");
    }
}
