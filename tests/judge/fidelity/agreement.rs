//! The bundled cohort against three synthetic tables, as SDMetrics 0.32 scores them
//! (`tests/fixtures/metrics`).

use judge::metrics::coverage::{boundary_adherence, category_coverage, range_coverage};
use judge::metrics::missingness::{missing_similarity, missing_similarity_mean};
use judge::metrics::pairs::{Binning, Pair, PairTrends, pair_trends};
use judge::metrics::shapes::column_shapes;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use table::{Table, bundled};

const TOLERANCE: f64 = 1e-9;
const TABLES: [&str; 3] = ["shuffled", "copula", "noisy"];

fn fixture(file: &str) -> std::path::PathBuf {
    Path::new(crate::ROOT).join("tests/fixtures/metrics").join(file)
}

fn answers() -> Value {
    let text = std::fs::read_to_string(fixture("sdmetrics.json")).expect("the fixture");
    serde_json::from_str(&text).expect("JSON")
}

fn synthetic(name: &str) -> Table {
    let schema = bundled::schema().expect("a schema");
    Table::read(&fixture(&format!("{name}.csv.gz")), Some(&schema)).expect("a table").0
}

/// How many numbers of a metric were compared, and the largest difference.
#[derive(Default)]
struct Agreement(BTreeMap<String, (usize, f64)>);

impl Agreement {
    /// Refuses two numbers farther apart than the tolerance, and a number where the other side has
    /// none.
    fn compare(&mut self, metric: &str, place: &str, ours: f64, theirs: &Value) {
        let (count, worst) = self.0.entry(metric.to_string()).or_default();
        *count += 1;
        let Some(theirs) = theirs.as_f64() else {
            assert!(
                theirs.is_null() && ours.is_nan(),
                "{metric} of {place}: {ours} where SDMetrics has {theirs}"
            );
            return;
        };
        let apart = (ours - theirs).abs();
        assert!(apart <= TOLERANCE, "{metric} of {place}: {ours} where SDMetrics has {theirs}");
        *worst = worst.max(apart);
    }

    fn compare_all(&mut self, metric: &str, table: &str, ours: &[f64], theirs: &Value) {
        let theirs = theirs.as_array().expect("a list");
        assert_eq!(ours.len(), theirs.len(), "{metric} of {table}");
        for (place, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
            self.compare(metric, &format!("{table}, {place}"), *ours, theirs);
        }
    }

    fn columns(&mut self, metric: &str, table: &str, ours: &[f64], mean: f64, theirs: &Value) {
        self.compare_all(metric, table, ours, &theirs["columns"]);
        self.compare(&format!("{metric}, mean"), table, mean, &theirs["mean"]);
    }

    fn print(&self) {
        println!("{:36} {:>8}  largest difference", "SDMetrics 0.32", "numbers");
        for (metric, (count, worst)) in &self.0 {
            println!("{metric:36} {count:8}  {worst:.1e}");
        }
    }
}

fn unwrapped(scores: Vec<Option<f64>>) -> Vec<f64> {
    scores.into_iter().map(|score| score.unwrap_or(f64::NAN)).collect()
}

fn mean(scores: &[f64]) -> f64 {
    let known: Vec<f64> = scores.iter().copied().filter(|score| !score.is_nan()).collect();
    known.iter().sum::<f64>() / known.len() as f64
}

fn of_pairs(trends: &PairTrends, number: impl Fn(&Pair) -> f64) -> Vec<f64> {
    trends.pairs.iter().map(number).collect()
}

#[test]
fn columns_score_as_in_the_library() {
    let (answers, real, mut agreement) =
        (answers(), bundled::cohort().expect("the cohort"), Agreement::default());
    for name in TABLES {
        let (theirs, synthetic) = (&answers["fidelity"][name], synthetic(name));
        let shapes = column_shapes(&real, &synthetic);
        agreement.columns(
            "ColumnShapes",
            name,
            &unwrapped(shapes.columns),
            shapes.mean,
            &theirs["column_shapes"],
        );
        let missing = missing_similarity(&real, &synthetic);
        let missing_mean = missing_similarity_mean(&real, &synthetic);
        agreement.columns(
            "MissingValueSimilarity",
            name,
            &missing,
            missing_mean,
            &theirs["missing_similarity"],
        );
        let ranges = range_coverage(&real, &synthetic).into_iter();
        let coverage = ranges
            .zip(category_coverage(&real, &synthetic))
            .map(|(range, category)| range.or(category));
        let coverage = unwrapped(coverage.collect());
        agreement.columns(
            "Range- and CategoryCoverage",
            name,
            &coverage,
            mean(&coverage),
            &theirs["coverage"],
        );
        let boundary = unwrapped(boundary_adherence(&real, &synthetic));
        agreement.columns(
            "BoundaryAdherence",
            name,
            &boundary,
            mean(&boundary),
            &theirs["boundary_adherence"],
        );
    }
    agreement.print();
    assert_eq!(agreement.0["ColumnShapes"].0, 3 * 44);
}

#[test]
fn pairs_score_as_in_the_library() {
    let (answers, real, mut agreement) =
        (answers(), bundled::cohort().expect("the cohort"), Agreement::default());
    for name in TABLES {
        let (theirs, synthetic) = (&answers["fidelity"][name]["pairs"], synthetic(name));
        let trends = pair_trends(&real, &synthetic, Binning::Library);
        agreement.compare_all(
            "ColumnPairTrends, pairs",
            name,
            &of_pairs(&trends, |pair| pair.score),
            &theirs["score"],
        );
        agreement.compare("ColumnPairTrends, all pairs", name, trends.all, &theirs["all"]);
        agreement.compare("ColumnPairTrends, strong pairs", name, trends.strong, &theirs["strong"]);
        let strong = of_pairs(&trends, |pair| f64::from(u8::from(pair.strong)));
        agreement.compare_all("which pairs are strong", name, &strong, &theirs["is_strong"]);
        let strengths = theirs["real"].as_array().expect("a list");
        for (pair, theirs) in trends.pairs.iter().zip(strengths) {
            // The library keeps the sign of rho.
            let theirs = theirs.as_f64().map_or(Value::Null, |value| value.abs().into());
            agreement.compare("real |rho| and Cramér's V", name, pair.strength, &theirs);
        }
    }
    agreement.print();
    assert_eq!(agreement.0["ColumnPairTrends, pairs"].0, 3 * 946);
}

#[test]
fn plain_bins_score_as_the_library_s_metric_by_itself() {
    let (answers, real, mut agreement) =
        (answers(), bundled::cohort().expect("the cohort"), Agreement::default());
    for name in TABLES {
        let (theirs, synthetic) = (&answers["fidelity"][name]["pairs"], synthetic(name));
        let trends = pair_trends(&real, &synthetic, Binning::Plain);
        for (place, pair) in trends.pairs.iter().enumerate() {
            let label = format!("{name}, {place}");
            let coded = [pair.a, pair.b].map(|column| real.schema.columns[column].kind.is_coded());
            if coded[0] == coded[1] {
                agreement.compare("pairs of one kind", &label, pair.score, &theirs["score"][place]);
            } else {
                agreement.compare(
                    "mixed pairs, plain bins",
                    &label,
                    pair.score,
                    &theirs["plain_score"][place],
                );
                agreement.compare(
                    "Cramér's V, plain bins",
                    &label,
                    pair.strength,
                    &theirs["plain_real"][place],
                );
            }
        }
    }
    agreement.print();
    assert!(agreement.0["mixed pairs, plain bins"].0 > 900);
}
