//! What a patient changes of all that leaves, from the table to both releases.

#[path = "../../privacy/mechanism/frozen.rs"]
mod frozen;

use super::{Entropy, Keep, OperatingSystem, Plan, PublicTable, Release};
use frozen::Frozen;
use ground::matrix::Matrix;
use privacy::accountant::Budget;
use serde_json::Value;
use std::path::Path;
use table::{Schema, Table};

const PLAN: Plan =
    Plan { margins: 0.4, clip: 0.85, surrogate: 400, targets: 0.25, keep: Keep::Better };

/// Columns of levels alone: a canary game takes thousands of releases.
fn public(targets: &[&str]) -> PublicTable {
    let text = r#"column = [
        { name = "dead", kind = "boolean", levels = ["no", "yes"] },
        { name = "site", kind = "nominal", levels = ["north", "south", "west"] },
        { name = "grade", kind = "ordinal", levels = ["1", "2", "3", "4"] },
        ]"#;
    let schema = Schema::from_toml(text, "s.toml").unwrap();
    let targets: Vec<String> = targets.iter().map(ToString::to_string).collect();
    PublicTable::of(&schema, Path::new("s.toml")).unwrap().with_targets(&targets).unwrap()
}

/// 40 patients; a canary is one more, who misses a cell and has a level that nobody has.
fn table(public: &PublicTable, canary: bool) -> Table {
    let mut cells: Vec<f64> = (0..40)
        .flat_map(|row| [row % 2, row * 7 % 2, (row + row / 3) % 3])
        .map(f64::from)
        .collect();
    if canary {
        cells.extend([1.0, f64::NAN, 3.0]);
    }
    public.table(Matrix::from_values(cells.len() / 3, 3, cells))
}

/// Every number and text of a release with where it stands.
fn leaves(at: String, value: &Value, to: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            leaves(format!("{at}/{key}"), value, to);
        }),
        Value::Array(list) => list.iter().enumerate().for_each(|(key, value)| {
            leaves(format!("{at}/{key}"), value, to);
        }),
        leaf => to.push((at, leaf.clone())),
    }
}

/// With the noise frozen, of all that a release holds only sums change with a patient: those of
/// the histograms by the patient, those of the moments, with their norm and noise, by these.
#[test]
fn a_patient_changes_sums_and_nothing_else() {
    for targets in [&[][..], &["dead"]] {
        let public = public(targets);
        let (budget, _) = PLAN.budget(&public, 3.0, 1e-5).unwrap();
        let release = |canary: bool| {
            let table = table(&public, canary);
            Release::draw(&public, &table, (&budget, &PLAN), &mut Frozen(11))
        };
        let [without, with] = [false, true].map(release);
        let [mut a, mut b] = [Vec::new(), Vec::new()];
        leaves(String::new(), &serde_json::to_value(&without).unwrap(), &mut a);
        leaves(String::new(), &serde_json::to_value(&with).unwrap(), &mut b);
        assert_eq!(a.len(), b.len());
        let mut changed = Vec::new();
        for ((at, a), (place, b)) in a.iter().zip(&b) {
            assert_eq!(at, place);
            if a != b && !at.starts_with("/moments/") {
                changed.push((at.as_str(), b.as_f64().unwrap() - a.as_f64().unwrap()));
            }
        }
        // dead = yes, no site, grade 4, one missing cell.
        let expected = [
            "/histograms/columns/0/sums/1",
            "/histograms/columns/1/missing",
            "/histograms/columns/2/sums/3",
            "/histograms/missing_per_patient/1",
        ];
        assert_eq!(changed.iter().map(|(at, _)| *at).collect::<Vec<_>>(), expected);
        assert!(changed.iter().all(|(_, by)| (by - 1.0).abs() < 1e-6), "{changed:?}");
        // Norm and noise of the moments follow from release 1.
        for release in [&without, &with] {
            let norm = PLAN.clip * release.coordinates(&public).expected_norm2().sqrt();
            assert!((release.moments.norm - norm).abs() < 1e-12);
            let sd = norm * norm / budget.share(1.0 - PLAN.margins);
            assert!((release.moments.sd / sd - 1.0).abs() < 1e-3);
        }
    }
}

/// Those kept back change nothing of a release, whatever their cells are: each is chosen by his own.
#[test]
fn patients_kept_back_change_nothing_of_a_release() {
    let public = public(&["dead"]);
    let (budget, _) = PLAN.budget(&public, 3.0, 1e-5).unwrap();
    let cells = |changed: &[f64; 3]| {
        let cell = |row: usize, column: usize| match (row < 40, column) {
            (false, column) => changed[column],
            (true, 0) => (row % 2) as f64,
            (true, 1) => (row * 7 % 3) as f64,
            (true, _) => (row % 4) as f64,
        };
        public.table(Matrix::from_fn(41, 3, cell))
    };
    let release = |changed: [f64; 3]| {
        let (training, back) = cells(&changed).keep_each_back(0.4, 9);
        let text = |row: usize| format!("{:?}", back.cells.row(row));
        let kept_back = (0..back.rows()).any(|row| text(row) == format!("{changed:?}"));
        let release = Release::draw(&public, &training, (&budget, &PLAN), &mut Frozen(11));
        kept_back.then(|| serde_json::to_string(&release).unwrap())
    };
    // Cells that none of the other patients has, of whom some are kept back and some are not.
    let grades = [f64::NAN, 0.0, 1.0, 2.0, 3.0].into_iter();
    let odd = grades.flat_map(|grade| [[f64::NAN, 0.0, grade], [1.0, f64::NAN, grade]]);
    let releases: Vec<String> = odd.filter_map(release).collect();
    assert!(releases.len() > 1, "{} of ten are kept back", releases.len());
    assert!(releases.iter().all(|release| release == &releases[0]));
}

/// Moments of another width than the schema's coordinates are of other columns.
#[test]
fn a_release_of_other_columns_is_refused() {
    let public = public(&[]);
    let (budget, _) = PLAN.budget(&public, 3.0, 1e-5).unwrap();
    let table = table(&public, false);
    let release = Release::draw(&public, &table, (&budget, &PLAN), &mut Frozen(11));
    let read = |value: &Value| {
        let text = value.to_string();
        Release::read(text.as_bytes(), Path::new("release.json"), &public)
    };
    let value = serde_json::to_value(&release).unwrap();
    assert!(read(&value).is_ok());
    let mut wider = value.clone();
    wider["moments"]["width"] = (release.moments.width + 1).into();
    let mut shorter = value;
    shorter["moments"]["sums"].as_array_mut().unwrap().pop();
    for other in [wider, shorter] {
        let error = read(&other).unwrap_err().to_string();
        assert!(error.contains("of other columns than the schema's"), "{error}");
    }
}

/// Everything that follows is a function of what is public, of the release and of the seed.
#[test]
fn patients_of_a_release_are_the_same_whatever_the_table_was() {
    let public = public(&["dead"]);
    let (budget, _) = PLAN.budget(&public, 3.0, 1e-5).unwrap();
    let table = table(&public, true);
    let release = Release::draw(&public, &table, (&budget, &PLAN), &mut OperatingSystem::new());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("release.json");
    std::fs::write(&file, serde_json::to_string(&release).unwrap()).unwrap();
    // Read without the targets, which the release knows.
    let read = Release::open(&file, &self::public(&[])).unwrap();
    let bits = |table: &Table| -> Vec<u64> {
        table.cells.values().iter().map(|cell| cell.to_bits()).collect()
    };
    let [a, b] = [&release, &read]
        .map(|release| Release::surrogate(&public, &release.copula(&public, 5), 300, 5));
    assert_eq!(bits(&a), bits(&b));
    assert_eq!(release.misfit(&public, &a), read.misfit(&public, &a));
}

/// Releases of the real code, thousands of them, with a canary and without: what tells them apart
/// best along one direction does so by no more than the budget says.
#[test]
fn a_canary_shows_in_all_releases_together_by_no_more_than_is_said() {
    const DRAWS: usize = 1000;
    for targets in [&[][..], &["dead"]] {
        let public = public(targets);
        let budget = Budget::new(20.0, 1e-5).unwrap();
        let tables = [false, true].map(|canary| table(&public, canary));
        let draw = |canary: bool| {
            let budget = (&budget, &PLAN);
            let release = Release::draw(
                &public,
                &tables[usize::from(canary)],
                budget,
                &mut OperatingSystem::new(),
            );
            standardised(&release)
        };
        let found = distance(draw, DRAWS);
        // The error of a difference of two means of DRAWS scores is .045; of the direction, less.
        assert!(found < budget.mu + 0.16, "{found} for {}", budget.mu);
        // The direction is estimated and coordinates are made of noisy margins, so half of mu shows;
        // noise that is twice too wide would leave a quarter.
        assert!(found > 0.4 * budget.mu, "{found} for {}", budget.mu);
    }
}

/// What is added to a count has the standard deviation that the release says: noise that is too
/// narrow breaks the promise, and noise that is too wide wastes the budget.
#[test]
fn counts_have_the_noise_that_the_release_says() {
    const DRAWS: usize = 400;
    let public = public(&[]);
    let budget = Budget::new(20.0, 1e-5).unwrap();
    let table = table(&public, false);
    let draws: Vec<Vec<f64>> = (0..DRAWS)
        .map(|_| {
            let budget = (&budget, &PLAN);
            let release = Release::draw(&public, &table, budget, &mut OperatingSystem::new());
            counts(&release).collect()
        })
        .collect();
    let variance = |at: usize| {
        let mean = draws.iter().map(|draw| draw[at]).sum::<f64>() / DRAWS as f64;
        let squares = draws.iter().map(|draw| (draw[at] - mean).powi(2)).sum::<f64>();
        squares / (DRAWS - 1) as f64
    };
    let width = draws[0].len();
    assert!(width >= 12, "{width} counts");
    let pooled = (0..width).map(variance).sum::<f64>() / width as f64;
    // The standard error of a variance is sqrt(2 / DRAWS); of the mean of twelve, .02.
    assert!((pooled - 1.0).abs() < 0.1, "{pooled}");
    // Six standard errors for each one.
    (0..width).for_each(|at| assert!((variance(at) - 1.0).abs() < 0.43, "{at}: {}", variance(at)));
}

/// The counts of a release in standard deviations of their noise.
fn counts(release: &Release) -> impl Iterator<Item = f64> {
    let histograms = &release.histograms;
    let columns = histograms.columns.iter();
    let counts = columns.flat_map(|column| column.sums.iter().chain([&column.missing]));
    counts.chain(&histograms.missing_per_patient).map(|x| x / histograms.sd)
}

/// All released numbers in standard deviations of their noise.
fn standardised(release: &Release) -> Vec<f64> {
    let moments = &release.moments;
    let pairs = (0..moments.width).flat_map(|i| (i..moments.width).map(move |j| i == j));
    let products = pairs.zip(&moments.sums).map(|(diagonal, sum)| {
        sum / moments.sd * if diagonal { 1.0 } else { std::f64::consts::SQRT_2 }
    });
    counts(release).chain(products).collect()
}

/// How many standard deviations apart releases with a canary and without one are, along the
/// direction of the difference of their means over their variances, which draws of their own tell.
fn distance(draw: impl Fn(bool) -> Vec<f64>, draws: usize) -> f64 {
    let moments = |canary: bool| {
        let mut sums = vec![[0.0; 2]; draw(canary).len()];
        for _ in 0..draws {
            let each = sums.iter_mut().zip(draw(canary));
            each.for_each(|(sums, x)| *sums = [sums[0] + x, sums[1] + x * x]);
        }
        let n = draws as f64;
        let of = |[sum, square]: [f64; 2]| [sum / n, square / n - (sum / n).powi(2)];
        sums.into_iter().map(of).collect::<Vec<[f64; 2]>>()
    };
    let (with, without) = (moments(true), moments(false));
    let one = |([a, v], [b, w]): ([f64; 2], [f64; 2])| (a - b) / (v + w).max(1e-9);
    let direction: Vec<f64> = with.into_iter().zip(without).map(one).collect();
    let scores = |canary: bool| -> (f64, f64) {
        let score = |x: Vec<f64>| x.iter().zip(&direction).map(|(x, d)| x * d).sum::<f64>();
        let each: Vec<f64> = (0..draws).map(|_| score(draw(canary))).collect();
        let mean = each.iter().sum::<f64>() / draws as f64;
        (mean, each.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (draws - 1) as f64)
    };
    let ((with, a), (without, b)) = (scores(true), scores(false));
    (with - without) / ((a + b) / 2.0).sqrt()
}
